"""One attendee: what they said, how their introductions stand as far as an organiser may see, and what may be changed."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.introduction import shown
from matchmaker.store import check_ins, doors, introductions, pauses
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import attendee_of, is_private, names_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

LISTED_MAX = 100


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}", scope=Scope.ATTENDEES_READ)
async def show_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """One attendee."""
    event = await event_of(visit, event_id)
    return await attendee_page(visit, event, await attendee_of(visit, event, attendee_id))


def path_of(event: Event, attendee: AttendeeReply) -> str:
    """Where an attendee's page is."""
    return f"/events/{event.id}/room/attendees/{attendee.id}"


async def attendee_page(
    visit: OrganiserVisit,
    event: Event,
    attendee: AttendeeReply,
    *,
    problems: list[FieldError] | None = None,
) -> Response[str]:
    """Their page."""
    private = await is_private(visit, event)
    connection = visit.connection
    found = [] if private else await introductions.find(connection, event.id, attendee_id=attendee.id, limit=LISTED_MAX)
    replies = [shown(one) for one in found]
    named = {one for reply in replies for one in (reply.first_id, reply.second_id)}
    values: dict[str, Any] = {
        "attendee": attendee,
        "private": private,
        "introductions": replies,
        "names": await names_of(visit, event, named),
        "pause": await pauses.of_attendee(connection, attendee.id, visit.at),
        "check_in": await check_ins.get(connection, event.id, attendee.id),
        "sign_up": await doors.get_sign_up(connection, event.id, attendee.id),
        "may_change": visit.may(Scope.ATTENDEES_WRITE),
    }
    return visit.page("attendee", event=event, here="room", problems=problems, **values)


HANDLERS = (show_attendee,)

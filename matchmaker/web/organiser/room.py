"""The room before: who is coming, found by a name or some words, and for whom there is something to see to."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.errors import NotFound
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId
from matchmaker.model.privacy import Privacy
from matchmaker.model.room import WORDS_MAX, Which
from matchmaker.model.text import LINE_CHARS_MAX, clean_line
from matchmaker.store import attendees, privacies, room
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ROWS = 50
UUID_CHARS = 36


@get("/events/{event_id:str}/room", scope=Scope.ATTENDEES_READ)
async def show_room(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """The people by name, fifty a page; for htmx the list alone, while somebody types."""
    event = await event_of(visit, event_id)
    sought, chosen = asked(visit, "q"), asked(visit, "which")
    which = next((one for one in Which if one.value == chosen), None)
    found = await room.find(
        visit.connection,
        event.id,
        words=sought.split()[:WORDS_MAX],
        which=which,
        after=AttendeeId(last) if (last := id_asked(visit, "after")) else None,
        at=visit.at,
        limit=ROWS + 1,
    )
    listed: dict[str, Any] = {
        "people": found[:ROWS],
        "next": found[ROWS - 1].attendee_id if len(found) > ROWS else None,
        "sought": sought,
        "which": "" if which is None else which.value,
        "event": event,
    }
    if visit.request.headers.get("hx-target") == "people":
        return visit.fragment("room_people", **listed)
    counts = await room.count(visit.connection, event.id, visit.at)
    filters = [(one.value, getattr(counts, one.value)) for one in Which]
    return visit.page("room", here="room", counts=counts, filters=filters, **listed)


async def attendee_of(visit: OrganiserVisit, event: Event, attendee_id: str) -> AttendeeReply:
    """The attendee that an address names. Raises `NotFound`."""
    found = await attendees.get(visit.connection, event.id, AttendeeId(attendee_id))
    if found is None:
        raise NotFound
    return found


async def is_private(visit: OrganiserVisit, event: Event) -> bool:
    """Whether nobody but the two may see who is introduced to whom: then the pages count, and name nobody with another."""
    return await privacies.get(visit.connection, event.id) is Privacy.PRIVATE


async def names_of(visit: OrganiserVisit, event: Event, ids: set[AttendeeId]) -> dict[AttendeeId, str]:
    """The names of some of an event's people, by id."""
    found = await attendees.find_by_ids(visit.connection, event.id, sorted(ids))
    return {one.id: one.name for one in found.values()}


def asked(visit: OrganiserVisit, name: str) -> str:
    """What stands behind the address's question mark under that name, as one line."""
    return clean_line(visit.request.query_params.get(name, ""))[:LINE_CHARS_MAX]


def id_asked(visit: OrganiserVisit, name: str) -> str:
    """An id behind the question mark; empty where there is none, or something else."""
    text = asked(visit, name)
    return text if len(text) == UUID_CHARS and not set(text) - set("0123456789abcdef-") else ""


HANDLERS = (show_room,)

"""The waiting list: who signed up and waits to be admitted. Who is refused is removed, after a question (F64)."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.model.association import Scope
from matchmaker.model.ids import AttendeeId
from matchmaker.services import join
from matchmaker.services.join import NotWaiting
from matchmaker.store import attendees, doors
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import attendee_of
from matchmaker.web.organiser.visit import Visit

ROWS = 50


@get("/events/{event_id:str}/room/waiting", scope=Scope.ATTENDEES_READ)
async def show_waiting(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Who waits, the first to sign up first. Whoever is decided on leaves the list, so the next ones move up."""
    event = await event_of(visit, event_id)
    found = await doors.find(visit.connection, event.id, waiting=True, limit=ROWS)
    return visit.page(
        "waiting",
        event=event,
        here="room",
        waiting=found,
        number=(await doors.count(visit.connection, event.id))["waiting"],
        door=await doors.get(visit.connection, event.id),
        people=await attendees.find_by_ids(visit.connection, event.id, [one.attendee_id for one in found]),
        may_change=visit.may(Scope.ATTENDEES_WRITE),
    )


@post("/events/{event_id:str}/room/waiting/{attendee_id:str}/admission", scope=Scope.ATTENDEES_WRITE)
async def admit_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Lets them take part, and writes to them. Who was admitted meanwhile is in already, which is as good."""
    event = await event_of(visit, event_id)
    try:
        await join.admit(visit.connection, event.id, AttendeeId(attendee_id), visit.at)
    except NotWaiting:
        return visit.onward(f"/events/{event.id}/room/waiting", said="not_waiting")
    return visit.onward(f"/events/{event.id}/room/waiting", said="admitted")


@get("/events/{event_id:str}/room/waiting/{attendee_id:str}/refusal", scope=Scope.ATTENDEES_WRITE)
async def ask_refusal(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Asks whether they are to be refused."""
    event = await event_of(visit, event_id)
    return visit.page("refusal", event=event, here="room", attendee=await attendee_of(visit, event, attendee_id))


@post("/events/{event_id:str}/room/waiting/{attendee_id:str}/refusal", scope=Scope.ATTENDEES_WRITE)
async def refuse_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Removes them with what they wrote."""
    event = await event_of(visit, event_id)
    try:
        await join.refuse(visit.connection, event.id, AttendeeId(attendee_id), visit.at)
    except NotWaiting:
        return visit.onward(f"/events/{event.id}/room/waiting", said="not_waiting")
    return visit.onward(f"/events/{event.id}/room/waiting", said="refused")


HANDLERS = (show_waiting, admit_attendee, ask_refusal, refuse_attendee)

"""What an organiser does with one attendee: pause them, remove or erase them after a question."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.pause import PauseScope
from matchmaker.services import enrol, forget, pause
from matchmaker.web.forms import CHOICE
from matchmaker.web.organiser.attendee import attendee_page, path_of
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.kept import stale
from matchmaker.web.organiser.noted import Deed, note
from matchmaker.web.organiser.room import attendee_of
from matchmaker.web.organiser.visit import Visit

EVENT, EVERYWHERE = "event", "everywhere"


@post("/events/{event_id:str}/room/attendees/{attendee_id:str}/pause", scope=Scope.ATTENDEES_WRITE)
async def pause_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Pauses them as they asked for, or lets them come back."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    scope = next((one for one in PauseScope if one.value == visit.form.line("scope")), None)
    if visit.form.line(CHOICE) == "come_back":
        await pause.come_back(visit.connection, event.id, attendee.id, at=visit.at)
        return visit.onward(path_of(event, attendee), said="came_back")
    if scope is None:
        return await attendee_page(visit, event, attendee, problems=[FieldError("/scope", "choose_one", "")])
    await pause.put(visit.connection, event.id, attendee.id, scope, at=visit.at)
    return visit.onward(path_of(event, attendee), said="paused")


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}/removal", scope=Scope.ATTENDEES_WRITE)
async def ask_removal(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Asks whether they are to be removed from this event, or erased everywhere."""
    event = await event_of(visit, event_id)
    return visit.page("removal", event=event, here="room", attendee=await attendee_of(visit, event, attendee_id))


@post("/events/{event_id:str}/room/attendees/{attendee_id:str}/removal", scope=Scope.ATTENDEES_WRITE)
async def remove_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Removes or erases them: nothing of it can be taken back, so what was meant is asked again where they changed meanwhile."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    choice = visit.form.line(CHOICE)
    if choice not in (EVENT, EVERYWHERE):
        problems = [FieldError("/choice", "choose_one", "")]
        return visit.page("removal", event=event, here="room", problems=problems, attendee=attendee)
    if version_in(visit.form) != attendee.version:
        path = f"{path_of(event, attendee)}/removal"
        return stale(visit, path, [], version=attendee.version, event=event, here="room")
    if choice == EVERYWHERE:
        await forget.forget(visit.connection, event.id, attendee.id, visit.at)
    else:
        await enrol.remove(visit.connection, event.id, attendee.id, version=attendee.version, at=visit.at)
    note(visit.request, Deed.ATTENDEE_ERASED if choice == EVERYWHERE else Deed.ATTENDEE_REMOVED)
    return visit.onward(f"/events/{event.id}/room", said="erased" if choice == EVERYWHERE else "attendee_removed")


HANDLERS = (
    pause_attendee,
    ask_removal,
    remove_attendee,
)

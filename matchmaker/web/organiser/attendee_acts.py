"""What an organiser does with one attendee: keep them apart from somebody, pause them, remove or erase them after a question."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.exclusion import Exclusion
from matchmaker.model.pause import PauseScope
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.services import enrol, forget, pause
from matchmaker.store import attendees, exclusions
from matchmaker.web.forms import CHOICE
from matchmaker.web.organiser.attendee import attendee_page, path_of
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.kept import stale
from matchmaker.web.organiser.noted import Deed, note
from matchmaker.web.organiser.room import attendee_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

NAMESAKES_MAX = 10
EVENT, EVERYWHERE = "event", "everywhere"


@post("/events/{event_id:str}/room/attendees/{attendee_id:str}/exclusions", scope=Scope.ATTENDEES_WRITE)
async def keep_attendee_apart(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """From somebody, by the beginning of their name, and from a whole organisation; of several it asks who was meant."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    organisation, person = visit.form.line("organisation")[:LINE_CHARS_MAX], visit.form.line("person")
    meant = [] if not person else await _meant(visit, event, attendee, person)
    if visit.form.line("other"):
        meant = [await attendee_of(visit, event, visit.form.line("other"))]
    if not (meant or organisation):
        code = "nobody_of_that_name" if person else "empty"
        return await attendee_page(visit, event, attendee, problems=[FieldError("/person", code, "")])
    if len(meant) > 1:
        problems = [FieldError("/person", "several_of_that_name", "")]
        return await attendee_page(visit, event, attendee, problems=problems, choices=meant)
    if organisation:
        await _keep(visit, event, Exclusion(attendee_id=attendee.id, organisation=organisation))
    for other in meant:
        await _keep(visit, event, Exclusion(attendee_id=attendee.id, other_id=other.id))
    return visit.onward(path_of(event, attendee), said="kept_apart")


@post(
    "/events/{event_id:str}/room/attendees/{attendee_id:str}/exclusions/{exclusion_id:str}/removal",
    scope=Scope.ATTENDEES_WRITE,
)
async def keep_attendee_apart_no_more(
    visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str], exclusion_id: FromPath[str]
) -> Response[str]:
    """From the next run on the two may meet."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    await exclusions.remove(visit.connection, event.id, exclusion_id)
    return visit.onward(path_of(event, attendee), said="removed")


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


async def _meant(visit: OrganiserVisit, event: Event, attendee: AttendeeReply, name: str) -> list[AttendeeReply]:
    """Whose name begins so, themselves aside; the one of exactly that name where there is one."""
    begun = await attendees.find(visit.connection, event.id, name_prefix=name, limit=NAMESAKES_MAX)
    others = [one for one in begun if one.id != attendee.id]
    exactly = [one for one in others if one.name.casefold() == name.casefold()]
    return exactly or others


async def _keep(visit: OrganiserVisit, event: Event, apart: Exclusion) -> None:
    """Kept apart already is as good."""
    await exclusions.add(visit.connection, event.id, apart, visit.at)


HANDLERS = (
    keep_attendee_apart,
    keep_attendee_apart_no_more,
    pause_attendee,
    ask_removal,
    remove_attendee,
)

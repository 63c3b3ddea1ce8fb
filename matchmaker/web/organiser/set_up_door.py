"""Who may come in by themselves, who may see whom, and for how long people are kept."""

from litestar import Response, get, post

from matchmaker import tokens
from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.door import Door
from matchmaker.model.event import Event
from matchmaker.model.privacy import Privacy
from matchmaker.store import doors, event_kinds, events, privacies
from matchmaker.web.fields import whole
from matchmaker.web.forms import Form
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

HOME = "/events/{event_id:str}/set-up"
KEEP_DAYS_MAX = 3_650


@get(HOME + "/door", scope=Scope.EVENTS_WRITE)
async def show_door_page(visit: Visit, event_id: PathEvent) -> Response[str]:
    """How the door stands, its address, and who came in by it."""
    return await _door(visit, await event_of(visit, event_id))


@post(HOME + "/door", scope=Scope.EVENTS_WRITE)
async def change_door(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Opens or closes the door."""
    event = await event_of(visit, event_id)
    door = next((one for one in Door if one.value == visit.form.line("door")), None)
    if door is None:
        return await _door(visit, event, [FieldError("/door", "empty", "")])
    await doors.put(visit.connection, event.id, door)
    return visit.onward(f"/events/{event.id}/set-up/door", said=f"door_{door.value}")


@get(HOME + "/privacy", scope=Scope.EVENTS_WRITE)
async def show_privacy(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Whether the event is private, and for how long its people are kept."""
    event = await event_of(visit, event_id)
    days = (await event_kinds.get(visit.connection, event.id)).keep_days
    return await _privacy(visit, event, Form({"keep_days": ["" if days is None else str(days)]}))


@post(HOME + "/privacy", scope=Scope.EVENTS_WRITE)
async def change_privacy(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Changes both. A private event stays so once somebody was offered an introduction."""
    event = await event_of(visit, event_id)
    problems: list[FieldError] = []
    days = whole(visit.form, "keep_days", KEEP_DAYS_MAX, problems)
    privacy = next((one for one in Privacy if one.value == visit.form.line("privacy")), None)
    if problems or days == 0:
        problems = [FieldError("/keep_days", "keep_days_range", "")]
    if privacy is None:
        problems.append(FieldError("/privacy", "empty", ""))
    if problems or privacy is None:
        return await _privacy(visit, event, visit.form, problems)
    await events.lock(visit.connection, event.id)
    if not await privacies.put(visit.connection, event.id, privacy):
        return await _privacy(visit, event, visit.form, [FieldError("/privacy", "privacy_promised", "")])
    await event_kinds.put_keep_days(visit.connection, event.id, days)
    return visit.onward(f"/events/{event.id}/set-up", said="saved")


async def _door(visit: OrganiserVisit, event: Event, problems: list[FieldError] | None = None) -> Response[str]:
    path = f"/join/{tokens.event_code(visit.association_id, event.id)}"
    return visit.page(
        "set_up_door",
        event=event,
        here="set_up",
        problems=problems,
        doors=[one.value for one in Door],
        chosen=(await doors.get(visit.connection, event.id) or Door.CLOSED).value,
        address=f"{visit.settings.base_url}{path}",
        path=path,
        counts=await doors.count(visit.connection, event.id),
    )


async def _privacy(
    visit: OrganiserVisit, event: Event, shown: Form, problems: list[FieldError] | None = None
) -> Response[str]:
    return visit.page(
        "set_up_privacy",
        event=event,
        here="set_up",
        problems=problems,
        shown=shown,
        choices=[one.value for one in Privacy],
        chosen=(await privacies.get(visit.connection, event.id) or Privacy.OPEN).value,
        operator_days=visit.settings.keep_attendee_days,
        keep_days_max=KEEP_DAYS_MAX,
        link_address=f"{visit.settings.base_url}/join/{tokens.event_code(visit.association_id, event.id)}/link",
    )


HANDLERS = (show_door_page, change_door, show_privacy, change_privacy)

"""Each round by itself: its day, from when, until when. What lies between two is a break."""

from litestar import Response, get, post

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.programme import SlotInput
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.services import arrange
from matchmaker.store import programmes
from matchmaker.web.forms import Form
from matchmaker.web.organiser.dates import FIELDS, dates_in, overlapping
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit
from matchmaker.web.phrases import zone

PATH = "/events/{event_id:str}/set-up/rounds"
BLANK = 3  # rounds that can be added at a time


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_rounds(visit: Visit, event_id: PathEvent) -> Response[str]:
    """The rounds, and some blank ones."""
    event = await event_of(visit, event_id)
    return await _page(visit, event, Form(await _fields(visit, event)))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_rounds(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Changes the rounds; one that is blank is taken away. Tables stay."""
    event = await event_of(visit, event_id)
    problems: list[FieldError] = []
    read = dates_in(visit.form, range(1, ROUNDS_MAX + 1), zone(event.time_zone), problems)
    found = dict(sorted(read.items(), key=lambda one: one[1]))
    problems += overlapping(found)
    if problems:
        return await _page(visit, event, visit.form, problems)
    slots = [
        SlotInput(number=number, starts_at=begins, ends_at=ends)
        for number, (begins, ends) in enumerate(found.values(), start=1)
    ]
    saved = await arrange.change(visit.connection, event.id, slots=slots, version=version_in(visit.form), at=visit.at)
    if saved is None:
        return await _stale(visit, await event_of(visit, event_id))
    return visit.onward(f"/events/{event.id}/set-up/hours", said="hours_made")


async def _stale(visit: OrganiserVisit, latest: Event) -> Response[str]:
    present = Form(await _fields(visit, latest))
    differences = [
        Difference(label=visit.t("organiser.rounds.number", number=number), yours=yours, theirs=theirs)
        for number in range(1, ROUNDS_MAX + 1)
        if (yours := _told(visit.form, number)) != (theirs := _told(present, number))
    ]
    path = f"/events/{latest.id}/set-up/rounds"
    return stale(visit, path, differences, version=latest.version, event=latest, here="set_up")


def _told(form: Form, number: int) -> str:
    return " ".join(form.line(f"date_{number}_{field}") for field in FIELDS).strip()


async def _fields(visit: OrganiserVisit, event: Event) -> dict[str, list[str]]:
    """The form as the programme has it."""
    local = zone(event.time_zone)
    found: dict[str, list[str]] = {}
    for place, slot in enumerate(await programmes.slots(visit.connection, event.id), start=1):
        begins, ends = slot.starts_at.astimezone(local), slot.ends_at.astimezone(local)
        written = (f"{begins:%Y-%m-%d}", f"{begins:%H:%M}", f"{ends:%H:%M}")
        found |= {f"date_{place}_{field}": [text] for field, text in zip(FIELDS, written, strict=True)}
    return found


async def _page(
    visit: OrganiserVisit, event: Event, shown: Form, problems: list[FieldError] | None = None
) -> Response[str]:
    filled = [number for number in range(1, ROUNDS_MAX + 1) if _told(shown, number)]
    last = min(max(filled, default=0) + BLANK, ROUNDS_MAX)
    return visit.page(
        "set_up_rounds", event=event, here="set_up", problems=problems, shown=shown, numbers=list(range(1, last + 1))
    )


HANDLERS = (show_rounds, change_rounds)

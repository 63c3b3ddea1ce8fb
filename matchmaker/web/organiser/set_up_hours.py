"""The rounds and tables of an event, made from how one says them."""

from datetime import time

from litestar import Response, get, post

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.event_kind import SENSIBLE, Hours
from matchmaker.model.programme import TABLES_MAX, Programme
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.services import arrange
from matchmaker.services.lay_out import hours_of, laid_out
from matchmaker.store import event_kinds
from matchmaker.web.forms import Form
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit
from matchmaker.web.phrases import zone

PATH = "/events/{event_id:str}/set-up/hours"
# The fewest and the most of each number; a table has room for two at least.
NUMBERS = {
    "rounds": (0, ROUNDS_MAX),
    "minutes": (1, 480),
    "pause": (0, 480),
    "tables": (0, TABLES_MAX),
    "seats": (2, 200),
}
PLAIN = Hours(rounds=6, minutes=15, pause=5, tables=30, seats=2)
BEGINS = "10:00"


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_hours(visit: Visit, event_id: PathEvent) -> Response[str]:
    """The rounds as they are, and the form to make them anew."""
    event = await event_of(visit, event_id)
    return await _page(visit, event, Form(await _fields(visit, event)))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def make_hours(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Makes all rounds and tables anew; a table that was there keeps its name."""
    event = await event_of(visit, event_id)
    try:
        hours, begins = _given(visit.form)
        if event.starts_on is None and hours.rounds:
            return await _page(visit, event, visit.form, [FieldError("/begins", "no_day_yet", "")])
        before = (await arrange.programme(visit.connection, event.id)).tables
        programme = laid_out(
            hours,
            day=event.starts_on or visit.at.date(),
            begins=begins,
            time_zone=zone(event.time_zone).key,
            before=before,
        )
        saved = await arrange.replace(
            visit.connection, event.id, programme, version=version_in(visit.form), at=visit.at
        )
    except InvalidFields as error:
        problems = [
            one if one.pointer.count("/") == 1 else FieldError("/begins", "rounds_unfit", "") for one in error.fields
        ]
        return await _page(visit, event, visit.form, problems)
    if saved is None:
        return await _stale(visit, await event_of(visit, event_id))
    return visit.onward(f"/events/{event.id}/set-up/hours", said="hours_made")


async def _stale(visit: OrganiserVisit, latest: Event) -> Response[str]:
    present = await _fields(visit, latest)
    differences = [
        Difference(label=visit.t(f"organiser.hours.{name}"), yours=visit.form.line(name), theirs=present[name][0])
        for name in ("begins", *NUMBERS)
        if visit.form.line(name) != present[name][0]
    ]
    path = f"/events/{latest.id}/set-up/hours"
    return stale(visit, path, differences, version=latest.version, event=latest, here="set_up")


def _given(form: Form) -> tuple[Hours, time]:
    """Raises `InvalidFields`."""
    problems, found = [], {}
    for name, (fewest, most) in NUMBERS.items():
        text = form.line(name)
        if text.isascii() and text.isdigit() and len(text) < 6 and fewest <= int(text) <= most:
            found[name] = int(text)
        else:
            problems.append(FieldError(f"/{name}", f"range_{name}", ""))
    begins = time()
    try:
        begins = time.fromisoformat(form.line("begins")).replace(tzinfo=None)
    except ValueError:
        problems.append(FieldError("/begins", "not_an_hour", ""))
    if problems:
        raise InvalidFields(problems)
    return Hours(**found), begins


async def _fields(visit: OrganiserVisit, event: Event) -> dict[str, list[str]]:
    """The form as the programme has it; where it has none, as fits the kind of event."""
    programme = await arrange.programme(visit.connection, event.id)
    kind = (await event_kinds.get(visit.connection, event.id)).kind
    fitting = SENSIBLE[kind].hours if kind is not None else None
    hours = _said(programme) or fitting or PLAIN
    first = programme.slots[0].starts_at.astimezone(zone(event.time_zone)) if programme.slots else None
    return {
        "begins": [BEGINS if first is None else f"{first:%H:%M}"],
        **{name: [str(getattr(hours, name))] for name in NUMBERS},
    }


def _said(programme: Programme) -> Hours | None:
    """The programme as one says it; None where it has no rounds, or not all are alike."""
    return hours_of([(slot.starts_at, slot.ends_at) for slot in programme.slots], programme.tables)


async def _page(
    visit: OrganiserVisit, event: Event, shown: Form, problems: list[FieldError] | None = None
) -> Response[str]:
    programme = await arrange.programme(visit.connection, event.id)
    local = zone(event.time_zone)
    return visit.page(
        "set_up_hours",
        event=event,
        here="set_up",
        problems=problems,
        shown=shown,
        limits=NUMBERS,
        differ=bool(programme.slots) and _said(programme) is None,
        slots=[
            (slot.number, f"{slot.starts_at.astimezone(local):%H:%M}", f"{slot.ends_at.astimezone(local):%H:%M}")
            for slot in programme.slots
        ],
        tables=len(programme.tables),
        places=sum(table.seats for table in programme.tables),
    )


HANDLERS = (show_hours, make_hours)

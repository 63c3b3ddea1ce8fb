"""Each table by itself: its seats, its name, where it stands, and whether whoever needs an accessible one can sit there."""

from collections.abc import Sequence

from litestar import Response, get, post
from msgspec import structs

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.programme import TABLES_MAX, TableInput
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.services import arrange
from matchmaker.web.forms import Form
from matchmaker.web.organiser.asked import asked_by, number_in
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/events/{event_id:str}/set-up/tables"
SHOWN_MAX = 40
SEATS = range(2, 201)
LINES = ("name", "place")


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_tables(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Some tables, from the number after `after` on; behind the last a blank one."""
    event = await event_of(visit, event_id)
    tables = await _tables(visit, event)
    after = number_in(asked_by(visit), "after", most=TABLES_MAX) or 0
    return _page(visit, event, tables, after, Form(_fields(_shown(tables, after))))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_tables(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Changes the tables that the form shows; the others stay, and so do the rounds."""
    event = await event_of(visit, event_id)
    tables = await _tables(visit, event)
    after = number_in(visit.form, "after", most=TABLES_MAX) or 0
    try:
        given = _given(visit.form, tables)
    except InvalidFields as error:
        return _page(visit, event, tables, after, visit.form, error.fields)
    version = version_in(visit.form)
    saved = await arrange.change(visit.connection, event.id, tables=given, version=version, at=visit.at)
    if saved is None:
        return await _stale(visit, await event_of(visit, event_id), after)
    return visit.onward(f"/events/{event.id}/set-up/tables?after={after}&said=saved")


async def _stale(visit: OrganiserVisit, latest: Event, after: int) -> Response[str]:
    present = {table.number: table for table in await _tables(visit, latest)}
    given = {table.number: table for table in _given(visit.form, list(present.values()))}
    differences = [
        Difference(
            label=visit.t("organiser.tables.number", number=number),
            yours=_told(visit, given.get(number)),
            theirs=_told(visit, present.get(number)),
        )
        for number in sorted({*given, *present})
        if given.get(number) != present.get(number)
    ]
    path = f"/events/{latest.id}/set-up/tables"
    return stale(visit, path, differences, version=latest.version, event=latest, here="set_up")


def _told(visit: OrganiserVisit, table: TableInput | None) -> str:
    if table is None:
        return visit.t("organiser.tables.gone")
    accessible = visit.t("organiser.tables.accessible") if table.accessible else ""
    return ", ".join(filter(None, (str(table.seats), table.name, table.place, accessible)))


async def _tables(visit: OrganiserVisit, event: Event) -> list[TableInput]:
    return arrange.given(await arrange.programme(visit.connection, event.id)).tables


def _shown(tables: Sequence[TableInput], after: int) -> list[TableInput]:
    return [table for table in tables if table.number > after][:SHOWN_MAX]


def _given(form: Form, present: Sequence[TableInput]) -> list[TableInput]:
    """The tables with what the form says of those it shows; a number that is not there is a new one. Raises `InvalidFields`."""
    problems: list[FieldError] = []
    tables = {table.number: table for table in present}
    for name in form.fields:
        text = name.removeprefix("seats_")
        if text == name or not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= TABLES_MAX):
            continue
        table = _table(form, int(text), tables.pop(int(text), None), problems)
        if table is not None:
            tables[table.number] = table
    if len(tables) > TABLES_MAX:
        problems.append(FieldError("/seats_1", "range_tables", ""))
    if problems:
        raise InvalidFields(problems)
    return [tables[number] for number in sorted(tables)]


def _table(form: Form, number: int, before: TableInput | None, problems: list[FieldError]) -> TableInput | None:
    """One table; None where its seats are left blank."""
    seats, lines = form.line(f"seats_{number}"), {name: form.line(f"{name}_{number}") or None for name in LINES}
    if not seats:
        return None
    if not (seats.isascii() and seats.isdigit() and len(seats) < 4 and int(seats) in SEATS):
        problems.append(FieldError(f"/seats_{number}", "range_seats", ""))
        return None
    problems += [
        FieldError(f"/{name}_{number}", "too_long", "")
        for name, line in lines.items()
        if line and len(line) > LINE_CHARS_MAX
    ]
    plain = before or TableInput(number=number)
    accessible = form.line(f"accessible_{number}") == "yes"
    return structs.replace(plain, seats=int(seats), accessible=accessible, **lines)


def _fields(tables: Sequence[TableInput]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table in tables:
        number = table.number
        found |= {
            f"seats_{number}": [str(table.seats)],
            f"name_{number}": [table.name or ""],
            f"place_{number}": [table.place or ""],
            f"accessible_{number}": ["yes" if table.accessible else ""],
        }
    return found


def _page(
    visit: OrganiserVisit,
    event: Event,
    tables: Sequence[TableInput],
    after: int,
    shown: Form,
    problems: list[FieldError] | None = None,
) -> Response[str]:
    numbers = [table.number for table in _shown(tables, after)]
    last = max((table.number for table in tables), default=0)
    is_end = not numbers or numbers[-1] == last
    return visit.page(
        "set_up_tables",
        event=event,
        here="set_up",
        problems=problems,
        shown=shown,
        numbers=numbers,
        blank=last + 1 if is_end and last < TABLES_MAX else None,
        after=after,
        following=None if is_end else numbers[-1],
        seats_most=SEATS[-1],
    )


HANDLERS = (show_tables, change_tables)

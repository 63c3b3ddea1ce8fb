"""What would become of a held file: counts, the rows that would be left out, to be mended in place, and the import itself."""

import re
from collections import defaultdict
from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.intake.archive import ZIP_BEGINS
from matchmaker.intake.sheet import Sheet, folded_header
from matchmaker.intake.table import Unusable
from matchmaker.model.association import Scope
from matchmaker.model.attendee_import import AttendeeImport, RowError
from matchmaker.model.event import Event
from matchmaker.model.held_file import Asked, HeldFile
from matchmaker.model.ids import ImportId
from matchmaker.model.mapping import Rule
from matchmaker.model.text import TEXT_CHARS_MAX, without_forbidden
from matchmaker.services import bring_in, hold
from matchmaker.services.take_in import EventFull
from matchmaker.store import attendees, held_files, imports
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.import_progress import asked_for
from matchmaker.web.organiser.import_remarks import gathered
from matchmaker.web.organiser.import_sides import sides_of
from matchmaker.web.organiser.imports import LISTED_MAX, ONE, PathEvent, PathHeld, held_of
from matchmaker.web.organiser.kept import stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = ONE + "/check"
BAD_ROWS_SHOWN_MAX = 10
CELLS_SHOWN_MAX = 20
ABOUT_FILE_MAX = 20
CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL = re.compile(r"cell-(\d{1,6})-(\d{1,4})", re.ASCII)


class Cell(Struct, frozen=True, kw_only=True):
    """A cell to mend: its column, what stands there, and whether that is what is wrong."""

    column: int
    header: str
    text: str
    wrong: bool


class BadRow(Struct, frozen=True, kw_only=True):
    """A row that would be left out, and why."""

    number: int
    line: int
    errors: list[RowError]
    cells: list[Cell]


@get(PATH, scope=Scope.ATTENDEES_WRITE)
async def show_check(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """What the last dry run said; without one it is still to be made."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    if held.asked is not None or held.import_id is None:
        return visit.onward(f"/events/{event.id}/import/{held.id}/{'progress' if held.asked else 'columns'}")
    return await _page(visit, event, held)


@post(PATH, scope=Scope.ATTENDEES_WRITE)
async def check_again(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Takes the cells that were mended, and tries the rows again; with the main button they are taken in if all are right."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    path = f"/events/{event.id}/import/{held.id}"
    if held.asked is not None or version_in(visit.form) != held.version:
        return stale(visit, f"{path}/check", [], version=held.version, event=event, here="import")
    cells = _cells(visit)
    without = {int(one) for one in visit.form.all("without") if one.isascii() and one.isdigit() and len(one) < 7}
    if cells or without:
        held = await hold.mend(visit.connection, held, cells, without)
    taken = visit.form.line("choice") == "take"
    if bring_in.is_long(held):
        return await asked_for(visit, event, held, Asked.TAKE_IF_RIGHT if taken else Asked.CHECK)
    rows_max = visit.settings.import_rows_max
    try:
        tried = await hold.try_out(visit.connection, held, rows_max=rows_max, at=visit.at)
    except (Unusable, EventFull):
        return visit.onward(f"{path}/columns", said="check_refused")
    if tried.failed or not taken:
        return visit.onward(f"{path}/check", said="still_wrong" if tried.failed else "checked")
    return await _taken(visit, event, held)


@get("/events/{event_id:str}/imports/{import_id:str}/failed", scope=Scope.ATTENDEES_WRITE)
async def get_failed(visit: Visit, event_id: PathEvent, import_id: FromPath[str]) -> Response[bytes]:
    """The rows that were or would be left out, as a file in the form they came in, with a column `error`."""
    event = await event_of(visit, event_id)
    content = await imports.failed_rows(visit.connection, event.id, ImportId(import_id))
    if content is None:
        raise NotFound
    kind, suffix = (XLSX_TYPE, "xlsx") if content.startswith(ZIP_BEGINS) else (CSV_TYPE, "csv")
    headers = {
        "Content-Disposition": f'attachment; filename="failed-rows.{suffix}"',
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(content, media_type=kind, headers=headers)


@post(ONE + "/taken", scope=Scope.ATTENDEES_WRITE)
async def take_in(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Takes in the rows that can be, as they were tried; the others stay to be mended."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    path = f"/events/{event.id}/import/{held.id}"
    if held.asked is not None or held.import_id is None or version_in(visit.form) != held.version:
        return stale(visit, f"{path}/check", [], version=held.version, event=event, here="import")
    if bring_in.is_long(held):
        return await asked_for(visit, event, held, Asked.TAKE)
    return await _taken(visit, event, held)


@get("/events/{event_id:str}/imports/{import_id:str}", scope=Scope.ATTENDEES_WRITE)
async def show_import(visit: Visit, event_id: PathEvent, import_id: FromPath[str]) -> Response[str]:
    """What became of a file, and why rows were left out."""
    event = await event_of(visit, event_id)
    done = await imports.get(visit.connection, event.id, ImportId(import_id))
    if done is None or done.dry_run:
        raise NotFound
    left = await held_files.find(visit.connection, event.id, visit.at, limit=LISTED_MAX) if done.failed else []
    return visit.page(
        "import_done",
        event=event,
        here="import",
        done=done,
        held=next((one for one in left if one.file_name == done.file_name), None),
        may_run=visit.may(Scope.RUNS_WRITE) and await attendees.count(visit.connection, event.id) > 1,
        sides=await sides_of(visit, event),
        wrong=gathered(error for error in done.errors if not error.kept),
    )


async def _taken(visit: OrganiserVisit, event: Event, held: HeldFile) -> Response[str]:
    done, _ = await hold.take(visit.connection, held, rows_max=visit.settings.import_rows_max, at=visit.at)
    return visit.onward(f"/events/{event.id}/imports/{done.id}", said="taken_in")


async def _page(visit: OrganiserVisit, event: Event, held: HeldFile) -> Response[str]:
    if held.import_id is None:
        raise NotFound
    tried = await imports.get(visit.connection, event.id, held.import_id)
    if tried is None:
        raise NotFound
    sheet = await hold.sheet_of(visit.connection, held)
    warnings = [error for error in tried.errors if error.kept and error.row]
    return visit.page(
        "import_check",
        event=event,
        here="import",
        held=held,
        path=f"/events/{event.id}/import/{held.id}",
        tried=tried,
        good=held.rows - tried.failed,
        bad=_bad_rows(tried, sheet, held.rules),
        warnings=gathered(warnings),
        about_file=[error for error in tried.errors if error.kept and not error.row][:ABOUT_FILE_MAX],
        warning_count=len(warnings),
    )


def _bad_rows(tried: AttendeeImport, sheet: Sheet, rules: Sequence[Rule]) -> list[BadRow]:
    """The first rows that would be left out."""
    wrong: dict[int, list[RowError]] = defaultdict(list)
    for error in tried.errors:
        if not error.kept and 0 < error.row <= len(sheet.records):
            wrong[error.row].append(error)
    return [
        BadRow(number=number, line=errors[0].line, errors=errors, cells=_shown(sheet, number, errors, rules))
        for number, errors in sorted(wrong.items())[:BAD_ROWS_SHOWN_MAX]
    ]


def _shown(sheet: Sheet, number: int, errors: Sequence[RowError], rules: Sequence[Rule]) -> list[Cell]:
    """The cells that some rule takes, those that are wrong first among equals; all of a line that could not be read."""
    faulty = {folded_header(name) for error in errors for name in error.column.split(" + ") if name}
    taken = {folded_header(rule.column) for rule in rules if rule.column}
    texts = hold.cells_shown(sheet, number)
    whole = not faulty
    shown = [
        Cell(column=index, header=header, text=texts[index], wrong=folded_header(header) in faulty)
        for index, header in enumerate(sheet.header)
        if whole or folded_header(header) in taken | faulty
    ]
    first = sorted(shown, key=lambda cell: not cell.wrong)[:CELLS_SHOWN_MAX]
    return sorted(first, key=lambda cell: cell.column)


def _cells(visit: OrganiserVisit) -> dict[int, dict[int, str]]:
    """What was typed into cells, by row and column."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for name in visit.form.fields:
        if match := CELL.fullmatch(name):
            text = without_forbidden(visit.form.raw(name).replace("\r\n", "\n"))
            found[int(match[1])][int(match[2])] = text[:TEXT_CHARS_MAX]
    return found


HANDLERS = (show_check, check_again, take_in, show_import, get_failed)

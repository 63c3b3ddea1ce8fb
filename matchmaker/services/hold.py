"""Hold a file between being chosen and being taken in: its rows can be tried, mended and tried again, and none is lost.

What is held is the sheet, opened once; a row number is its place among the records that are not blank, from 1.
"""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import msgpack, structs

from matchmaker.errors import Conflict
from matchmaker.intake import meaning
from matchmaker.intake.preview import preview_of
from matchmaker.intake.recognise import suggestion_of
from matchmaker.intake.sheet import Record, Sheet
from matchmaker.intake.table import Table, Tell, Unusable, untold
from matchmaker.model.attendee_import import AttendeeImport, ImportPreview
from matchmaker.model.held_file import HeldFile, HeldFileInput
from matchmaker.model.ids import EventId
from matchmaker.model.mapping import RULES_MAX, Rule
from matchmaker.services.give_back import failed_file
from matchmaker.services.take_in import failed_cells, take_in
from matchmaker.store import held_files, imports
from matchmaker.store.connection import Connection
from matchmaker.store.tenant import allow_waiting

LOOKED_AT_MAX = 300
READ_SECONDS_MAX = 60  # twenty thousand rows, on a machine with much else to do
READ_SHARE, TAKEN_SHARE = 0.55, 0.9  # of all the work, as twenty thousand rows were seen to take

Cells = Mapping[int, str]


class ChangedMeanwhile(Conflict):
    """Somebody else changed this file meanwhile."""


async def hold(
    connection: Connection,
    event_id: EventId,
    sheet: Sheet,
    *,
    file_name: str,
    at: datetime,
    rules: list[Rule] | None = None,
) -> HeldFile:
    """The sheet, held for a day, with its columns taken as `rules` say, or else as they seem to be.

    Raises `Unusable` where it has no rows, of which no choice of columns could make anybody.
    """
    filled = [record for record in sheet.records if not _blank(record)]
    if not filled:
        raise Unusable("no_rows", "The file has a header and no rows.", cure="Add a line for each attendee.")
    sheet = structs.replace(sheet, records=filled)
    suggestion = await asyncio.to_thread(suggestion_of, sheet)
    given = HeldFileInput(
        file_name=file_name,
        rows=len(filled),
        cells=await asyncio.to_thread(msgpack.encode, sheet),
        rules=(suggestion.rules if rules is None else rules)[:RULES_MAX],
        tool=suggestion.tool,
    )
    return await held_files.add(connection, event_id, given, at)


async def sheet_of(connection: Connection, held: HeldFile) -> Sheet:
    """The cells of a held file."""
    cells = await held_files.cells(connection, held.id)
    return await asyncio.to_thread(msgpack.decode, cells, type=Sheet)


async def look_at(held: HeldFile, sheet: Sheet, *, rows_max: int) -> ImportPreview:
    """Its columns, and what its first rows would become; of a long file the first few hundred rows are enough for that."""
    part = structs.replace(sheet, records=sheet.records[:LOOKED_AT_MAX], said=[])
    return await asyncio.to_thread(preview_of, part, rules=held.rules, rows_max=rows_max)


async def try_out(
    connection: Connection, held: HeldFile, *, rows_max: int, at: datetime, tell: Tell = untold
) -> AttendeeImport:
    """What would become of its rows, noted with the file. Raises `Unusable`, `EventFull`, `ChangedMeanwhile`."""
    _, done, _ = await _run(connection, held, rows_max=rows_max, dry_run=True, at=at, tell=tell)
    if not await held_files.note_tried(connection, held.id, done.id, version=held.version):
        raise ChangedMeanwhile
    return done


async def take(
    connection: Connection, held: HeldFile, *, rows_max: int, at: datetime, tell: Tell = untold
) -> tuple[AttendeeImport, bool]:
    """What became of its rows, and whether the file is held on: then it has those rows alone that were left out.

    Raises `Unusable`, `EventFull`, `ChangedMeanwhile`.
    """
    sheet, done, failed = await _run(connection, held, rows_max=rows_max, dry_run=False, at=at, tell=tell)
    if not failed:
        await held_files.remove(connection, held.id)
        return done, False
    await _save(connection, held, _only(sheet, failed))
    return done, True


async def mend(
    connection: Connection, held: HeldFile, cells: Mapping[int, Cells], without: Collection[int] = ()
) -> HeldFile:
    """The file with those cells of those rows, by number and column, and without some rows. Raises `ChangedMeanwhile`."""
    sheet = await sheet_of(connection, held)
    width = len(sheet.header)
    records = [
        _mended(record, cells[number], width) if number in cells else record
        for number, record in enumerate(sheet.records, start=1)
        if number not in without
    ]
    return await _save(connection, held, structs.replace(sheet, records=[one for one in records if not _blank(one)]))


def part(tell: Tell, begin: float, end: float) -> Tell:
    """What tells how much is done of a part of the work, which reaches from `begin` to `end` of it all."""
    return lambda share: tell(begin + share * (end - begin))


def cells_shown(sheet: Sheet, number: int) -> list[str]:
    """The cells of a row, one for each column; of a line that could not be read all that it held stands in the first."""
    record = sheet.records[number - 1]
    width = len(sheet.header)
    if record.broken is not None and not any(record.cells[:width]):
        return [*record.cells[width:][:1], *[""] * width][:width]
    return [*record.cells, *[""] * width][:width]


async def _run(
    connection: Connection, held: HeldFile, *, rows_max: int, dry_run: bool, at: datetime, tell: Tell
) -> tuple[Sheet, AttendeeImport, set[int]]:
    """Raises `ChangedMeanwhile` where a worker was asked, and is not any more."""
    await allow_waiting(connection, READ_SECONDS_MAX)
    sheet = await sheet_of(connection, held)
    table: Table = await asyncio.to_thread(
        meaning.read, sheet, rules=held.rules, rows_max=rows_max, tell=part(tell, 0, READ_SHARE)
    )
    taking = part(tell, READ_SHARE, TAKEN_SHARE)
    outcome = await take_in(connection, held.event_id, table, dry_run=dry_run, at=at, tell=taking)
    failed = await asyncio.to_thread(failed_file, outcome, table)
    done = await imports.add(
        connection, held.event_id, outcome, file_name=held.file_name, dry_run=dry_run, failed_rows=failed,
        held_id=held.id, at=at,
    )  # fmt: skip
    if held.asked is not None and not await held_files.end(connection, held.id):
        raise ChangedMeanwhile
    return sheet, done, {number for number, _ in failed_cells(outcome, table)}


def _only(sheet: Sheet, numbers: set[int]) -> Sheet:
    records = [record for number, record in enumerate(sheet.records, start=1) if number in numbers]
    return structs.replace(sheet, records=records)


async def _save(connection: Connection, held: HeldFile, sheet: Sheet) -> HeldFile:
    cells = await asyncio.to_thread(msgpack.encode, sheet)
    saved = await held_files.save_cells(connection, held.id, cells, rows=len(sheet.records), version=held.version)
    if saved is None:
        raise ChangedMeanwhile
    return saved


def _mended(record: Record, cells: Cells, width: int) -> Record:
    """Columns that were not shown stay; what stood past the last column, or broke the line, is what was mended."""
    kept = [""] * width if record.broken is not None else [*record.cells, *[""] * width][:width]
    return Record(line=record.line, cells=[cells.get(column, cell) for column, cell in enumerate(kept)])


def _blank(record: Record) -> bool:
    return record.broken is None and not any(map(str.strip, record.cells))

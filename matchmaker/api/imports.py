"""Imports: many attendees at once."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.datastructures import State
from litestar.params import FromQuery, QueryParameter
from msgspec import Meta, structs

from matchmaker.api.body import JSON_TYPE, ApiRequest, require_media_type
from matchmaker.api.context import association_of
from matchmaker.api.import_bodies import (
    CSV_TYPE,
    EXAMPLE_CSV,
    FILE_TYPES,
    MAPPING_PATTERN,
    XLSX_TYPE,
    look_at,
    mapping_of,
    read_json,
    read_sheet,
)
from matchmaker.api.parameters import PathEvent, PathImport, YesNo
from matchmaker.api.transaction import At, Connection, provide_connection
from matchmaker.api.versions import created, existing
from matchmaker.intake.archive import ZIP_BEGINS
from matchmaker.intake.sheet import Sheet
from matchmaker.intake.table import Unusable
from matchmaker.model.association import Scope
from matchmaker.model.attendee import ImportRow
from matchmaker.model.attendee_import import ERRORS_SHOWN_MAX, AttendeeImport, ImportPreview, RowError
from matchmaker.model.ids import MappingId
from matchmaker.model.mapping import HEADER_CHARS_MAX, Rule, columns_of
from matchmaker.model.text import LINE_PATTERN, Count
from matchmaker.services import take_in
from matchmaker.services.give_back import failed_file
from matchmaker.services.open_file import open_file
from matchmaker.store import events, imports, mappings
from matchmaker.store.connection import Connection as DatabaseConnection
from matchmaker.store.tenant import tenant_transaction

BYTES_MAX = 10_000_000
ROWS_MAX = 20_000

SHOWN_FAILED = (
    "name,email,quota,error\r\n"
    "Ada Lovelace,ada@example.org,many,The quota 'many' is not a whole number from 0 to 50.\r\n"
)
SHOWN_WORKBOOK = "PK… (the bytes of a workbook)"

ImportRows = Annotated[list[ImportRow], Meta(max_length=ROWS_MAX, description="The attendees, 20,000 at most.")]
DryRun = FromQuery[
    Annotated[YesNo, Meta(description="`true` tells what would become of the rows, and changes nothing.")]
]
ColumnMap = FromQuery[
    Annotated[
        str,
        Meta(
            max_length=4_000,
            pattern=MAPPING_PATTERN,
            description="Which column is what, for files: `Full name=name,Can help with=offers`.",
        ),
    ]
    | None
]
ByMapping = Annotated[
    MappingId | None, QueryParameter(), Meta(description="The mapping that says which column is what, for files.")
]
SheetName = FromQuery[
    Annotated[
        str,
        Meta(
            max_length=HEADER_CHARS_MAX,
            pattern=LINE_PATTERN,
            description="The sheet of a workbook; else the first filled.",
        ),
    ]
    | None
]


class ImportReply(AttendeeImport, frozen=True, kw_only=True):
    """What became of an import's rows; `errors` shows the first thousand, `error_count` counts all."""

    error_count: Count
    errors: Annotated[list[RowError], Meta(max_length=ERRORS_SHOWN_MAX)]


@post(
    operation_id="create_import",
    summary="Import attendees",
    response_description="What became of the rows.",
    scope=Scope.ATTENDEES_WRITE,
    takes=lambda: ImportRows,
    also_takes={CSV_TYPE: EXAMPLE_CSV, XLSX_TYPE: SHOWN_WORKBOOK},
    request_max_body_size=BYTES_MAX,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_import(
    request: ApiRequest,
    state: State,
    at: At,
    event_id: PathEvent,
    dry_run: DryRun = YesNo.FALSE,
    map: ColumnMap = None,
    mapping_id: ByMapping = None,
    sheet: SheetName = None,
) -> Response[ImportReply]:
    """Takes in up to 20,000 attendees, 10 MB, as CSV, a workbook (.xlsx, .ods, .xls) or JSON. The same again changes nothing.

    A row is the attendee with its external id, else its e-mail. Of a file the good rows go in, and each other is reported with
    its line, column and what to do about it; a row that JSON gets wrong refuses the whole body, with every bad field named.
    Columns are what `mapping_id` or `map` says; without either, exports of pretix, Eventbrite and Luma are known by their
    headers, and else columns go by our own names. An e-mail that cannot be right costs its person letters, not their place.
    """
    if require_media_type(request, *FILE_TYPES, JSON_TYPE) == JSON_TYPE:
        table = await asyncio.to_thread(read_json, ImportRows, await request.body())
    else:
        opened, rules = await _opened(request, state, map, mapping_id, sheet)
        table = await asyncio.to_thread(read_sheet, opened, mapping_of(map), rules, state.settings.import_rows_max)
    connection = await provide_connection(request)
    tried = dry_run is YesNo.TRUE
    outcome = await take_in.take_in(connection, event_id, table, dry_run=tried, at=at)
    failed = await asyncio.to_thread(failed_file, outcome, table)
    done = await imports.add(connection, event_id, outcome, file_name=None, dry_run=tried, failed_rows=failed, at=at)
    return created(_reply(done), f"/v1/events/{event_id}/imports/{done.id}")


@post(
    "/preview",
    operation_id="preview_import",
    summary="Look at a file before importing it",
    response_description="What the file holds and would become.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    takes=lambda: ImportRows,
    takes_files_only=True,
    also_takes={CSV_TYPE: EXAMPLE_CSV, XLSX_TYPE: SHOWN_WORKBOOK},
    request_max_body_size=BYTES_MAX,
)
async def preview_import(
    request: ApiRequest,
    state: State,
    event_id: PathEvent,
    map: ColumnMap = None,
    mapping_id: ByMapping = None,
    sheet: SheetName = None,
) -> ImportPreview:
    """Shows a file's columns with what stands in them, what they seem to be, and what its rows would become. Nothing is kept.

    Without `mapping_id` or `map`, rows are shown as the suggested mapping would have them: keep it, changed where it is wrong,
    as a mapping, and name that in the import. Who of the rows is at the event already, a dry run of the import tells.
    """
    require_media_type(request, *FILE_TYPES)
    async with _asking(request) as connection:
        existing(await events.get(connection, event_id))
    opened, rules = await _opened(request, state, map, mapping_id, sheet)
    return await asyncio.to_thread(look_at, opened, mapping_of(map), rules, state.settings.import_rows_max)


@get(
    "/{import_id:str}",
    operation_id="get_import",
    summary="Get an import",
    response_description="What became of the rows.",
    scope=Scope.ATTENDEES_READ,
)
async def get_import(connection: Connection, event_id: PathEvent, import_id: PathImport) -> ImportReply:
    """Gets what became of an import, or in a dry run would have become."""
    return _reply(existing(await imports.get(connection, event_id, import_id)))


@get(
    "/{import_id:str}/failed-rows",
    operation_id="get_failed_rows",
    summary="Get an import's failed rows",
    response_description="The failed rows as they came, to be mended and sent again.",
    scope=Scope.ATTENDEES_READ,
    produces=(CSV_TYPE, XLSX_TYPE),
    shown={CSV_TYPE: SHOWN_FAILED, XLSX_TYPE: SHOWN_WORKBOOK},
    gives=("Content-Disposition",),
)
async def get_failed_rows(connection: Connection, event_id: PathEvent, import_id: PathImport) -> Response[bytes]:
    """Gets the rows that were left out, in the form of their file, with what is wrong in a last column `error`, which an import
    of the mended file leaves aside. No lines where none failed, after 30 days, and once someone of the event was deleted, whom
    they might name: then `errors` is empty too, and the counts stay."""
    existing(await imports.get(connection, event_id, import_id))
    content = await imports.failed_rows(connection, event_id, import_id)
    kind, suffix = (XLSX_TYPE, "xlsx") if (content or b"").startswith(ZIP_BEGINS) else (CSV_TYPE, "csv")
    headers = {"Content-Disposition": f'attachment; filename="failed-rows-{import_id}.{suffix}"'}
    return Response(content or b"", media_type=kind, headers=headers)


async def _opened(
    request: ApiRequest, state: State, columns: str | None, mapping_id: MappingId | None, sheet: str | None
) -> tuple[Sheet, list[Rule] | None]:
    """The file that was sent and the rules of the mapping that was named, in a transaction of its own: the file takes seconds,
    and a connection would wait for it."""
    if columns is not None and mapping_id is not None:
        raise Unusable("map_twice", "Both map and mapping_id say what columns are.", cure="Leave one of them out.")
    rules = None if mapping_id is None else await _rules(request, mapping_id)
    known = [*mapping_of(columns), *columns_of(rules or ())]
    rows_max = state.settings.import_rows_max
    body = await request.body()
    return await open_file(body, sheet=sheet, rows_max=rows_max, gate=state.workbooks, known=known), rules


async def _rules(request: ApiRequest, mapping_id: MappingId) -> list[Rule]:
    async with _asking(request) as connection:
        found = await mappings.get(connection, mapping_id)
    if found is None:
        raise Unusable("mapping_unknown", "There is no mapping with that id.", cure="List the mappings, and name one.")
    return found.rules


def _asking(request: ApiRequest) -> AbstractAsyncContextManager[DatabaseConnection]:
    return tenant_transaction(request.app.state.pool, association_of(request.scope), readonly=True)


def _reply(done: AttendeeImport) -> ImportReply:
    fields = structs.asdict(done) | {"errors": done.errors[:ERRORS_SHOWN_MAX], "error_count": len(done.errors)}
    return ImportReply(**fields)


router = Router(
    "/v1/events/{event_id:str}/imports",
    tags=["imports"],
    route_handlers=[create_import, preview_import, get_import, get_failed_rows],
)

"""Imports: many attendees at once."""

import asyncio
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.datastructures import State
from litestar.params import FromQuery
from msgspec import Meta, structs

from matchmaker.api.body import JSON_TYPE, ApiRequest, require_media_type
from matchmaker.api.import_bodies import CSV_TYPE, EXAMPLE_CSV, MAPPING_PATTERN, mapping_of, read_csv, read_json
from matchmaker.api.parameters import PathEvent, PathImport, YesNo
from matchmaker.api.transaction import At, Connection, provide_connection
from matchmaker.api.versions import created, existing
from matchmaker.export.csv import rows_csv
from matchmaker.intake.table import Table
from matchmaker.model.association import Scope
from matchmaker.model.attendee import ImportRow
from matchmaker.model.attendee_import import AttendeeImport, ImportOutcome, RowError
from matchmaker.model.text import Count
from matchmaker.services import take_in
from matchmaker.settings import Settings
from matchmaker.store import imports

ERRORS_SHOWN_MAX = 1_000
BYTES_MAX = 10_000_000
ROWS_MAX = 20_000

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
            description="Which column is what, for CSV: `Full name=name,Can help with=offers`.",
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
    also_takes={CSV_TYPE: EXAMPLE_CSV},
    request_max_body_size=BYTES_MAX,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_import(
    request: ApiRequest, state: State, at: At, event_id: PathEvent, dry_run: DryRun = YesNo.FALSE, map: ColumnMap = None
) -> Response[ImportReply]:
    """Takes in up to 20,000 attendees, 10 MB, as CSV or JSON. Sending the same again changes nothing.

    A row is the attendee with its external id, else its e-mail. Of a CSV the good rows go in, and each other is reported with
    its line and what to do about it; a row that JSON gets wrong refuses the whole body, with every bad field named.
    """
    table = await _read(request, state.settings, map)
    connection = await provide_connection(request)
    tried = dry_run is YesNo.TRUE
    outcome = await take_in.take_in(connection, event_id, table, dry_run=tried, at=at)
    failed = await asyncio.to_thread(_failed_rows, outcome, table)
    done = await imports.add(connection, event_id, outcome, file_name=None, dry_run=tried, failed_rows=failed, at=at)
    return created(_reply(done), f"/v1/events/{event_id}/imports/{done.id}")


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
    produces=(CSV_TYPE,),
    shown={CSV_TYPE: "name,email\r\nAda Lovelace,ada(at)example.org\r\n"},
    gives=("Content-Disposition",),
)
async def get_failed_rows(connection: Connection, event_id: PathEvent, import_id: PathImport) -> Response[bytes]:
    """Gets the rows that were left out, as CSV with the header they came with; no lines where none failed."""
    existing(await imports.get(connection, event_id, import_id))
    content = await imports.failed_rows(connection, event_id, import_id)
    headers = {"Content-Disposition": f'attachment; filename="failed-rows-{import_id}.csv"'}
    return Response(content or b"", media_type=CSV_TYPE, headers=headers)


async def _read(request: ApiRequest, settings: Settings, columns: str | None) -> Table:
    """The body as a table, read in a thread: 10 MB take seconds, and the event loop has others to serve."""
    media_type = require_media_type(request, CSV_TYPE, JSON_TYPE)
    body = await request.body()
    if media_type == CSV_TYPE:
        return await asyncio.to_thread(read_csv, body, mapping_of(columns), settings.import_rows_max)
    return await asyncio.to_thread(read_json, ImportRows, body)


def _failed_rows(outcome: ImportOutcome, table: Table) -> bytes | None:
    cells = take_in.failed_cells(outcome, table)
    return rows_csv(table.header, (row for _, row in cells)) if cells and table.header else None


def _reply(done: AttendeeImport) -> ImportReply:
    fields = structs.asdict(done) | {"errors": done.errors[:ERRORS_SHOWN_MAX], "error_count": len(done.errors)}
    return ImportReply(**fields)


router = Router(
    "/v1/events/{event_id:str}/imports",
    tags=["imports"],
    route_handlers=[create_import, get_import, get_failed_rows],
)

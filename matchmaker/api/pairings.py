"""What a run proposes: ranked pairings, and who is left without."""

from litestar import Response, Router, get

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import (
    LIMIT,
    Cursor,
    FilterAttendee,
    FilterFormat,
    FilterLeast,
    Limit,
    PathAttendee,
    PathEvent,
    PathRun,
)
from matchmaker.api.spreadsheets import CSV_TYPE, JSON_TYPE, ROWS_MAX, spreadsheet, wants_csv
from matchmaker.api.transaction import Connection
from matchmaker.api.versions import existing
from matchmaker.export.csv import pairings_csv, rounds_csv
from matchmaker.model.association import Scope
from matchmaker.model.ids import EventId, RunId
from matchmaker.model.pairing import Pairing, Unmatched
from matchmaker.model.run import Format as RunFormat
from matchmaker.services import review
from matchmaker.store import attendees, pairings
from matchmaker.store.connection import Connection as StoreConnection

SEATING = (RunFormat.ROUNDS, RunFormat.TABLES)
SHOWN = (
    "rank,first_id,first_name,first_email,first_organisation,second_id,second_name,second_email,second_organisation,"
    "mutual_value,value_to_first,value_to_second,reason_to_first,reason_to_second,"
    "questions_to_first,questions_to_second\r\n"
)


@get(
    "/pairings",
    operation_id="list_pairings",
    summary="List pairings",
    response_description="A page of pairings; as CSV all of them.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409,),
    produces=(JSON_TYPE, CSV_TYPE),
    shown={CSV_TYPE: SHOWN},
    replies=Page[Pairing],
    gives=("Link", "Vary", "Content-Disposition"),
)
async def list_pairings(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_id: PathRun,
    attendee_id: FilterAttendee = None,
    mutual_value_least: FilterLeast = None,
    wanted_format: FilterFormat = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Response[Page[Pairing] | bytes]:
    """Lists the pairings a run proposes, the best first, with what each side gains, why, and two questions for each to begin
    with, in the language they write in themselves.

    `format=csv`, or `Accept: text/csv`, gives all of them at once with names and addresses, for a spreadsheet, and where the
    run makes rounds or tables with `round` and `table` as last columns; this needs `attendees:read` too.
    """
    as_csv = wants_csv(request, wanted_format)
    after = None if as_csv else position(request, cursor, int)
    found = await review.ranked(
        connection,
        event_id,
        run_id,
        attendee_id=attendee_id,
        mutual_value_least=mutual_value_least,
        after=after,
        limit=ROWS_MAX if as_csv else limit + 1,
    )
    if as_csv:
        return await _csv(connection, event_id, run_id, found)
    return Response(page(request, found, limit, lambda pairing: pairing.rank), headers={"Vary": "Accept"})


@get(
    "/unmatched",
    operation_id="list_unmatched",
    summary="List who is left without",
    response_description="A page of people without a pairing.",
    scope=Scope.RUNS_READ,
    problems=(409,),
    gives=("Link",),
)
async def list_unmatched(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_id: PathRun,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[Unmatched]:
    """Lists who has no pairing, why, and what would help."""
    begin = position(request, cursor, int) or 0
    found = (await review.unmatched(connection, event_id, run_id))[begin : begin + limit + 1]
    return page(request, found, limit, lambda _: begin + limit)


@get(
    "/attendees/{attendee_id:str}/pairings",
    operation_id="list_attendee_pairings",
    summary="List one attendee's pairings",
    response_description="A page of pairings.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409,),
    gives=("Link",),
)
async def list_attendee_pairings(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_id: PathRun,
    attendee_id: PathAttendee,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[Pairing]:
    """Lists the pairings of one attendee in that attendee's own order: who is worth most to them comes first."""
    existing(await attendees.get(connection, event_id, attendee_id))
    after = position(request, cursor, tuple[float, int])
    found = await review.of_attendee(connection, event_id, run_id, attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (pairings.value_to(attendee_id, one), one.rank))


async def _csv(
    connection: StoreConnection, event_id: EventId, run_id: RunId, found: list[Pairing]
) -> Response[Page[Pairing] | bytes]:
    run = await review.run(connection, event_id, run_id)
    written = rounds_csv if run.format in SEATING else pairings_csv
    people = (one for pairing in found for one in (pairing.first, pairing.second))
    return await spreadsheet(
        connection, event_id, people, written=lambda who: written(found, who), name=f"pairings-{run_id}"
    )


router = Router(
    "/v1/events/{event_id:str}/runs/{run_id:str}",
    tags=["pairings"],
    route_handlers=[list_pairings, list_unmatched, list_attendee_pairings],
)

"""What a run proposes: ranked pairings, and who is left without."""

import asyncio

from litestar import Response, Router, get

from matchmaker.api.body import ApiRequest
from matchmaker.api.gate import require, wanted
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import (
    LIMIT,
    Cursor,
    FilterAttendee,
    FilterFormat,
    FilterLeast,
    Format,
    Limit,
    PathAttendee,
    PathEvent,
    PathRun,
)
from matchmaker.api.transaction import Connection
from matchmaker.api.versions import existing
from matchmaker.export.csv import Who, pairings_csv
from matchmaker.model.association import Scope
from matchmaker.model.attendee import Attendee, AttendeeReply
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing, Unmatched
from matchmaker.model.person import Contact
from matchmaker.model.profile import Profile
from matchmaker.services import review
from matchmaker.store import attendees, pairings
from matchmaker.store.connection import Connection as StoreConnection

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
CSV_ROWS_MAX = 1_000_000
SHOWN = (
    "rank,first_id,first_name,first_email,first_organisation,second_id,second_name,second_email,second_organisation,"
    "mutual_value,value_to_first,value_to_second,reason_to_first,reason_to_second\r\n"
)


@get(
    "/pairings",
    operation_id="list_pairings",
    summary="List pairings",
    response_description="A page of pairings; as CSV all of them.",
    scope=Scope.RUNS_READ,
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
    """Lists the pairings a run proposes, the best first, with what each side gains and why.

    `format=csv`, or `Accept: text/csv`, gives all of them at once with names and addresses, for a spreadsheet; this needs
    `attendees:read` too.
    """
    as_csv = (wanted_format or _accepted(request)) is Format.CSV
    after = None if as_csv else position(request, cursor, int)
    found = await review.ranked(
        connection,
        event_id,
        run_id,
        attendee_id=attendee_id,
        mutual_value_least=mutual_value_least,
        after=after,
        limit=CSV_ROWS_MAX if as_csv else limit + 1,
    )
    if as_csv:
        require(request, Scope.ATTENDEES_READ)
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


def _accepted(request: ApiRequest) -> Format:
    return Format.CSV if wanted(request, (JSON_TYPE, CSV_TYPE)) == CSV_TYPE else Format.JSON


async def _csv(
    connection: StoreConnection, event_id: EventId, run_id: RunId, found: list[Pairing]
) -> Response[Page[Pairing] | bytes]:
    ids = list(dict.fromkeys(one for pairing in found for one in (pairing.first, pairing.second)))
    known = await attendees.find_by_ids(connection, event_id, ids)
    content = await asyncio.to_thread(pairings_csv, found, _who(known))
    headers = {"Content-Disposition": f'attachment; filename="pairings-{run_id}.csv"', "Vary": "Accept"}
    return Response(content, media_type=CSV_TYPE, headers=headers)


def _who(known: dict[AttendeeId, AttendeeReply]) -> Who:
    return {
        one: (
            Contact(name=reply.name, email=reply.email),
            Attendee(id=one, profile=Profile(), organisation=reply.organisation),
        )
        for one, reply in known.items()
    }


router = Router(
    "/v1/events/{event_id:str}/runs/{run_id:str}",
    tags=["pairings"],
    route_handlers=[list_pairings, list_unmatched, list_attendee_pairings],
)

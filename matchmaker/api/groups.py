"""What a run proposes beyond pairs: groups, byes, routed asks, connectors."""

from collections.abc import Sequence
from typing import TypeVar

from litestar import Response, Router, get

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterAttendee, FilterFormat, Limit, PathEvent, PathRun
from matchmaker.api.spreadsheets import CSV_TYPE, JSON_TYPE, ROWS_MAX, spreadsheet, wants_csv
from matchmaker.api.transaction import Connection
from matchmaker.export.seats import sets_csv, tables_csv
from matchmaker.model.association import Scope
from matchmaker.model.group import Bye, Connector, Group, RoutedAsk
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.run import Format
from matchmaker.services import review
from matchmaker.store.connection import Connection as StoreConnection

SHOWN = "round,table,attendee_id,name,email,organisation\r\n"

T = TypeVar("T")


@get(
    "/groups",
    operation_id="list_groups",
    summary="List groups",
    response_description="A page of groups.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409,),
    produces=(JSON_TYPE, CSV_TYPE),
    shown={CSV_TYPE: SHOWN},
    replies=Page[Group],
    gives=("Link", "Vary", "Content-Disposition"),
)
async def list_groups(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_id: PathRun,
    attendee_id: FilterAttendee = None,
    wanted_format: FilterFormat = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Response[Page[Group] | bytes]:
    """Lists the tables, sets, circles and trios a run proposes, in the run's own order.

    Who left the event has left their groups; one of whom fewer than two are left is not listed. `format=csv`, or `Accept:
    text/csv`, gives the seats of all tables, or of all sets where the run makes sets, with names and addresses; this needs
    `attendees:read` too.
    """
    as_csv = wants_csv(request, wanted_format)
    found = await review.groups(
        connection,
        event_id,
        run_id,
        attendee_id=attendee_id,
        after=None if as_csv else position(request, cursor, int),
        limit=ROWS_MAX if as_csv else limit + 1,
    )
    if as_csv:
        return await _csv(connection, event_id, run_id, [group for _, group in found])
    return Response(_by_rank(request, found, limit), headers={"Vary": "Accept"})


@get(
    "/byes",
    operation_id="list_byes",
    summary="List byes",
    response_description="A page of byes.",
    scope=Scope.RUNS_READ,
    problems=(409,),
    gives=("Link",),
)
async def list_byes(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_id: PathRun,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[Bye]:
    """Lists who sits out which round, round by round."""
    after = position(request, cursor, tuple[int, AttendeeId])
    found = await review.byes(connection, event_id, run_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda bye: (bye.round, bye.attendee_id))


@get(
    "/asks",
    operation_id="list_asks",
    summary="List routed asks",
    response_description="A page of asks.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409,),
    gives=("Link",),
)
async def list_asks(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_id: PathRun,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[RoutedAsk]:
    """Lists the asks that nobody can trade for, and where each goes: an expert's clinic, a topic's host, or your queue."""
    after = position(request, cursor, int)
    found = await review.asks(connection, event_id, run_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return _by_rank(request, found, limit)


@get(
    "/connectors",
    operation_id="list_connectors",
    summary="List connectors",
    response_description="A page of connectors.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409,),
    gives=("Link",),
)
async def list_connectors(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_id: PathRun,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[Connector]:
    """Lists, for pairs of strangers, the third who knows both and could introduce them."""
    after = position(request, cursor, int)
    found = await review.connectors(connection, event_id, run_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return _by_rank(request, found, limit)


async def _csv(
    connection: StoreConnection, event_id: EventId, run_id: RunId, found: list[Group]
) -> Response[Page[Group] | bytes]:
    run = await review.run(connection, event_id, run_id)
    written = sets_csv if run.format is Format.SETS else tables_csv
    people = (one for group in found for one in group.members)
    return await spreadsheet(
        connection, event_id, people, written=lambda who: written(found, who), name=f"groups-{run_id}"
    )


def _by_rank(request: ApiRequest, found: Sequence[tuple[int, T]], limit: int) -> Page[T]:
    """A page of what stands beside its rank, which only the cursor needs."""
    ranked = page(request, found, limit, lambda one: one[0])
    return Page(items=[noun for _, noun in ranked.items], next=ranked.next)


router = Router(
    "/v1/events/{event_id:str}/runs/{run_id:str}",
    tags=["groups"],
    route_handlers=[list_groups, list_byes, list_asks, list_connectors],
)

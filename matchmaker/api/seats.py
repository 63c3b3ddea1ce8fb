"""Seats of a drafted run changed by hand: what a change would do, and the change."""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.parameters import PathEvent, PathRun
from matchmaker.api.transaction import provide_connection, transaction_of
from matchmaker.model.association import Scope
from matchmaker.model.group import RoundNumber, TableNumber
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.seating import SeatChange, SeatEffect, SeatPairs
from matchmaker.services import reseat
from matchmaker.store.tenant import tenant_transaction

InRound = Annotated[RoundNumber, QueryParameter(name="round", required=True)]
Who = Annotated[AttendeeId, QueryParameter(name="attendee_id", required=True), Meta(description="Who moves.")]
TableFrom = Annotated[
    TableNumber | None,
    QueryParameter(name="table_from"),
    Meta(description="Where they sit; left out, they have no seat."),
]
TableTo = Annotated[
    TableNumber | None,
    QueryParameter(name="table_to"),
    Meta(description="Where they go; left out, they give up their seat."),
]
Other = Annotated[
    AttendeeId | None, QueryParameter(name="other_id"), Meta(description="Who comes back the same way, if anybody.")
]


@get(
    "/seats/effect",
    operation_id="preview_seat_change",
    summary="What would a change of seats do?",
    response_description="What it does to tables and people, and what speaks against it.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409, 422),
)
async def preview_seat_change(
    request: ApiRequest,
    event_id: PathEvent,
    run_id: PathRun,
    in_round: InRound,
    attendee_id: Who,
    table_from: TableFrom = None,
    table_to: TableTo = None,
    other_id: Other = None,
) -> SeatEffect:
    """Says what a change of seats in a drafted run of rounds or tables would do. Nothing is changed.

    Somebody goes to a free seat, changes places with `other_id`, or gives up their seat; who has no seat in the round is given
    one the same way. `hinders` says what makes it impossible, and so does `against` where two are kept apart. 409 where
    somebody sits elsewhere than said. Up to 5,000 people; 503 where the answer takes too long, or others are being answered.
    """
    change = SeatChange(
        round=in_round, attendee_id=attendee_id, table_from=table_from, table_to=table_to, other_id=other_id
    )
    state, association_id = request.app.state, association_of(request.scope)
    async with tenant_transaction(state.pool, association_id, readonly=True) as connection:
        question = await reseat.asked(connection, event_id, run_id, change)
    answer = await state.questions.ask(state.pool, association_id, event_id, run_id, question)
    async with tenant_transaction(state.pool, association_id, readonly=True) as connection:
        return (await reseat.look(connection, event_id, run_id, change, answer)).effect


@post(
    "/seats",
    operation_id="change_seats",
    summary="Change seats by hand",
    response_description="What it did to tables and people.",
    status_code=200,
    scope=Scope.RUNS_WRITE,
    tells_who=True,
    problems=(422,),
    gives=("Idempotency-Replayed",),
)
async def change_seats(
    request: ApiRequest, event_id: PathEvent, run_id: PathRun, data: JSONBody[SeatChange]
) -> SeatEffect:
    """Changes seats in a drafted run of rounds or tables, as the organisers' plan does, with its pairings and tables.

    `table_from` and `table_to` are where people sat when you looked: 409 where somebody sits elsewhere by now, where a rule that
    outranks your hand stands in the way, and once the run is released. The same change with `table_from` and `table_to` exchanged
    takes it back. Nobody hears of it before the run is released. Up to 5,000 people; 503 where the answer takes too long.
    """
    answer = await _answer(request, event_id, run_id, data)
    connection = await provide_connection(request)
    return await reseat.keep(connection, event_id, run_id, data, answer)


async def _answer(request: ApiRequest, event_id: EventId, run_id: RunId, change: SeatChange) -> SeatPairs:
    """What the pairs gain, unless the request was answered before; whoever waits for it holds no connection."""
    connection = await provide_connection(request)
    question = await reseat.asked(connection, event_id, run_id, change)
    await transaction_of(request).roll_back()
    state = request.app.state
    found: SeatPairs = await state.questions.ask(state.pool, association_of(request.scope), event_id, run_id, question)
    return found


router = Router(
    "/v1/events/{event_id:str}/runs/{run_id:str}",
    tags=["runs"],
    route_handlers=[preview_seat_change, change_seats],
)

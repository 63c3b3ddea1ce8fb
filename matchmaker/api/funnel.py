"""The funnel: how far an event's pairs came, in numbers."""

from litestar import Router, get

from matchmaker.api.parameters import PathEvent
from matchmaker.api.transaction import Connection
from matchmaker.model.association import Scope
from matchmaker.model.funnel import Funnel
from matchmaker.services import collect


@get(
    operation_id="get_funnel",
    summary="How far did the pairs come?",
    response_description="How many pairs came how far.",
    scope=Scope.RUNS_READ,
)
async def get_funnel(connection: Connection, event_id: PathEvent) -> Funnel:
    """Counts an event's pairs as of now: proposed, offered, half-accepted, introduced, met, useful. A pair counts once.

    Of a private event each number is rounded down to a multiple of five, so that it tells nothing of one pair.
    """
    return await collect.funnel(connection, event_id)


router = Router("/v1/events/{event_id:str}/funnel", tags=["introductions"], route_handlers=[get_funnel])

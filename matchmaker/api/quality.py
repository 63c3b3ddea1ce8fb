"""Quality over time: by event, and by release of one; and what an event added to its people's network."""

from litestar import Router, get

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.parameters import PathEvent
from matchmaker.api.transaction import Connection
from matchmaker.model.association import Scope
from matchmaker.model.network_effect import NetworkEffect
from matchmaker.model.quality import Qualities
from matchmaker.services import measure


@get(
    "/v1/quality",
    operation_id="get_quality",
    summary="How good were introductions, event by event?",
    response_description="Each event of which a run was released, the earliest first.",
    scope=Scope.RUNS_READ,
    whole_association=True,
)
async def get_quality(connection: Connection) -> Qualities:
    """Says of each event which share of the answers was yes, of the introduced pairs met, and of the ratings was 3 or better.

    Each share has an interval of 95 %, and is null where fewer than five tell it. The latest two hundred events.
    """
    return await measure.quality(connection)


@get(
    "/v1/events/{event_id:str}/quality",
    operation_id="get_event_quality",
    summary="How good were introductions, release by release?",
    response_description="Each released run of the event, the earliest first.",
    scope=Scope.RUNS_READ,
)
async def get_event_quality(connection: Connection, event_id: PathEvent) -> Qualities:
    """Says the same of each run that was released at an event, so that one sees whether introductions grew better."""
    return await measure.quality_of_event(connection, event_id)


@get(
    "/v1/events/{event_id:str}/network",
    operation_id="get_network",
    summary="What did the event add to the network?",
    response_description="The network before and after, in numbers and as a picture's places.",
    scope=Scope.RUNS_READ,
    tells_who=True,
)
async def get_network(request: ApiRequest, event_id: PathEvent) -> NetworkEffect:
    """Compares who was tied with whom before the event with all ties since: who is alone, whom one reaches in two steps, which
    organisations hold the network together, and how many organisations are new to someone.

    A tie is two who know each other, came together at an event, or were introduced. Counted are those who let it be measured. 503
    where the answer takes too long, or others are being answered.
    """
    state = request.app.state
    found: NetworkEffect = await state.questions.connect(state.pool, association_of(request.scope), event_id)
    return found


router = Router("/", tags=["quality"], route_handlers=[get_quality, get_event_quality, get_network])

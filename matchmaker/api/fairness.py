"""How a run treats groups of people, and what holding back a share of introductions could show."""

from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter
from msgspec import Meta

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.parameters import PathEvent, PathRun
from matchmaker.api.transaction import Connection
from matchmaker.api.versions import existing
from matchmaker.matching.uplift import power_of
from matchmaker.model.association import Scope
from matchmaker.model.fairness import Characteristic, Fairness, Spread, UpliftPower
from matchmaker.model.hold_back import Uplift
from matchmaker.services import measure
from matchmaker.store import events

PAIRS_MAX = 1_000_000

By = Annotated[Characteristic, QueryParameter(), Meta(description="What people are grouped by.")]
Pairs = Annotated[
    Annotated[int, Meta(ge=1, le=PAIRS_MAX)],
    QueryParameter(required=True),
    Meta(description="How many introductions there are, those held back included."),
]
HeldBack = Annotated[
    Annotated[float, Meta(ge=0, le=1)], QueryParameter(), Meta(description="The share of them that is held back.")
]
YesShare = Annotated[
    Annotated[float, Meta(ge=0, le=1)], QueryParameter(), Meta(description="The share of yes without matching.")
]
Difference = Annotated[
    Annotated[float, Meta(ge=0, le=1)], QueryParameter(), Meta(description="How much more matching would bring.")
]


@get(
    "/runs/{run_id:str}/fairness",
    operation_id="get_fairness",
    summary="How does a run treat groups?",
    response_description="Exposure, value and acceptance of each group, with intervals.",
    scope=Scope.RUNS_READ,
    problems=(409, 422),
)
async def get_fairness(
    request: ApiRequest, event_id: PathEvent, run_id: PathRun, by: By = Characteristic.GROUP
) -> Fairness:
    """Says of each group of a run's people how many introductions a person has, what one is worth to them, and how many of the
    answers about them are yes, each with an interval of 95 %.

    Of a group of fewer than five, and of one that would tell such a group apart, only the name is told. 503 where others are
    being answered.
    """
    state = request.app.state
    found: Fairness = await state.questions.weigh(state.pool, association_of(request.scope), event_id, run_id, by)
    return found


@get(
    "/runs/{run_id:str}/spread",
    operation_id="get_spread",
    summary="How are introductions spread?",
    response_description="How many people have how many introductions.",
    scope=Scope.RUNS_READ,
    problems=(409,),
)
async def get_spread(connection: Connection, event_id: PathEvent, run_id: PathRun) -> Spread:
    """Says how many of a run's people have no introduction, one, two, and so on. Of a run in pairs."""
    return await measure.spread(connection, event_id, run_id)


@get(
    "/uplift/power",
    operation_id="get_uplift_power",
    summary="What could holding back show?",
    response_description="The power, and the smallest difference that would be found.",
    scope=Scope.RUNS_READ,
)
async def get_uplift_power(
    connection: Connection,
    event_id: PathEvent,
    pairs: Pairs,
    held_back: HeldBack = 0.1,
    yes_share: YesShare = 0.3,
    difference: Difference = 0.1,
) -> UpliftPower:
    """Says before an event whether holding back a random share of its introductions could show what matching adds."""
    existing(await events.get(connection, event_id))
    return power_of(pairs=pairs, held_back=held_back, yes_share=yes_share, uplift=difference)


@get(
    "/uplift",
    operation_id="get_uplift",
    summary="What did introductions add?",
    response_description="Held back beside introduced, with intervals.",
    scope=Scope.RUNS_READ,
)
async def get_uplift(connection: Connection, event_id: PathEvent) -> Uplift:
    """Compares the introductions of two who consented with those that chance held back: how many met, and found it useful.

    Release a run with a `holdback_share` to hold some back. Both kinds are asked after the event whether
    they met; whoever says nothing counts as not having met.
    """
    existing(await events.get(connection, event_id))
    return await measure.uplift(connection, event_id)


router = Router(
    "/v1/events/{event_id:str}",
    tags=["fairness"],
    route_handlers=[get_fairness, get_spread, get_uplift_power, get_uplift],
)

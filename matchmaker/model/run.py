"""A match run: queued, running, drafted, released; or failed, cancelled, superseded."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.group import Byes, Connectors, Groups, Remark, RoundNumber, RoutedAsks, SetReserve, Shortfall
from matchmaker.model.ids import EventId, RunId, WeightsId
from matchmaker.model.pairing import Pairing, Reserve, Unmatched
from matchmaker.model.policy import Policy
from matchmaker.model.text import INT4_MAX, LIST_MAX, Count, Line, Seed, Share, Value

STARTS_MAX = 3

FromRound = Annotated[
    RoundNumber,
    Meta(
        description="Rounds before this one stay as the run it builds on has them; from it on as little changes as may be: "
        "who is absent leaves, and who is checked in and has no seat gets one."
    ),
]


class RunState(Enum):
    """The life of a run; `TRANSITIONS` says which follows which."""

    QUEUED = "queued"
    RUNNING = "running"
    DRAFTED = "drafted"
    RELEASED = "released"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Format(Enum):
    """What a run makes: introductions, introductions in rounds, rotating tables, or action-learning sets."""

    INTRODUCTIONS = "introductions"
    ROUNDS = "rounds"
    TABLES = "tables"
    SETS = "sets"


SEATING = frozenset({Format.ROUNDS, Format.TABLES})

SEATING = frozenset({Format.ROUNDS, Format.TABLES})

TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.CANCELLED, RunState.FAILED}),
    RunState.RUNNING: frozenset(
        {RunState.QUEUED, RunState.RUNNING, RunState.DRAFTED, RunState.CANCELLED, RunState.FAILED}
    ),
    RunState.DRAFTED: frozenset({RunState.RELEASED, RunState.SUPERSEDED}),
    RunState.RELEASED: frozenset({RunState.SUPERSEDED}),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
    RunState.SUPERSEDED: frozenset(),
}


class Extreme(Struct, frozen=True, kw_only=True):
    """What one end of the dial from best scores to nobody left out would come to."""

    objective: Annotated[float, Meta(ge=0)]
    left_out: Count


class Report(Struct, frozen=True, kw_only=True):
    """What a run came to, for the whole room. Values are 0 to 100, shares 0 to 1."""

    people: Count
    pairings: Count
    coverage: Annotated[Share, Meta(description="Share of people with at least one pairing.")]
    one_way_share: Annotated[Share, Meta(description="Share of pairings in which one side stays below the floor.")]
    load_gini: Annotated[Share, Meta(description="How unevenly pairings are spread over people: 0 is even.")]
    mutual_value_mean: Value
    mutual_value_least: Value
    objective: Annotated[
        float,
        Meta(ge=0, description="What all pairings are worth together: mutual values, with wishes and what was told."),
    ]
    upper_bound: Annotated[
        float | None,
        Meta(
            description="No allowed set of pairings can be worth more, proven over all pairs; null where nothing was proven."
        ),
    ]
    versions: dict[str, str]
    seed: Seed
    input_hash: Annotated[str, Meta(min_length=64, max_length=64)]
    notes: Annotated[dict[str, Count], Meta(description="What was counted on the way, by code.")] = {}
    format: Format = Format.INTRODUCTIONS
    gap: Annotated[Share | None, Meta(description="How far below the upper bound this is, as a share of it.")] = None
    left_out: Annotated[Count, Meta(description="People who fit someone, want introductions, and have none.")] = 0
    best_scores: Annotated[Extreme | None, Meta(description="The dial at 0: best scores.")] = None
    nobody_left_out: Annotated[Extreme | None, Meta(description="The dial at 1: nobody left out.")] = None
    organisations_met_mean: Annotated[
        float, Meta(ge=0, description="How many other organisations a person meets, on average.")
    ] = 0.0
    common_ground_mean: Annotated[Share, Meta(description="How alike the interests of a pair are, on average.")] = 0.0
    repeats: Annotated[Count, Meta(description="Pairs who have met, or sat together, before.")] = 0
    shortfalls: Annotated[
        list[Shortfall], Meta(max_length=LIST_MAX, description="Promises not kept; the first fifty.")
    ] = []
    remarks: Annotated[list[Remark], Meta(max_length=LIST_MAX)] = []


class Proposal(Struct, frozen=True, kw_only=True):
    """What the core proposes: ranked pairings or groups, who is unmatched and why, the report, and reserves if asked for."""

    pairings: list[Pairing]
    unmatched: list[Unmatched]
    report: Report
    groups: Groups = []
    byes: Byes = []
    asks: RoutedAsks = []
    connectors: Connectors = []
    reserves: list[Reserve] = []
    set_reserves: list[SetReserve] = []


class RunInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may set when a run is asked for.

    `replay_of` repeats an earlier run from its stored snapshot; `builds_on` keeps, where that costs little, what people were
    told of an earlier one (F34). `from_round` begins the rounds or tables of that one anew at a later round (F39).
    """

    seed: Seed = 1
    format: Format = Format.INTRODUCTIONS
    policy: Policy | None = None
    replay_of: RunId | None = None
    builds_on: RunId | None = None
    from_round: FromRound | None = None


class MatchRun(Struct, frozen=True, kw_only=True):
    """A run as stored and shown."""

    id: RunId
    event_id: EventId
    state: RunState
    format: Format
    seed: Seed
    policy: Policy
    replay_of: RunId | None
    builds_on: RunId | None
    from_round: FromRound | None
    weights_id: Annotated[
        WeightsId | None, Meta(description="The learned weights it uses; null for the built-in ones.")
    ]
    stage: Line | None
    progress: Share
    starts: Count
    input_hash: str | None
    output_hash: str | None
    report: Report | None
    error: Annotated[str, Meta(max_length=1_000)] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RunProgress(Struct, frozen=True, kw_only=True):
    """What a run said on its way; numbered from 1 in each run, so that a listener can come back and miss nothing."""

    number: Annotated[int, Meta(ge=1, le=INT4_MAX)]
    state: RunState
    stage: Line | None
    progress: Share
    created_at: datetime

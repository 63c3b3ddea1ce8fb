"""A match run: queued, running, drafted, released; or failed, cancelled, superseded."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import EventId, RunId
from matchmaker.model.pairing import Pairing, Unmatched
from matchmaker.model.policy import Policy
from matchmaker.model.text import INT4_MAX, Count, Line, Seed, Share, Value

STARTS_MAX = 3


class RunState(Enum):
    """The life of a run; `TRANSITIONS` says which follows which."""

    QUEUED = "queued"
    RUNNING = "running"
    DRAFTED = "drafted"
    RELEASED = "released"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


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


class Report(Struct, frozen=True, kw_only=True):
    """What a run came to, for the whole room. Values are 0 to 100, shares 0 to 1."""

    people: Count
    pairings: Count
    coverage: Annotated[Share, Meta(description="Share of people with at least one pairing.")]
    one_way_share: Annotated[Share, Meta(description="Share of pairings in which one side stays below the floor.")]
    load_gini: Annotated[Share, Meta(description="How unevenly pairings are spread over people: 0 is even.")]
    mutual_value_mean: Value
    mutual_value_least: Value
    objective: Annotated[float, Meta(ge=0, description="Sum of the mutual values of all pairings.")]
    upper_bound: Annotated[
        float | None, Meta(description="No set of pairings can be worth more; null until certified.")
    ]
    versions: dict[str, str]
    seed: Seed
    input_hash: Annotated[str, Meta(min_length=64, max_length=64)]
    notes: Annotated[dict[str, Count], Meta(description="What was counted on the way, by code.")] = {}


class Proposal(Struct, frozen=True, kw_only=True):
    """What the core proposes: ranked pairings, who is unmatched and why, and the report."""

    pairings: list[Pairing]
    unmatched: list[Unmatched]
    report: Report


class RunInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may set when a run is asked for; `replay_of` repeats an earlier run from its stored snapshot."""

    seed: Seed = 1
    policy: Policy | None = None
    replay_of: RunId | None = None


class MatchRun(Struct, frozen=True, kw_only=True):
    """A run as stored and shown."""

    id: RunId
    event_id: EventId
    state: RunState
    seed: Seed
    policy: Policy
    replay_of: RunId | None
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

"""Two runs beside each other: did they read the same, what did they propose differently, and who would notice."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.group import Group, GroupKind, RoundNumber, TableNumber
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing
from matchmaker.model.text import Count, Value
from matchmaker.services import review
from matchmaker.store import groups, pairings
from matchmaker.store.connection import Connection

PAIRINGS_MAX = 1_000_000
SHOWN_MAX = 1_000


class Pair(Struct, frozen=True, kw_only=True):
    """Two attendees whom only one of the runs proposes; `first < second`."""

    first: AttendeeId
    second: AttendeeId
    rank: Count
    mutual_value: Value


class ChangedPair(Struct, frozen=True, kw_only=True):
    """Two attendees whom both runs propose, at another value or rank, in another round or at another table."""

    first: AttendeeId
    second: AttendeeId
    rank_here: Count
    rank_there: Count
    mutual_value_here: Value
    mutual_value_there: Value
    round_here: RoundNumber | None
    round_there: RoundNumber | None
    table_here: TableNumber | None
    table_there: TableNumber | None


Pairs = Annotated[list[Pair], Meta(max_length=SHOWN_MAX)]


class RunComparison(Struct, frozen=True, kw_only=True):
    """`here` is the run asked about, `there` the one it is compared with. Lists show the best thousand, counts tell all."""

    here: RunId
    there: RunId
    same_input: bool
    same_policy: bool
    same_seed: bool
    same_output: bool
    pairings_only_here: Count
    pairings_only_there: Count
    pairings_in_both: Count
    pairings_changed: Count
    only_here: Pairs
    only_there: Pairs
    changed: Annotated[list[ChangedPair], Meta(max_length=SHOWN_MAX)]
    attendees_affected: Annotated[
        Count,
        Meta(description="People who would meet somebody else, or the same at another table or in another round."),
    ]
    affected: Annotated[list[AttendeeId], Meta(max_length=SHOWN_MAX)]


async def compare(connection: Connection, event_id: EventId, here_id: RunId, there_id: RunId) -> RunComparison:
    """Raises `NotFound`, `RunNotDrafted`."""
    here, there = await review.run(connection, event_id, here_id), await review.run(connection, event_id, there_id)
    ours, theirs = await _pairings(connection, here_id), await _pairings(connection, there_id)
    changed = _changed(ours, theirs)
    only_here, only_there = _only(ours, theirs), _only(theirs, ours)
    affected = _affected(
        {*map(_seated, ours.values()), *await _groups(connection, here_id)},
        {*map(_seated, theirs.values()), *await _groups(connection, there_id)},
    )
    return RunComparison(
        here=here_id,
        there=there_id,
        same_input=here.input_hash == there.input_hash,
        same_policy=here.policy == there.policy,
        same_seed=here.seed == there.seed,
        same_output=here.output_hash == there.output_hash,
        pairings_only_here=len(only_here),
        pairings_only_there=len(only_there),
        pairings_in_both=len(ours) - len(only_here),
        pairings_changed=len(changed),
        only_here=only_here[:SHOWN_MAX],
        only_there=only_there[:SHOWN_MAX],
        changed=changed[:SHOWN_MAX],
        attendees_affected=len(affected),
        affected=affected[:SHOWN_MAX],
    )


_ByPair = Mapping[tuple[AttendeeId, AttendeeId], Pairing]


# Who meets whom: the people in order, what kind of group if it is one, the round and the table.
_Meeting = tuple[tuple[AttendeeId, ...], GroupKind | None, int | None, int | None]


async def _pairings(connection: Connection, run_id: RunId) -> _ByPair:
    found = await pairings.find(connection, run_id, limit=PAIRINGS_MAX)
    return {(pairing.first, pairing.second): pairing for pairing in found}


def _only(some: _ByPair, others: _ByPair) -> list[Pair]:
    """Those of `some` that are not in `others`, by rank."""
    return [
        Pair(first=pairing.first, second=pairing.second, rank=pairing.rank, mutual_value=pairing.mutual_value)
        for pair, pairing in some.items()
        if pair not in others
    ]


def _changed(ours: _ByPair, theirs: _ByPair) -> list[ChangedPair]:
    both = ((ours[pair], theirs[pair]) for pair in ours if pair in theirs)
    return [
        ChangedPair(
            first=here.first,
            second=here.second,
            rank_here=here.rank,
            rank_there=there.rank,
            mutual_value_here=here.mutual_value,
            mutual_value_there=there.mutual_value,
            round_here=here.round,
            round_there=there.round,
            table_here=here.table,
            table_there=there.table,
        )
        for here, there in both
        if (here.rank, here.mutual_value, here.round, here.table)
        != (there.rank, there.mutual_value, there.round, there.table)
    ]


def _seated(pairing: Pairing) -> _Meeting:
    return (pairing.first, pairing.second), None, pairing.round, pairing.table


async def _groups(connection: Connection, run_id: RunId) -> set[_Meeting]:
    found = await groups.find(connection, run_id, limit=PAIRINGS_MAX)
    return {_gathered(group) for _, group in found}


def _gathered(group: Group) -> _Meeting:
    """Only in a circle does the order count. The number of a group that has a round is its table's, and else nobody's."""
    people = group.members if group.kind is GroupKind.CIRCLE else sorted(group.members)
    return tuple(people), group.kind, group.round, None if group.round is None else group.number


def _affected(ours: set[_Meeting], theirs: set[_Meeting]) -> list[AttendeeId]:
    """Everyone in a meeting that only one of the runs has."""
    return sorted({one for people, *_ in ours ^ theirs for one in people})

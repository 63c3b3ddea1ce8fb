"""Rounds begun anew at a later one, with the least change: who left makes room, who came late gets a place (F34, F38, F41).

Rounds before stay as they are, and are remembered: nobody meets again whom they met there. From then on every pair of two
who are still there keeps its round and its table. Only who lost a partner, or has no place yet, is looked at: they meet each
other where they can, and else take the place of someone with fewer byes, which changes one pair. Who came late has missed
rounds already, so that byes go to others first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.byes import fill_gaps, join, sitting_out
from matchmaker.matching.colouring import Board, Mask, Plan, blank, both, enter, free, has_table
from matchmaker.matching.edges import Edges, edges_between, merged
from matchmaker.matching.formats import Made, Programme, Task, group_of
from matchmaker.matching.pairs import Room, every_candidate, special_edges, values_among
from matchmaker.matching.places import Held, tables_kept
from matchmaker.matching.roster import Ints
from matchmaker.model.group import Bye, Group, GroupKind
from matchmaker.model.ids import AttendeeId
from matchmaker.model.snapshot import Earlier

HELD_WEIGHT = 10.0  # more than what any pair could gain, so that the shortest change is the best


@dataclass(frozen=True, kw_only=True)
class Before:
    """What an earlier run had for the rows of a room: pairs held from `begin` on (`(h, 2)`, with `round` and `table` from 0
    and 1, and `third`, -1 for nobody), keys of pairs who `met` before, `had` `(n, R)` who met someone in which round before,
    `byes` `(n,)` had before; `placed` `(n,)` has a seat or a bye from `begin` on, and `alone` `(n,)` a partner who is gone."""

    begin: int
    ends: Ints
    round: Ints
    table: Ints
    third: Ints
    met: Ints
    had: Mask
    byes: Ints
    placed: Mask
    alone: Mask


def resumed_rounds(task: Task, earlier: Earlier) -> Made:
    """The rounds from `earlier.from_round` on, with as few changes as may be; those before are not among them."""
    before = before_of(
        earlier, {id_: row for row, id_ in enumerate(task.roster.ids)}, task.programme.available.shape[1]
    )
    open_ = task.programme.available & (np.arange(before.had.shape[1]) >= before.begin)
    room = _room_left(task.room, before, open_)
    held = _holds(room, before, open_)
    lost = np.zeros(len(room), np.bool_)
    lost[before.ends[~held].ravel()] = True
    lost[before.third[~held & (before.third >= 0)]] = True
    lost |= before.alone | ~before.placed
    affected = np.flatnonzero(lost & (room.rules.quota > 0))
    edges = _edges(room, before, held, affected, earlier, task)
    return _made(task, room, edges, before, held, affected, open_)


def before_of(earlier: Earlier, row_of: dict[AttendeeId, int], rounds: int) -> Before:
    """The earlier run as rows; of pairs one of whom is gone nothing is left."""
    begin, people = earlier.from_round - 1, len(row_of)
    had, byes = np.zeros((people, rounds), np.bool_), np.zeros(people, np.int64)
    placed, alone = np.zeros((2, people), np.bool_)
    thirds = {(one.round, one.number): set(one.members) for one in earlier.groups if one.kind is GroupKind.TRIO}
    held, met = [], []
    for round_, table, pair, everyone in _meetings(earlier, thirds):
        rows = sorted(row_of[one] for one in everyone if one in row_of)
        if round_ <= begin:
            had[[row for row in rows if round_ <= rounds], min(round_, rounds) - 1] = True
            met += [(one, other) for at, one in enumerate(rows) for other in rows[at + 1 :]]
            continue
        placed[rows] = True
        whole = pair <= row_of.keys() and round_ <= rounds
        alone[rows] |= not whole
        if whole:
            first, second = sorted(row_of[one] for one in pair)
            third = next((row_of[one] for one in everyone - pair if one in row_of), -1)
            held.append((first, second, round_ - 1, table, third))
    for bye in earlier.byes:
        if bye.attendee_id in row_of:
            row = row_of[bye.attendee_id]
            byes[row] += bye.round <= begin
            placed[row] |= bye.round > begin
    table_of = np.array(sorted(held, key=lambda one: (one[2], one[3])), np.int64).reshape(-1, 5)
    pairs = np.array(met, np.int64).reshape(-1, 2)
    return Before(
        begin=begin,
        ends=table_of[:, :2],
        round=table_of[:, 2],
        table=table_of[:, 3],
        third=table_of[:, 4],
        met=np.unique(pairs @ [max(people, 1), 1]),
        had=had,
        byes=byes,
        placed=placed,
        alone=alone,
    )


def _meetings(
    earlier: Earlier, thirds: dict[tuple[int | None, int], set[AttendeeId]]
) -> Iterator[tuple[int, int, set[AttendeeId], set[AttendeeId]]]:
    """Round, table, the two, and all who sit there."""
    for one in earlier.pairings:
        if one.round is not None:
            pair, seated = {one.first, one.second}, thirds.get((one.round, one.table or 0), set())
            yield one.round, one.table or 0, pair, seated | pair if pair <= seated else pair


def _room_left(room: Room, before: Before, open_: Mask) -> Room:
    """The room with the meetings that are left to each."""
    left = np.maximum(room.rules.quota - before.had.sum(axis=1), 0)
    return replace(room, rules=replace(room.rules, quota=np.minimum(left, open_.sum(axis=1))))


def _holds(room: Room, before: Before, open_: Mask) -> Mask:
    """`(h,)`: which pairs may stay: both are there in their round, and nothing keeps them apart by now."""
    ends, special = before.ends, room.rules.special
    keys = special.first[special.factor == 0] * len(room) + special.second[special.factor == 0]
    there = open_[ends[:, 0], before.round] & open_[ends[:, 1], before.round]
    holds: Mask = there & ~np.isin(ends @ [len(room), 1], keys)
    return holds


def _edges(room: Room, before: Before, held: Mask, affected: Ints, earlier: Earlier, task: Task) -> Edges:
    """The pairs held, as they were valued, and all candidates of those affected whom they have not met."""
    people = len(room)
    value_of = {(one.first, one.second): (one.value_to_first, one.value_to_second) for one in earlier.pairings}
    ids = task.roster.ids
    ends = before.ends[held]
    percents = [value_of[ids[one], ids[other]] for one, other in ends.tolist()]
    given = np.array(percents, np.float32).reshape(-1, 2) / np.float32(100)
    old = edges_between(ends[:, 0], ends[:, 1], given[:, 0], given[:, 1])
    special, _ = special_edges(room)
    special = special.take(np.isin(special.first, affected) | np.isin(special.second, affected))
    fresh = merged([special, every_candidate(room, affected)[0]], people)
    fresh = fresh.take(~np.isin(fresh.first * people + fresh.second, before.met))
    return merged([old, fresh], people)


def _made(task: Task, room: Room, edges: Edges, before: Before, held: Mask, affected: Ints, open_: Mask) -> Made:
    programme, policy = task.programme, task.policy
    plan, kept = _plan(task, room, edges, before, held, open_)
    board, third = blank(plan), np.full(len(edges), -1)
    board.meets[before.had] = 0  # somebody met someone there; whom is settled
    _keep(plan, board, kept)
    byes = programme.byes + before.byes + (~before.placed & (before.begin > 0))
    special = room.rules.special
    pins = special.first[special.pinned] * len(room) + special.second[special.pinned]
    pinned = np.isin(edges.first * len(room) + edges.second, pins)
    fill_gaps(plan, board, pinned=pinned, byes=byes, whose=affected, share=not policy.trios)
    if policy.trios:
        _keep_thirds(plan, board, kept, third, programme.needs_accessible)
        third = join(plan, board, needs_accessible=programme.needs_accessible, byes=byes, rng=task.rng, joined=third)
    return _as_made(task, room, edges, plan, board, third, kept)


def _plan(task: Task, room: Room, edges: Edges, before: Before, held: Mask, open_: Mask) -> tuple[Plan, list[Held]]:
    """What may be from then on, and the pairs that are held, each by its place among the edges."""
    programme, people = task.programme, len(room)
    ends = np.stack([edges.first, edges.second], axis=1).astype(np.int64)
    place_of = {key: at for at, key in enumerate((ends @ [people, 1]).tolist())}
    kept = [
        Held(pair=place_of[first * people + second], round=round_, table=index, third=third)
        for (first, second), round_, index, third in zip(
            before.ends[held].tolist(),
            before.round[held].tolist(),
            _indices(programme, before.table[held]),
            before.third[held].tolist(),
            strict=True,
        )
    ]
    named = len(programme.number) > 0
    most = len(programme.number) if named else task.policy.tables_most
    both_kinds = (most, int(programme.accessible.sum()) if named else None)
    tables = [np.full(open_.shape[1], people if one is None else one, np.int64) for one in both_kinds]
    weight = edges.weight.astype(np.float64)
    weight[[one.pair for one in kept]] += HELD_WEIGHT
    return Plan(
        ends=ends,
        weight=weight,
        needs=~both(~programme.needs_accessible, ends),
        open=open_,
        most=room.rules.quota.astype(np.int64),
        tables=np.stack(tables),
        in_a_row=task.policy.in_a_row_most or open_.shape[1],
    ), kept


def _indices(programme: Programme, numbers: Ints) -> list[int]:
    """The places of named tables, accessible ones first, from 1; 0 for a table that is no more. Else the numbers."""
    if not len(programme.number):
        return [int(number) for number in numbers]
    place_of = {number: at for at, number in enumerate(programme.number.tolist(), start=1)}
    return [place_of.get(number, 0) for number in numbers.tolist()]


def _keep(plan: Plan, board: Board, kept: Sequence[Held]) -> None:
    """Enter the pairs where they were, as far as there are seats and meetings left for them."""
    for one in kept:
        first, second = plan.ends[one.pair]
        fits = all(
            free(plan, board, who, one.round) and board.meetings[who] < plan.most[who] for who in (first, second)
        )
        if fits and has_table(plan, board, one.pair, one.round):
            board.tally[0] = 0
            enter(plan, board, one.pair, one.round)


def _keep_thirds(plan: Plan, board: Board, kept: Sequence[Held], third: Ints, needs: Mask) -> None:
    """Let who joined a pair that stands join it again, unless they have a pair of their own now."""
    for one in kept:
        who, at = one.third, one.round
        if who < 0 or board.round_of[one.pair] != at:
            continue
        brings_need = bool(needs[who] and not plan.needs[one.pair])
        has_seat = not brings_need or board.taken[1, at] < plan.tables[1, at]
        if has_seat and free(plan, board, who, at) and board.meetings[who] < plan.most[who]:
            third[one.pair] = who
            board.meets[who, at] = one.pair
            board.meetings[who] += 1
            board.taken[1, at] += brings_need


def _as_made(task: Task, room: Room, edges: Edges, plan: Plan, board: Board, third: Ints, kept: Sequence[Held]) -> Made:
    programme, ids = task.programme, task.roster.ids
    needs = plan.needs | ((third >= 0) & programme.needs_accessible[third])
    index = tables_kept(plan, board.round_of, needs, kept)
    table = programme.number[index - 1] if len(programme.number) else index
    placed = np.flatnonzero(board.round_of >= 0)
    return Made(
        pairs=edges.take(placed),
        round=board.round_of[placed] + 1,
        table=table[placed],
        groups=[
            _trio(task, room, edges, third, at, int(table[at]), int(board.round_of[at]) + 1)
            for at in np.flatnonzero(third >= 0).tolist()
        ],
        byes=[Bye(attendee_id=ids[row], round=at + 1) for row, at in sitting_out(plan, board).tolist()],
    )


def _trio(task: Task, room: Room, edges: Edges, third: Ints, at: int, table: int, round_: int) -> Group:
    rows = np.sort([edges.first[at], edges.second[at], third[at]])
    value, _ = values_among(room, rows)
    return group_of(task.roster, rows, value, kind=GroupKind.TRIO, number=table, round=round_)

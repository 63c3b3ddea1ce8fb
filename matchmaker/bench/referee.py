"""The referee: what every pair is worth, worked out apart from the engine, and what a contestant's answer comes to.

Nobody reports their own objective. The referee takes pairs, values them from the room's words and rules, strikes what
could not take place, and counts the rest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.bench.figures import Figures
from matchmaker.matching import measures
from matchmaker.matching.directed import values_between
from matchmaker.matching.edges import COLUMNS, Edges
from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.pairs import Room
from matchmaker.matching.roster import Floats, Ints

BLOCK_VALUES = 2**22
BLOCK_PAIRS = 64
DECIMALS = 6
ROUNDED = 1e-6  # products in another order round another way: so close to the floor is at the floor


@dataclass(frozen=True, kw_only=True)
class Result:
    """A contestant's answer: pairs `(k, 2)` of rows in any order; the bound it proved, if any, in sums of values in [0, 1].

    `shown` `(n,)` is how often each person is shown to others, where that is not in how many pairs they are.
    """

    pairs: Ints
    upper_bound: float | None = None
    shown: Ints | None = None


@dataclass(frozen=True, kw_only=True)
class Values:
    """What rows and columns are worth to each other, `(r, c)` each; in [0, 1]. `eligible`: allowed, both at the floor."""

    received: Floats
    given: Floats
    mutual: Floats
    allowed: NDArray[np.bool_]
    eligible: NDArray[np.bool_]


def judged(room: Room, result: Result, fits: NDArray[np.bool_]) -> Figures:
    """An answer's figures, without a name; `fits` `(n,)` says who has an eligible partner at all."""
    people = len(room)
    proposed, eligible = _valued(room, result.pairs)
    kept = within_quotas(proposed.take(eligible), room.rules.quota)
    shown = measures.load(proposed, people) if result.shown is None else result.shown
    alone = fits & (room.rules.quota > 0) & (measures.load(kept, people) == 0)
    return Figures(
        name="",
        objective=round(float(kept.mutual.sum(dtype=np.float64)) * 100, 3),
        proved=None if result.upper_bound is None else round(result.upper_bound * 100, 3),
        pairings=len(proposed),
        left_out=int(alone.sum()),
        one_way_share=round(measures.one_way_share(proposed, room.rules.floor - ROUNDED), 4),
        load_gini=round(measures.gini(shown), 4),
    )


def within_quotas(edges: Edges, quota: Ints, by: NDArray[np.floating] | None = None) -> Edges:
    """The edges that could take place, those of the most mutual value (or `by` `(m,)`) first; of equals the first."""
    left, kept = quota.tolist(), []
    ends = list(zip(edges.first.tolist(), edges.second.tolist(), strict=True))
    for edge in np.argsort(-(edges.mutual if by is None else by), kind="stable").tolist():
        first, second = ends[edge]
        if left[first] and left[second]:
            left[first] -= 1
            left[second] -= 1
            kept.append(edge)
    return edges.take(np.array(kept, np.int64))


def best_pairs(room: Room, each: int) -> Edges:
    """The eligible pairs that are among the `each` best of either side, in order of pair."""
    people = len(room)
    every = _joined([_best_of_block(room, rows, each) for rows in blocks(people)])
    _, once = np.unique(every.first * people + every.second, return_index=True)
    return every.take(once)


def blocks(people: int) -> list[Ints]:
    """Everyone's rows in blocks so small that a few arrays of a block by everyone fit in memory."""
    step = max(1, BLOCK_VALUES // people)
    return np.split(np.arange(people), range(step, people, step))


def between(room: Room, rows: Ints, columns: Ints) -> Values:
    """The values of `rows` with `columns`."""
    received, allowed = gains(room, rows, columns)
    given = gains(room, columns, rows)[0].T
    least = np.minimum(received, given)
    return Values(
        received=received,
        given=given,
        mutual=mutual_values(received, given),
        allowed=allowed,
        eligible=allowed & (least >= np.float32(room.rules.floor - ROUNDED)) & (least > 0),
    )


def gains(room: Room, rows: Ints, columns: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """`(r, c)`: what rows gain from columns, less what the rules take, to six places; and who may be paired at all."""
    kept = _kept(room, rows, columns)
    value, _ = values_between(room.words, room.scale, rows, columns)
    return np.round(value * kept, DECIMALS), (kept > 0) & (rows[:, None] != columns)


def _valued(room: Room, pairs: Ints) -> tuple[Edges, NDArray[np.bool_]]:
    """Each pair once, with its values, and whether it is eligible; nobody is a pair with themselves."""
    once = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    edges, eligible = [], []
    for begin in range(0, len(once) or 1, BLOCK_PAIRS):
        first, second = once[begin : begin + BLOCK_PAIRS].T
        values = between(room, first, second)
        own = np.arange(len(first))
        edges.append(_edges(first, second, values, own, own))
        eligible.append(values.eligible[own, own])
    return _joined(edges), np.concatenate(eligible)


def _best_of_block(room: Room, rows: Ints, each: int) -> Edges:
    everyone = np.arange(len(room))
    values = between(room, rows, everyone)
    worth = np.where(values.eligible, values.mutual, 0)
    if each < len(everyone):
        column = np.argpartition(-worth, each, axis=1)[:, :each]
        row = np.repeat(np.arange(len(rows)), each)
        chosen = worth[row, column.ravel()] > 0
        return _edges(rows, everyone, values, row[chosen], column.ravel()[chosen])
    return _edges(rows, everyone, values, *np.nonzero(worth))


def _edges(rows: Ints, columns: Ints, values: Values, row: Ints, column: Ints) -> Edges:
    """The edges at the positions `row`, `column` of a block, the lower of the two people first."""
    one, other = rows[row], columns[column]
    received, given = values.received[row, column], values.given[row, column]
    lower = one < other
    return Edges(
        first=np.where(lower, one, other),
        second=np.where(lower, other, one),
        mutual=values.mutual[row, column],
        to_first=np.where(lower, received, given),
        to_second=np.where(lower, given, received),
        weight=values.mutual[row, column],
    )


def _joined(parts: list[Edges]) -> Edges:
    return Edges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS})


def _kept(room: Room, rows: Ints, columns: Ints) -> Floats:
    """`(r, c)` in [0, 1]: what a pair keeps of its values, nothing where it may not be."""
    rules, people = room.rules, len(room)
    kept = ((rules.quota[rows, None] > 0) & (rules.quota[columns] > 0)).astype(np.float32)
    for table in rules.tables:
        kept *= table.factor[table.code[rows][:, None], table.code[columns]]
    of_rows = rules.organisation[rows, None]
    colleagues = (of_rows == rules.organisation[columns]) & (of_rows >= 0)
    kept[colleagues] *= np.float32(rules.colleague_factor)
    keys = np.minimum(rows[:, None], columns) * people + np.maximum(rows[:, None], columns)
    special = rules.special.first * people + rules.special.second
    at = np.minimum(np.searchsorted(special, keys), max(len(special) - 1, 0))
    if len(special):
        kept *= np.where(special[at] == keys, rules.special.factor[at], np.float32(1))
    return kept

"""Giving circles: threes in which each helps the next, made of one-way value that no pair can use (L3).

Three-cycles are listed and packed so that nobody is in more than they have room for, as kidneys are exchanged (Roth,
Sönmez, Ünver 2004, 2007); a variable for each cycle is the tighter programme (Abraham, Blum, Sandholm 2007).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arcs import Reals, Values, refuse_malformed
from matchmaker.matching.packing import pack_sets
from matchmaker.matching.roster import Ints

GIVEN_MOST = 50
CIRCLES_MAX = 100_000
PEOPLE_AT_ONCE = 400  # at most a million paths
DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Circles:
    """Giving circles, best first: in `rows` `(k, 3)` each helps the next, and the last the first.

    `values` `(k, 3)` is what each gives the next, `worth` `(k,)` what a circle comes to; all in (0, 1]. `bound` is what no
    packing of circles could exceed. `arcs_aside` and `circles_aside` were too many to look at; the bound allows for them.
    """

    rows: Ints
    values: Reals
    worth: Reals
    bound: float
    arcs_aside: int
    circles_aside: int

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def objective(self) -> float:
        """What all circles come to together."""
        return float(self.worth.sum())


def circle_values(values: Reals) -> Reals:
    """`(k,)`: harmonic mean of three gifts `(k, 3)`, in [0, 1] with six decimals; zero where one of them gains nothing."""
    inverse = np.divide(1, values, out=np.full(values.shape, np.inf), where=values > 0)
    worth: Reals = np.round(3 / inverse.sum(axis=1), DECIMALS)
    return worth


def pack(
    *, people: int, giver: Ints, taker: Ints, value: Values, room: Ints | int = 1, rng: np.random.Generator
) -> Circles:
    """Circles of high total worth; nobody is in more than `room` `(n,)` of them, and no two people are in two together.

    Arcs `(m,)`: `taker` gains `value`, in [0, 1], from `giver`; only allowed ones. Of each giver the fifty best are looked at,
    and of all circles the 100,000 best. Of three people who could go round either way, the better way counts. Raises
    `ValueError` for a malformed arc, or one from someone to themselves. Ties fall by `rng`.
    """
    refuse_malformed(giver, taker, value, givers=people, takers=people)
    if (giver == taker).any():
        raise ValueError("an arc leads from someone to themselves")
    most = np.maximum(np.broadcast_to(room, (people,)), 0)
    arcs = _arcs(giver, taker, value, most)
    few, arc_worth = _few_each(arcs, people, rng)
    found, worth, circle_worth, circles_aside = _three_cycles(few, people, rng)
    rows = few.giver[found]
    uses, capacity = _uses(rows, most)
    price_least = np.zeros(len(capacity))
    price_least[:people] = max(arc_worth, circle_worth) / 3 * _could_join(arcs, people)
    packed = pack_sets(uses=uses, weight=worth, capacity=capacity, price_least=price_least, rng=rng)
    chosen = np.flatnonzero(packed.chosen)
    best_first = chosen[np.argsort(-worth[chosen], kind="stable")]
    return Circles(
        rows=rows[best_first],
        values=few.value[found[best_first]],
        worth=worth[best_first],
        bound=packed.bound,
        arcs_aside=len(arcs.giver) - len(few.giver),
        circles_aside=circles_aside,
    )


@dataclass(frozen=True, kw_only=True)
class _Arcs:
    """Arcs in order of giver, then taker, all `(m,)`."""

    giver: Ints
    taker: Ints
    value: Reals

    def take(self, which: Ints | NDArray[np.bool_]) -> "_Arcs":
        return _Arcs(giver=self.giver[which], taker=self.taker[which], value=self.value[which])


def _arcs(giver: Ints, taker: Ints, value: Values, room: Ints) -> _Arcs:
    """The arcs that a circle could use, in order; whoever is in a circle is a taker there."""
    arcs = _Arcs(giver=giver, taker=taker, value=value.astype(np.float64))
    arcs = arcs.take(np.lexsort((taker, giver)))
    return arcs.take((arcs.value.round(DECIMALS) > 0) & (room[arcs.taker] > 0))


def _few_each(arcs: _Arcs, people: int, rng: np.random.Generator) -> tuple[_Arcs, float]:
    """Each giver's best arcs, and what no circle through another arc could exceed."""
    best_first = np.lexsort((rng.permutation(len(arcs.giver)), -arcs.value, arcs.giver))
    place = np.arange(len(best_first)) - np.searchsorted(arcs.giver, arcs.giver)
    aside = np.zeros(len(best_first), bool)
    aside[best_first] = place >= GIVEN_MOST
    given, gained = np.zeros(people), np.zeros(people)
    np.maximum.at(given, arcs.giver, arcs.value)
    np.maximum.at(gained, arcs.taker, arcs.value)
    rest = arcs.take(aside)
    through = circle_values(np.stack([rest.value, given[rest.taker], gained[rest.giver]], axis=1))
    return arcs.take(~aside), float(through.max(initial=0))


def _three_cycles(arcs: _Arcs, people: int, rng: np.random.Generator) -> tuple[Ints, Reals, float, int]:
    """The best three-cycles as arcs `(k, 3)`, their worth `(k,)`; the worth of the best one left aside, how many were."""
    cycles, worth, aside_worth, aside = np.empty((0, 3), np.int64), np.empty(0), 0.0, 0
    for begin in range(0, people, PEOPLE_AT_ONCE):
        found = _closed(arcs, people, begin, min(begin + PEOPLE_AT_ONCE, people))
        cycles = np.concatenate([cycles, _better_way(arcs, found, people, rng)])
        worth = circle_values(arcs.value[cycles])
        if len(cycles) > CIRCLES_MAX:
            best_first = np.lexsort((rng.permutation(len(worth)), -worth))
            aside_worth = max(aside_worth, float(worth[best_first[CIRCLES_MAX]]))
            aside += len(cycles) - CIRCLES_MAX
            cycles, worth = cycles[best_first[:CIRCLES_MAX]], worth[best_first[:CIRCLES_MAX]]
    return cycles, worth, aside_worth, aside


def _closed(arcs: _Arcs, people: int, begin: int, end: int) -> Ints:
    """Every three-cycle whose lowest row is from `begin` to before `end`, as arcs `(k, 3)` from the lowest on."""
    starts = np.searchsorted(arcs.giver, np.arange(people + 1))
    first = np.arange(starts[begin], starts[end])
    first = first[arcs.taker[first] > arcs.giver[first]]
    middle = arcs.taker[first]
    count = starts[middle + 1] - starts[middle]
    second = np.arange(count.sum()) + np.repeat(starts[middle] - np.cumsum(count) + count, count)
    first = np.repeat(first, count)
    lowest = arcs.giver[first] < arcs.taker[second]
    first, second = first[lowest], second[lowest]
    keys = arcs.giver * people + arcs.taker
    wanted = arcs.taker[second] * people + arcs.giver[first]
    third = np.searchsorted(keys[:-1], wanted)
    closes = keys[third] == wanted
    return np.stack([first, second, third], axis=1)[closes]


def _better_way(arcs: _Arcs, cycles: Ints, people: int, rng: np.random.Generator) -> Ints:
    """Of the two ways round the same three people the better."""
    worth = circle_values(arcs.value[cycles])
    rows = np.sort(arcs.giver[cycles], axis=1)
    best_first = np.lexsort((rng.permutation(len(cycles)), -worth))
    _, kept = np.unique(rows[best_first] @ [people**2, people, 1], return_index=True)
    return cycles[best_first[kept]]


def _could_join(arcs: _Arcs, people: int) -> NDArray[np.bool_]:
    """`(n,)`: those who both give and gain."""
    return np.isin(np.arange(people), arcs.giver) & np.isin(np.arange(people), arcs.taker)


def _uses(rows: Ints, room: Ints) -> tuple[Ints, Ints]:
    """What each circle takes one of, and how many of each there are: places of its people, and where someone has more than
    one place also its pairs, of which there is one each."""
    if room.max(initial=0) <= 1:
        return rows, room
    pairs = np.sort(rows[:, [[0, 1], [1, 2], [2, 0]]], axis=2)
    keys, pair = np.unique(pairs[..., 0] * len(room) + pairs[..., 1], return_inverse=True)
    return np.hstack([rows, len(room) + pair]), np.concatenate([room, np.ones(len(keys), np.int64)])

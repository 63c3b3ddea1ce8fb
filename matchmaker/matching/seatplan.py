"""The search for a seating: a first plan, then swaps, one aim after the other, none at the cost of an earlier one.

First nobody with whom they must not sit, and no pair twice, or again; then colleagues apart; then what people gain.
Moves are counted, not timed, so the same input gives the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.groups import Mask, cooled
from matchmaker.matching.network import Doubles, Index
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.seats import Seats, first_seating
from matchmaker.matching.swaps import APART, COLLEAGUES, DRAWS, FORBIDDEN, KEENNESS, Seatplan, Weights, swap_many
from matchmaker.matching.vectors import Progress

MOVES_MAX = 8_000_000
STARTS, STARTS_MAX = 4, 32
SMALL_SEATS, LARGE_SEATS = 64, 2_000
FAVOURITES = 32

# The faults that an aim is to be rid of, what it counts, and from how hot to how cold. What an earlier aim reached is too
# dear to be given up.
AIMS = (
    (slice(0, 2), Weights(forbidden=4.0, repeat=1.0, colleagues=0.0, worth=0.0), 0.3, 0.05),
    (slice(2, 3), Weights(forbidden=1e6, repeat=1e3, colleagues=1.0, worth=0.0), 0.3, 0.05),
    (None, Weights(forbidden=1e9, repeat=1e6, colleagues=1e3, worth=1.0), 1.2, 0.04),
)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What is between two people, `(n, n)` each, nobody with themselves: `gain` is `mutual` as a share of what people could
    gain at best of as many `mates` as they have; `favourites` `(n, k)` are whom each gains most from."""

    mutual: Doubles
    rule: NDArray[np.int8]
    met: Mask
    gain: Doubles
    favourites: Index
    mates: int


def wishes_of(*, mutual: Floats, forbidden: Mask, colleague: Mask, met: Mask, mates: int) -> Wishes:
    """The wishes of people who sit with as many as `mates` others in all."""
    other = ~np.eye(len(mutual), dtype=bool)
    value = mutual.astype(np.float64) * other
    wanted = np.where(forbidden | colleague | met, 0.0, value)
    order = np.argsort(-wanted, axis=1, kind="stable")
    best = np.take_along_axis(wanted, order[:, :mates], axis=1).sum(axis=1)
    return Wishes(
        mutual=value,
        rule=np.select([forbidden & other, colleague & other], [FORBIDDEN, COLLEAGUES], APART).astype(np.int8),
        met=met & other,
        gain=value / (best.mean() if best.any() else 1.0),
        favourites=order[:, :FAVOURITES].astype(np.int32),
        mates=mates,
    )


def best_plan(seats: Seats, wishes: Wishes, *, effort: int, rng: np.random.Generator, progress: Progress) -> Ints:
    """`(R, n)`: the table of each, -1 for who has no seat, in the best of some plans. `effort` is how many swaps are tried a
    seat and aim. A small room has many starts, a large one has one more only where a rule is broken, and few."""
    filled = int(seats.seated.sum())
    starts = _starts(filled)
    moves = min(MOVES_MAX, effort * filled * min(STARTS, starts) // starts)
    plans: list[Seatplan] = []
    for start in range(starts):
        plan = _plan_of(first_seating(seats, rng), seats, wishes)
        for share in _bettered(plan, wishes, moves, rng):
            progress("tables", (start + share) / starts)
        plans.append(plan)
        if filled > SMALL_SEATS and not faults(plan.mates, wishes)[:2].any():
            break
    return min(plans, key=lambda plan: _loss(plan, wishes)).table.astype(np.int64)


def _starts(filled: int) -> int:
    """How many plans to try for so many seats. Small rooms have few best seatings and high walls between them."""
    if filled > SMALL_SEATS:
        return STARTS if filled <= LARGE_SEATS else 1
    return min(STARTS_MAX, 512 // max(filled, 16))


def _bettered(plan: Seatplan, wishes: Wishes, moves: int, rng: np.random.Generator) -> Iterator[float]:
    """Anneal `plan` in place, aim by aim; tells the share done before each step."""
    for aim, (kinds, weights, hot, cold) in enumerate(AIMS):
        scaled = weights._replace(worth=weights.worth * wishes.mates)
        for share, temperature, draws in cooled(moves, hot=hot, cold=cold, columns=DRAWS, rng=rng):
            if kinds and not faults(plan.mates, wishes)[kinds].any():
                break
            yield (aim + share) / len(AIMS)
            swap_many(plan, draws, scaled, temperature)


def _plan_of(table: Ints, seats: Seats, wishes: Wishes) -> Seatplan:
    """A seating with all that is counted of it."""
    mates, seat = mates_of(table, len(seats.capacity))
    first, second = pairs_of(mates)
    together = wishes.met.astype(np.int8)
    np.add.at(together, (first, second), 1)
    np.add.at(together, (second, first), 1)
    stays = seats.home >= 0
    plan = Seatplan(
        table=table.astype(np.int32),
        seat=seat,
        mates=mates,
        size=seats.size.astype(np.int32),
        together=together,
        rule=wishes.rule,
        gain=wishes.gain,
        total=gained(first, second, wishes.gain),
        favourites=wishes.favourites,
        barred=seats.barred,
        stays=np.where(stays & ~seats.seated.all(axis=0), 2, stays).astype(np.int8),
    )
    return Seatplan._make(map(np.ascontiguousarray, plan))  # of one layout, so that loops are compiled once


def mates_of(table: Ints, tables: int) -> tuple[Index, Index]:
    """`(R, T, c)`: who sits at each table, in order of row, then -1; and `(R, n)`: the place of each there."""
    round_, row = np.nonzero(table >= 0)
    where = round_ * tables + table[round_, row]
    order = np.argsort(where, kind="stable")
    count = np.bincount(where, minlength=len(table) * tables)
    place = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    mates = np.full((len(count), count.max(initial=0)), -1, np.int32)
    mates[where[order], place] = row[order]
    seat = np.full(table.shape, -1, np.int32)
    seat[round_[order], row[order]] = place
    return mates.reshape(len(table), tables, mates.shape[1]), seat


def pairs_of(mates: Index) -> tuple[Ints, Ints]:
    """The pairs at a table, `first < second`, once for each time."""
    one, other = np.triu_indices(mates.shape[2], 1)
    ends = np.stack([mates[:, :, one], mates[:, :, other]], axis=-1).reshape(-1, 2).astype(np.int64)
    first, second = np.sort(ends[(ends >= 0).all(axis=1)], axis=1).T
    return first, second


def gained(first: Ints, second: Ints, worth: Doubles) -> Doubles:
    """`(n,)`: what each gains of these pairs, when a pair is `worth` `(n, n)`."""
    total = np.zeros(len(worth))
    for one in (first, second):
        np.add.at(total, one, worth[first, second])
    return total


def faults(mates: Index, wishes: Wishes) -> Ints:
    """`(3,)`: how often a forbidden pair, a pair that did so before, and two colleagues share a table."""
    first, second = pairs_of(mates)
    rule = wishes.rule[first, second]
    again = repeated(first, second, wishes.met)
    return np.array([(rule == FORBIDDEN).sum(), again.sum(), (rule == COLLEAGUES).sum()])


def repeated(first: Ints, second: Ints, met: Mask) -> Mask:
    """`(m,)`: the pairs that are here again, after an earlier place in the list or having met before."""
    _, begins = np.unique(first * len(met) + second, return_index=True)
    again = met[first, second]
    again[np.setdiff1d(np.arange(len(first)), begins, assume_unique=True)] = True
    return again


def _loss(plan: Seatplan, wishes: Wishes) -> tuple[float, ...]:
    """What is compared between plans, in order of importance; less is better."""
    return (*faults(plan.mates, wishes).tolist(), float((1 / (plan.total + KEENNESS)).sum()))

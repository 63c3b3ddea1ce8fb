"""Better seatings by swaps: two people change places, in one round or in all, and may keep them if that is no worse, or
not much worse while the temperature is high (simulated annealing; Kirkpatrick, Gelatt, Vecchi 1983).

A change costs `O(seats)`: only the two and those at their two tables are looked at. A swap in all rounds changes who is
who in a plan and leaves its pattern of repeats alone, so that even a plan without any slack can be made worth more.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.groups import Mask
from matchmaker.matching.jit import compiled
from matchmaker.matching.network import Doubles, Index

Small = NDArray[np.int8]

DRAWS = 5
WHOLE = 0.2  # the share of swaps in all rounds; .05 to .2 did alike with slack, and without slack there are no others
FAVOURED = 0.7  # the share of the others that brings someone to the table of a person they gain much from
KEENNESS = 0.1

APART, COLLEAGUES, FORBIDDEN = 0, 1, 2  # what `rule` says of a pair


class Weights(NamedTuple):
    """What a pair at one table costs that is forbidden, there again, or of one organisation; and what value counts."""

    forbidden: float
    repeat: float
    colleagues: float
    worth: float


class Seatplan(NamedTuple):
    """A seating under construction, for `n` people, `R` rounds and `T` tables of at most `c` seats.

    `table`, `seat` `(R, n)`: where each sits, -1 if absent; `mates` `(R, T, c)`: who sits there, the first `size` `(R, T)`
    of them; `together` `(n, n)`: how often two share a table, an earlier time counting one; `rule` `(n, n)`; `gain` `(n, n)`:
    what both gain, scaled so that a person's best mates come to about one; `total` `(n,)`: each one's gain so far;
    `favourites` `(n, k)`; `barred` `(n, T)`: tables not for this person; `stays` `(n,)`: 1 keeps one table through all
    rounds, 2 is not to be moved at all.
    """

    table: Index
    seat: Index
    mates: Index
    size: Index
    together: Small
    rule: Small
    gain: Doubles
    total: Doubles
    favourites: Index
    barred: Mask
    stays: Small


@compiled
def swap_many(plan: Seatplan, draws: Doubles, weights: Weights, temperature: float) -> None:
    """Try a swap for each row of `draws` `(m, 5)`: four even in [0, 1), the last exponential. Changes `plan` in place."""
    table, seat, mates, size, together, rule, gain, total, favourites, barred, stays = plan
    for draw in draws:
        first, second, begin, end = _proposed(draw, table, mates, size, favourites)
        if not _may_swap(first, second, begin, end, table, barred, stays):
            continue
        limit = temperature * draw[4]
        last, change = -1, 0.0
        for round_ in range(begin, end):
            if _apart(table[round_], first, second):
                if last >= 0:
                    _swap(first, second, table[last], seat[last], mates[last], size[last], together, gain, total)
                one, other = table[round_, first], table[round_, second]
                here, there = mates[round_, one, : size[round_, one]], mates[round_, other, : size[round_, other]]
                change += _cost(first, second, here, together, rule, weights)
                change += _cost(second, first, there, together, rule, weights)
                if end - begin == 1 and change >= limit + weights.worth * (len(here) + len(there)) / KEENNESS:
                    break  # nothing that it may be worth makes up for it
                change -= weights.worth * _worth(first, second, here, there, gain, total)
                last = round_
        if last < 0:
            continue
        if change < limit:
            _swap(first, second, table[last], seat[last], mates[last], size[last], together, gain, total)
        else:
            for round_ in range(begin, last):
                if _apart(table[round_], first, second):
                    _swap(
                        first, second, table[round_], seat[round_], mates[round_], size[round_], together, gain, total
                    )


@compiled
def _proposed(draw: Doubles, table: Index, mates: Index, size: Index, favourites: Index) -> tuple[int, int, int, int]:
    """Two people, and the rounds `begin <= round < end` in which they are to change places."""
    rounds, people = table.shape
    first, second = int(draw[1] * people), int(draw[3] * people)
    if draw[0] < WHOLE:
        return first, second, 0, rounds
    round_ = int((draw[0] - WHOLE) / (1 - WHOLE) * rounds)
    if draw[2] < FAVOURED:
        favourite = favourites[first, int(draw[2] / FAVOURED * favourites.shape[1])]
        where = table[round_, favourite]
        if where >= 0:
            second = int(mates[round_, where, int(draw[3] * size[round_, where])])
    return first, second, round_, round_ + 1


@compiled
def _may_swap(first: int, second: int, begin: int, end: int, table: Index, barred: Mask, stays: Small) -> bool:
    """Whether neither is sent to a table that is not for them, or made to move who should stay."""
    if stays[first] != stays[second] or stays[first] == 2:
        return False
    if stays[first] == 1 and end - begin < len(table):
        return False
    for round_ in range(begin, end):
        one, other = table[round_, first], table[round_, second]
        if one >= 0 and other >= 0 and (barred[first, other] or barred[second, one]):
            return False
    return True


@compiled
def _apart(table: Index, first: int, second: int) -> bool:
    """Whether both are there in the round of `table` `(n,)`, at two tables."""
    return table[first] >= 0 and table[second] >= 0 and table[first] != table[second]


@compiled
def _cost(leaver: int, joiner: int, mates: Index, together: Small, rule: Small, weights: Weights) -> float:
    """What the rules say to `joiner` instead of `leaver` with these mates."""
    cost = 0.0
    for mate in mates:
        if mate != leaver:
            cost += _price(rule[joiner, mate], together[joiner, mate], weights)
            cost -= _price(rule[leaver, mate], together[leaver, mate] - 1, weights)
    return cost


@compiled
def _price(rule: int, before: int, weights: Weights) -> float:
    """What it costs that a pair shares a table, having done so `before` times."""
    price = weights.repeat if before >= 1 else 0.0
    if rule == FORBIDDEN:
        return price + weights.forbidden
    return price + weights.colleagues if rule == COLLEAGUES else price


@compiled
def _worth(first: int, second: int, here: Index, there: Index, gain: Doubles, total: Doubles) -> float:
    """What people would gain, weighed, if `first` left those `here` for those `there`, and `second` came."""
    worth = 0.0
    total_first, total_second = total[first], total[second]
    for mate in here:
        if mate != first:
            worth += _weighed(total[mate] + gain[second, mate] - gain[first, mate]) - _weighed(total[mate])
            total_first -= gain[first, mate]
            total_second += gain[second, mate]
    for mate in there:
        if mate != second:
            worth += _weighed(total[mate] + gain[first, mate] - gain[second, mate]) - _weighed(total[mate])
            total_first += gain[first, mate]
            total_second -= gain[second, mate]
    worth += _weighed(total_first) - _weighed(total[first])
    return worth + _weighed(total_second) - _weighed(total[second])


@compiled
def _weighed(total: float) -> float:
    """What a person's gain counts: concave, so that it counts most for whoever has least. With `total` itself, the worst-off
    of 32 people in four rounds of tables of four got .45 of the mean, with its root .46, with this .55, for 1 % of the sum."""
    return -1.0 / (total + KEENNESS)


@compiled
def _swap(
    first: int,
    second: int,
    table: Index,
    seat: Index,
    mates: Index,
    size: Index,
    together: Small,
    gain: Doubles,
    total: Doubles,
) -> None:
    """Change the places of two in one round, and all that is counted."""
    one, other = table[first], table[second]
    _replace(first, second, mates[one, : size[one]], together, gain, total)
    _replace(second, first, mates[other, : size[other]], together, gain, total)
    here, there = seat[first], seat[second]
    mates[one, here], mates[other, there] = second, first
    table[first], table[second] = other, one
    seat[first], seat[second] = there, here


@compiled
def _replace(leaver: int, joiner: int, mates: Index, together: Small, gain: Doubles, total: Doubles) -> None:
    """At the table of `leaver`, count `joiner` instead."""
    for mate in mates:
        if mate != leaver:
            together[leaver, mate] -= 1
            together[mate, leaver] -= 1
            together[joiner, mate] += 1
            together[mate, joiner] += 1
            total[leaver] -= gain[leaver, mate]
            total[joiner] += gain[joiner, mate]
            total[mate] += gain[joiner, mate] - gain[leaver, mate]

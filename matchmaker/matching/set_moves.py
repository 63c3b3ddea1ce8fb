"""Better action-learning sets by moves: someone joins a set that has room, or changes places with a member, coming from
another set or from none; kept if that is no worse, or not much worse while the temperature is high (simulated annealing).

No move brings a forbidden pair together or leaves a set too few common rounds, so all sets on the way are sound, save
that one may be too small yet.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.groups import Mask
from matchmaker.matching.jit import compiled
from matchmaker.matching.network import Doubles, Index

Bits = NDArray[np.int64]

DRAWS = 5
ANY_SET = 0.2  # the share of moves to any set, the empty ones among them; the others look for a person
FAVOURED = 0.7  # the share of those that look for someone whom the mover is close to
PLACED = 3.0  # what a place counts: a move that completes a set wins about two thirds of it, and loses two of closeness at most


class Forming(NamedTuple):
    """Sets under construction, for `n` people and `k` sets of at most `c`.

    `member_of` `(n,)`, -1 without a set; `members` `(k, c)`, the first `size` `(k,)` of each; `place` `(n,)` there; `bonds`
    `(k,)`: the sum of `bond` `(n, n)` over the pairs of a set; `forbidden` `(n, n)`; `free` `(n,)`: a bit a free round;
    `favourites` `(n, f)`: to whom each is closest.
    """

    member_of: Index
    members: Index
    size: Index
    place: Index
    bonds: Doubles
    bond: Doubles
    forbidden: Mask
    free: Bits
    favourites: Index


@compiled
def move_many(forming: Forming, draws: Doubles, least: int, dates: int, temperature: float) -> None:
    """Try a move for each row of `draws` `(m, 5)`: four even in [0, 1), the last exponential. Changes `forming` in place."""
    member_of, members, size, place, bonds, bond, forbidden, free, favourites = forming
    for draw in draws:
        joiner, leaver, target = _proposed(draw, member_of, members, size, favourites)
        source = member_of[joiner]
        if target < 0 or source == target:
            continue
        here = members[target, : size[target]]
        if not _fits(joiner, leaver, here, forbidden, free, dates):
            continue
        bonds_here = bonds[target] + _bond(joiner, leaver, here, bond) - _bond(leaver, leaver, here, bond)
        size_here = size[target] + (leaver < 0)
        better = _worth(size_here, bonds_here, least) - _worth(size[target], bonds[target], least)
        bonds_there = 0.0
        if source >= 0:
            there = members[source, : size[source]]
            if leaver >= 0 and not _fits(leaver, joiner, there, forbidden, free, dates):
                continue
            bonds_there = bonds[source] + _bond(leaver, joiner, there, bond) - _bond(joiner, joiner, there, bond)
            size_there = size[source] - (leaver < 0)
            better += _worth(size_there, bonds_there, least) - _worth(size[source], bonds[source], least)
        if -better < temperature * draw[4]:
            _move(joiner, leaver, target, member_of, members, size, place)
            bonds[target] = bonds_here
            if source >= 0:
                bonds[source] = bonds_there


@compiled
def _proposed(draw: Doubles, member_of: Index, members: Index, size: Index, favourites: Index) -> tuple[int, int, int]:
    """Who joins, who makes room for them or -1, and which set; no set where there is nothing to do."""
    people, sets = len(member_of), len(members)
    joiner, other, target = int(draw[0] * people), -1, int(draw[1] / ANY_SET * sets)
    if draw[1] >= ANY_SET:
        share = (draw[1] - ANY_SET) / (1 - ANY_SET)
        other = int(draw[2] * people)
        if share < FAVOURED:
            other = favourites[joiner, int(share / FAVOURED * favourites.shape[1])]
        target = member_of[other]
        if target < 0:
            return joiner, -1, -1
    choice = draw[3]
    if size[target] < members.shape[1]:
        choice = 2 * choice - 1
    if choice < 0 or size[target] == 0:
        return joiner, -1, target
    return joiner, members[target, int(choice * size[target])], target


@compiled
def _fits(joiner: int, leaver: int, members: Index, forbidden: Mask, free: Bits, dates: int) -> bool:
    """Whether `joiner` may be with these members, without `leaver`, and all have enough common rounds."""
    common = free[joiner]
    for member in members:
        if member != leaver:
            if forbidden[joiner, member]:
                return False
            common &= free[member]
    count = 0
    while common:
        common &= common - 1
        count += 1
    return count >= dates


@compiled
def _bond(person: int, leaver: int, members: Index, bond: Doubles) -> float:
    """How close `person`, if anyone, is to these members without `leaver`."""
    total = 0.0
    if person >= 0:
        for member in members:
            if member != leaver:
                total += bond[person, member]
    return total


@compiled
def _worth(size: int, bonds: float, least: int) -> float:
    """What a set counts: its members' places, and how close each is to the others on average. One that is too small counts
    in proportion, so that small sets give way to larger ones, and no wall stands before a new one."""
    if size < 2:
        return 0.0
    return (size * PLACED + 2.0 * bonds / (size - 1)) * min(size / least, 1.0)


@compiled
def _move(joiner: int, leaver: int, target: int, member_of: Index, members: Index, size: Index, place: Index) -> None:
    """Let `joiner` into the set, and `leaver`, if anyone, go where `joiner` came from."""
    source, seat = member_of[joiner], place[joiner]
    if leaver >= 0:
        taken = place[leaver]
        member_of[leaver] = source
        if source >= 0:
            members[source, seat], place[leaver] = leaver, seat
    else:
        taken = size[target]
        size[target] += 1
        if source >= 0:
            size[source] -= 1
            last = members[source, size[source]]
            members[source, seat], place[last] = last, seat
    members[target, taken], place[joiner] = joiner, taken
    member_of[joiner] = target

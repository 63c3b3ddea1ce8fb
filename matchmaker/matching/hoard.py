"""The best partners of everyone found so far: a buffer for each person, thinned to the best whenever it is full.

A heap moved each entry six times, at some 300 ns a newcomer, which was half of a scan; a newcomer here is written once, and
every so many of them one selection (Hoare 1961) drops those that are not among the best.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.edges import Edges, edges_between, merged
from matchmaker.matching.jit import Real, compiled
from matchmaker.matching.roster import Floats, Ints

SPARE = 0.5  # more places than best partners, as a share of these


class Hoard(NamedTuple):
    """Of each person `size` `(n,)` partners, the `most` best among them: `(n, k)` each of key, partner and both directed values.

    `root` `(n,)` is a key that at least `most` of them reach.
    """

    key: Floats
    partner: NDArray[np.int32]
    received: Floats
    given: Floats
    size: Ints
    root: Floats
    most: int


def hoard_of(people: int, best_each: int) -> Hoard:
    """An empty hoard."""
    most = min(best_each, max(people - 1, 1))
    shape = (people, most + max(int(most * SPARE), 1))
    return Hoard(
        key=np.zeros(shape, np.float32),
        partner=np.zeros(shape, np.int32),
        received=np.zeros(shape, np.float32),
        given=np.zeros(shape, np.float32),
        size=np.zeros(people, np.int64),
        root=np.full(people, -np.inf, np.float32),
        most=most,
    )


def edges_of(hoards: Sequence[Hoard], people: int) -> Edges:
    """The edges of everyone's best partners, from the hoards of several workers, which are used up."""
    first, *others = hoards
    for other in others:
        pour(other, np.arange(people), first)
    _thin_all(first)
    slots = np.arange(first.key.shape[1]) < first.size[:, None]
    row = np.repeat(np.arange(people), first.size)
    partner = first.partner[slots].astype(np.int64)
    edges = edges_between(row, partner, first.received[slots], first.given[slots])
    return merged([edges], people)


@compiled
def pour(hoard: Hoard, people: Ints, into: Hoard) -> None:
    """Put all of a hoard of some `people` into another of everyone."""
    for row in range(hoard.size.size):
        for at in range(hoard.size[row]):
            if hoard.key[row, at] >= into.root[people[row]]:
                keep(into, people[row], hoard.key[row, at], people[hoard.partner[row, at]],
                     hoard.received[row, at], hoard.given[row, at])  # fmt: skip


@compiled
def _thin_all(hoard: Hoard) -> None:
    """Drop all but the best, of everyone."""
    for row in range(hoard.size.size):
        if hoard.size[row] > hoard.most:
            _thin(hoard, row)


@compiled
def keep(hoard: Hoard, row: int, key: Real, partner: int, gain: Real, gift: Real) -> None:
    """Put a partner into a row's buffer, who may be among the best: whose key is not below the root."""
    at = hoard.size[row]
    hoard.key[row, at], hoard.partner[row, at] = key, partner
    hoard.received[row, at], hoard.given[row, at] = gain, gift
    hoard.size[row] = at + 1
    if hoard.size[row] == hoard.key.shape[1]:
        _thin(hoard, row)


@compiled
def _thin(hoard: Hoard, row: int) -> None:
    """Drop all but the best of a row: the greatest keys, of equals the lower partners."""
    keys, partners, received, given = hoard.key[row], hoard.partner[row], hoard.received[row], hoard.given[row]
    low, high, last = 0, hoard.size[row] - 1, hoard.most - 1
    while low < high:
        key, partner = keys[(low + high) // 2], partners[(low + high) // 2]
        left, right = low, high
        while left <= right:
            while keys[left] > key or (keys[left] == key and partners[left] < partner):
                left += 1
            while keys[right] < key or (keys[right] == key and partners[right] > partner):
                right -= 1
            if left <= right:
                keys[left], keys[right] = keys[right], keys[left]
                partners[left], partners[right] = partners[right], partners[left]
                received[left], received[right] = received[right], received[left]
                given[left], given[right] = given[right], given[left]
                left, right = left + 1, right - 1
        low, high = left if last >= left else low, right if last <= right else high
        if right < last < left:
            break
    hoard.size[row] = hoard.most
    hoard.root[row] = keys[last]

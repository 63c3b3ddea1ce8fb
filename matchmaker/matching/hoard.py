"""The best partners of everyone found so far: a heap of fixed size for each person."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.edges import Edges, edges_between, merged
from matchmaker.matching.jit import Real, compiled
from matchmaker.matching.roster import Floats, Ints


@dataclass(frozen=True, kw_only=True)
class Hoard:
    """The best partners found so far: heaps `(n, k)` of key, partner and both directed values; `size` `(n,)` of each, and its
    least key in `root`, once it is full."""

    key: Floats
    partner: NDArray[np.int32]
    received: Floats
    given: Floats
    size: Ints
    root: Floats


def hoard_of(people: int, best_each: int) -> Hoard:
    """An empty hoard."""
    shape = (people, min(best_each, max(people - 1, 1)))
    return Hoard(
        key=np.zeros(shape, np.float32),
        partner=np.zeros(shape, np.int32),
        received=np.zeros(shape, np.float32),
        given=np.zeros(shape, np.float32),
        size=np.zeros(people, np.int64),
        root=np.full(people, -np.inf, np.float32),
    )


def edges_of(hoards: Sequence[Hoard], people: int) -> Edges:
    """The edges of everyone's best partners, from the hoards of several workers, which are used up."""
    first, *others = hoards
    for other in others:
        pour(other, np.arange(people), first)
    slots = np.arange(first.key.shape[1]) < first.size[:, None]
    row = np.repeat(np.arange(people), first.size)
    partner = first.partner[slots].astype(np.int64)
    edges = edges_between(row, partner, first.received[slots], first.given[slots])
    return merged([edges], people)


def pour(hoard: Hoard, people: Ints, into: Hoard) -> None:
    """Put all of a hoard of some `people` into another of everyone."""
    _pour(hoard.key, hoard.partner, hoard.received, hoard.given, hoard.size, people,
          into.key, into.partner, into.received, into.given, into.size, into.root)  # fmt: skip


@compiled
def _pour(
    key: Floats,
    partner: NDArray[np.int32],
    received: Floats,
    given: Floats,
    size: Ints,
    people: Ints,
    into_key: Floats,
    into_partner: NDArray[np.int32],
    into_received: Floats,
    into_given: Floats,
    into_size: Ints,
    into_root: Floats,
) -> None:
    """Put all of some heaps into others; `people` are the rows there of the rows here."""
    for row in range(size.size):
        for at in range(size[row]):
            keep(into_key, into_partner, into_received, into_given, into_size, into_root, people[row],
                  key[row, at], people[partner[row, at]], received[row, at], given[row, at])  # fmt: skip


@compiled
def keep(
    key: Floats,
    partner: NDArray[np.int32],
    kept_received: Floats,
    kept_given: Floats,
    size: Ints,
    root: Floats,
    row: int,
    worth: Real,
    other: int,
    gain: Real,
    gift: Real,
) -> None:
    """Put a partner into a row's heap, whose root is the one to go first: the least key, of equals the higher partner."""
    room = key.shape[1]
    count = size[row]
    keys, partners = key[row], partner[row]
    if count < room:
        at = count
        size[row] = count + 1
        while at > 0:
            above = (at - 1) // 2
            if keys[above] < worth or (keys[above] == worth and partners[above] > other):
                break
            keys[at], partners[at] = keys[above], partners[above]
            kept_received[row, at], kept_given[row, at] = kept_received[row, above], kept_given[row, above]
            at = above
    else:
        if worth < keys[0] or (worth == keys[0] and other > partners[0]):
            return
        at = 0
        while True:
            below = 2 * at + 1
            if below >= room:
                break
            beside = below + 1
            if beside < room and (
                keys[beside] < keys[below] or (keys[beside] == keys[below] and partners[beside] > partners[below])
            ):
                below = beside
            if worth < keys[below] or (worth == keys[below] and other > partners[below]):
                break
            keys[at], partners[at] = keys[below], partners[below]
            kept_received[row, at], kept_given[row, at] = kept_received[row, below], kept_given[row, below]
            at = below
    keys[at], partners[at] = worth, other
    kept_received[row, at], kept_given[row, at] = gain, gift
    if size[row] == room:
        root[row] = keys[0]

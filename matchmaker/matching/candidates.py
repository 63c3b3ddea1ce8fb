"""Candidate pairs: every allowed pair with both sides at the floor or above; in a large room, each person's best.

A block of rows meets the whole room at once, so memory is `block x n`, never `n x n`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.directed import Words, directed_values
from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.roster import Floats, Ints, Roster
from matchmaker.matching.vectors import Progress
from matchmaker.model.policy import Acquainted, Policy
from matchmaker.model.weights import Weights

BLOCK_ROWS = 256
EVERY_PAIR_PEOPLE_MAX = 1_500
BEST_EACH = 64
DECIMALS = 6


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Candidate pairs, `first < second`, each once, in order of pair; values in [0, 1], all arrays `(m,)`."""

    first: Ints
    second: Ints
    mutual: Floats
    to_first: Floats
    to_second: Floats

    def __len__(self) -> int:
        return len(self.first)

    def take(self, which: Ints | NDArray[np.bool_]) -> "Edges":
        """The edges at `which`, in that order."""
        return Edges(
            first=self.first[which],
            second=self.second[which],
            mutual=self.mutual[which],
            to_first=self.to_first[which],
            to_second=self.to_second[which],
        )


@dataclass(frozen=True, kw_only=True)
class Prospects:
    """Per person, `(n,)`: how many they may meet, the most they could gain and give there, and candidates in all."""

    allowed: Ints
    received: Floats
    given: Floats
    candidates: Ints


@dataclass(frozen=True, kw_only=True)
class Room:
    """What decides a pair's value: the words, the rules, the weights; `forbidden` and `known` are sorted pair keys."""

    words: Words
    roster: Roster
    policy: Policy
    weights: Weights
    forbidden: Ints
    known: Ints


def room_of(roster: Roster, words: Words, policy: Policy, weights: Weights) -> Room:
    """Join a roster with its words and the rules of the policy."""
    forbidden = [roster.excluded]
    known = []
    if policy.acquaintances is Acquainted.APART:
        forbidden.append(roster.acquainted)
    elif policy.acquaintances is Acquainted.LESS:
        known.append(roster.acquainted)
    return Room(
        words=words,
        roster=roster,
        policy=policy,
        weights=weights,
        forbidden=_keys(forbidden, len(roster)),
        known=_keys(known, len(roster)),
    )


def candidates(room: Room, progress: Progress) -> tuple[Edges, Prospects]:
    """All candidate pairs of a room of up to 1,500; of a larger one the 64 best of each person (more for a quota above 16)."""
    people = len(room.roster)
    quota_max = int(room.roster.quota.max(initial=0))
    best_each = people if people <= EVERY_PAIR_PEOPLE_MAX else max(BEST_EACH, 4 * quota_max)
    return _edges(room, np.arange(people), best_each, progress)


def every_candidate(room: Room, rows: Ints) -> Edges:
    """All candidate pairs of `rows`, however many."""
    edges, _ = _edges(room, rows, len(room.roster), lambda stage, share: None)
    return edges


def merged(parts: Sequence[Edges], people: int) -> Edges:
    """Several sets of edges as one, each pair once; where more than one has a pair, the first one's figures."""
    columns = ("first", "second", "mutual", "to_first", "to_second")
    every = Edges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in columns})
    _, kept = np.unique(every.first * people + every.second, return_index=True)
    return every.take(kept)


def _edges(room: Room, rows: Ints, best_each: int, progress: Progress) -> tuple[Edges, Prospects]:
    people = len(room.roster)
    found: list[Edges] = []
    prospects = Prospects(
        allowed=np.zeros(people, np.int64),
        received=np.zeros(people, np.float32),
        given=np.zeros(people, np.float32),
        candidates=np.zeros(people, np.int64),
    )
    for block in np.split(rows, np.arange(BLOCK_ROWS, len(rows), BLOCK_ROWS)):
        found.append(_block_edges(room, block, best_each, prospects))
        progress("candidates", float(block[-1] + 1) / people if len(block) else 1.0)
    return merged(found, people), prospects


def _block_edges(room: Room, block: Ints, best_each: int, prospects: Prospects) -> Edges:
    """The candidate edges of a block of rows; notes the rows' prospects on the way."""
    received, given, allowed = _block_values(room, block)
    floor = np.float32(room.policy.floor / 100)
    mutual = mutual_values(received, given)
    eligible = allowed & (received >= floor) & (given >= floor) & (mutual > 0)
    prospects.allowed[block] = allowed.sum(axis=1)
    prospects.received[block] = np.where(allowed, received, 0).max(axis=1, initial=0)
    prospects.given[block] = np.where(allowed, given, 0).max(axis=1, initial=0)
    prospects.candidates[block] = eligible.sum(axis=1)
    row, column = np.nonzero(_best_of(np.where(eligible, mutual, -1), best_each))
    row, column = row[eligible[row, column]], column[eligible[row, column]]
    return _edges_between(block[row], column, received[row, column], given[row, column], mutual[row, column])


def _block_values(room: Room, block: Ints) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """`(b, n)` each: what the block's people gain from everyone, what they give, and whom they may meet."""
    everyone = np.arange(len(room.roster))
    warmth = room.policy.warmth
    received = directed_values(room.words, receivers=block, givers=everyone, weights=room.weights, warmth=warmth)
    given = directed_values(room.words, receivers=everyone, givers=block, weights=room.weights, warmth=warmth).T
    discount, allowed = _rules(room, block, everyone)
    return np.round(received * discount, DECIMALS), np.round(given * discount, DECIMALS), allowed


def _rules(room: Room, block: Ints, everyone: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """`(b, n)`: the discount of acquaintance, and who may be paired at all."""
    roster, policy = room.roster, room.policy
    colleagues = roster.organisation[block, None] == roster.organisation
    colleagues &= roster.organisation[block, None] >= 0
    known = _marked(room.known, block, len(everyone))
    allowed = ~_marked(room.forbidden, block, len(everyone))
    if policy.colleagues is Acquainted.LESS:
        known |= colleagues
    elif policy.colleagues is Acquainted.APART:
        allowed &= ~colleagues
    allowed &= block[:, None] != everyone
    allowed &= (roster.quota[block, None] > 0) & (roster.quota > 0)
    return np.where(known, np.float32(policy.acquainted_discount), np.float32(1)), allowed


def _marked(keys: Ints, block: Ints, people: int) -> NDArray[np.bool_]:
    """`(b, n)`: true where `row * n + column` is one of the sorted `keys`."""
    mask = np.zeros((len(block), people), bool)
    begins = np.searchsorted(keys, block * people)
    ends = np.searchsorted(keys, (block + 1) * people)
    for position, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        mask[position, keys[begin:end] % people] = True
    return mask


def _best_of(value: Floats, best_each: int) -> NDArray[np.bool_]:
    """`(b, n)`: true at each row's `best_each` largest."""
    if best_each >= value.shape[1]:
        return np.ones(value.shape, bool)
    best = np.zeros(value.shape, bool)
    np.put_along_axis(best, np.argpartition(-value, best_each, axis=1)[:, :best_each], True, axis=1)
    return best


def _edges_between(rows: Ints, columns: Ints, received: Floats, given: Floats, mutual: Floats) -> Edges:
    """Edges with the lower row first: its directed value is what the row received where the row is the lower."""
    lower = rows < columns
    return Edges(
        first=np.where(lower, rows, columns),
        second=np.where(lower, columns, rows),
        mutual=np.round(mutual, DECIMALS),
        to_first=np.where(lower, received, given),
        to_second=np.where(lower, given, received),
    )


def _keys(pairs: list[Ints], people: int) -> Ints:
    """Sorted keys `row * n + column` of pairs, in both orders."""
    if not pairs:
        return np.empty(0, np.int64)
    both = np.concatenate(pairs)
    return np.unique(np.concatenate([both[:, 0] * people + both[:, 1], both[:, 1] * people + both[:, 0]]))

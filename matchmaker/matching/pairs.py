"""What pairs are worth under the rules: blocks of people, special pairs, and all candidates of a few."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.directed import DECIMALS, Scale, Words, values_between
from matchmaker.matching.edges import Edges, edges_between, merged
from matchmaker.matching.jit import compiled
from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.rules import Rules
from matchmaker.matching.vectors import Progress

BLOCK_ROWS = 256


@dataclass(frozen=True, kw_only=True)
class Room:
    """What decides every pair's value: the words, how they count, and the rules."""

    words: Words
    scale: Scale
    rules: Rules

    def __len__(self) -> int:
        return len(self.rules.quota)


def pair_values(room: Room, rows: Ints, columns: Ints) -> tuple[Floats, Floats]:
    """`(r, c)` each: what the rows gain from the columns and give to them under the rules; zero where a pair is special.

    `columns` follow each other.
    """
    received, given = _ruled(room, rows, columns)
    special = room.rules.special
    if len(special):
        _bar(rows, int(columns[0]) if len(columns) else 0, special.starts, special.partners, received, given)
    return received, given


def _ruled(room: Room, rows: Ints, columns: Ints, forced: NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
    """What any rows gain from any columns and give to them, under the rules that look at attributes.

    `forced` `(c,)` are columns whose pairs no such rule forbids.
    """
    received, given = values_between(room.words, room.scale, rows, columns)
    for factor in _factors(room.rules, rows, columns):
        if forced is not None:
            factor = np.where(forced & (factor == 0), np.float32(1), factor)
        received *= factor
        given *= factor
    return np.round(received, DECIMALS, out=received), np.round(given, DECIMALS, out=given)


def _factors(rules: Rules, rows: Ints, columns: Ints) -> Iterator[Floats | NDArray[np.bool_]]:
    """`(r, c)` each, in [0, 1], for each rule that touches anyone here: what a pair keeps of its values."""
    for table in rules.tables:
        yield table.factor[table.code[rows][:, None], table.code[columns]]
    here, there = rules.organisation[rows], rules.organisation[columns]
    if rules.colleague_factor != 1 and len(np.intersect1d(here[here >= 0], there)):
        colleagues = (here[:, None] == there) & (here[:, None] >= 0)
        yield np.where(colleagues, np.float32(rules.colleague_factor), np.float32(1))
    open_rows, open_columns = rules.quota[rows] > 0, rules.quota[columns] > 0
    if not (open_rows.all() and open_columns.all()):
        yield open_rows[:, None] & open_columns


def special_edges(room: Room) -> tuple[Edges, Ints]:
    """The special pairs that may be: both sides at the floor, or pinned, or wished by both; and which special pairs they are."""
    special, rules = room.rules.special, room.rules
    received, given = np.zeros((2, len(special)), np.float32)
    forced = special.pinned | special.wished
    starts = np.searchsorted(special.first, np.arange(len(room) + 1))
    for row in np.flatnonzero(np.diff(starts)):
        these = slice(starts[row], starts[row + 1])
        values = _ruled(room, np.array([row]), special.second[these], forced[these])
        received[these], given[these] = (value[0] for value in values)
    received, given = (np.round(values * special.factor, DECIMALS) for values in (received, given))
    mutual = mutual_values(received, given)
    fits = (np.minimum(received, given) >= np.float32(rules.floor)) & (mutual > 0)
    open_ = (rules.quota[special.first] > 0) & (rules.quota[special.second] > 0)
    weight = mutual + special.boost * (1 - mutual)
    weight *= 1 + np.float32(rules.keep_told) * special.told
    kept = np.flatnonzero((fits | forced) & open_ & (special.factor > 0))
    edges = Edges(
        first=special.first,
        second=special.second,
        mutual=mutual,
        to_first=received,
        to_second=given,
        weight=weight.astype(np.float32),
    )
    return edges.take(kept), kept


@dataclass(frozen=True, kw_only=True)
class Prospects:
    """Of some people, `(r,)` each: how many they may meet, the most they could gain and give there, and candidates in all."""

    allowed: Ints
    received: Floats
    given: Floats
    candidates: Ints


def every_candidate(room: Room, rows: Ints, progress: Progress | None = None) -> tuple[Edges, Prospects]:
    """All candidate pairs of `rows` but the special ones, however many, and what the rows could hope for."""
    found, prospects = [], []
    everyone = np.arange(len(room))
    for block in np.split(rows, np.arange(BLOCK_ROWS, len(rows), BLOCK_ROWS)):
        received, given = pair_values(room, block, everyone)
        received[np.arange(len(block)), block] = given[np.arange(len(block)), block] = 0
        eligible = (np.minimum(received, given) >= np.float32(room.rules.floor)) & (received > 0) & (given > 0)
        row, column = np.nonzero(eligible)
        found.append(edges_between(block[row], column, received[row, column], given[row, column]))
        prospects.append(
            Prospects(
                allowed=_allowed(room, block),
                received=received.max(axis=1, initial=0),
                given=given.max(axis=1, initial=0),
                candidates=eligible.sum(axis=1),
            )
        )
        if progress is not None and len(block):
            progress("candidates", float(block[-1] + 1) / len(room))
    names = ("allowed", "received", "given", "candidates")
    return merged(found, len(room)), Prospects(
        **{name: np.concatenate([getattr(one, name) for one in prospects]) for name in names}
    )


def _allowed(room: Room, rows: Ints) -> Ints:
    """`(r,)`: with how many each row may be paired at all."""
    rules, everyone = room.rules, np.arange(len(room))
    may = np.ones((len(rows), len(room)), np.bool_)
    for factor in _factors(rules, rows, everyone):
        may &= factor > 0
    may[np.arange(len(rows)), rows] = False
    barred = rules.special.factor == 0
    for one, other in ((rules.special.first, rules.special.second), (rules.special.second, rules.special.first)):
        at = np.searchsorted(rows, one[barred])
        hit = (at < len(rows)) & (rows[np.minimum(at, len(rows) - 1)] == one[barred]) if len(rows) else at < 0
        may[at[hit], other[barred][hit]] = False
    found: Ints = may.sum(axis=1)
    return found


def values_among(room: Room, rows: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """`(r, r)` among sorted `rows`: what each gains from each under all rules (row receives), and who may not be paired."""
    value = np.zeros((len(rows), len(rows)), np.float32)
    barred = np.eye(len(rows), dtype=np.bool_)
    for begin in range(0, len(rows), BLOCK_ROWS):
        block = slice(begin, begin + BLOCK_ROWS)
        value[block] = _ruled(room, rows[block], rows)[0]
        for factor in _factors(room.rules, rows[block], rows):
            barred[block] |= factor == 0
    special = room.rules.special
    place = np.full(len(room), -1, np.int64)
    place[rows] = np.arange(len(rows))
    one, other = place[special.first], place[special.second]
    here = (one >= 0) & (other >= 0)
    one, other, factor = one[here], other[here], special.factor[here]
    value[one, other] *= factor
    value[other, one] *= factor
    barred[one, other] |= factor == 0
    barred[other, one] |= factor == 0
    value[barred] = 0
    return value, barred


@compiled
def _bar(rows: Ints, begin: int, starts: Ints, partners: Ints, received: Floats, given: Floats) -> None:
    """Zero where a row and a column are a special pair; the columns begin at `begin`."""
    end = begin + received.shape[1]
    for at in range(rows.size):
        theirs = partners[starts[rows[at]] : starts[rows[at] + 1]]
        position = np.searchsorted(theirs, begin)
        while position < theirs.size and theirs[position] < end:
            received[at, theirs[position] - begin] = 0
            given[at, theirs[position] - begin] = 0
            position += 1

"""Candidate pairs: exact, by mutual value, tile by tile; with prices, the pairs a better plan would use, and a proven bound.

A tile is a block of people against a block of people: two matrix products give both directions of each pair, once. Every
person keeps the best partners by `mutual value - partner's price`. In the same pass all that pairs are worth beyond their two
prices is added up: by linear programming duality this bounds the value of every plan, over all allowed pairs.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, pairwise
from math import fsum
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.directed import DECIMALS, Scale, Words, values_between
from matchmaker.matching.jit import Real, compiled
from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.rules import Rules
from matchmaker.matching.vectors import Progress

EVERY_PAIR_PEOPLE_MAX = 1_500
BEST_EACH = 48
BLOCK_STATEMENTS = 512
BLOCK_PEOPLE_LEAST = 48
TILES_A_TASK = 16
BLOCK_ROWS = 256
THREADS = 2


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Candidate pairs, `first < second`, each once, in order of pair; all arrays `(m,)`.

    Values are in [0, 1]; `weight` is what the plan counts: the mutual value, and more where wishes or what was told say so.
    """

    first: Ints
    second: Ints
    mutual: Floats
    to_first: Floats
    to_second: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.first)

    def take(self, which: Ints | NDArray[np.bool_]) -> "Edges":
        """The edges at `which`, in that order."""
        return Edges(**{name: getattr(self, name)[which] for name in COLUMNS})


COLUMNS = ("first", "second", "mutual", "to_first", "to_second", "weight")


@dataclass(frozen=True, kw_only=True)
class Room:
    """What decides every pair's value: the words, how they count, and the rules."""

    words: Words
    scale: Scale
    rules: Rules

    def __len__(self) -> int:
        return len(self.rules.quota)


@dataclass(frozen=True, kw_only=True)
class Prospects:
    """Of some people, `(r,)` each: how many they may meet, the most they could gain and give there, and candidates in all."""

    allowed: Ints
    received: Floats
    given: Floats
    candidates: Ints


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The best pairs of everyone, and what all pairs together are worth beyond `price` `(n,)`."""

    edges: Edges
    excess: float


def scan(
    room: Room, price: Floats, best_each: int, progress: Progress, *, tasks: Sequence["Task"] | None = None
) -> Scan:
    """Each person's `best_each` partners by mutual value less the partner's price, of all pairs but the special ones.

    Exact, and the same for any number of threads: ties go to the lower row, and each tile's sum is kept apart.
    """
    tasks = tasks_of(room) if tasks is None else tasks
    hoards: SimpleQueue[Hoard] = SimpleQueue()
    idle = [hoard_of(len(room), best_each) for _ in range(min(THREADS, len(tasks)))]
    for hoard in idle:
        hoards.put(hoard)

    def done(task: Task) -> list[float]:
        hoard = hoards.get()
        try:
            return work(room, task, price, hoard)
        finally:
            hoards.put(hoard)

    with ThreadPoolExecutor(THREADS) as pool:
        excess = list(_watched(pool.map(done, tasks), len(tasks), progress))
    return Scan(edges=edges_of(idle, len(room)), excess=fsum(chain(*excess)))


@dataclass(frozen=True, kw_only=True)
class Task:
    """A block of people against some blocks of people that do not stand before it."""

    rows: tuple[int, int]
    columns: tuple[tuple[int, int], ...]


def tasks_of(room: Room) -> list[Task]:
    """All pairs of a room in tasks of a few tiles; the same for any number of threads."""
    bounds = blocks_of(room)
    blocks = list(pairwise(bounds))
    return [
        Task(rows=rows, columns=tuple(blocks[begin : begin + TILES_A_TASK]))
        for at, rows in enumerate(blocks)
        for begin in range(at, len(blocks), TILES_A_TASK)
    ]


def blocks_of(room: Room) -> list[int]:
    """Where blocks begin and the last one ends: about 512 statements each, so that a tile stays in the cache."""
    statements = max(room.words.seek_starts[-1], room.words.offer_starts[-1], 1)
    size = max(BLOCK_PEOPLE_LEAST, int(BLOCK_STATEMENTS * len(room) // statements))
    return [*range(0, len(room), size), len(room)] if len(room) else []


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


def work(room: Room, task: Task, price: Floats, hoard: Hoard) -> list[float]:
    """Take a task's pairs into the hoard; gives what they are worth beyond their prices, a number a tile."""
    excess = []
    rows = np.arange(*task.rows)
    floor = np.float32(room.rules.floor)
    for begin, end in task.columns:
        received, given = pair_values(room, rows, np.arange(begin, end))
        excess.append(
            _gather(
                received,
                given,
                task.rows[0],
                begin,
                floor,
                price,
                hoard.key,
                hoard.partner,
                hoard.received,
                hoard.given,
                hoard.size,
                hoard.root,
            )
        )
    return excess


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


def merged(parts: Sequence[Edges], people: int) -> Edges:
    """Several sets of edges as one, each pair once; where more than one has a pair, the first one's figures."""
    every = Edges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS})
    _, kept = np.unique(every.first * people + every.second, return_index=True)
    return every.take(kept)


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


def edges_between(rows: Ints, columns: Ints, received: Floats, given: Floats) -> Edges:
    """Edges with the lower row first: its directed value is what the row received where the row is the lower."""
    lower = rows < columns
    mutual = mutual_values(received, given)
    return Edges(
        first=np.where(lower, rows, columns),
        second=np.where(lower, columns, rows),
        mutual=mutual,
        to_first=np.where(lower, received, given),
        to_second=np.where(lower, given, received),
        weight=mutual,
    )


def _watched(results: Iterable[list[float]], count: int, progress: Progress) -> Iterator[list[float]]:
    for done, result in enumerate(results, start=1):
        progress("candidates", done / count)
        yield result


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


@compiled
def _gather(
    received: Floats,
    given: Floats,
    row_begin: int,
    column_begin: int,
    floor: Real,
    price: Floats,
    key: Floats,
    partner: NDArray[np.int32],
    kept_received: Floats,
    kept_given: Floats,
    size: Ints,
    root: Floats,
) -> float:
    """Take a tile's pairs into both people's heaps, each pair once; gives what they are worth beyond their prices."""
    excess = 0.0
    worth = np.zeros(received.shape[1], np.float32)
    for at in range(received.shape[0]):
        row = row_begin + at
        own, least = price[row], root[row]
        begin = at + 1 if row_begin == column_begin else 0
        _mutual(received[at], given[at], floor, worth)
        for to in range(begin, received.shape[1]):
            mutual, column = worth[to], column_begin + to
            here, there = mutual - price[column], mutual - own
            if mutual <= 0 or (here < least and there < root[column] and here < own):
                continue
            beyond = np.float64(mutual) - price[column] - own  # exact, so that rounding cannot lower a bound
            if beyond > 0:
                excess += beyond
            if here >= least:
                _keep(
                    key,
                    partner,
                    kept_received,
                    kept_given,
                    size,
                    root,
                    row,
                    here,
                    column,
                    received[at, to],
                    given[at, to],
                )
                least = root[row]
            if there >= root[column]:
                _keep(
                    key,
                    partner,
                    kept_received,
                    kept_given,
                    size,
                    root,
                    column,
                    there,
                    row,
                    given[at, to],
                    received[at, to],
                )
    return excess


@compiled
def _mutual(received: Floats, given: Floats, floor: Real, worth: Floats) -> None:
    """`worth` `(c,)`: the harmonic mean of both values, zero where one is nothing or below the floor; as `mutual_values`."""
    for to in range(worth.size):
        gain, gift = received[to], given[to]
        mutual = (np.float32(2) * gain * gift) / max(gain + gift, np.float32(1e-9))
        worth[to] = mutual if gain >= floor and gift >= floor else np.float32(0)


@compiled
def _keep(
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
            _keep(into_key, into_partner, into_received, into_given, into_size, into_root, people[row],
                  key[row, at], people[partner[row, at]], received[row, at], given[row, at])  # fmt: skip

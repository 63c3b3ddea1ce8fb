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

from matchmaker.matching.edges import Edges
from matchmaker.matching.hoard import Hoard, edges_of, hoard_of, keep
from matchmaker.matching.jit import Real, compiled
from matchmaker.matching.pairs import Room, pair_values
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.vectors import Progress

BLOCK_STATEMENTS = 512
BLOCK_PEOPLE_LEAST = 48
TILES_A_TASK = 16
THREADS = 2


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


def _watched(results: Iterable[list[float]], count: int, progress: Progress) -> Iterator[list[float]]:
    for done, result in enumerate(results, start=1):
        progress("candidates", done / count)
        yield result


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
                keep(
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
                keep(
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

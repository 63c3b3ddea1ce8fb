"""Candidate pairs: exact, by mutual value, tile by tile; with prices, the pairs a better plan would use, and a proven bound.

A tile is a block of people against a block of people: two matrix products give both directions of each pair, once. Every
person keeps the best partners by `mutual value - partner's price`. In the same pass all that pairs are worth beyond their two
prices is added up: by linear programming duality this bounds the value of every plan, over all allowed pairs.
"""

from collections.abc import Iterable, Iterator
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
from matchmaker.matching.roster import Floats
from matchmaker.matching.vectors import Progress

BLOCK_STATEMENTS = 512
BLOCK_PEOPLE_LEAST = 48
TILES_A_TASK = 16
THREADS = 2


@dataclass(frozen=True, kw_only=True)
class Scan:
    """The best pairs of everyone, and what all pairs together are worth beyond `price` `(n,)`; infinite where
    that was not `counted`."""

    edges: Edges
    excess: float


def scan(room: Room, price: Floats, best_each: int, progress: Progress, *, counted: bool = True) -> Scan:
    """Each person's `best_each` partners by mutual value less the partner's price, of all pairs but the special ones.

    Exact, and the same for any number of threads: ties go to the lower row, and each tile's sum is kept apart.
    """
    tasks = tasks_of(room)
    hoards: SimpleQueue[Hoard] = SimpleQueue()
    idle = [hoard_of(len(room), best_each) for _ in range(min(THREADS, len(tasks)))]
    for hoard in idle:
        hoards.put(hoard)

    def done(task: Task) -> list[float]:
        hoard = hoards.get()
        try:
            return work(room, task, price, hoard, counted=counted)
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


def work(room: Room, task: Task, price: Floats, hoard: Hoard, *, counted: bool) -> list[float]:
    """Take a task's pairs into the hoard; gives what they are worth beyond their prices, a number a tile, if `counted`."""
    excess = []
    rows = np.arange(*task.rows)
    floor = np.float32(room.rules.floor)
    for begin, end in task.columns:
        received, given = pair_values(room, rows, np.arange(begin, end))
        excess.append(_gather(received, given, task.rows[0], begin, floor, price, counted, hoard))
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
    counted: bool,
    hoard: Hoard,
) -> float:
    """Take a tile's pairs into both people's hoards, each pair once; gives what they are worth beyond their prices."""
    excess = 0.0 if counted else np.inf
    columns = received.shape[1]
    worth = np.zeros(columns, np.float32)
    told = np.zeros((columns + 7) // 8 * 8, np.uint8)
    eight = told.view(np.uint64)
    for at in range(received.shape[0]):
        row = row_begin + at
        begin = at + 1 if row_begin == column_begin else 0
        _mutual(received[at], given[at], floor, worth)
        _tell(worth, price[row], hoard.root[row], counted, price[column_begin : column_begin + columns],
              hoard.root[column_begin : column_begin + columns], told)  # fmt: skip
        for few in range(begin // 8, eight.size):
            if eight[few] == 0:
                continue
            for to in range(max(8 * few, begin), min(8 * few + 8, columns)):
                if told[to]:
                    column = column_begin + to
                    beyond = np.float64(worth[to]) - price[column] - price[row]  # exact: rounding must lower no bound
                    excess += max(beyond, 0.0)
                    here, there = worth[to] - price[column], worth[to] - price[row]
                    if here >= hoard.root[row]:
                        keep(hoard, row, here, column, received[at, to], given[at, to])
                    if there >= hoard.root[column]:
                        keep(hoard, column, there, row, given[at, to], received[at, to])
    return excess


@compiled
def _tell(
    worth: Floats, own: Real, least: Real, counted: bool, price: Floats, root: Floats, told: NDArray[np.uint8]
) -> None:
    """`told` `(c,)`: whether a pair may enter one of both people's hoards, or is worth more than both prices."""
    for to in range(worth.size):
        here, there = worth[to] - price[to], worth[to] - own
        told[to] = (worth[to] > 0) & ((here >= least) | (there >= root[to]) | (counted & (here >= own)))


@compiled
def _mutual(received: Floats, given: Floats, floor: Real, worth: Floats) -> None:
    """`worth` `(c,)`: the harmonic mean of both values, zero where one is nothing or below the floor; as `mutual_values`."""
    for to in range(worth.size):
        gain, gift = received[to], given[to]
        mutual = (np.float32(2) * gain * gift) / max(gain + gift, np.float32(1e-9))
        worth[to] = mutual if gain >= floor and gift >= floor else np.float32(0)

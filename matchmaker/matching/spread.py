"""Beyond one machine: the candidate pass as super-tiles, each sent with just the people it is about.

A super-tile is a stretch of people against another, made of the very tiles that one machine would take, so the result is the
same to the byte wherever and in whatever order they are done. They are given out by joblib: to processes of this machine, or
with the Dask backend to workers anywhere. One that is lost with its worker is done again by another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations_with_replacement, pairwise
from math import fsum

import numpy as np
from joblib import Parallel, delayed, parallel_config
from threadpoolctl import threadpool_limits

from matchmaker.matching.candidates import Scan, Task, blocks_of, work
from matchmaker.matching.directed import Words, positions, starts_of
from matchmaker.matching.hoard import Hoard, edges_of, hoard_of, pour
from matchmaker.matching.pairs import Room
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.rules import rules_among
from matchmaker.matching.vectors import Progress

STRETCH_PEOPLE = 16_384


@dataclass(frozen=True, kw_only=True)
class SuperTile:
    """A part of a room that one worker can do alone: `people` are the rows of the room it is about, `tasks` speak of its own."""

    room: Room
    people: Ints
    price: Floats
    tasks: tuple[Task, ...]


def scan_spread(
    room: Room,
    price: Floats,
    best_each: int,
    progress: Progress,
    *,
    backend: str,
    stretch: int = STRETCH_PEOPLE,
    counted: bool = True,
) -> Scan:
    """As `candidates.scan`, by the workers of a joblib backend (`dask`, `loky`, `threading`); the same bytes."""
    hoard, excess = hoard_of(len(room), best_each), []
    parts = list(super_tiles(room, price, stretch))
    with parallel_config(backend=backend):
        done = Parallel(n_jobs=-1, return_as="generator")(
            delayed(done_alone)(part, best_each, counted=counted) for part in parts
        )
        for at, (part, (theirs, worth)) in enumerate(zip(parts, done, strict=True), start=1):
            pour(theirs, part.people, hoard)
            excess += worth
            progress("candidates", at / len(parts))
    return Scan(edges=edges_of([hoard], len(room)), excess=fsum(excess))


def super_tiles(room: Room, price: Floats, stretch: int) -> Iterator[SuperTile]:
    """All tiles of a room, each in one super-tile."""
    bounds = blocks_of(room)
    each = max(1, stretch // max(bounds[1] - bounds[0], 1)) if len(bounds) > 1 else 1
    ends = [*bounds[:-1:each], bounds[-1]] if bounds else []
    for one, other in combinations_with_replacement(pairwise(ends), 2):
        people = np.unique(np.concatenate([np.arange(*one), np.arange(*other)]))
        yield SuperTile(
            room=part_of(room, people),
            people=people,
            price=price[people],
            tasks=tuple(_tasks(bounds, one, other)),
        )


def _tasks(bounds: Sequence[int], one: tuple[int, int], other: tuple[int, int]) -> Iterator[Task]:
    """The tiles of one stretch against another, told by the rows of both stretches together."""
    first, second = ([tile for tile in pairwise(bounds) if within[0] <= tile[0] < within[1]] for within in (one, other))
    away = one[0] if one == other else other[0] - (one[1] - one[0])
    for rows in first:
        yield Task(
            rows=(rows[0] - one[0], rows[1] - one[0]),
            columns=tuple((begin - away, end - away) for begin, end in second if begin >= rows[0]),
        )


def done_alone(part: SuperTile, best_each: int, *, counted: bool) -> tuple[Hoard, list[float]]:
    """What a worker does with a super-tile: the best partners of its people there, and what each task's pairs are worth."""
    hoard = hoard_of(len(part.people), best_each)
    with threadpool_limits(1, user_api="blas"):
        excess = [work(part.room, task, part.price, hoard, counted=counted) for task in part.tasks]
    return hoard, list(chain(*excess))


def part_of(room: Room, people: Ints) -> Room:
    """The room with some of its people alone, in order of row."""
    words, rules = room.words, room.rules
    seeks, offers = positions(words.seek_starts, people), positions(words.offer_starts, people)
    return replace(
        room,
        words=Words(
            seeks=words.seeks[seeks],
            offers=words.offers[offers],
            interests=words.interests[people],
            seek_strength=words.seek_strength[seeks],
            offer_strength=words.offer_strength[offers],
            seek_starts=starts_of(words.seek_starts, people),
            offer_starts=starts_of(words.offer_starts, people),
            wants=None if words.wants is None else words.wants[seeks],
            gives=None if words.gives is None else words.gives[offers],
        ),
        rules=rules_among(rules, people),
    )

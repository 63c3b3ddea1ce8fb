"""Rooms for the benchmark whose values are written down: what row gains from column."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from matchmaker.bench.peers import Given
from matchmaker.bench.referee import best_pairs
from matchmaker.bench.rooms import FLOOR, made_up
from matchmaker.matching.pairs import Room
from matchmaker.matching.rules import plain_rules


def valued(values: Sequence[Sequence[float]], quota: Sequence[int], **rules: Any) -> Room:
    """A room in which `values[i][j]` is what i gains from j: seeks are the rows, offers the directions of space. `rules` are
    others than that everyone may meet everyone."""
    plain = _plain(len(values))
    words = replace(plain.words, seeks=np.array(values, np.float32), offers=np.eye(len(values), dtype=np.float32))
    common = plain_rules(np.array(quota, np.int64), floor=FLOOR)
    return replace(plain, words=words, rules=replace(common, **rules))


@cache
def _plain(people: int) -> Room:
    return made_up(people, 1)


def both_ways(people: int, pairs: Iterable[tuple[int, int, float]], quota: Sequence[int], **rules: Any) -> Room:
    """A room in which each of `pairs` is worth as much to either side, and no other pair anything."""
    values = np.zeros((people, people))
    for first, second, value in pairs:
        values[first, second] = values[second, first] = value
    return valued(values.tolist(), quota, **rules)


def tempting_middle() -> Room:
    """A chain of four with quota 1: the best pair stands in the middle, and both ends are worth more together."""
    return both_ways(4, [(0, 1, 0.5), (1, 2, 0.75), (2, 3, 0.5)], [1] * 4)


def triangle() -> Room:
    """Three with quota 1 who suit each other alike: one pair, though a linear programme sees one and a half."""
    return both_ways(3, [(0, 1, 0.5), (0, 2, 0.5), (1, 2, 0.5)], [1] * 3)


def given(room: Room, *, each: int | None = None, seed: int = 1) -> Given:
    """What a peer is given in `room`: every eligible pair, or each person's best."""
    return Given(room=room, edges=best_pairs(room, each or len(room)), seed=seed)

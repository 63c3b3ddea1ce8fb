"""Rooms whose every directed value is given, and what the best plan of a small one is, found by trying all."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matchmaker.matching.check import sheet_of
from matchmaker.matching.directed import Words, scale_of
from matchmaker.matching.edges import Edges
from matchmaker.matching.pairs import Room
from matchmaker.matching.plan import Plan, best_plan
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.rules import Rules, Table, plain_rules, special_of
from tests.worlds import COSINE

Pairs = list[tuple[int, int]]


def quiet(stage: str, share: float) -> None:
    """Hear nothing."""


def room_of(value: Floats, quota: list[int], **rules: Any) -> Room:
    """A room of `value` `(n, n)`, row receives: everyone seeks one thing of their own, of which others offer so much."""
    count, own = len(value), np.arange(len(value) + 1)
    words = Words(
        seeks=np.eye(count, dtype=np.float32),
        offers=np.ascontiguousarray(value.T, np.float32),
        interests=np.zeros((count, 1), np.float32),
        seek_strength=np.ones(count, np.float32),
        offer_strength=np.ones(count, np.float32),
        seek_starts=own,
        offer_starts=own,
    )
    return Room(
        words=words,
        scale=scale_of(COSINE, warmth=0.0, top=1.0, seeks_most=1),
        rules=ruled(plain_rules(np.array(quota, np.int64)), **rules),
    )


def ruled(rules: Rules, *, promised: int | None = None, **changes: Any) -> Rules:
    """The rules with some changed; `promised` to everyone."""
    if promised is not None:
        everyone = np.full_like(rules.quota, promised)
        changes |= {"promised": everyone, "least": np.minimum(everyone, rules.quota)}
    return replace(rules, **changes)


def values(people: int, of: Mapping[tuple[int, int], float | tuple[float, float]]) -> Floats:
    """`(n, n)`: of each pair what the first gains and the second, or both alike; the others gain nothing."""
    found = np.zeros((people, people), np.float32)
    for (first, second), gains in of.items():
        found[first, second], found[second, first] = gains if isinstance(gains, tuple) else (gains, gains)
    return found


def keys(people: int, *pairs: tuple[int, int]) -> Ints:
    """Keys of pairs as they stand, whose row times `people` and whom."""
    return np.array([one * people + other for one, other in pairs], np.int64)


def planned(room: Room, seed: int = 1) -> Plan:
    return best_plan(room, np.random.default_rng(seed), quiet)


def pairs_of(plan: Plan) -> Pairs:
    return ends(plan.edges.take(plan.chosen))


def ends(edges: Edges) -> Pairs:
    return list(zip(edges.first.tolist(), edges.second.tolist(), strict=True))


def table(code: list[int], factor: list[list[float]]) -> Table:
    return Table(code=np.array(code, np.int64), factor=np.array(factor, np.float32))


# Trying all


@dataclass(frozen=True, kw_only=True)
class Best:
    """What the best plan keeps of the promises, and its worth; and the most that any plan is worth."""

    kept: int
    worth: float
    worth_most: float


def best_of(room: Room, value: Floats, settled: Pairs) -> Best:
    """The best of all plans that hold the `settled` pairs, by what the dial says."""
    rules, sheet = room.rules, sheet_of(room.rules, value)
    free = [pair for pair in zip(*np.nonzero(np.triu(sheet.fits)), strict=True) if pair not in settled]
    found = []
    for plan in _plans(rules, settled, free):
        kept = int(np.minimum(_loads(plan, len(value)), rules.least).sum())
        found.append((kept, sum(float(sheet.weight[pair]) for pair in plan)))
    kept, worth = max(found, key=lambda one: one if rules.inclusion == 1 else (one[1] + rules.inclusion * one[0],))
    return Best(kept=kept, worth=worth, worth_most=max(worth for _, worth in found))


def _plans(rules: Rules, held: Pairs, free: Pairs) -> list[Pairs]:
    """All that can be made of the free pairs beside those held, within quotas and the number within organisations."""
    if not free:
        return [held]
    rest = _plans(rules, held, free[1:])
    return rest + [[*plan, free[0]] for plan in rest if _fits(rules, [*plan, free[0]], free[0])]


def _fits(rules: Rules, plan: Pairs, pair: tuple[int, int]) -> bool:
    def load(row: int) -> int:
        return sum(row in held for held in plan)

    def inner(row: int) -> int:
        return sum(row in held and rules.organisation[held[0]] == rules.organisation[held[1]] for held in plan)

    within = rules.organisation[pair[0]] == rules.organisation[pair[1]] >= 0 and rules.internal_most is not None
    return all(load(row) <= rules.quota[row] for row in pair) and not (
        within and any(inner(row) > (rules.internal_most or 0) for row in pair)
    )


def _loads(pairs: Pairs, people: int) -> Ints:
    return np.bincount(np.array(pairs, np.int64).ravel(), minlength=people)


# Any room


@st.composite
def any_room(
    draw: st.DrawFn, *, people_most: int = 7, pairs_most: int = 10, special: bool = True
) -> tuple[Room, Floats]:
    """A small room under any rules, and its values before any rule."""
    people = draw(st.integers(2, people_most))
    every = list(itertools.combinations(range(people), 2))
    some = st.lists(st.sampled_from(every), max_size=4, unique=True)
    gains = st.integers(1, 20).map(lambda twentieths: twentieths / 20)
    pairs = draw(st.lists(st.sampled_from(every), max_size=pairs_most, unique=True))
    value = values(people, {pair: (draw(gains), draw(gains)) for pair in pairs})
    quota = draw(st.one_of(st.just([1] * people), st.lists(st.integers(0, 3), min_size=people, max_size=people)))
    rules = {
        "promised": draw(st.sampled_from([0, 1, 1, 1, 2])),
        "inclusion": draw(st.sampled_from([0.0, 0.05, 0.3, 1.0, 1.0])),
        "floor": draw(st.sampled_from([0.0, 0.0, 0.2])),
        "organisation": np.array(draw(st.lists(st.integers(-1, 1), min_size=people, max_size=people)), np.int64),
        "internal_most": draw(st.sampled_from([None, None, 0, 1])),
        "colleague_factor": draw(st.sampled_from([1.0, 0.5, 0.0])),
        "keep_told": 0.1,
    }
    if special:
        named = {name: keys(people, *draw(some)) for name in ("excluded", "known", "met", "pinned", "told")}
        directed = st.lists(st.sampled_from([*every, *(pair[::-1] for pair in every)]), max_size=4, unique=True)
        wished = {name: keys(people, *draw(directed)) for name in ("must", "like", "rather_not")}
        rules["special"] = special_of(people=people, known_factor=0.5, met_factor=0.0, **named, **wished)
    return room_of(value, quota, **rules), value

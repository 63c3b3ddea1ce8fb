"""Connectors: whoever introduces two strangers knows both, is not asked too often, and as many pairs as can be are served."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import connectors as under_test
from matchmaker.matching.circles_check import connector_breaches
from matchmaker.matching.connectors import connectors_for
from tests.worlds import steady

Pairs = list[tuple[int, int]]


def connected(
    wanted: Pairs, acquainted: Pairs, asked_most: list[int], values: list[float] | None = None, seed: int = 1
) -> list[int]:
    """Who is to introduce each wanted pair, after the check."""
    found: list[int] = connectors_for(
        people=len(asked_most),
        wanted=np.array(wanted, np.int64).reshape(-1, 2),
        acquainted=np.array(acquainted, np.int64).reshape(-1, 2),
        value=np.array(values if values is not None else [0.5] * len(wanted)),
        asked_most=np.array(asked_most, np.int64),
        rng=np.random.default_rng(seed),
    ).tolist()
    assert connector_breaches(found, wanted=wanted, acquainted=acquainted, asked_most=asked_most) == []
    return found


def best_of(wanted: Pairs, acquainted: Pairs, asked_most: list[int], values: list[float]) -> tuple[int, float, int]:
    """Most pairs served, then highest value, then least sum of squared loads (negative), by trying all ways."""
    known = {frozenset(pair) for pair in acquainted}
    people = range(len(asked_most))
    thirds = [
        [
            -1,
            *(third for third in people if {frozenset((one, third)) for one in pair} <= known and {*pair} not in known),
        ]
        for pair in wanted
    ]
    plans = [plan for plan in product(*thirds) if all(plan.count(third) <= asked_most[third] for third in people)]
    return max(weighed(list(plan), values, len(asked_most)) for plan in plans)


def weighed(plan: list[int], values: list[float], people: int) -> tuple[int, float, int]:
    value = round(sum(value for value, third in zip(values, plan, strict=True) if third >= 0), 9)
    return len(plan) - plan.count(-1), value, -sum(plan.count(third) ** 2 for third in range(people))


@st.composite
def circles_of_friends(draw: st.DrawFn) -> tuple[Pairs, Pairs, list[int], list[float]]:
    people = draw(st.integers(3, 6))
    every = list(combinations(range(people), 2))
    wanted = draw(st.lists(st.sampled_from(every), unique=True, max_size=5))
    acquainted = draw(st.lists(st.sampled_from(every), unique=True, max_size=10))
    asked_most = draw(st.lists(st.integers(0, 3), min_size=people, max_size=people))
    values = draw(st.lists(st.sampled_from([0.0, 0.3, 0.9]), min_size=len(wanted), max_size=len(wanted)))
    return wanted, acquainted, asked_most, values


@given(circles_of_friends())
@settings(steady, max_examples=300)
def test_as_many_pairs_as_can_be_then_the_best_then_evenly(
    friends: tuple[Pairs, Pairs, list[int], list[float]],
) -> None:
    *_, asked_most, values = friends
    assert weighed(connected(*friends), values, len(asked_most)) == best_of(*friends)


def test_a_third_who_knows_both_introduces_them() -> None:
    assert connected([(0, 1), (0, 3)], [(0, 2), (1, 2), (2, 4)], [1] * 5) == [2, -1]


def test_who_is_acquainted_needs_no_connector() -> None:
    assert connected([(0, 1)], [(0, 1), (0, 2), (1, 2)], [1] * 3) == [-1]


def test_nobody_is_asked_more_often_than_they_may() -> None:
    star = [(0, 4), (1, 4), (2, 4), (3, 4)]
    wanted = [(0, 1), (0, 2), (0, 3)]
    assert connected(wanted, star, [0, 0, 0, 0, 2], [0.2, 0.9, 0.5]) == [-1, 4, 4]
    assert connected(wanted, star, [0] * 5) == [-1] * 3


def test_the_better_pair_gives_way_where_both_can_be_served() -> None:
    """Cyd knows all, Dan only Ada and Bob: the pair that Dan can introduce leaves Cyd to the other."""
    ada, bob, cyd, dan, eve = range(5)
    acquainted = [(ada, cyd), (bob, cyd), (cyd, eve), (ada, dan), (bob, dan)]
    assert connected([(ada, bob), (ada, eve)], acquainted, [1] * 5, [0.9, 0.1]) == [dan, cyd]


def test_pairs_in_parts_are_served_as_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [(0, other) for other in range(1, 7)]
    acquainted = [(other, 7 + other % 2) for other in range(7)] + [(0, 8)]
    whole = connected(wanted, acquainted, [3] * 9)
    assert whole.count(-1) == 0
    monkeypatch.setattr(under_test, "PAIRS_AT_ONCE", 2)
    assert connected(wanted, acquainted, [3] * 9) == whole


def test_one_most_for_all_will_do() -> None:
    found = connectors_for(
        people=4,
        wanted=np.array([[0, 1], [1, 0]]),
        acquainted=np.array([[0, 2], [1, 2]]),
        value=np.array([0.5, 0.4]),
        asked_most=1,
        rng=np.random.default_rng(1),
    )
    assert found.tolist() == [2, -1]


def test_ties_fall_by_the_seed() -> None:
    acquainted = [(0, 2), (1, 2), (0, 3), (1, 3)]
    assert {connected([(0, 1)], acquainted, [1] * 4, seed=seed)[0] for seed in range(20)} == {2, 3}


def test_nothing_wanted_asks_nobody() -> None:
    assert connected([], [(0, 1)], [1, 1]) == []
    assert connected([(0, 1)], [], [1, 1]) == [-1]


@pytest.mark.parametrize(
    ("wanted", "acquainted", "value", "said"),
    [
        ([(1, 1)], [(0, 1)], [0.5], "one person"),
        ([(0, 3)], [(0, 1)], [0.5], "not among the 3"),
        ([(0, 1)], [(0, -1)], [0.5], "not among the 3"),
        ([(0, 1)], [(0, 2)], [np.nan], "not a number from 0 to 1"),
        ([(0, 1), (0, 1)], [(0, 2)], [0.5, 0.5], "listed twice"),
        ([(0, 1)], [(0, 2)], [0.5, 0.5], "1 givers, 1 takers, 2 values"),
    ],
)
def test_a_malformed_pair_is_refused(wanted: Pairs, acquainted: Pairs, value: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        connectors_for(
            people=3,
            wanted=np.array(wanted),
            acquainted=np.array(acquainted),
            value=np.array(value),
            asked_most=1,
            rng=np.random.default_rng(1),
        )

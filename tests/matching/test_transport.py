"""Each demand served once, each supply within its capacity, for the most value: held against brute force."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import transport as under_test
from matchmaker.matching.transport import transport
from tests.worlds import steady

Arcs = dict[tuple[int, int], float]


def served(arcs: Arcs, demands: int, capacity: list[int], seed: int = 1) -> list[int]:
    """The supply of each demand, -1 for none; `arcs` is the value of each (demand, supply)."""
    demand, supply = np.array(list(arcs), np.int64).reshape(-1, 2).T
    found = transport(
        demand=demand,
        supply=supply,
        value=np.array(list(arcs.values())),
        demands=demands,
        capacity=np.array(capacity, np.int64),
        rng=np.random.default_rng(seed),
    )
    assert [demand[arc] for arc in found if arc >= 0] == [row for row, arc in enumerate(found) if arc >= 0]
    return [int(supply[arc]) if arc >= 0 else -1 for arc in found]


def worth(plan: list[int], arcs: Arcs) -> float:
    return round(sum(arcs.get((demand, supply), 0.0) for demand, supply in enumerate(plan)), 9)


def unevenness(plan: list[int]) -> int:
    return sum(count**2 for supply, count in Counter(plan).items() if supply >= 0)


def best_of(arcs: Arcs, demands: int, capacity: list[int]) -> tuple[float, int]:
    """The highest value, and how even a plan of that value can be, by trying all of them."""
    choices = [
        [-1, *(supply for supply in range(len(capacity)) if arcs.get((row, supply), 0) > 0)] for row in range(demands)
    ]
    plans = [list(plan) for plan in product(*choices) if fits(list(plan), capacity)]
    value, even = max((worth(plan, arcs), -unevenness(plan)) for plan in plans)
    return value, -even


def fits(plan: list[int], capacity: list[int]) -> bool:
    return all(plan.count(supply) <= most for supply, most in enumerate(capacity))


@st.composite
def markets(draw: st.DrawFn) -> tuple[Arcs, int, list[int]]:
    demands, supplies = draw(st.integers(0, 6)), draw(st.integers(1, 4))
    every = list(product(range(demands), range(supplies)))
    drawn = draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    arcs = {arc: draw(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.500001, 1.0, 2.0])) for arc in drawn}
    return arcs, demands, draw(st.lists(st.integers(0, 4), min_size=supplies, max_size=supplies))


@given(markets())
@settings(steady, max_examples=300)
def test_no_plan_is_worth_more_or_as_much_and_more_even(market: tuple[Arcs, int, list[int]]) -> None:
    arcs, demands, capacity = market
    plan = served(arcs, demands, capacity)
    assert fits(plan, capacity)
    assert all(arcs[demand, supply] > 0 for demand, supply in enumerate(plan) if supply >= 0)
    assert (worth(plan, arcs), unevenness(plan)) == best_of(*market)


@given(markets())
@settings(steady, max_examples=150)
def test_greedily_served_is_half_of_the_best_at_least(market: tuple[Arcs, int, list[int]]) -> None:
    arcs, demands, capacity = market
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(under_test, "ENTRIES_MAX", -1)
        plan = served(arcs, demands, capacity)
        roomy = served(arcs, demands, [demands] * len(capacity))
    assert fits(plan, capacity)
    assert worth(plan, arcs) >= best_of(*market)[0] / 2
    assert worth(roomy, arcs) == best_of(arcs, demands, [demands] * len(capacity))[0]


def test_the_better_plan_is_not_the_greedy_one(monkeypatch: pytest.MonkeyPatch) -> None:
    arcs = {(0, 0): 0.9, (0, 1): 0.8, (1, 0): 0.7}
    assert served(arcs, 2, [1, 1]) == [1, 0]
    monkeypatch.setattr(under_test, "ENTRIES_MAX", 2)
    assert served(arcs, 2, [1, 1]) == [0, -1]


def test_the_load_is_even_where_that_costs_nothing() -> None:
    arcs = {(demand, supply): 0.5 for demand in range(6) for supply in range(3)}
    assert sorted(Counter(served(arcs, 6, [6, 6, 6])).values()) == [2, 2, 2]


def test_a_millionth_counts_for_more_than_an_even_load() -> None:
    arcs = {(demand, supply): 0.5 + (supply == 0) * 1e-6 for demand in range(6) for supply in range(3)}
    assert served(arcs, 6, [6, 6, 6]) == [0] * 6


def test_the_order_of_arcs_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    arcs = {(demand, supply): 0.5 for demand in range(40) for supply in rng.integers(0, 12, 5).tolist()}
    for exactly in (under_test.ENTRIES_MAX, -1):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(under_test, "ENTRIES_MAX", exactly)
            plan = served(arcs, 40, [3] * 12)
            assert plan == served(dict(reversed(arcs.items())), 40, [3] * 12)
        assert len(set(plan)) > 5


def test_ties_fall_by_the_seed() -> None:
    assert {tuple(served({(0, 0): 1.0, (1, 0): 1.0}, 2, [1], seed=seed)) for seed in range(20)} == {(0, -1), (-1, 0)}

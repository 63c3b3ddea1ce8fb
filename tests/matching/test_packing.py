"""Sets packed within capacities: local improvement does what it says, and the bound is never below the best."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import packing
from matchmaker.matching.packing import Packed, _bound, _Packing, _settled, pack_sets
from tests.worlds import steady

Sets = list[tuple[int, ...]]

CHAIN: Sets = [(0, 1), (1, 2), (2, 3)]


def packed(sets: Sets, weights: list[float], capacity: list[int], *, price_least: float = 0.0, seed: int = 1) -> Packed:
    return pack_sets(
        uses=np.array(sets, np.int64).reshape(-1, 2),
        weight=np.array(weights),
        capacity=np.array(capacity, np.int64),
        price_least=np.full(len(capacity), price_least),
        rng=np.random.default_rng(seed),
    )


def best_of(sets: Sets, weights: list[float], capacity: list[int]) -> float:
    """The most that any choice of sets within the capacities weighs, by trying all of them."""
    choices = (np.flatnonzero(choice).tolist() for choice in product([0, 1], repeat=len(sets)))
    return max(sum(weights[one] for one in choice) for choice in choices if fits(sets, choice, capacity))


def fits(sets: Sets, choice: list[int], capacity: list[int]) -> bool:
    used = [resource for one in choice for resource in sets[one]]
    return all(used.count(resource) <= most for resource, most in enumerate(capacity))


@st.composite
def loads(draw: st.DrawFn) -> tuple[Sets, list[float], list[int]]:
    resources = draw(st.integers(2, 5))
    pairs = st.lists(st.integers(0, resources - 1), min_size=2, max_size=2, unique=True).map(tuple)
    sets = draw(st.lists(pairs, max_size=8))
    weights = draw(st.lists(st.sampled_from([0.1, 0.25, 0.6, 1.0]), min_size=len(sets), max_size=len(sets)))
    return sets, weights, draw(st.lists(st.integers(0, 3), min_size=resources, max_size=resources))


@given(loads())
@settings(steady, max_examples=200)
def test_no_choice_is_better(load: tuple[Sets, list[float], list[int]]) -> None:
    sets, weights, capacity = load
    found, best = packed(*load), best_of(*load)
    assert fits(sets, np.flatnonzero(found.chosen).tolist(), capacity)
    assert float(np.array(weights)[found.chosen].sum()) == pytest.approx(best, abs=2e-6)
    assert found.bound == pytest.approx(best, abs=2e-6)


@given(loads(), st.sampled_from(["EXACT_SETS_MAX", "NODES_MAX"]))
@settings(steady, max_examples=150)
def test_where_nothing_is_proven_the_bound_still_holds(load: tuple[Sets, list[float], list[int]], limit: str) -> None:
    sets, weights, capacity = load
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(packing, limit, 0)
        found = packed(*load)
    assert fits(sets, np.flatnonzero(found.chosen).tolist(), capacity)
    assert float(np.array(weights)[found.chosen].sum()) <= best_of(*load) + 1e-9 <= found.bound + 2e-9


@given(loads(), st.data())
@settings(steady, max_examples=150)
def test_no_prices_let_a_packing_exceed_their_bound(
    load: tuple[Sets, list[float], list[int]], data: st.DataObject
) -> None:
    sets, weights, capacity = load
    prices = data.draw(st.lists(st.sampled_from([0.0, 0.1, 0.7]), min_size=len(capacity), max_size=len(capacity)))
    bound, _ = _bound(np.array(sets, np.int64).reshape(-1, 2), np.array(weights), np.array(capacity), np.array(prices))
    assert bound >= best_of(*load) - 1e-9


@given(loads())
@settings(steady, max_examples=150)
def test_branch_and_bound_betters_a_poor_packing(load: tuple[Sets, list[float], list[int]]) -> None:
    """Begun with the lightest sets, and with a price of .3 on everything."""
    sets, weights, capacity = load
    uses, prices = np.array(sets, np.int64).reshape(-1, 2), np.full(len(capacity), 0.3)
    poor = _Packing(uses, np.array(weights), np.array(capacity, np.int64))
    poor.fill(np.argsort(weights, kind="stable"))
    chosen, bound = _settled(uses, np.array(weights), np.array(capacity), prices, poor.chosen)
    total = float(np.array(weights)[chosen].sum())
    assert total == pytest.approx(best_of(*load), abs=2e-6)
    assert max(total, bound) >= best_of(*load) - 2e-6


def test_a_set_is_struck_out_only_where_no_better_packing_holds_it() -> None:
    """At these prices no packing weighs more than 1, and both ends of the chain together do."""
    weight, prices = np.array([0.5, 0.9, 0.5]), np.array([0.0, 0.5, 0.5, 0.0])
    chosen, bound = _settled(np.array(CHAIN), weight, np.ones(4, np.int64), prices, np.array([False, True, False]))
    assert (chosen.tolist(), bound) == ([True, False, True], 1.0)


def test_prices_for_what_was_left_out_raise_the_bound() -> None:
    """Two resources at a price of .5 each allow for any unseen set of up to 1."""
    assert packed([(0, 1)], [0.3], [1, 1]).bound == pytest.approx(0.3)
    assert packed([(0, 1)], [0.3], [1, 1], price_least=0.5).bound == pytest.approx(1.0)


def improved(sets: Sets, weights: list[float], capacity: list[int], chosen: list[int]) -> list[int]:
    packing = _Packing(np.array(sets, np.int64), np.array(weights), np.array(capacity, np.int64))
    for one in chosen:
        packing.turn(one)
    packing.improve()
    assert packing.left.tolist() == [
        most - sum(resource in sets[one] for one in np.flatnonzero(packing.chosen).tolist())
        for resource, most in enumerate(capacity)
    ]
    return np.flatnonzero(packing.chosen).tolist()


def test_one_set_makes_way_for_two_that_weigh_more() -> None:
    assert improved(CHAIN, [0.5, 0.9, 0.5], [1] * 4, [1]) == [0, 2]


def test_one_set_makes_way_for_a_better_one() -> None:
    assert improved(CHAIN, [0.5, 0.4, 0.2], [1, 1, 1, 0], [1]) == [0]


def test_a_set_stays_where_others_weigh_no_more() -> None:
    assert improved(CHAIN, [0.5, 1.0, 0.5], [1] * 4, [1]) == [1]


def test_a_set_stays_beside_its_equal() -> None:
    assert improved([(0, 1), (0, 2)], [0.5, 0.5], [1] * 3, [1]) == [1]


def test_a_set_is_no_pair_with_itself() -> None:
    packing = _Packing(np.array([(0, 1)]), np.array([0.5]), np.array([2, 2]))
    assert packing._best_pair(np.array([0])).tolist() == [0]


def test_two_sets_on_the_last_of_a_resource_are_no_pair() -> None:
    star: Sets = [(0, 1), (0, 2), (0, 3)]
    assert improved(star, [0.5, 0.45, 0.45], [1] * 4, [0]) == [0]
    assert improved(star, [0.5, 0.45, 0.45], [2, 1, 1, 1], [0]) == [0, 1]


def test_what_a_swap_sets_free_is_filled() -> None:
    """A set of three resources makes way for two that weigh more, and a third fits beside them."""
    spread: Sets = [(0, 1, 2), (0, 3, 4), (1, 5, 6), (2, 7, 8)]
    assert improved(spread, [0.9, 0.5, 0.5, 0.5], [1] * 9, [0]) == [1, 2, 3]


def test_sweeps_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sweep moves to the middle set, the second from there to both ends."""
    assert improved(CHAIN, [0.1, 0.2, 0.4], [1] * 4, [0]) == [0, 2]
    monkeypatch.setattr(packing, "SWEEPS_MAX", 1)
    assert improved(CHAIN, [0.1, 0.2, 0.4], [1] * 4, [0]) == [1]


def test_a_long_order_is_filled_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "FILL_AT_ONCE", 2)
    filled = _Packing(np.array(CHAIN), np.ones(3), np.ones(4, np.int64))
    filled.fill(np.array([2, 1, 0]))
    assert filled.chosen.tolist() == [True, False, True]


def test_nothing_to_pack_weighs_nothing() -> None:
    assert (len(packed([], [], [1, 1]).chosen), packed([], [], [1, 1]).bound) == (0, 0.0)

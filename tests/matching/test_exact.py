"""A small room's plans are proven to be the best; a larger one's are bettered, and never made worse."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaker.matching import exact
from matchmaker.matching.assignment import Assigned, Mask, assign
from matchmaker.matching.exact import most_promises, most_valuable, proven
from matchmaker.matching.prices import bound_of, prices_of
from tests.matching.graphs import Graph, best, fits, graph, graphs, kept, pairs_of, score, worth
from tests.worlds import steady

TRIANGLE = [(0, 1), (0, 2), (1, 2)]
PLANS = {"best_scores": 0.0, "nobody_left_out": np.inf, "chosen": None}


def begun(of: Graph) -> tuple[np.ndarray, Assigned]:
    """Prices, and what the solver makes of them; where a number is counted, nothing is chosen yet."""
    price = prices_of(of.network, of.demand.quota)
    found = assign(of.network, of.demand, price, np.random.default_rng(1))
    if of.within.edges.any():
        nothing = np.zeros(len(of.network.weight), np.bool_)
        found = Assigned(chosen=nothing, best_scores=nothing, nobody_left_out=nothing)
    return price, found


def promised(of: Graph, price: np.ndarray, found: Assigned) -> Assigned:
    """As the plan asks for it: with the most promises at any price first."""
    everyone = most_promises(of.network, of.demand, price, found.nobody_left_out, of.within)
    chosen = everyone if np.isinf(of.demand.allowance) else found.chosen
    return Assigned(chosen=chosen, best_scores=found.best_scores, nobody_left_out=everyone)


@given(graphs())
@settings(steady, max_examples=200)
def test_all_three_plans_of_a_small_room_are_the_best_and_the_bound_is_theirs(of: Graph) -> None:
    price, found = begun(of)
    plans, bound = proven(of.network, of.demand, price, promised(of, price, found), of.within)
    for name, allowance in PLANS.items():
        assert fits(of, getattr(plans, name))
        assert score(of, getattr(plans, name), allowance) == pytest.approx(best(of, allowance), abs=2e-6)
    assert bound == pytest.approx(best(of, 0.0)[1], abs=2e-6)
    assert bound >= best(of, 0.0)[1] - 1e-9


@given(graphs())
@settings(steady, max_examples=100)
def test_the_most_promises_are_kept_at_any_price(of: Graph) -> None:
    price, found = begun(of)
    mask = most_promises(of.network, of.demand, price, found.chosen, of.within)
    assert fits(of, mask)
    assert kept(of, mask) == best(of, np.inf)[0]


@given(graphs())
@settings(steady, max_examples=100)
def test_a_room_too_large_to_be_decided_is_not_made_worse_and_its_bound_holds(of: Graph) -> None:
    price, found = begun(of)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "WORK_MAX", 12)  # a few edges
        plans, bound = proven(of.network, of.demand, price, promised(of, price, found), of.within)
    for name in PLANS:
        assert fits(of, getattr(plans, name))
    assert worth(of, plans.best_scores) >= worth(of, found.best_scores)
    assert kept(of, plans.nobody_left_out) >= kept(of, found.nobody_left_out)
    assert bound_of(of.network, of.demand.quota, price) >= bound >= best(of, 0.0)[1] - 1e-9


def triangle(**fields: Any) -> Graph:
    return graph(TRIANGLE, [0.5, 0.6, 0.7], quota=[1, 1, 1], **fields)


def valuable(of: Graph, chosen: Mask) -> tuple[Mask, float]:
    return most_valuable(of.network, of.demand, prices_of(of.network, of.demand.quota), chosen, of.within)


def test_prices_promise_a_triangle_half_a_pair_too_much_and_the_matching_does_not() -> None:
    of = triangle()
    price = prices_of(of.network, of.demand.quota)
    assert bound_of(of.network, of.demand.quota, price) == pytest.approx(0.9, abs=1e-3)
    mask, bound = valuable(of, np.array([True, False, False]))
    assert pairs_of(of, mask) == [(1, 2)]
    assert bound == pytest.approx(0.7, abs=1e-6)


def test_a_bound_that_cannot_be_brought_nearer_in_time_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    of = triangle()
    monkeypatch.setattr(exact, "WORK_MAX", 0)
    mask, bound = valuable(of, np.array([True, False, False]))
    assert pairs_of(of, mask) == [(0, 1)]
    assert bound == pytest.approx(0.9, abs=1e-3)


def test_what_is_as_good_is_kept() -> None:
    of = graph(TRIANGLE, quota=[1, 1, 1])
    for edge in range(3):
        chosen = np.arange(3) == edge
        assert valuable(of, chosen)[0].tolist() == chosen.tolist()


def test_no_promise_is_missed_or_left_means_nothing_to_do() -> None:
    of = triangle(least=0)
    chosen = np.array([True, False, False])
    assert most_promises(of.network, of.demand, np.zeros(3), chosen, of.within) is chosen


def test_in_a_larger_room_the_edges_of_who_misses_a_promise_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rings of three, joined by a bridge: with quotas of one all six can be covered only over the bridge."""
    pairs = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)]
    of = graph(pairs, [0.2, 1.0, 0.2, 0.2, 1.0, 0.2, 0.2], quota=[1] * 6, least=1)
    left_out = np.array([pair in {(0, 2), (3, 4)} for pair in pairs])
    price = prices_of(of.network, of.demand.quota)
    for work, missing in ((6 * 7, 0), (3, 2)):
        monkeypatch.setattr(exact, "WORK_MAX", work)
        mask = most_promises(of.network, of.demand, price, left_out, of.within)
        assert 6 - kept(of, mask) == missing

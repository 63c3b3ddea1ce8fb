"""Prices are never below zero, bound every plan, and come near the dual of the linear programme."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse
from scipy.optimize import linprog

from matchmaker.matching.prices import bound_of, excess_of, prices_of, reduced_of
from tests.matching.graphs import Graph, best, graph, graphs
from tests.worlds import steady


def linear_optimum(of: Graph) -> float:
    """What the linear programme of a b-matching comes to, by scipy."""
    network, count = of.network, len(of.network.weight)
    if not count:
        return 0.0
    ends = np.concatenate([network.first, network.second])
    incidence = sparse.csr_matrix(
        (np.ones(2 * count), (ends, np.tile(np.arange(count), 2))), shape=(len(network), count)
    )
    programme: Any = linprog  # whose types know no sparse matrix
    return -float(programme(-network.weight, A_ub=incidence, b_ub=of.demand.quota, bounds=(0, 1)).fun)


@given(graphs(pairs_most=15))
@settings(steady, max_examples=200)
def test_prices_bound_the_linear_programme_and_come_near_it(of: Graph) -> None:
    price = prices_of(of.network, of.demand.quota)
    assert (price >= 0).all()
    bound = bound_of(of.network, of.demand.quota, price)
    optimum = linear_optimum(of)
    assert bound >= optimum - 1e-6
    assert bound <= 1.02 * optimum + 1e-6


@given(graphs())
@settings(steady, max_examples=100)
def test_any_prices_bound_every_plan(of: Graph) -> None:
    rng = np.random.default_rng(len(of.network.weight))
    for price in (np.zeros(len(of.network)), rng.random(len(of.network))):
        assert bound_of(of.network, of.demand.quota, price) >= best(of, 0.0)[1] - 1e-9


def crowd(people: int = 80) -> Graph:
    rng = np.random.default_rng(2)
    first, second = np.triu_indices(people, 1)
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    return graph(pairs, rng.random(len(pairs)).tolist(), quota=rng.integers(1, 5, people).tolist())


def test_in_a_crowd_the_bound_is_within_a_thousandth_of_the_linear_programme() -> None:
    of = crowd()
    assert bound_of(of.network, of.demand.quota, prices_of(of.network, of.demand.quota)) < 1.001 * linear_optimum(of)


def test_warm_prices_settle_where_cold_ones_do() -> None:
    of = crowd()
    cold = prices_of(of.network, of.demand.quota)
    warm = prices_of(of.network, of.demand.quota, warm=cold)
    np.testing.assert_allclose(warm, cold, atol=0.01)
    assert (warm != cold).any()
    bounds = [bound_of(of.network, of.demand.quota, price) for price in (cold, warm)]
    assert bounds[1] == pytest.approx(bounds[0], rel=1e-3)


def test_whom_many_want_is_dear_and_who_has_room_is_free() -> None:
    """A host with room for two, whom four want: the second and the third of them set the host's price."""
    star = graph([(0, 1), (0, 2), (0, 3), (0, 4)], [0.9, 0.7, 0.5, 0.3], quota=[2, 1, 1, 1, 1])
    price = prices_of(star.network, star.demand.quota)
    assert 0.5 <= price[0] <= 0.7
    assert price[3:].max() < 0.01


def test_weights_less_prices() -> None:
    of = graph([(0, 1), (1, 2)], [0.5, 0.25], quota=[1, 2, 1])
    price = np.array([0.25, 0.125, 0.5])
    np.testing.assert_allclose(reduced_of(of.network, price), [0.125, -0.375])
    assert excess_of(of.network, price) == pytest.approx(0.125)
    assert bound_of(of.network, of.demand.quota, price) == pytest.approx(0.25 + 0.25 + 0.5 + 0.125)


@pytest.mark.parametrize("weights", [[0.0, 0.0], [0.5, 0.0]])
def test_edges_of_no_weight_have_prices_too(weights: list[float]) -> None:
    of = graph([(0, 1), (1, 2)], weights, quota=[1, 1, 0])
    price = prices_of(of.network, of.demand.quota)
    assert np.isfinite(price).all()
    assert bound_of(of.network, of.demand.quota, price) == pytest.approx(sum(weights), abs=1e-3)

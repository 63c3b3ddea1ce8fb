"""A matching of copies, doubled edges and gates is the best choice of edges: held against all choices."""

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaker.matching.blossom import heaviest, work
from tests.matching.graphs import Graph, Pairs, best, fits, graph, graphs, pairs_of, score
from tests.worlds import steady


def chosen(of: Graph) -> Pairs:
    return pairs_of(of, _chosen(of))


def _chosen(of: Graph) -> np.ndarray:
    return heaviest(of.network.first, of.network.second, of.network.weight, of.demand, of.within)


@given(graphs())
@settings(steady, max_examples=300)
def test_it_is_the_best_of_all_choices(of: Graph) -> None:
    mask = _chosen(of)
    assert fits(of, mask)
    assert score(of, mask) == pytest.approx(best(of), abs=1e-7)


def test_an_odd_ring_is_seen() -> None:
    ring = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]
    assert len(chosen(graph(ring, quota=[1] * 5))) == 2
    assert len(chosen(graph(ring, quota=[2] * 5))) == 5


def test_an_edge_between_two_people_of_several_copies_is_used_once() -> None:
    assert chosen(graph([(0, 1)], quota=[3, 3])) == [(0, 1)]
    triangle = [(0, 1), (0, 2), (1, 2)]
    assert chosen(graph(triangle, [0.9, 0.1, 0.1], quota=[2, 2, 2])) == triangle


@pytest.mark.parametrize(
    ("allowance", "pairs"), [(0.0, [(1, 2)]), (0.19, [(1, 2)]), (0.21, [(0, 1), (2, 3)]), (np.inf, [(0, 1), (2, 3)])]
)
def test_the_ends_of_a_chain_are_covered_if_that_is_worth_it(allowance: float, pairs: Pairs) -> None:
    """The pair in the middle is worth .4 more than those beside it, which keep two promises more."""
    chain = graph([(0, 1), (1, 2), (2, 3)], [0.2, 0.8, 0.2], quota=[1] * 4, least=1, allowance=allowance)
    assert chosen(chain) == pairs


def test_promises_come_before_any_weight() -> None:
    star = graph([(0, 1), (0, 2), (0, 3)], [9.0, 0.0, 0.0], quota=[2, 1, 1, 1], least=[0, 0, 1, 1])
    assert chosen(star) == [(0, 2), (0, 3)]


@pytest.mark.parametrize(("most", "pairs"), [(0, [(1, 2)]), (1, [(0, 1), (1, 2)]), (2, [(0, 1), (0, 2), (1, 2)])])
def test_gates_let_so_many_through(most: int, pairs: Pairs) -> None:
    triangle = [(0, 1), (0, 2), (1, 2)]
    assert chosen(graph(triangle, [0.9, 0.5, 0.4], quota=[2] * 3, counted=[(0, 1), (0, 2)], most=most)) == pairs


def test_no_edges_and_no_quota_give_nothing() -> None:
    assert chosen(graph([], quota=[1, 1])) == []
    assert chosen(graph([(0, 1)], quota=[1, 0])) == []


def test_work_is_nodes_times_arcs() -> None:
    def of(pairs: Pairs, quota: list[int]) -> int:
        first, second = np.array(pairs, np.int64).reshape(-1, 2).T
        return work(first.astype(np.int32), second.astype(np.int32), np.array(quota))

    assert of([(0, 1)], [5, 5]) == 2 * 1
    assert of([(0, 1), (0, 2)], [2, 1, 1]) == 4 * 4
    assert of([(0, 1), (0, 2), (1, 2)], [2, 2, 2]) == (6 + 6) * 15
    assert of([], [1]) == 0

"""Held against figures worked out by hand."""

import numpy as np
import pytest

from matchmaker.matching import measures
from matchmaker.matching.edges import Edges


def edges(pairs: list[tuple[int, int]], to_first: list[float], to_second: list[float]) -> Edges:
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    values = np.array(to_first, np.float32), np.array(to_second, np.float32)
    return Edges(
        first=first, second=second, mutual=values[0], to_first=values[0], to_second=values[1], weight=values[0]
    )


THREE = edges([(0, 1), (0, 2), (1, 2)], [0.5, 0.05, 0.4], [0.5, 0.9, 0.0])
NONE = edges([], [], [])


def test_load_counts_both_sides() -> None:
    assert measures.load(edges([(0, 1), (0, 3)], [1, 1], [1, 1]), 5).tolist() == [2, 1, 0, 1, 0]
    assert measures.load(NONE, 2).tolist() == [0, 0]


def test_coverage_is_the_share_of_people_with_someone() -> None:
    assert measures.coverage(edges([(0, 1), (0, 3)], [1, 1], [1, 1]), 5) == 0.6
    assert measures.coverage(NONE, 2) == 0
    assert measures.coverage(NONE, 0) == 0


def test_a_pairing_is_one_way_below_the_floor_or_at_nothing() -> None:
    assert measures.one_way_share(THREE, 0.1) == pytest.approx(2 / 3)
    assert measures.one_way_share(THREE, 0.0) == pytest.approx(1 / 3)
    assert measures.one_way_share(THREE, 0.05) == pytest.approx(1 / 3)
    assert measures.one_way_share(NONE, 0.1) == 0


def test_only_other_organisations_are_counted_and_each_once_a_person() -> None:
    """Person 0 meets 1 of the same organisation, 2 and 3 of another, and 4 of none."""
    pairs = edges([(0, 1), (0, 2), (0, 3), (0, 4)], [1] * 4, [1] * 4)
    organisation = np.array([0, 0, 1, 1, -1])
    assert measures.organisations_met(pairs, organisation, 5) == pytest.approx((1 + 0 + 1 + 1 + 1) / 5)
    assert measures.organisations_met(NONE, organisation, 5) == 0
    assert measures.organisations_met(NONE, np.array([], np.int64), 0) == 0


def test_gini_is_nought_where_all_have_the_same_and_grows_with_unevenness() -> None:
    assert measures.gini(np.array([3, 3, 3])) == 0
    assert measures.gini(np.array([0, 0])) == 0
    assert measures.gini(np.array([], np.int64)) == 0
    assert measures.gini(np.array([0, 0, 0, 4])) == 0.75
    assert measures.gini(np.array([3, 1])) == 0.25
    assert measures.gini(np.array([1, 3])) == 0.25

"""What an answer comes to, held against figures worked out by hand and against counting everything."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, strategies

from matchmaker.bench import ours
from matchmaker.bench.figures import Figures
from matchmaker.bench.referee import Result, best_pairs, between, judged, within_quotas
from matchmaker.bench.rooms import made_up
from matchmaker.matching.pairs import Room, every_candidate
from matchmaker.matching.rules import Table, special_of
from tests.bench.worlds import both_ways, tempting_middle, valued
from tests.worlds import steady

Pairs = list[tuple[int, int]]


def verdict(room: Room, pairs: Pairs, *, fits: list[bool] | None = None, shown: list[int] | None = None) -> Figures:
    return judged(
        room,
        Result(
            pairs=np.array(pairs, np.int64).reshape(-1, 2),
            shown=None if shown is None else np.array(shown),
        ),
        np.array(fits or [True] * len(room)),
    )


def test_an_answer_is_worth_its_mutual_values() -> None:
    room = valued([[0, 0.5, 0], [0.25, 0, 1], [0, 1, 0]], [2, 2, 2])
    found = verdict(room, [(0, 1), (1, 2)])
    assert found.objective == pytest.approx(100 / 3 + 100, abs=0.01)
    assert (found.pairings, found.left_out, found.one_way_share) == (2, 0, 0)


def test_a_pair_counts_once_in_whatever_order_and_nobody_meets_themselves() -> None:
    found = verdict(tempting_middle(), [(0, 1), (1, 0), (2, 2), (3, 2)])
    assert (found.objective, found.pairings, found.left_out) == (100, 2, 0)


def test_no_pairs_are_worth_nothing_and_leave_everyone_out() -> None:
    found = verdict(tempting_middle(), [])
    assert (found.objective, found.pairings, found.left_out, found.one_way_share, found.load_gini) == (0, 0, 4, 0, 0)


def test_beyond_a_quota_only_the_best_count() -> None:
    found = verdict(tempting_middle(), [(0, 1), (1, 2), (2, 3)])
    assert (found.objective, found.pairings, found.left_out) == (75, 3, 2)


def test_a_pair_in_which_one_side_stays_below_the_floor_counts_for_nothing_and_is_told() -> None:
    room = valued([[0, 0.9, 0.9], [0.01, 0, 0.02], [0.02, 0.02, 0]], [2, 2, 2])
    found = verdict(room, [(0, 1), (0, 2), (1, 2)])
    assert found.objective == pytest.approx(100 * 2 * 0.9 * 0.02 / 0.92 + 2, abs=0.01)
    assert found.one_way_share == pytest.approx(1 / 3, abs=1e-4)


def test_what_rounding_took_below_the_floor_is_at_the_floor() -> None:
    room = both_ways(2, [(0, 1, 0.019999)], [1, 1])
    found = verdict(room, [(0, 1)])
    assert found.objective == pytest.approx(2, abs=0.01)
    assert (found.one_way_share, found.left_out) == (0, 0)
    assert verdict(both_ways(2, [(0, 1, 0.01999)], [1, 1]), [(0, 1)]).one_way_share == 1


def test_without_a_floor_each_side_must_still_gain_something() -> None:
    room = valued([[0, 0.5, 0.5], [0, 0, 0], [0.001, 0, 0]], [2, 2, 2], floor=0.0)
    assert between(room, np.arange(3), np.arange(3)).eligible.tolist() == [
        [False, False, True],
        [False, False, False],
        [True, False, False],
    ]
    assert verdict(room, [(0, 1), (0, 2)]).one_way_share == 0.5


def test_who_fits_nobody_or_wants_nobody_is_not_left_out() -> None:
    room = both_ways(4, [(0, 1, 0.5), (0, 2, 0.5)], [1, 1, 0, 1])
    assert verdict(room, [], fits=[True, True, True, False]).left_out == 2


def test_load_is_uneven_by_pairings_unless_it_is_said_how_often_each_is_shown() -> None:
    room = both_ways(4, [(0, 1, 0.5), (0, 2, 0.5), (0, 3, 0.5)], [3, 1, 1, 1])
    pairs = [(0, 1), (0, 2), (0, 3)]
    assert verdict(room, pairs).load_gini == 0.25
    assert verdict(room, pairs, shown=[0, 0, 0, 4]).load_gini == 0.75


def test_a_forbidden_pair_counts_for_nothing_and_one_who_know_each_other_for_less() -> None:
    pairs = [(0, 1), (2, 3)]
    key = np.array([1])
    for special, objective in (
        (special_of(people=4, excluded=key), 50),
        (special_of(people=4, known=key, known_factor=0.5), 75),
    ):
        room = both_ways(4, [(0, 1, 0.5), (2, 3, 0.5)], [1] * 4, special=special)
        assert verdict(room, pairs).objective == objective


@pytest.mark.parametrize(("factor", "objective"), [(1.0, 100), (0.5, 75), (0.0, 50)])
def test_colleagues_keep_what_the_policy_leaves_them(factor: float, objective: float) -> None:
    room = both_ways(
        4,
        [(0, 1, 0.5), (2, 3, 0.5)],
        [1] * 4,
        organisation=np.array([0, 0, -1, -1]),
        colleague_factor=factor,
    )
    assert verdict(room, [(0, 1), (2, 3)]).objective == objective


def test_a_pair_keeps_what_a_table_of_their_attributes_says() -> None:
    """Two kinds of people, who may not meet each other, and of whom the second keep half among themselves."""
    table = Table(code=np.array([0, 0, 1, 1]), factor=np.array([[1, 0], [0, 0.5]], np.float32))
    room = both_ways(4, [(0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5)], [2] * 4, tables=(table,))
    assert verdict(room, [(0, 1), (2, 3)]).objective == 75
    assert verdict(room, [(1, 2)]).objective == 0


def test_the_bound_is_in_the_unit_of_the_objective() -> None:
    result = Result(pairs=np.array([[1, 2]]), upper_bound=1.25)
    assert judged(tempting_middle(), result, np.ones(4, bool)).proved == 125


rooms = strategies.integers(2, 8).flatmap(
    lambda people: strategies.builds(
        valued,
        strategies.lists(
            strategies.lists(strategies.sampled_from([0, 0.01, 0.02, 0.3, 0.8]), min_size=people, max_size=people),
            min_size=people,
            max_size=people,
        ),
        strategies.lists(strategies.integers(0, 3), min_size=people, max_size=people),
    )
)


@steady
@given(rooms, strategies.integers(1, 8))
def test_the_best_pairs_are_those_that_counting_everything_finds(room: Room, each: int) -> None:
    people = len(room)
    worth = {}
    for first, second in combinations(range(people), 2):
        one, other = float(room.words.seeks[first, second]), float(room.words.seeks[second, first])
        if min(one, other) >= 0.0199 and room.rules.quota[first] and room.rules.quota[second]:
            worth[first, second] = 2 * one * other / (one + other)
    edges = best_pairs(room, each)
    found = dict(zip(zip(edges.first.tolist(), edges.second.tolist(), strict=True), edges.mutual, strict=True))
    assert list(found) == sorted(found)
    assert found == {pair: pytest.approx(worth[pair], abs=1e-5) for pair in found}
    for person in range(people):
        own = sorted((value for pair, value in worth.items() if person in pair), reverse=True)[:each]
        has = sorted((value for pair, value in found.items() if person in pair), reverse=True)[: len(own)]
        assert has == pytest.approx(own, abs=1e-5)


@steady
@given(rooms)
def test_what_could_take_place_keeps_quotas_and_stops_only_when_nothing_fits(room: Room) -> None:
    every = best_pairs(room, len(room))
    kept = within_quotas(every, room.rules.quota)
    left = room.rules.quota.copy()
    np.subtract.at(left, np.concatenate([kept.first, kept.second]), 1)
    assert (left >= 0).all()
    taken = set(zip(kept.first.tolist(), kept.second.tolist(), strict=True))
    for pair in zip(every.first.tolist(), every.second.tolist(), strict=True):
        assert pair in taken or not left[list(pair)].all()


def test_the_referee_and_the_engine_value_pairs_alike() -> None:
    """Neither uses the other's way there; products in another order may differ in the last of six places."""
    room = made_up(60, 1)
    edges, (theirs, _) = best_pairs(room, 60), every_candidate(room, np.arange(60))
    assert edges.first.tolist() == theirs.first.tolist()
    assert edges.second.tolist() == theirs.second.tolist()
    for name in ("mutual", "to_first", "to_second"):
        assert np.allclose(getattr(edges, name), getattr(theirs, name), atol=2e-6)


def test_our_answer_is_struck_nowhere() -> None:
    room = made_up(60, 1)
    result = ours.solve(room, 1)
    found = judged(room, result, np.ones(60, bool))
    values = between(room, *result.pairs.T)
    assert found.objective == pytest.approx(100 * values.mutual.diagonal().sum(), abs=0.01)
    assert (found.pairings, found.one_way_share) == (len(result.pairs), 0)

"""Each peer in rooms whose best answer is known, and in a made-up one: what it answers is what it is known for."""

from itertools import pairwise

import numpy as np
import pytest

from matchmaker.bench import peers
from matchmaker.bench.peers import PEERS, SHOWN_EACH
from matchmaker.bench.referee import Result, between, judged, within_quotas
from matchmaker.bench.rooms import made_up
from matchmaker.matching.pairs import Room
from tests.bench.worlds import both_ways, given, tempting_middle, triangle, valued

EXACT = ("or-tools", "highs")
IN_ROUNDS = ("networkx", "rustworkx")
CAREFUL = ("greedy", "b-suitor", *IN_ROUNDS, *EXACT)  # keep quotas, and take eligible pairs only
ROOM = made_up(40, 1)


def solved(name: str, room: Room, **fields: int) -> Result:
    return PEERS[name].solve(given(room, **fields))


def objective(name: str, room: Room) -> float | None:
    return judged(room, solved(name, room), np.ones(len(room), bool)).objective


def met(result: Result, people: int) -> list[int]:
    return list(map(int, np.bincount(result.pairs.ravel(), minlength=people)))


@pytest.mark.parametrize(
    ("name", "worth"),
    [
        ("greedy", 75), ("b-suitor", 75), ("networkx", 100), ("rustworkx", 100), ("or-tools", 100), ("highs", 100),
        ("mentor-match", 100), ("top-6", 75),
    ],
)  # fmt: skip
def test_the_tempting_middle_tells_who_sees_the_whole_room(name: str, worth: float) -> None:
    assert objective(name, tempting_middle()) == worth


@pytest.mark.parametrize("name", [*CAREFUL, "mentor-match"])
def test_a_triangle_has_one_pair(name: str) -> None:
    assert objective(name, triangle()) == 50


@pytest.mark.parametrize("name", CAREFUL)
def test_quotas_are_kept_with_each_pair_once(name: str) -> None:
    result = solved(name, ROOM)
    ends = np.sort(result.pairs, axis=1)
    assert len(ends) > 50
    assert len(np.unique(ends, axis=0)) == len(ends)
    assert (np.array(met(result, 40)) <= ROOM.rules.quota).all()
    assert between(ROOM, *result.pairs.T).eligible.diagonal().all()


@pytest.mark.parametrize("name", PEERS)
def test_the_same_seed_gives_the_same_answer(name: str) -> None:
    assert solved(name, ROOM, seed=3).pairs.tolist() == solved(name, ROOM, seed=3).pairs.tolist()


@pytest.mark.parametrize("name", PEERS)
def test_a_room_of_nobody_who_suits_anybody_gives_no_eligible_pair(name: str) -> None:
    assert objective(name, both_ways(4, [], [1, 2, 1, 2])) == 0


@pytest.mark.parametrize("name", EXACT)
def test_a_bound_is_never_below_what_is_found(name: str) -> None:
    for people, seed in ((20, 1), (40, 1), (40, 2)):
        room = made_up(people, seed)
        result = solved(name, room)
        assert result.upper_bound is not None
        assert judged(room, result, np.ones(people, bool)).objective <= 100 * result.upper_bound + 0.01  # type: ignore[operator]


def test_only_the_integer_programme_knows_that_a_triangle_has_no_half_pairs() -> None:
    assert solved("or-tools", triangle()).upper_bound == pytest.approx(0.75)
    assert solved("highs", triangle()).upper_bound == pytest.approx(0.5)


def test_b_suitor_answers_as_greedy_does() -> None:
    mine, theirs = (np.sort(solved(name, ROOM).pairs, axis=1).tolist() for name in ("greedy", "b-suitor"))
    assert sorted(mine) == sorted(theirs)


def test_the_integer_programme_is_best_and_greedy_not_above_rounds() -> None:
    worth = {name: objective(name, ROOM) or 0 for name in CAREFUL}
    assert max(worth.values()) <= worth["highs"] * (1 + 1e-4)
    assert worth["or-tools"] >= 0.99 * worth["highs"]
    assert worth["networkx"] == pytest.approx(worth["rustworkx"], rel=0.01)


@pytest.mark.parametrize("name", IN_ROUNDS)
def test_rounds_go_on_until_quotas_are_full(name: str) -> None:
    """Four who all suit each other: three rounds of two pairs."""
    everyone = both_ways(4, [(a, b, 0.5) for a in range(4) for b in range(a + 1, 4)], [3, 3, 3, 3])
    assert met(solved(name, everyone), 4) == [3, 3, 3, 3]
    assert met(solved(name, both_ways(4, [(0, 1, 0.5), (1, 2, 0.5)], [1, 2, 1, 1])), 4) == [1, 2, 1, 0]


def test_mentor_match_pairs_whom_it_may_and_exceeds_a_quota_by_one_at_most() -> None:
    """Someone may mentor and be mentored in its last round."""
    result = solved("mentor-match", ROOM)
    assert between(ROOM, *result.pairs.T).eligible.diagonal().all()
    assert (result.pairs[:, 0] < result.pairs[:, 1]).all()
    assert (np.array(met(result, 40)) <= ROOM.rules.quota + 1).all()
    assert sum(met(result, 40)) > 0.9 * ROOM.rules.quota.sum()


def test_top_6_shows_everyone_the_six_they_gain_most_from() -> None:
    result = solved("top-6", ROOM)
    assert met(result, 40) == (np.full(40, SHOWN_EACH) + result.shown).tolist()
    everyone = np.arange(40)
    received = np.where(np.eye(40, dtype=bool), -1, between(ROOM, everyone, everyone).received)
    for row in range(40):
        others = result.pairs[result.pairs[:, 0] == row, 1]
        assert sorted(received[row, others]) == sorted(received[row])[-SHOWN_EACH:]


def test_top_6_looks_at_one_side_only() -> None:
    room = valued([[0, 0.9, 0.1], [0.0, 0, 0.5], [0.1, 0.5, 0]], [1, 1, 1])
    found = judged(room, solved("top-6", room), np.ones(3, bool))
    assert (found.pairings, found.one_way_share, found.objective) == (3, 0.3333, 50)


def test_random_draws_everyone_as_often_as_they_want() -> None:
    drawn = met(solved("random", ROOM), 40)
    assert sum(abs(np.array(drawn) - ROOM.rules.quota)) <= 1
    assert solved("random", ROOM, seed=1).pairs.tolist() != solved("random", ROOM, seed=2).pairs.tolist()


def test_who_is_given_fewer_pairs_finds_no_more() -> None:
    worth = [
        judged(ROOM, PEERS["highs"].solve(given(ROOM, each=each)), np.ones(40, bool)).objective or 0
        for each in (1, 3, 10, 40)
    ]
    assert all(fewer <= more * (1 + 1e-4) for fewer, more in pairwise(worth))
    assert worth[0] < 0.9 * worth[-1]


def test_priority_settles_who_comes_first() -> None:
    edges = given(tempting_middle()).edges
    kept = within_quotas(edges, np.ones(4, np.int64), by=np.array([1.0, 0.0, 1.0]))
    assert list(zip(kept.first.tolist(), kept.second.tolist(), strict=True)) == [(0, 1), (2, 3)]


def test_values_are_whole_numbers_where_a_peer_wants_them() -> None:
    """Two pairs that differ in the sixth place only: the matching still prefers the better."""
    room = both_ways(3, [(0, 1, 0.500001), (1, 2, 0.5)], [1, 1, 1])
    assert peers.rustworkx(given(room)).pairs.tolist() == [[0, 1]]

"""Giving circles: everyone in one gives and gains, nobody has more than their places, and nothing beats the bound."""

from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from matchmaker.matching import circles as under_test
from matchmaker.matching import packing
from matchmaker.matching.circles import Circles, circle_values, pack
from matchmaker.matching.circles_check import circle_breaches
from tests.worlds import steady

Gifts = dict[tuple[int, int], float]
Room = list[int]


def packed(gifts: Gifts, room: Room | int = 1, *, people: int = 8, seed: int = 1) -> Circles:
    giver, taker = np.array(list(gifts), np.int64).reshape(-1, 2).T
    places = room if isinstance(room, int) else np.array(room, np.int64)
    rng = np.random.default_rng(seed)
    return pack(people=people, giver=giver, taker=taker, value=np.array(list(gifts.values())), room=places, rng=rng)


def ring(*people: int, value: float = 0.5) -> Gifts:
    return {(one, people[(place + 1) % len(people)]): value for place, one in enumerate(people)}


def best_of(gifts: Gifts, room: Room) -> float:
    """The most that any packing comes to, by trying all of them; no two people in two circles together."""
    ways = [row for row in permutations(range(len(room)), 3) if row[0] == min(row)]
    values = {row: [gifts.get((row[place - 1], row[place]), 0.0) for place in range(3)] for row in ways}
    worth = {row: round(3 / sum(1 / value for value in own), 6) for row, own in values.items() if min(own) > 0}
    circles = list(worth)

    @cache
    def best(position: int, left: tuple[int, ...], met: frozenset[frozenset[int]]) -> float:
        if position == len(circles):
            return 0.0
        row = circles[position]
        without = best(position + 1, left, met)
        pairs = {frozenset((row[place - 1], row[place])) for place in range(3)}
        if min(left[person] for person in row) < 1 or pairs & met:
            return without
        taken = tuple(places - (person in row) for person, places in enumerate(left))
        return max(without, worth[row] + best(position + 1, taken, met | pairs))

    return best(0, tuple(room), frozenset())


@st.composite
def halls(draw: st.DrawFn, *, places: int = 1) -> tuple[Gifts, Room]:
    people = draw(st.integers(1, 8 if places == 1 else 6))
    every = list(permutations(range(people), 2))
    arcs = draw(st.lists(st.sampled_from(every), unique=True, max_size=26)) if every else []
    values = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.9, 1.0]) | st.floats(0, 1)
    gifts = {arc: draw(values) for arc in arcs}
    return gifts, draw(st.lists(st.integers(0 if places > 1 else 1, places), min_size=people, max_size=people))


def holds(gifts: Gifts, room: Room) -> Circles:
    """The circles of a hall, after their check."""
    circles = packed(gifts, room, people=len(room))
    assert circle_breaches(circles, gifts=gifts, room=room) == []
    return circles


def test_three_who_could_each_help_the_next_make_a_circle() -> None:
    """Ada helps Bob, Bob Cyd and Cyd Ada; the harmonic mean of their gifts is what it is worth."""
    ada, bob, cyd = range(3)
    circles = packed({(ada, bob): 0.2, (bob, cyd): 0.3, (cyd, ada): 0.6}, people=3)
    assert circles.rows.tolist() == [[ada, bob, cyd]]
    assert circles.values.tolist() == [[0.2, 0.3, 0.6]]
    assert circles.worth.tolist() == [0.3]
    assert (len(circles), circles.objective) == (1, 0.3)
    assert circles.bound == pytest.approx(0.3)


@pytest.mark.parametrize("gifts", [{}, {(0, 1): 1.0}, ring(0, 1), ring(0, 1, 2, 3), ring(0, 1, 2) | {(1, 2): 0.0}])
def test_without_a_three_cycle_there_is_no_circle(gifts: Gifts) -> None:
    circles = packed(gifts)
    assert (len(circles), circles.objective, circles.bound) == (0, 0.0, 0.0)


@pytest.mark.parametrize("people", [0, 1])
def test_one_person_and_nobody_make_no_circle(people: int) -> None:
    assert packed({}, people=people).rows.shape == (0, 3)


def test_two_middling_circles_beat_the_one_between_them() -> None:
    gifts = ring(2, 3, 4, value=0.9) | ring(0, 1, 2, value=0.5) | ring(4, 5, 6, value=0.5)
    assert packed(gifts).rows.tolist() == [[0, 1, 2], [4, 5, 6]]


def test_of_both_ways_round_the_better_counts_once() -> None:
    circles = packed(ring(0, 1, 2, value=0.4) | ring(0, 2, 1, value=0.7), room=2)
    assert circles.rows.tolist() == [[0, 2, 1]]


def test_a_person_with_two_places_joins_two_circles_but_meets_nobody_twice() -> None:
    gifts = ring(0, 1, 2, value=0.9) | ring(0, 3, 4, value=0.8) | ring(1, 2, 5, value=0.7)
    assert packed(gifts).rows.tolist() == [[0, 3, 4], [1, 2, 5]]
    assert packed(gifts, 2).rows.tolist() == [[0, 1, 2], [0, 3, 4]]


def test_who_has_no_place_joins_none() -> None:
    assert len(packed(ring(0, 1, 2), [1, 0, 1], people=3)) == 0
    assert packed(ring(0, 1, 2) | ring(0, 1, 3), [1, 1, 1, -1], people=4).rows.tolist() == [[0, 1, 2]]


def test_circles_come_best_first_and_from_the_lowest_row() -> None:
    circles = packed(ring(3, 5, 1, value=0.5) | ring(6, 2, 4, value=0.8) | ring(9, 8, 7, value=0.5), people=10)
    assert circles.rows.tolist() == [[2, 4, 6], [1, 3, 5], [7, 9, 8]]


@given(halls())
@settings(steady, max_examples=300)
def test_no_packing_is_better(hall: tuple[Gifts, Room]) -> None:
    gifts, room = hall
    circles, best = holds(gifts, room), best_of(gifts, room)
    assert circles.objective == pytest.approx(best, abs=2e-6)
    assert circles.bound == pytest.approx(best, abs=2e-6)


@given(halls(places=3))
@settings(steady, max_examples=150)
def test_no_packing_is_better_where_people_have_several_places(hall: tuple[Gifts, Room]) -> None:
    gifts, room = hall
    circles, best = holds(gifts, room), best_of(gifts, room)
    assert circles.objective == pytest.approx(best, abs=2e-6)
    assert circles.bound == pytest.approx(best, abs=2e-6)


@given(halls(), st.sampled_from(["GIVEN_MOST", "CIRCLES_MAX"]), st.integers(0, 2))
@settings(steady, max_examples=200)
def test_the_bound_allows_for_what_is_left_aside(hall: tuple[Gifts, Room], limit: str, most: int) -> None:
    gifts, room = hall
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(under_test, limit, most)
        circles = holds(gifts, room)
    assert circles.bound >= best_of(gifts, room) - 2e-6


def test_the_bound_of_an_arc_left_aside_is_the_best_circle_it_could_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada's better gift leads nowhere; her other, of .5, is left aside, but could close a circle with two of .9."""
    monkeypatch.setattr(under_test, "GIVEN_MOST", 1)
    circles = packed({(0, 1): 0.9, (0, 2): 0.5, (2, 3): 0.9, (3, 0): 0.9})
    assert (len(circles), circles.arcs_aside) == (0, 1)
    assert circles.bound == pytest.approx(3 / (1 / 0.5 + 2 / 0.9), abs=1e-6)


def test_what_is_left_aside_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    gifts = ring(0, 1, 2, value=0.9) | ring(0, 3, 4, value=0.8) | ring(0, 5, 6, value=0.7)
    monkeypatch.setattr(under_test, "CIRCLES_MAX", 2)
    assert (packed(gifts).arcs_aside, packed(gifts).circles_aside) == (0, 1)
    monkeypatch.setattr(under_test, "GIVEN_MOST", 1)
    assert (packed(gifts).arcs_aside, packed(gifts).circles_aside) == (2, 0)
    assert packed(gifts).rows.tolist() == [[0, 1, 2]]


def test_a_gift_to_someone_without_a_place_pushes_no_other_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "GIVEN_MOST", 1)
    circles = packed(ring(0, 1, 2) | {(0, 3): 0.9}, [1, 1, 1, 0], people=4)
    assert (circles.rows.tolist(), circles.arcs_aside) == ([[0, 1, 2]], 0)


@st.composite
def renamings(draw: st.DrawFn) -> tuple[Gifts, Gifts, Room]:
    """A hall, and the same with everyone in another row."""
    gifts, room = draw(halls())
    row = draw(st.permutations(range(len(room))))
    return gifts, {(row[giver], row[taker]): value for (giver, taker), value in gifts.items()}, room


@given(renamings())
@settings(steady, max_examples=100)
def test_other_rows_change_nothing_of_what_it_comes_to(renaming: tuple[Gifts, Gifts, Room]) -> None:
    gifts, renamed, room = renaming
    assert holds(renamed, room).objective == pytest.approx(holds(gifts, room).objective, abs=2e-6)


def crowd(people: int, arcs_each: int, *, topics: int = 1) -> Gifts:
    """People who each give to some others of their topic, with values from .1 to .9."""
    rng = np.random.default_rng(3)
    size = people // topics
    drawn = [
        (one, one // size * size + int(other)) for one in range(people) for other in rng.integers(size, size=arcs_each)
    ]
    return {arc: float(rng.integers(100_000, 900_000)) / 1e6 for arc in dict.fromkeys(drawn) if arc[0] != arc[1]}


def blocks_of(circles: Circles) -> list[bytes]:
    return [part.tobytes() for part in (circles.rows, circles.values, circles.worth, np.array(circles.bound))]


def test_the_order_of_arcs_and_the_threads_change_no_byte() -> None:
    gifts = crowd(120, 20)
    turned = dict(reversed(gifts.items()))
    with threadpool_limits(1):
        alone = blocks_of(packed(gifts, people=120))
    assert len(alone[0]) > 30 * 3 * 8
    assert blocks_of(packed(turned, people=120)) == blocks_of(packed(gifts, people=120)) == alone


def test_ties_fall_by_the_seed() -> None:
    gifts = ring(0, 1, 2) | ring(0, 3, 4)
    fallen = {tuple(packed(gifts, seed=seed).rows[0].tolist()) for seed in range(20)}
    assert fallen == {(0, 1, 2), (0, 3, 4)}


def test_blocks_of_people_find_what_one_block_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    gifts = crowd(60, 10)
    whole = packed(gifts, people=60)
    monkeypatch.setattr(under_test, "PEOPLE_AT_ONCE", 7)
    assert packed(gifts, people=60).objective == pytest.approx(whole.objective, abs=2e-6)
    assert whole.objective == pytest.approx(whole.bound, abs=2e-6)


@pytest.mark.parametrize(("topics", "least"), [(1, 0.98), (20, 0.96)])
def test_a_large_room_comes_near_its_bound(topics: int, least: float) -> None:
    gifts = crowd(2_000, 20, topics=topics)
    circles = packed(gifts, people=2_000)
    assert circle_breaches(circles, gifts=gifts, room=[1] * 2_000) == []
    assert len(circles) > 500
    assert circles.bound * least <= circles.objective <= circles.bound


def test_what_cannot_be_proven_best_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without branch and bound, and with it cut short at once, circles stay right and the bound above the best."""
    gifts = crowd(8, 5)
    best = best_of(gifts, [1] * 8)
    for limit in ("EXACT_SETS_MAX", "NODES_MAX"):
        with monkeypatch.context() as patched:
            patched.setattr(packing, limit, 0)
            circles = holds(gifts, [1] * 8)
        assert circles.objective <= best + 1e-9 <= circles.bound + 2e-9


@pytest.mark.parametrize(
    ("giver", "taker", "value", "said"),
    [
        ([0, 1], [1, 1], [0.5, 0.5], "to themselves"),
        ([0], [1], [np.nan], "not a number from 0 to 1"),
        ([0], [1], [1.1], "not a number from 0 to 1"),
        ([0], [1], [-0.1], "not a number from 0 to 1"),
        ([0], [3], [0.5], "not among the 3"),
        ([-1], [0], [0.5], "not among the 3"),
        ([0, 0], [1, 1], [0.5, 0.6], "listed twice"),
        ([0, 1], [1], [0.5], "2 givers, 1 takers, 1 values"),
    ],
)
def test_a_malformed_arc_is_refused(giver: list[int], taker: list[int], value: list[float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pack(
            people=3, giver=np.array(giver), taker=np.array(taker), value=np.array(value), rng=np.random.default_rng(1)
        )


def test_a_circle_in_which_one_gains_nothing_is_worth_nothing() -> None:
    assert circle_values(np.array([[0.5, 0.5, 0.5], [1.0, 1.0, 0.0]])).tolist() == [0.5, 0.0]

"""What more time would add for one person, beside every plan there is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from matchmaker.matching.outlook import Outlook, candidates_of, outlook
from matchmaker.matching.pairs import Room
from matchmaker.matching.roster import Floats
from matchmaker.matching.rules import special_of
from matchmaker.matching.whatif import EQUAL
from tests.matching.rooms import any_room, best_of, ends, pairs_of, planned, room_of, values
from tests.worlds import steady


def of(room: Room, row: int, more: int = 1) -> Outlook:
    return outlook(room, planned(room), row, more, rng=np.random.default_rng(1))


def star(quota: Sequence[int] = (1, 1, 1, 1), **rules: Any) -> Room:
    """A host whom three fit, each less than the one before."""
    return room_of(values(4, {(0, 1): 0.9, (0, 2): 0.6, (0, 3): 0.5}), list(quota), **rules)


def test_a_host_with_one_place_more_meets_the_next_guest() -> None:
    found = of(star(), 0)
    assert (found.spare, found.partner, found.adds.tolist(), found.loses.tolist()) == (0, 2, [2], [])
    assert [found.gain, found.value] == pytest.approx([0.6, 0.6])
    assert found.worth == pytest.approx(0.6, abs=0.01)


def test_a_guest_with_a_place_free_lacks_hosts_and_not_time() -> None:
    found = of(star(), 3)
    assert (found.spare, found.gain, found.value, found.adds.tolist()) == (1, 0, 0, [])


def test_without_a_place_more_nothing_changes() -> None:
    found = of(star(), 0, more=0)
    assert (found.gain, found.adds.tolist()) == (0, [])


def test_whoever_has_met_everyone_has_nobody_left() -> None:
    found = of(star(), 1)
    assert (found.spare, found.partner, found.worth, found.gain, found.adds.tolist()) == (0, -1, 0, 0, [])


def test_whoever_wanted_no_introduction_might_have_one() -> None:
    found = of(star([3, 1, 1, 0]), 3)
    assert (found.partner, found.adds.tolist()) == (0, [0])
    assert found.gain == pytest.approx(0.5)


def test_with_a_place_more_a_promise_counts_in_full() -> None:
    """The host is promised two and wants one; with two the promise takes a guest from a better pair."""
    fits = values(4, {(0, 1): 0.9, (0, 2): 0.1, (2, 3): 0.8})
    room = room_of(fits, [1, 1, 1, 1])
    room = replace(room, rules=replace(room.rules, promised=np.array([2, 0, 0, 0]), least=np.array([1, 0, 0, 0])))
    found = of(room, 0)
    assert found.gain == pytest.approx(-0.7)
    assert found.adds.tolist() == [2]


def test_what_a_person_gains_is_their_own_side_of_each_pair() -> None:
    room = room_of(values(3, {(0, 1): (0.9, 0.3), (0, 2): (0.2, 0.8)}), [1, 1, 1])
    assert of(room, 0).value == pytest.approx(0.2)


def test_special_pairs_are_candidates_too_and_each_once() -> None:
    room = star()
    special = special_of(people=4, excluded=np.array([1]), known=np.array([2]), known_factor=0.5)
    found = candidates_of(replace(room, rules=replace(room.rules, special=special)), np.array([0, 2, 3]))
    assert list(zip(found.first.tolist(), found.second.tolist(), strict=True)) == [(0, 2), (0, 3)]
    np.testing.assert_allclose(found.weight, [0.3, 0.5])


@given(any_room(), strategies.data())
@settings(steady, max_examples=300)
def test_the_gain_is_that_of_the_best_plan_with_the_place(
    drawn: tuple[Room, Floats], data: strategies.DataObject
) -> None:
    room, value = drawn
    row = data.draw(strategies.integers(0, len(value) - 1))
    found = of(room, row)
    quota = room.rules.quota + (np.arange(len(value)) == row)
    wider = replace(room, rules=replace(room.rules, quota=quota, least=np.minimum(room.rules.promised, quota)))
    if found.spare == 0:
        now, then = best_of(room, value, _settled(room)), best_of(wider, value, _settled(wider))
        assert found.gain == pytest.approx(then.worth - now.worth, abs=EQUAL)
        assert set(found.adds) == _met(wider, row) - _met(room, row)
        assert set(found.loses) == _met(room, row) - _met(wider, row)


def _settled(room: Room) -> list[tuple[int, int]]:
    plan = planned(room)
    return ends(plan.edges.take(plan.forced))


def _met(room: Room, row: int) -> set[int]:
    return {one for pair in pairs_of(planned(room)) if row in pair for one in pair} - {row}

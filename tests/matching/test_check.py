"""The checker sees each rule broken by a plan that breaks just that one, and a bound that is too low."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matchmaker.matching.check import bound_by, certify, violations
from matchmaker.matching.pairs import Room
from matchmaker.matching.roster import Floats
from matchmaker.matching.rules import special_of
from tests.matching.rooms import Pairs, keys, room_of, table, values

NOBODY = np.empty((0, 2), np.int64)
FOUR = values(4, {(0, 1): 0.8, (0, 2): (0.6, 0.3), (1, 2): 0.5, (2, 3): 0.4})


def seen(pairs: Pairs, room: Room, value: Floats = FOUR) -> list[tuple[str, tuple[int, ...]]]:
    found = violations(room.rules, value, np.array(pairs, np.int64).reshape(-1, 2))
    return [(one.code, one.people) for one in found]


def four(quota: list[int] | None = None, **rules: Any) -> Room:
    return room_of(FOUR, quota or [2, 2, 2, 1], **rules)


def test_a_good_plan_breaks_nothing() -> None:
    assert seen([(0, 1), (1, 2), (2, 3)], four()) == []


def test_pairs_stand_lower_row_first_and_once() -> None:
    assert seen([(1, 0), (2, 3)], four()) == [("order", (1, 0))]
    assert seen([(0, 1), (0, 1), (2, 3)], four()) == [("twice", (0, 1))]
    assert ("order", (1, 1)) in seen([(0, 1), (1, 1), (2, 3)], four())


def test_nobody_has_more_than_their_quota() -> None:
    assert seen([(0, 2), (1, 2), (2, 3)], four()) == [("quota", (2,))]
    assert ("quota", (3,)) in seen([(0, 1), (2, 3)], four([2, 2, 2, 0]))


def test_who_is_kept_apart_is_not_paired() -> None:
    excluded = special_of(people=4, excluded=keys(4, (1, 2)))
    assert seen([(0, 1), (1, 2), (2, 3)], four(special=excluded)) == [("forbidden", (1, 2))]
    apart = (table([0, 1, 1, 0], [[1, 1], [1, 0]]),)
    assert seen([(0, 1), (1, 2), (2, 3)], four(tables=apart)) == [("forbidden", (1, 2))]
    colleagues: dict[str, Any] = {"organisation": np.array([-1, 0, 0, -1]), "colleague_factor": 0.0}
    assert seen([(0, 1), (1, 2), (2, 3)], four(**colleagues)) == [("forbidden", (1, 2))]


def test_people_of_no_organisation_are_no_colleagues() -> None:
    assert seen([(0, 1), (2, 3)], four(organisation=np.full(4, -1), colleague_factor=0.0)) == []


@pytest.mark.parametrize(("floor", "broken"), [(0.3, []), (0.31, [("floor", (0, 2))])])
def test_both_sides_are_at_the_floor(floor: float, broken: list[object]) -> None:
    assert seen([(0, 1), (0, 2), (2, 3)], four(floor=floor)) == broken


def test_a_pair_in_which_one_side_gains_nothing_is_below_any_floor() -> None:
    one_way = values(2, {(0, 1): (0.9, 0.0)})
    assert seen([(0, 1)], room_of(one_way, [1, 1], promised=0), one_way) == [("floor", (0, 1))]


def test_rules_lower_what_the_floor_sees() -> None:
    half = table([0] * 4, [[0.5]])
    assert ("floor", (2, 3)) in seen([(0, 1), (2, 3)], four(tables=(half,), floor=0.3))
    known = special_of(people=4, known=keys(4, (2, 3)), known_factor=0.5)
    assert ("floor", (2, 3)) in seen([(0, 1), (2, 3)], four(special=known, floor=0.3))


def test_no_more_than_so_many_are_within_ones_organisation() -> None:
    room = four(organisation=np.array([0, 0, 0, -1]), internal_most=1)
    assert seen([(0, 1), (1, 2), (2, 3)], room) == [("within", (1,))]
    assert seen([(0, 1), (2, 3)], room) == []
    pinned = replace(room, rules=replace(room.rules, special=special_of(people=4, pinned=keys(4, (0, 1), (1, 2)))))
    assert seen([(0, 1), (1, 2), (2, 3)], pinned) == []


def test_a_pin_is_kept_whatever_the_floor_and_the_colleagues() -> None:
    pinned = special_of(people=4, pinned=keys(4, (1, 3)))
    room = four(special=pinned, organisation=np.array([-1, 0, -1, 0]), colleague_factor=0.0, internal_most=0, floor=0.2)
    assert seen([(1, 3), (0, 1)], room) == [("promise", (2, 0))]
    assert seen([(0, 1), (2, 3)], room) == [("pin_missing", (1, 3))]


def test_a_pin_may_give_way_to_pins_alone() -> None:
    pinned = special_of(people=4, pinned=keys(4, (0, 1), (1, 2)))
    room = four([2, 1, 2, 1], special=pinned)
    assert seen([(0, 1), (2, 3)], room) == []
    assert seen([(0, 2), (2, 3)], room)[:2] == [("pin_missing", (0, 1)), ("pin_missing", (1, 2))]


def test_a_wish_of_both_may_give_way_to_pins_and_such_wishes() -> None:
    special = special_of(people=4, pinned=keys(4, (0, 1)), must=keys(4, (1, 2), (2, 1)), like=keys(4, (0, 2)))
    assert seen([(0, 1), (2, 3)], four([2, 1, 2, 1], special=special)) == []
    assert seen([(0, 1), (2, 3)], four([2, 2, 2, 1], special=special)) == [("wish_missing", (1, 2))]


def test_an_excluded_pin_is_forbidden_and_not_missing() -> None:
    special = special_of(people=4, pinned=keys(4, (1, 2)), excluded=keys(4, (1, 2)))
    assert seen([(0, 1), (2, 3)], four(special=special)) == []
    assert seen([(0, 1), (1, 2), (2, 3)], four(special=special)) == [("forbidden", (1, 2))]


def test_a_promise_is_not_missed_for_want_of_a_look() -> None:
    assert seen([(0, 1)], four()) == [("promise", (2, 0)), ("promise", (3, 2))]
    assert seen([(0, 1), (0, 2)], four([2, 2, 1, 1])) == [("promise", (3, 2))]
    assert seen([(0, 1), (1, 2)], four([2, 2, 1, 1])) == [("promise", (3, 2))]
    assert seen([(0, 1), (1, 2)], four([2, 2, 1, 1], inclusion=0.5)) == []


def test_nobody_has_to_make_way_who_would_miss_a_promise_or_was_pinned() -> None:
    assert seen([(1, 2)], four([1, 1, 1, 1])) == []
    pinned = special_of(people=4, pinned=keys(4, (1, 2)))
    assert seen([(0, 1), (1, 2)], four([1, 2, 1, 1], special=pinned)) == []


def test_no_promise_is_kept_by_one_too_many_within_an_organisation() -> None:
    room = four([2, 2, 2, 1], organisation=np.array([-1, -1, 0, 0]), internal_most=0)
    assert seen([(0, 1), (0, 2)], room) == []


# The bound


def test_prices_bound_what_any_plan_is_worth() -> None:
    """Of a triangle with quotas of one and values of one: half a price each proves 1.5, and the best plan is worth 1."""
    triangle = values(3, {(0, 1): 1.0, (0, 2): 1.0, (1, 2): 1.0})
    rules = room_of(triangle, [1, 1, 1]).rules
    assert bound_by(rules, triangle, np.full(3, 0.5), NOBODY) == pytest.approx(1.5)
    assert bound_by(rules, triangle, np.zeros(3), NOBODY) == pytest.approx(3)
    assert bound_by(rules, triangle, np.array([1.0, 0, 0]), NOBODY) == pytest.approx(2)
    assert bound_by(rules, triangle, np.full(3, 0.5), np.array([[0, 1]])) == pytest.approx(1.5)


def test_a_bound_is_certified_by_prices_that_prove_it() -> None:
    triangle = values(3, {(0, 1): 1.0, (0, 2): 1.0, (1, 2): 1.0})
    rules, half = room_of(triangle, [1, 1, 1]).rules, np.full(3, 0.5)
    assert certify(rules, triangle, price=half, settled=NOBODY, upper_bound=1.5)
    assert not certify(rules, triangle, price=half, settled=NOBODY, upper_bound=1.49)
    assert not certify(rules, triangle, price=np.array([0.6, 0.6, -0.1]), settled=NOBODY, upper_bound=9.0)


def test_wishes_and_what_was_told_count_in_the_weight() -> None:
    special = special_of(people=2, must=keys(2, (0, 1)), told=keys(2, (0, 1)))
    value = values(2, {(0, 1): 0.5})
    rules = room_of(value, [1, 1], special=special, keep_told=0.1).rules
    assert bound_by(rules, value, np.zeros(2), NOBODY) == pytest.approx(0.75 * 1.1)

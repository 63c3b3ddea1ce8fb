"""Why a pair is not in the plan, and what having it would cost, beside every plan there is."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from matchmaker.matching.edges import Edges
from matchmaker.matching.network import network_of
from matchmaker.matching.pairs import Room
from matchmaker.matching.pins import with_pin
from matchmaker.matching.prices import bound_of
from matchmaker.matching.roster import Floats
from matchmaker.matching.rules import Special, special_of
from matchmaker.matching.whatif import EQUAL, WhyNot, why_not
from tests.matching.rooms import any_room, best_of, ends, keys, pairs_of, planned, room_of, values
from tests.worlds import steady

CHAIN = values(4, {(0, 1): 0.4, (1, 2): 1.0, (2, 3): 0.4})
ONE_EACH = [1, 1, 1, 1]


def asked(room: Room, first: int, second: int) -> WhyNot:
    return why_not(room, planned(room), first, second, rng=np.random.default_rng(1))


def chain(**rules: Any) -> Room:
    return room_of(CHAIN, ONE_EACH, **rules)


def hosted(**pairs: list[tuple[int, int]]) -> Room:
    """Two who fit a host in their midst, one of them better; with pairs that are spoken of by name."""
    special = special_of(people=3, **{name: keys(3, *found) for name, found in pairs.items()})  # type: ignore[arg-type]
    return room_of(values(3, {(0, 1): 0.2, (1, 2): 0.9}), [1, 1, 1], special=special)


def test_the_better_pair_in_the_middle_costs_what_was_promised_to_both_ends() -> None:
    found = asked(chain(), 1, 2)
    assert found.code == "promises_first"
    assert found.forced is not None
    assert (found.forced.missed, round(found.forced.cost, 6)) == (2, -0.2)
    assert (found.forced.first_loses.tolist(), found.forced.second_loses.tolist()) == ([0], [3])


def test_of_best_scores_an_end_costs_what_the_middle_is_worth_more() -> None:
    found = asked(chain(inclusion=0), 1, 0)
    assert (found.first, found.second, found.code, found.sides) == (0, 1, "full_of_better", (False, True))
    assert found.forced is not None
    assert (round(found.forced.cost, 6), round(found.forced.cost_least, 6)) == (0.2, 0.2)
    assert (found.forced.first_loses.tolist(), found.forced.second_loses.tolist()) == ([], [2])


def test_one_of_three_alike_might_as_well_be_the_other() -> None:
    every = list(combinations(range(3), 2))
    room = room_of(values(3, dict.fromkeys(every, 0.5)), [1, 1, 1])
    assert {asked(room, first, second).code for first, second in every} == {"chosen", "or_equal"}


def test_a_pair_below_the_floor_says_on_which_side_and_by_how_much() -> None:
    found = asked(room_of(values(2, {(0, 1): (0.5, 0.1)}), [1, 1], floor=0.3), 0, 1)
    assert (found.code, found.sides) == ("one_way", (False, True))
    assert [*found.short, found.to_first, found.to_second] == pytest.approx([0, 0.2, 0.5, 0.1])
    assert found.forced is not None
    assert found.forced.cost == pytest.approx(-2 * 0.5 * 0.1 / 0.6)


def test_a_pair_that_gives_nothing_is_one_way_even_without_a_floor() -> None:
    assert asked(room_of(values(2, {(0, 1): (0.5, 0)}), [1, 1]), 0, 1).sides == (False, True)
    assert asked(room_of(values(2, {}), [1, 1]), 0, 1).code == "no_common_ground"


def test_whoever_is_full_of_pins_takes_no_other() -> None:
    room = hosted(pinned=[(0, 1)])
    found = asked(room, 1, 2)
    assert (found.code, found.sides, found.forced) == ("full_of_pins", (True, False), None)
    assert asked(room, 0, 1).code == "chosen"


def test_a_pin_without_a_place_is_known_as_one() -> None:
    found = asked(hosted(pinned=[(0, 1), (1, 2)]), 0, 1)
    assert (found.code, found.forced) == ("pins_over_quota", None)


def test_a_wish_of_both_without_a_place_is_known_as_one_and_may_be_pinned() -> None:
    full = asked(hosted(must=[(0, 1), (1, 0)], pinned=[(1, 2)]), 0, 1)
    assert (full.code, full.forced) == ("full_of_pins", None)
    wished = asked(hosted(must=[(0, 1), (1, 0), (1, 2), (2, 1)]), 0, 1)
    assert wished.code == "wishes_over_quota"
    assert wished.forced is not None
    assert wished.forced.first_loses.tolist() == []
    assert wished.forced.second_loses.tolist() == [2]


def test_one_person_is_no_pair() -> None:
    found = asked(chain(), 2, 2)
    assert (found.code, found.weight, found.forced) == ("same_person", 0, None)


@pytest.mark.parametrize("reason", ["excluded", "rejected"])
def test_what_is_excluded_or_rejected_is_never_forced(reason: str) -> None:
    found = asked(hosted(**{reason: [(1, 2)]}), 1, 2)
    assert (found.code, found.weight, found.forced) == (reason, 0, None)
    assert [found.to_first, found.to_second] == pytest.approx([0.9, 0.9])


def test_a_wished_pair_counts_with_its_wish() -> None:
    assert asked(hosted(like=[(0, 1)]), 0, 1).weight == pytest.approx(0.2 + 0.25 * 0.8)


def test_the_most_within_an_organisation_keeps_a_colleague_out() -> None:
    alike = values(3, {(0, 1): 0.9, (0, 2): 0.8, (1, 2): 0.7})
    organisation = np.zeros(3, np.int64)
    found = asked(room_of(alike, [2, 2, 2], organisation=organisation, internal_most=1, inclusion=0), 1, 2)
    assert (found.code, found.sides) == ("internal_full", (True, False))
    assert found.forced is not None
    assert found.forced.first_loses.tolist() == [0]
    anyhow = asked(room_of(alike, [1, 1, 1], organisation=organisation, inclusion=0), 1, 2)
    assert anyhow.code == "full_of_better"


@given(any_room(), strategies.data())
@settings(steady, max_examples=300)
def test_the_cost_of_a_pair_is_that_of_the_best_plan_that_has_it(
    drawn: tuple[Room, Floats], data: strategies.DataObject
) -> None:
    room, value = drawn
    pair = data.draw(strategies.sampled_from(list(combinations(range(len(value)), 2))))
    plan, found = planned(room), asked(room, *pair)
    assert (found.code == "chosen") == (pair in pairs_of(plan))
    if found.forced is None:
        return
    pinned = replace(room, rules=replace(room.rules, special=with_pin(room.rules.special, *pair, len(value))))
    other = planned(pinned)
    assert pair in pairs_of(other)
    now = best_of(room, value, _settled(room))
    then = best_of(pinned, value, _settled(pinned))
    assert found.forced.cost == pytest.approx(now.worth - then.worth, abs=EQUAL)
    assert found.forced.cost_least <= found.forced.cost + 1e-9
    assert found.forced.missed == now.kept - then.kept
    assert found.weight == pytest.approx(float(other.edges.weight[_at(other.edges, pair)]))


def _settled(room: Room) -> list[tuple[int, int]]:
    plan = planned(room)
    return ends(plan.edges.take(plan.forced))


def _at(edges: Edges, pair: tuple[int, int]) -> int:
    return ends(edges).index(pair)


@given(strategies.integers(0, 10_000), strategies.integers(4, 40))
@settings(steady, max_examples=60)
def test_no_pair_costs_less_than_prices_say_that_it_must(seed: int, people: int) -> None:
    """What it lacks to both prices, less what the prices themselves are out by."""
    rng = np.random.default_rng(seed)
    value = (rng.random((people, people)) ** 2).astype(np.float32)
    room = room_of(value, rng.integers(1, 4, people).tolist(), inclusion=0)
    plan = planned(room)
    network = network_of(plan.edges.first, plan.edges.second, plan.edges.weight, people)
    out_by = bound_of(network, room.rules.quota, plan.price) - plan.objective
    first, second = sorted(rng.choice(people, 2, replace=False).tolist())
    found = asked(room, first, second)
    if found.forced is not None:
        assert found.forced.cost >= found.price[0] + found.price[1] - found.weight - out_by - EQUAL


some = strategies.lists(
    strategies.sampled_from([a * 5 + b for a, b in combinations(range(5), 2)]), max_size=4, unique=True
)
NAMED = ("excluded", "rejected", "known", "met", "pinned", "told")


@steady
@given(strategies.fixed_dictionaries(dict.fromkeys(NAMED, some)), some)
def test_one_more_pin_is_as_if_it_had_been_there_from_the_start(named: dict[str, list[int]], more: list[int]) -> None:
    arrays = {name: np.array(sorted(found), np.int64) for name, found in named.items()}
    factors = {"known_factor": 0.0, "met_factor": 0.5}
    for key in more:
        grown = with_pin(special_of(people=5, **arrays, **factors), key // 5, key % 5, 5)  # type: ignore[arg-type]
        arrays["pinned"] = np.union1d(arrays["pinned"], [key])
        wanted = special_of(people=5, **arrays, **factors)  # type: ignore[arg-type]
        for name in Special.__annotations__:
            if name != "known_apart":  # which says why a pair was apart before it was pinned
                np.testing.assert_array_equal(getattr(grown, name), getattr(wanted, name), err_msg=name)
                assert getattr(grown, name).dtype == getattr(wanted, name).dtype

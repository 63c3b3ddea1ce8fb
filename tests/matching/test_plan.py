"""The plan of a room: the best there is, held against all plans, and a bound that no plan exceeds, whatever was cut away."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import candidates, exact
from matchmaker.matching import plan as under_test
from matchmaker.matching.check import certify, violations
from matchmaker.matching.pairs import Room
from matchmaker.matching.plan import Plan, degrees
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.rules import special_of
from tests.matching.rooms import any_room, best_of, ends, pairs_of, planned, room_of, values
from tests.worlds import steady

NEAR = 1e-5
Drawn = tuple[Room, Floats]


@contextmanager
def cut() -> Iterator[None]:
    """Every room is a large one, of which few candidates are kept, in tiles of three people, with two priced passes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(under_test, "EVERY_PAIR_PEOPLE_MAX", 0)
        patch.setattr(under_test, "BEST_EACH", 1)
        patch.setattr(candidates, "BLOCK_PEOPLE_LEAST", 3)
        patch.setattr(candidates, "BLOCK_STATEMENTS", 3)
        patch.setattr(candidates, "TILES_A_TASK", 2)
        patch.setattr(under_test, "PASSES_MAX", 2)
        yield


def array(plan: Plan) -> Ints:
    return np.array(pairs_of(plan), np.int64).reshape(-1, 2)


def settled(plan: Plan) -> Ints:
    return np.array(ends(plan.edges.take(plan.forced)), np.int64).reshape(-1, 2)


def kept(room: Room, plan: Plan) -> int:
    return int(np.minimum(degrees(plan.edges.take(plan.chosen), len(room)), room.rules.least).sum())


def certified(room: Room, value: Floats, plan: Plan, upper_bound: float) -> bool:
    return certify(room.rules, value, price=plan.proof, settled=settled(plan), upper_bound=upper_bound)


# Held against all plans


@given(any_room())
@settings(steady, max_examples=300)
def test_a_small_rooms_plan_is_the_best_and_breaks_no_rule(drawn: Drawn) -> None:
    room, value = drawn
    plan = planned(room)
    assert violations(room.rules, value, array(plan)) == []
    best = best_of(room, value, ends(plan.edges.take(plan.forced)))
    if room.rules.inclusion == 1:
        assert kept(room, plan) == best.kept
        assert plan.objective == pytest.approx(best.worth, abs=NEAR)
    else:
        dial = room.rules.inclusion
        assert plan.objective + dial * kept(room, plan) == pytest.approx(best.worth + dial * best.kept, abs=NEAR)
    assert plan.upper_bound == pytest.approx(best.worth_most, abs=NEAR)
    assert plan.upper_bound >= best.worth_most - 1e-7


@given(any_room())
@settings(steady, max_examples=100)
def test_the_dials_ends_are_what_the_plan_would_be_there(drawn: Drawn) -> None:
    room, _ = drawn
    plan = planned(room)
    for inclusion, chosen in ((0.0, plan.best_scores), (1.0, plan.nobody_left_out)):
        there = planned(replace(room, rules=replace(room.rules, inclusion=inclusion)))
        assert float(plan.edges.weight[chosen].sum()) == pytest.approx(there.objective, abs=NEAR)
        assert kept(room, replace(plan, chosen=chosen)) >= (inclusion == 1) * kept(room, there)


@given(any_room(special=False), st.integers(0, 6))
@settings(steady, max_examples=100)
def test_room_for_one_more_never_lowers_the_objective_beyond_the_gap(drawn: Drawn, row: int) -> None:
    room, _ = drawn
    quota = room.rules.quota.copy()
    quota[row % len(room)] += 1
    before, after = planned(room), planned(replace(room, rules=replace(room.rules, quota=quota)))
    assert after.upper_bound >= before.objective - NEAR
    if room.rules.inclusion == 0:
        assert after.objective >= before.objective - NEAR


@given(any_room(special=False), st.randoms(use_true_random=False))
@settings(steady, max_examples=60)
def test_other_names_change_nothing_but_names(drawn: Drawn, chance: Any) -> None:
    """The rows in another order: a plan worth as much, that keeps as much."""
    room, value = drawn
    order = np.array(chance.sample(range(len(room)), len(room)))
    rules = replace(
        room.rules,
        quota=room.rules.quota[order],
        promised=room.rules.promised[order],
        least=room.rules.least[order],
        organisation=room.rules.organisation[order],
    )
    plan, renamed = planned(room), planned(replace(room_of(value[np.ix_(order, order)], []), rules=rules))
    assert renamed.objective == pytest.approx(plan.objective, abs=NEAR)
    assert renamed.upper_bound == pytest.approx(plan.upper_bound, abs=NEAR)
    assert sorted(renamed.edges.weight.tolist()) == sorted(plan.edges.weight.tolist())


def test_where_no_two_pairs_are_worth_the_same_every_seed_finds_the_same_pairs() -> None:
    rng = np.random.default_rng(3)
    room = room_of(rng.uniform(0.1, 1, (12, 12)).astype(np.float32), [2] * 12)
    assert len({tuple(pairs_of(planned(room, seed))) for seed in range(5)}) == 1


# Where candidates were cut away


@given(any_room(people_most=12, pairs_most=40))
@settings(steady, max_examples=150)
def test_a_large_rooms_plan_keeps_the_rules_and_agrees_with_the_whole_within_the_gap(drawn: Drawn) -> None:
    room, value = drawn
    whole = planned(room)
    with cut():
        plan = planned(room)
    assert violations(room.rules, value, array(plan)) == []
    assert whole.objective <= plan.upper_bound + NEAR
    assert plan.objective <= whole.upper_bound + NEAR
    assert kept(room, plan) == kept(room, whole) or room.rules.inclusion < 1


@pytest.mark.parametrize(("passes", "bound"), [(1, 6.0), (6, 5.0)])
def test_passes_at_the_prices_go_on_until_they_miss_nothing(
    monkeypatch: pytest.MonkeyPatch, passes: int, bound: float
) -> None:
    """Four hosts are everyone's best; the pairs of the others, which were cut away, are found once the hosts are dear, and a
    pass at prices that know of them proves that two of these are as good as it gets beside the hosts'."""
    hosts = dict.fromkeys(itertools.product(range(4), range(4, 12)), 1.0)
    room = room_of(values(12, hosts | dict.fromkeys([(4, 5), (6, 7), (8, 9), (10, 11)], 0.5)), [1] * 12)
    with cut():
        monkeypatch.setattr(under_test, "PASSES_MAX", passes)
        plan = planned(room)
    assert len(plan.edges) == 36
    assert plan.objective == 5
    assert plan.upper_bound == pytest.approx(bound, abs=0.02)


@st.composite
def hosts_and_others(draw: st.DrawFn) -> Room:
    """A few whom all may meet, and many with few others, who want one introduction each."""
    people, hosts = draw(st.integers(8, 30)), draw(st.integers(2, 6))
    others = list(itertools.combinations(range(hosts, people), 2))
    pairs = [(host, one) for host in range(hosts) for one in range(host + 1, people)]
    pairs += sorted(draw(st.sets(st.sampled_from(others), max_size=people)))
    return room_of(values(people, {pair: draw(st.sampled_from([0.3, 1.0])) for pair in pairs}), [1] * people)


@given(hosts_and_others())
@settings(steady, max_examples=40)
def test_the_cut_to_the_best_of_each_leaves_nobody_out(room: Room) -> None:
    whole = planned(room)
    with cut():
        assert kept(room, planned(room)) == kept(room, whole)


@pytest.mark.parametrize("seed", range(4))
def test_who_stands_in_the_way_gets_their_other_candidates_too_up_to_a_limit(seed: int) -> None:
    """Persons 0 and 1 know one way in each, to 2 and 3, who are held by 4 and 5; these could take each other, but have four
    better candidates each, so that their pair was cut away from both."""
    hosts = {6: 9, 7: 10, 8: 11}
    full = [(2, 4), (3, 5), *hosts.items(), *((one, host) for one in (4, 5) for host in hosts)]
    room = room_of(values(12, dict.fromkeys(full, 1.0) | dict.fromkeys([(0, 2), (1, 3), (4, 5)], 0.3)), [1] * 12)
    with cut(), pytest.MonkeyPatch.context() as patch:
        assert kept(room, planned(room, seed)) == 12
        patch.setattr(under_test, "WIDENED_MAX", 0)
        assert kept(room, planned(room, seed)) == 10


@given(any_room(people_most=12, pairs_most=40), st.booleans())
@settings(steady, max_examples=150)
def test_the_prices_prove_the_bound_over_all_pairs(drawn: Drawn, large: bool) -> None:
    room, value = drawn
    with pytest.MonkeyPatch.context() as patch, cut() if large else nullcontext():
        patch.setattr(exact, "GAP_LEAST", 1e9)  # so that nothing but the prices brings the bound nearer
        plan = planned(room)
    assert certified(room, value, plan, plan.upper_bound)
    assert plan.upper_bound == plan.objective or not certified(room, value, plan, 0.99 * plan.upper_bound - 0.001)


def crowd(people: int = 60) -> Room:
    """People of whom any two might meet, with values of their own, a few of them spoken of by name."""
    rng = np.random.default_rng(4)
    pairs = rng.permuted(np.arange(people * people))[:60].reshape(6, 10)
    first, second = np.divmod(pairs, people)
    low = np.minimum(first, second) * people + np.maximum(first, second)
    names = ("excluded", "known", "met", "pinned", "told")
    special = special_of(people=people, known_factor=0.5, met_factor=0.0, **dict(zip(names, low, strict=False)))
    return room_of(
        (rng.random((people, people)) ** 2).astype(np.float32), rng.integers(1, 4, people).tolist(), special=special
    )


def bytes_of(plan: Plan) -> bytes:
    arrays = (*vars(plan.edges).values(), plan.chosen, plan.price, plan.proof)
    return b"".join(array.tobytes() for array in arrays) + np.float64(plan.upper_bound).tobytes()


def test_one_and_two_threads_give_the_same_bytes() -> None:
    found = set()
    for threads in (1, 2, 2, 2):
        with cut(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(candidates, "THREADS", threads)
            found.add(bytes_of(planned(crowd())))
    assert len(found) == 1

"""Who meets whom when: held against brute force in small rooms, and against a checker that shares no thought with it."""

import itertools
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.colouring import Plan, blank, chain_from, place_all
from matchmaker.matching.rounds import Timetable, Why, timetable
from matchmaker.matching.timetable_check import check_timetable
from tests.worlds import steady

Pairs = list[tuple[int, int]]
World = dict[str, Any]


def world(people: int, rounds: int, pairs: Iterable[tuple[int, int]], **fields: Any) -> World:
    """A room in which all are there all the time, all pairs are chosen and of weight 1, unless `fields` say otherwise."""
    first, second = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    chosen = np.array(fields.pop("chosen", [True] * len(first)), bool)
    plain: World = {
        "weight": np.ones(len(first)),
        "quota": np.full(people, max(rounds, people)),
        "available": np.ones((people, rounds), bool),
    }
    given_ = {name: np.array(value) if isinstance(value, list) else value for name, value in fields.items()}
    return {"first": first, "second": second, "chosen": chosen} | plain | given_


def room(people: int) -> Pairs:
    """Everyone with everyone."""
    return list(itertools.combinations(range(people), 2))


def made(world: World, seed: int = 1, **options: Any) -> Timetable:
    """A timetable, after the checker has seen nothing wrong with it."""
    table = timetable(**world, **options, rng=np.random.default_rng(seed))
    ruled = {name: value for name, value in world.items() if name not in ("weight", "pinned", "byes")}
    assert check_timetable(table, **ruled) == []
    return table


def rounds_of(world: World, table: Timetable) -> dict[tuple[int, int], int]:
    """The round of each pair that meets."""
    whole = zip(world["first"].tolist(), world["second"].tolist(), table.round.tolist(), strict=True)
    return {(first, second): at for first, second, at in whole if at}


def placed_weight(world: World, table: Timetable) -> float:
    return float(world["weight"][table.round > 0].sum())


def reasons(world: World, table: Timetable) -> dict[tuple[int, int], Why]:
    ends = zip(world["first"][table.unplaced].tolist(), world["second"][table.unplaced].tolist(), strict=True)
    return dict(zip(ends, table.why, strict=True))


def byes_each(table: Timetable, people: int) -> list[int]:
    return [table.byes[:, 0].tolist().count(person) for person in range(people)]


def most_weight(world: World) -> float:
    """The most weight of chosen pairs that can have a round, by trying everything."""
    ends = list(zip(world["first"].tolist(), world["second"].tolist(), strict=True))
    people, rounds = world["available"].shape
    limits: World = {"tables_most": people, "accessible_tables": people, "in_a_row_most": rounds}
    limits |= {name: value for name, value in world.items() if value is not None}
    needing = set(np.flatnonzero(world.get("needs_accessible", np.zeros(people, bool))).tolist())

    def allowed(held: frozenset[tuple[int, int]], at: int) -> bool:
        """Whether pairs and rounds keep the rules that `at` is part of."""
        here = [ends[pair] for pair, when in held if when == at]
        if len(here) > limits["tables_most"] or len(set(itertools.chain(*here))) < 2 * len(here):
            return False
        if sum(bool(needing.intersection(pair)) for pair in here) > limits["accessible_tables"]:
            return False
        for person in itertools.chain(*here):
            busy = {when for pair, when in held if person in ends[pair]}
            runs = (range(when, when + limits["in_a_row_most"] + 1) for when in busy)
            if not world["available"][person, at] or any(busy.issuperset(run) for run in runs):
                return False
        return True

    @cache
    def best(left: tuple[int, ...], held: frozenset[tuple[int, int]]) -> float:
        if not left:
            return 0.0
        pair, *others = left
        further = [held | {(pair, at)} for at in range(rounds) if allowed(held | {(pair, at)}, at)]
        values = [world["weight"][pair] + best(tuple(others), taken) for taken in further]
        return float(max([best(tuple(others), held), *values]))

    return best(tuple(np.flatnonzero(world["chosen"]).tolist()), frozenset())


@st.composite
def worlds(draw: st.DrawFn, pairs_most: int = 12, rounds_most: int = 4) -> World:
    people, rounds = draw(st.integers(2, 8)), draw(st.integers(1, rounds_most))
    pairs = sorted(draw(st.lists(st.sampled_from(room(people)), max_size=pairs_most, unique=True)))
    plain = world(people, rounds, pairs)
    flags = st.lists(st.booleans(), min_size=people, max_size=people)
    each = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.7, 1.0]), min_size=len(pairs), max_size=len(pairs))
    mostly, size = st.sampled_from([True, True, True, False]), people * rounds
    fields: World = {
        "weight": np.array(draw(each)),
        "chosen": np.array(draw(st.lists(mostly, min_size=len(pairs), max_size=len(pairs))), bool),
        "available": np.array(draw(st.lists(mostly, min_size=size, max_size=size))).reshape(people, rounds),
        "tables_most": draw(st.none() | st.integers(0, 3)),
        "accessible_tables": draw(st.none() | st.integers(0, 2)),
        "needs_accessible": np.array(draw(flags)),
        "in_a_row_most": draw(st.none() | st.integers(1, 3)),
    }
    load = np.bincount(
        np.concatenate([plain["first"], plain["second"]])[np.tile(fields["chosen"], 2)], minlength=people
    )
    fields["quota"] = np.maximum(load, draw(st.integers(0, rounds)))
    return plain | fields


@given(worlds(pairs_most=7, rounds_most=3))
@settings(steady, max_examples=150)
def test_no_timetable_places_more_weight_in_a_small_room(small: World) -> None:
    assert placed_weight(small, made(small)) == pytest.approx(most_weight(small), abs=1e-9)


@given(worlds(), st.booleans(), st.booleans(), st.lists(st.integers(0, 2), min_size=8, max_size=8))
@settings(steady, max_examples=250)
def test_no_rule_is_ever_broken(small: World, fill: bool, trios: bool, byes: list[int]) -> None:
    people = len(small["quota"])
    pinned = small["chosen"] & (small["weight"] == 0.25)
    made(small | {"pinned": pinned}, fill=fill, trios=trios, byes=np.array(byes[:people]))


@given(worlds(), st.booleans())
@settings(steady, max_examples=30)
def test_the_same_seed_gives_the_same_bytes(small: World, fill: bool) -> None:
    once, again = (made(small, seed=7, fill=fill, trios=True) for _ in range(2))
    assert repr(asdict(once)) == repr(asdict(again))


@given(worlds(pairs_most=8, rounds_most=3), st.randoms())
@settings(steady, max_examples=60)
def test_other_numbers_for_the_same_people_change_nothing(small: World, random: Any) -> None:
    people = len(small["quota"])
    new = random.sample(range(people), people)
    old = np.argsort(new)
    ends = np.sort(np.array(new)[np.stack([small["first"], small["second"]])], axis=0)
    order = np.lexsort(ends[::-1])
    renamed = small | dict(zip(("first", "second"), ends[:, order], strict=True))
    renamed |= {name: small[name][order] for name in ("weight", "chosen")}
    renamed |= {name: small[name][old] for name in ("quota", "available", "needs_accessible")}
    assert placed_weight(renamed, made(renamed)) == pytest.approx(placed_weight(small, made(small)), abs=1e-9)


@given(st.sets(st.sampled_from(room(9)), max_size=25))
@settings(steady, max_examples=60)
def test_one_round_more_than_anyones_pairs_is_always_enough(pairs: set[tuple[int, int]]) -> None:
    """Vizing 1964."""
    rounds = 1 + max((sum(person in pair for pair in pairs) for person in range(9)), default=0)
    assert made(world(9, rounds, pairs)).why == ()


@given(st.sets(st.sampled_from([(one, other) for one in range(5) for other in range(5, 10)])))
@settings(steady, max_examples=60)
def test_between_two_groups_as_many_rounds_as_anyones_pairs_are_enough(pairs: set[tuple[int, int]]) -> None:
    """Konig 1916."""
    rounds = max((sum(person in pair for pair in pairs) for person in range(10)), default=0)
    assert made(world(10, rounds, pairs)).why == ()


@given(st.sets(st.sampled_from(room(9)), max_size=25), st.integers(1, 6))
@settings(steady, max_examples=60)
def test_without_gaps_or_limits_rounds_are_of_equal_size(pairs: set[tuple[int, int]], rounds: int) -> None:
    """McDiarmid 1972."""
    sizes = np.bincount(made(world(9, rounds, pairs)).round, minlength=rounds + 1)[1:]
    assert sizes.max() - sizes.min() <= 1


def test_a_room_without_slack_loses_next_to_nothing() -> None:
    """Everyone has as many pairs as there are rounds, and no pair can go anywhere else."""
    rng = np.random.default_rng(1)
    rings = [rng.permutation(150) for _ in range(3)]
    pairs = {
        (min(two), max(two)) for ring in rings for two in zip(ring.tolist(), np.roll(ring, 1).tolist(), strict=True)
    }
    tight = world(150, 6, pairs, weight=rng.random(len(pairs)))
    assert placed_weight(tight, made(tight)) >= 0.999 * tight["weight"].sum()


def test_all_eight_of_a_room_meet_in_seven_rounds() -> None:
    assert made(world(8, 7, room(8))).why == ()


@pytest.mark.parametrize("people", [0, 1, 2, 3])
def test_a_room_of_hardly_anyone_has_a_timetable(people: int) -> None:
    tiny = world(people, 3, room(people))
    assert rounds_of(tiny, made(tiny, fill=True)).keys() == set(room(people))


@pytest.mark.parametrize("options", [{}, {"fill": True}, {"trios": True}])
def test_without_rounds_nobody_meets(options: World) -> None:
    none = world(3, 0, room(3))
    assert set(reasons(none, made(none, **options)).values()) == {Why.NO_COMMON_ROUND}


def test_a_round_in_which_nobody_is_there_stays_empty() -> None:
    gap = world(4, 3, room(4), available=[[True, False, True]] * 4)
    table = made(gap)
    assert sorted(table.round.tolist()) == [0, 0, 1, 1, 3, 3]
    assert set(table.why) == {Why.CROWDED}


def test_someone_without_a_round_leaves_the_others_theirs() -> None:
    away = world(4, 3, room(4), available=[[True] * 3, [True] * 3, [True] * 3, [False] * 3])
    table = made(away)
    assert rounds_of(away, table).keys() == {(0, 1), (0, 2), (1, 2)}
    assert reasons(away, table) == dict.fromkeys([(0, 3), (1, 3), (2, 3)], Why.NO_COMMON_ROUND)


def test_those_who_are_there_at_other_times_have_no_common_round() -> None:
    apart = world(2, 2, [(0, 1)], available=[[True, False], [False, True]])
    assert made(apart).why == (Why.NO_COMMON_ROUND,)


def test_with_fewer_tables_than_pairs_the_lightest_pair_goes_without() -> None:
    few = world(6, 1, [(0, 1), (2, 3), (4, 5)], weight=[0.5, 0.4, 0.6], tables_most=2)
    assert reasons(few, made(few)) == {(2, 3): Why.TABLES_FULL}


def test_a_heavy_pair_displaces_a_light_one_from_the_only_table() -> None:
    """The heavier can only come in the second round, for which the lighter was meant."""
    late = world(4, 2, [(0, 1), (2, 3)], weight=[0.5, 0.9], tables_most=[0, 1])
    assert reasons(late, made(late)) == {(0, 1): Why.TABLES_FULL}


def test_a_full_house_keeps_its_heaviest_pairs() -> None:
    full = world(140, 1, [(row, row + 70) for row in range(70)], weight=np.linspace(0.1, 1, 70), tables_most=66)
    assert made(full).unplaced.tolist() == [0, 1, 2, 3]


def test_who_may_not_meet_twice_in_a_row_has_a_break() -> None:
    hasty = world(3, 2, [(0, 1), (0, 2)], in_a_row_most=1)
    assert list(reasons(hasty, made(hasty)).values()) == [Why.IN_A_ROW]
    rested = world(3, 3, [(0, 1), (0, 2)], in_a_row_most=1)
    assert set(rounds_of(rested, made(rested)).values()) == {1, 3}


def test_who_has_too_many_pairs_for_the_rounds_keeps_the_heaviest() -> None:
    wanted = world(4, 2, [(0, 1), (0, 2), (0, 3)], weight=[0.7, 0.2, 0.6])
    assert reasons(wanted, made(wanted)) == {(0, 2): Why.CROWDED}


def test_a_pinned_pair_goes_before_heavier_ones() -> None:
    pinned = world(4, 1, [(0, 1), (0, 2), (1, 3)], weight=[0.1, 1.0, 1.0], pinned=[True, False, False])
    for options in ({}, {"fill": True}):
        assert rounds_of(pinned, made(pinned, **options)) == {(0, 1): 1}


def test_tables_are_numbered_from_one_and_people_stay_at_theirs() -> None:
    host = world(7, 3, [(0, 1), (0, 2), (0, 3), (4, 5), (4, 6), (5, 6)])
    table = made(host)
    assert set(table.table.tolist()) == {1, 2}
    assert len(set(table.table[:3].tolist())) == 1


def test_the_accessible_table_is_kept_for_who_needs_it() -> None:
    lift = world(6, 1, [(0, 1), (2, 3), (4, 5)], accessible_tables=1, needs_accessible=[False] * 5 + [True])
    assert made(lift).table.tolist() == [2, 3, 1]


def test_others_take_the_accessible_tables_last() -> None:
    lift = world(
        6, 1, [(0, 1), (2, 3), (4, 5)], tables_most=3, accessible_tables=2, needs_accessible=[False] * 5 + [True]
    )
    assert sorted(made(lift).table[:2].tolist()) == [2, 3]


def test_where_nobody_needs_an_accessible_table_all_are_alike() -> None:
    assert made(world(4, 1, [(0, 1), (2, 3)], accessible_tables=1)).table.tolist() == [1, 2]


def test_two_who_need_the_only_accessible_table_meet_one_after_the_other() -> None:
    pairs = [(0, 1), (2, 3), (4, 5)]
    lift = world(6, 2, pairs, accessible_tables=1, needs_accessible=[True, False, True] + [False] * 3)
    met = rounds_of(lift, made(lift))
    assert met[0, 1] != met[2, 3]
    short = lift | {"available": np.ones((6, 1), bool)}
    assert len(reasons(short, made(short))) == 1


def test_idle_people_get_someone_new() -> None:
    """Nobody was chosen for the first two rounds but one pair; everyone is busy, and no pair meets twice."""
    idle = world(6, 5, room(6), chosen=[True] + [False] * 14)
    assert np.bincount(made(idle, fill=True).round).tolist() == [0, 3, 3, 3, 3, 3]


def test_idle_people_beyond_the_exact_matching_get_someone_new_too() -> None:
    line = world(304, 1, [(row, row + 1) for row in range(303)], chosen=[False] * 303)
    assert made(line, fill=True).byes.tolist() == []


def test_nobody_is_filled_up_beyond_their_quota() -> None:
    modest = world(4, 3, room(4), chosen=[False] * 6, quota=[1, 3, 3, 3])
    assert (made(modest, fill=True).round[:3] > 0).sum() == 1


@pytest.mark.parametrize("seed", [41, 153, 206])
def test_in_a_room_with_gaps_nobody_is_filled_up_beyond_their_quota(seed: int) -> None:
    """Pairs of people who have all their meetings come up as those who might take the place of others."""
    rng = np.random.default_rng(seed)
    people, rounds = int(rng.integers(5, 9)), int(rng.integers(2, 5))
    pairs = [pair for pair in room(people) if rng.random() < 0.8]
    quota = rng.integers(1, rounds + 1, people)
    weight, available = rng.random(len(pairs)), rng.random((people, rounds)) < 0.75
    gaps = world(people, rounds, pairs, chosen=[False] * len(pairs), quota=quota, weight=weight, available=available)
    assert (made(gaps, fill=True).round > 0).any()


def test_a_full_house_is_not_filled_up() -> None:
    assert (made(world(6, 2, room(6), chosen=[False] * 15, tables_most=2), fill=True).round > 0).sum() == 4


def test_whoever_sits_out_takes_over_a_partner_for_whom_another_is_found() -> None:
    """0 can only meet 1, who was to meet 2; but 2 can meet 3, who was idle too."""
    chain = world(4, 1, [(0, 1), (1, 2), (2, 3)], chosen=[False, True, False], weight=[0.1, 1.0, 0.1])
    assert rounds_of(chain, made(chain, fill=True)).keys() == {(0, 1), (2, 3)}


@pytest.mark.parametrize(("people", "rounds"), [(3, 1), (3, 3), (5, 2), (5, 4), (5, 5), (7, 3), (7, 6), (9, 4)])
def test_byes_in_an_odd_room_go_round(people: int, rounds: int) -> None:
    """One bye a round; and after each of four events no one has had two more than another."""
    rng = np.random.default_rng(people)
    byes = np.zeros(people, np.int64)
    for event in range(4):
        odd = world(
            people, rounds, room(people), chosen=[False] * len(room(people)), weight=rng.random(len(room(people)))
        )
        table = made(odd, seed=event, fill=True, byes=byes)
        assert sorted(table.byes[:, 1].tolist()) == list(range(1, rounds + 1))
        byes += byes_each(table, people)
        assert byes.max() - byes.min() <= 1


@pytest.mark.parametrize("chosen", [[True, False, False], [False, True, False], [False, False, True], [False] * 3])
def test_a_bye_goes_to_whom_it_has_gone_least(chosen: list[bool]) -> None:
    three = world(3, 1, room(3), chosen=chosen)
    assert made(three, fill=True, byes=np.array([2, 0, 1])).byes.tolist() == [[1, 1]]


def test_a_pinned_pair_is_not_broken_for_a_fairer_bye() -> None:
    three = world(3, 1, room(3), chosen=[True, False, False], pinned=[True, False, False])
    assert made(three, fill=True, byes=np.array([0, 0, 5])).byes.tolist() == [[2, 1]]


def test_a_bye_is_not_passed_on_where_tables_are_lacking() -> None:
    """2 had more byes than 0, but could only meet 1 at the accessible table, and there is none."""
    three = world(
        3, 1, room(3), chosen=[True, False, False], accessible_tables=0, needs_accessible=[False, False, True]
    )
    assert made(three, fill=True, byes=np.array([0, 0, 5])).byes.tolist() == [[2, 1]]


def test_a_bye_is_passed_on_through_several() -> None:
    """0 can only meet 1, whom 2 gives up for 3, whom 4 gives up for a bye, the first in a long time."""
    five = world(5, 1, [(0, 1), (1, 2), (2, 3), (3, 4)], chosen=[False, True, False, True])
    table = made(five, fill=True, byes=np.array([5, 5, 5, 5, 0]))
    assert rounds_of(five, table).keys() == {(0, 1), (2, 3)}


def test_a_bye_is_not_passed_on_to_who_is_needed_on_the_way() -> None:
    """1 had none so far, but is the only one 0 can meet."""
    pairs = [(0, 1), (1, 2), (2, 3), (2, 4), (3, 4)]
    five = world(5, 1, pairs, chosen=[False, True, False, False, True])
    table = made(five, fill=True, byes=np.array([5, 0, 3, 3, 3]))
    assert rounds_of(five, table).keys() == {(0, 1), (3, 4)}
    assert table.byes.tolist() == [[2, 1]]


def test_who_has_all_the_meetings_they_want_has_no_bye() -> None:
    content = world(3, 3, [(0, 1)], quota=[1, 1, 3])
    assert made(content).byes.tolist() == []
    hopeful = world(3, 3, [(0, 1), (0, 2)], chosen=[True, False], quota=[1, 1, 2])
    assert made(hopeful).byes.tolist() == [[2, 1], [2, 2]]


def test_a_break_is_not_a_bye() -> None:
    assert made(world(2, 3, [(0, 1)], in_a_row_most=1, quota=[1, 1])).byes.tolist() == []


def test_the_odd_one_joins_a_pair() -> None:
    three = world(3, 1, room(3), chosen=[False, False, True])
    table = made(three, trios=True)
    assert table.third.tolist() == [-1, -1, 0]
    assert table.byes.tolist() == []


def test_the_odd_one_joins_the_pair_of_the_most_mutual_value() -> None:
    pairs = room(5)
    best = {(0, 3): 0.9, (0, 4): 0.8}
    five = world(
        5, 1, pairs, chosen=[pair in ((1, 2), (3, 4)) for pair in pairs], weight=[best.get(pair, 0.5) for pair in pairs]
    )
    assert made(five, trios=True).third[pairs.index((3, 4))] == 0


def test_the_odd_one_rather_joins_those_not_met_yet() -> None:
    """0 has met 1 in the first round; in the second 1 and 2 are worth more, but 3 and 4 are new."""
    pairs = room(5)
    there = [[True, True]] * 3 + [[False, True]] * 2
    met = world(
        5,
        2,
        pairs,
        chosen=[p in ((0, 1), (1, 2), (3, 4)) for p in pairs],
        available=there,
        weight=[1.0] * 5 + [0.5] * 5,
    )
    table = made(met, trios=True)
    assert table.third[pairs.index((3, 4))] == 0


def test_the_odd_one_never_joins_someone_they_may_not_meet() -> None:
    assert made(world(3, 1, [(0, 1), (1, 2)], chosen=[True, False]), trios=True).third.tolist() == [-1, -1]


def test_no_trio_meets_twice() -> None:
    """Three people, three rounds: one round of all three, in the others someone has a bye."""
    table = made(world(3, 3, room(3)), trios=True)
    assert (table.third >= 0).sum() == 1
    assert len(table.byes) == 2


def test_two_odd_ones_join_two_pairs() -> None:
    pairs = [pair for pair in room(6) if pair != (4, 5)]
    six = world(6, 1, pairs, chosen=[pair in ((0, 1), (2, 3)) for pair in pairs])
    assert sorted(made(six, trios=True).third.tolist())[-2:] == [4, 5]


def test_an_odd_one_who_needs_an_accessible_table_gets_one() -> None:
    pairs = room(5)
    lift = world(
        5, 1, pairs, chosen=[pair in ((0, 1), (2, 3)) for pair in pairs], needs_accessible=[False] * 4 + [True]
    )
    table = made(lift | {"accessible_tables": 1}, trios=True)
    assert table.table[table.third == 4].tolist() == [1]
    assert set(made(lift | {"accessible_tables": 0}, trios=True).third.tolist()) == {-1}


def test_the_odd_one_keeps_their_break() -> None:
    """0 met in the first round, and joins nobody in the second."""
    there = [[True, True], [True, False], [False, True], [False, True]]
    pairs = room(4)
    rest = world(4, 2, pairs, chosen=[pair in ((0, 1), (2, 3)) for pair in pairs], available=there, in_a_row_most=1)
    assert set(made(rest, trios=True).third.tolist()) == {-1}


def test_who_joined_a_pair_has_a_break_too() -> None:
    """4 might join in every round, but not in two that follow each other."""
    pairs = [pair for pair in room(5) if pair != (0, 2)]
    there = [[True, False, True]] * 2 + [[False, True, False]] * 2 + [[True] * 3]
    rest = world(5, 3, pairs, chosen=[pair in ((0, 1), (2, 3)) for pair in pairs], available=there, in_a_row_most=1)
    assert (made(rest, trios=True).third == 4).sum() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"first": [1], "second": [0]}, "lower row first"),
        ({"first": [-1]}, "of the room"),
        ({"second": [5]}, "of the room"),
        ({"weight": [float("nan")]}, "numbers from 0"),
        ({"weight": [-0.1]}, "numbers from 0"),
        ({"quota": [0, 1]}, "more chosen pairs than their quota"),
        ({"in_a_row_most": 0}, "at least 1"),
        ({"first": [0, 0], "second": [1, 1], "weight": [1.0, 1.0], "chosen": [True, False]}, "twice"),
    ],
)
def test_what_no_timetable_can_be_made_of_is_refused(fields: World, message: str) -> None:
    bad = world(2, 2, [(0, 1)]) | {n: np.array(v) if isinstance(v, list) else v for n, v in fields.items()}
    with pytest.raises(ValueError, match=message):
        timetable(**bad, rng=np.random.default_rng(1))


def test_a_chain_too_long_is_left_alone() -> None:
    ends = np.array([(0, 1), (1, 2), (2, 3)])
    limits = np.full((2, 2), 3)
    plan = Plan(ends, np.ones(3), np.zeros(3, bool), np.ones((4, 2), bool), np.full(4, 2), limits, 2)
    board = blank(plan)
    place_all(plan, board, np.arange(3))
    at = int(board.round_of[0])
    assert chain_from(plan, board, 0, at, 1 - at) == 3
    assert chain_from(plan, board._replace(chain=np.zeros(2, np.int64)), 0, at, 1 - at) == 0

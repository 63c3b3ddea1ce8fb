"""Action-learning sets: as many people placed as can be, then as close as can be; held against brute force and a checker."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matchmaker.matching.forming import WARMTH, _completed, _forming, _moved, terms_of
from matchmaker.matching.groups_check import check_sets
from matchmaker.matching.roster import Floats
from matchmaker.matching.sets import Replacement, Sets, action_learning_sets, replace
from tests.matching.squares import mask, values
from tests.worlds import steady

World = dict[str, Any]


def world(people: int, least: int, most: int, **rules: Any) -> World:
    made = {"similarity": values(people, 1), "mutual": values(people, 2), "forbidden": mask(people)}
    return made | {"free": np.ones((people, 2), bool), "dates": 1, "least": least, "most": most} | rules


def topics(*of: int) -> Floats:
    """People of one topic are alike, others have nothing in common."""
    alike: Floats = (np.array(of)[:, None] == np.array(of)).astype(np.float32)
    return alike


def formed(world: World, seed: int = 1, effort: int = 500) -> Sets:
    sets = action_learning_sets(**world, rng=np.random.default_rng(seed), effort=effort)
    assert problems(sets, world) == []
    return sets


def problems(sets: Sets, world: World) -> list[str]:
    return check_sets(sets, **{name: world[name] for name in ("forbidden", "free", "dates", "least", "most")})


def members(sets: Sets) -> list[list[int]]:
    return [np.flatnonzero(sets.member_of == number).tolist() for number in range(len(sets.medoid))]


def unplaced(sets: Sets) -> dict[str, list[int]]:
    return {code: rows.tolist() for code, rows in sets.unplaced.items()}


# By brute force


def every_choice(rows: tuple[int, ...], fits: set[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every way to form sets that fit, of some of the people."""
    if not rows:
        yield ()
        return
    yield from every_choice(rows[1:], fits)
    for own in fits:
        if own[0] == rows[0] and set(own) <= set(rows):
            for others in every_choice(tuple(row for row in rows if row not in own), fits):
                yield (own, *others)


def reached(groups: Any, world: World) -> tuple[int, float]:
    """How many are placed, and the sum of how close each is to the others of the set on average."""
    bond = (world["similarity"] + WARMTH * world["mutual"].astype(float)) / (1 + WARMTH)
    close = [2 * sum(bond[pair] for pair in combinations(rows, 2)) / (len(rows) - 1) for rows in groups]
    return sum(map(len, groups)), float(sum(close))


def best_reached(world: World) -> tuple[int, float]:
    """The most people placed, in sets of middling size where that will do, and how close they can then be."""
    people, least, most = len(world["free"]), world["least"], world["most"]
    fits = {
        rows
        for size in range(least, most + 1)
        for rows in combinations(range(people), size)
        if not any(world["forbidden"][pair] for pair in combinations(rows, 2))
        and world["free"][list(rows)].all(axis=0).sum() >= world["dates"]
    }
    middling = min(max(round(2 * people / (least + most)), -(-people // most)), people // least)
    placed, _, close = max(
        (placed, len(groups) <= middling, close)
        for groups in every_choice(tuple(range(people)), fits)
        for placed, close in [reached(groups, world)]
    )
    return placed, close


@st.composite
def worlds(draw: st.DrawFn, people_most: int = 8) -> World:
    people, least = draw(st.integers(0, people_most)), draw(st.integers(2, 4))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    upper = np.triu(rng.random((people, people)) < draw(st.sampled_from([0, 0.2, 0.5])), 1)
    free = rng.random((people, 3)) >= draw(st.sampled_from([0, 0.2, 0.4]))
    alike = values(people, draw(st.integers(0, 99)))
    most = least + draw(st.integers(0, 2))
    return world(
        people, least, most, similarity=alike, forbidden=upper | upper.T, free=free, dates=draw(st.integers(0, 2))
    )


@given(worlds())
@settings(steady, max_examples=100)
def test_as_many_are_placed_as_can_be(world: World) -> None:
    placed = int((formed(world, effort=100).member_of >= 0).sum())
    assert placed == best_reached(world)[0]


@given(worlds())
@settings(steady, max_examples=40)
def test_those_who_are_placed_are_as_close_as_can_be(world: World) -> None:
    assume(world["free"].all())
    sets = formed(world, effort=100)
    assume(not {"no_peers", "no_common_time"} & set(sets.unplaced))
    assert reached(members(sets), world) == pytest.approx(best_reached(world))


@given(worlds(people_most=25))
@settings(steady, max_examples=80)
def test_no_promise_is_broken_whatever_the_world(world: World) -> None:
    """Sizes, forbidden pairs, common rounds, who presents, and a code for everyone without a set: the checker sees nothing."""
    formed(world, effort=2)


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = (formed(world(20, 3, 5), seed=4, effort=20) for _ in range(2))
    assert one.member_of.tobytes() == other.member_of.tobytes()
    assert [turn.tolist() for turn in one.presenters] == [turn.tolist() for turn in other.presenters]


# Sets one can see


def test_peers_of_one_challenge_come_together() -> None:
    sets = formed(world(12, 5, 7, similarity=topics(*[0, 1] * 6)))
    assert members(sets) == [[0, 2, 4, 6, 8, 10], [1, 3, 5, 7, 9, 11]]
    assert sets.cohesion.tolist() == [1.0, 1.0]
    assert sets.common.all()


def test_mutual_value_decides_among_peers_alike() -> None:
    friends = mask(6, [(0, 3), (1, 4), (2, 5)])
    sets = formed(world(6, 2, 2, similarity=topics(*[0] * 6), mutual=friends.astype(np.float32)))
    assert members(sets) == [[0, 3], [1, 4], [2, 5]]


def test_the_challenge_most_like_the_others_names_the_set_and_is_presented_first() -> None:
    similarity = np.full((5, 5), 0.2, np.float32)
    similarity[2, :] = similarity[:, 2] = 0.8
    similarity[4, 0] = similarity[0, 4] = 0.5
    sets = formed(world(5, 5, 5, similarity=similarity))
    assert sets.medoid.tolist() == [2]
    assert sets.presenters[0].tolist() == [2, 0, 4, 1, 3]
    assert sets.cohesion[0] == pytest.approx((4 * 0.8 + 0.5 + 5 * 0.2) / 10)


def test_colleagues_and_rivals_never_share_a_set() -> None:
    organisation = np.arange(12) % 6
    colleagues = (organisation[:, None] == organisation) & ~np.eye(12, dtype=bool)
    sets = formed(world(12, 5, 7, similarity=colleagues.astype(np.float32), forbidden=colleagues))
    assert [len(rows) for rows in members(sets)] == [6, 6]


def test_a_set_needs_as_many_common_rounds_as_dates() -> None:
    """The odd rows are free early, the even ones late, whatever their challenges."""
    free = np.array([[row % 2 == 1] * 3 + [row % 2 == 0] * 3 for row in range(10)])
    sets = formed(world(10, 5, 5, similarity=topics(*[0] * 5, *[1] * 5), free=free, dates=3))
    assert members(sets) == [[0, 2, 4, 6, 8], [1, 3, 5, 7, 9]]
    assert sets.common.tolist() == [[False] * 3 + [True] * 3, [True] * 3 + [False] * 3]


def test_sets_are_of_middling_size_where_that_places_everyone() -> None:
    assert len(members(formed(world(12, 3, 5)))) == 3


def test_more_and_smaller_sets_are_made_where_they_place_more() -> None:
    couples = mask(6, [(0, 1), (2, 3), (4, 5)])
    sets = formed(world(6, 2, 4, forbidden=~couples & ~np.eye(6, dtype=bool)))
    assert members(sets) == [[0, 1], [2, 3], [4, 5]]


def test_nobody_is_left_for_the_closeness_of_others() -> None:
    """Two fours and a pair: one of a four goes to the pair."""
    sets = formed(world(10, 3, 4, similarity=topics(*[0] * 4, *[1] * 4, *[2] * 2), mutual=topics(*range(10))))
    assert sorted(len(rows) for rows in members(sets)) == [3, 3, 4]


def hermit(people: int, least: int, most: int) -> World:
    """Three topics, each had by every third; the last may only be with the first two, who may not be together."""
    forbidden = mask(people, [(0, 1), *((row, people - 1) for row in range(2, people - 1))])
    alike = topics(*[row % 3 for row in range(people - 1)], 9)
    return world(people, least, most, similarity=alike, forbidden=forbidden)


@pytest.mark.parametrize("seed", [0, 5])
def test_sets_stay_middling_where_smaller_ones_place_nobody_more(seed: int) -> None:
    sets = formed(hermit(10, 3, 5), seed=seed)
    assert (len(members(sets)), unplaced(sets)) == (2, {"no_peers": [9]})


@given(worlds(people_most=12), st.integers(1, 3), st.integers(0, 9))
@settings(steady, max_examples=40)
def test_what_is_counted_on_the_way_is_what_a_fresh_count_gives(world: World, sets: int, seed: int) -> None:
    assume(len(world["free"]) > 0)
    terms = terms_of(**world)
    forming = _forming(sets, terms)
    for _ in _moved(forming, terms, 300, np.random.default_rng(seed)):
        pass
    for number, size in enumerate(forming.size.tolist()):
        rows = forming.members[number, :size]
        assert sorted(rows.tolist()) == np.flatnonzero(forming.member_of == number).tolist()
        assert forming.place[rows].tolist() == list(range(size))
        assert forming.bonds[number] == pytest.approx(forming.bond[np.ix_(rows, rows)].sum() / 2)


def test_whoever_lost_a_set_that_was_too_small_goes_to_the_closest_that_fits() -> None:
    terms = terms_of(topics(0, 0, 1, 1, 1, 0), topics(*range(6)), mask(6), np.ones((6, 1), bool), 1, 2, 3)
    assert _completed(np.array([0, 0, 1, 1, 2, 3]), terms).tolist() == [0, 0, 1, 1, 1, 0]


# Who has no set, and why


@pytest.mark.parametrize("people", [0, 1, 2])
def test_too_few_people_have_no_peers(people: int) -> None:
    sets = formed(world(people, 3, 5))
    assert members(sets) == []
    assert unplaced(sets) == ({"no_peers": list(range(people))} if people else {})


def test_a_room_of_one_organisation_has_no_peers() -> None:
    assert unplaced(formed(world(6, 3, 3, forbidden=~np.eye(6, dtype=bool)))) == {"no_peers": list(range(6))}


def test_whoever_is_free_when_nobody_is_has_no_common_time() -> None:
    free = np.array([[True, False]] * 6 + [[False, True]])
    assert unplaced(formed(world(7, 3, 7, free=free))) == {"no_common_time": [6]}


def test_whoever_is_never_free_has_no_common_time_even_if_one_date_is_all() -> None:
    free = np.array([[True]] * 3 + [[False]])
    assert unplaced(formed(world(4, 3, 4, free=free))) == {"no_common_time": [3]}


def test_whom_no_set_has_room_for_is_odd() -> None:
    sets = formed(world(8, 3, 3))
    assert [len(rows) for rows in members(sets)] == [3, 3]
    assert [len(rows) for rows in unplaced(sets).values()] == [2]
    assert list(sets.unplaced) == ["odd"]


def test_whom_a_set_has_room_but_a_rule_against_is_told_which() -> None:
    """Of the first and the last, who may not be together or share no round, one is left."""
    apart = formed(world(5, 4, 5, forbidden=mask(5, [(0, 4)])))
    assert list(apart.unplaced) == ["no_peers"]
    free = np.array([[True, False], [True, True], [True, True], [True, True], [False, True]])
    busy = formed(world(5, 4, 5, free=free))
    assert list(busy.unplaced) == ["no_common_time"]


def test_enough_people_whom_a_rule_keeps_from_a_set_are_told_which() -> None:
    """Any two of three share a round, but not all three; of five in a ring, each may be with two, who may not be together."""
    free = np.array([[True, True, False], [False, True, True], [True, False, True]])
    assert unplaced(formed(world(3, 3, 3, free=free))) == {"no_common_time": [0, 1, 2]}
    ring = mask(5, [(row, (row + 1) % 5) for row in range(5)])
    alone = formed(world(5, 3, 3, forbidden=~ring & ~np.eye(5, dtype=bool)))
    assert unplaced(alone) == {"no_peers": [0, 1, 2, 3, 4]}


# Someone leaves


def left(sets: Sets, leaver: int, world: World) -> Replacement:
    """What becomes of the sets; all but the leaver and the newcomer stay where they were."""
    after = replace(sets, leaver, **world)
    moved = np.flatnonzero(after.sets.member_of != sets.member_of).tolist()
    assert set(moved) == {leaver, after.newcomer} - {-1}
    return after


def two_topics(people: int, most: int = 4) -> World:
    """The first four have one challenge, the next four another, and whoever follows is a little closer to the second."""
    similarity = topics(*[0] * 4, *[1] * 4, *[2] * (people - 8))
    similarity[4:8, 8:] = similarity[8:, 4:8] = 0.5
    return world(people, 4, most, similarity=similarity)


def test_whoever_waits_and_suits_best_takes_the_place_and_the_turn() -> None:
    plan = two_topics(10)
    plan["similarity"][1:4, 9] = plan["similarity"][9, 1:4] = 0.4
    sets = formed(plan)
    assert members(sets) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    after = left(sets, 0, plan)
    assert (after.newcomer, after.source) == (9, -1)
    assert problems(after.sets, plan) == []
    assert after.sets.presenters[0].tolist() == [9, 1, 2, 3]
    assert after.sets.medoid.tolist() == [1, 4]
    assert unplaced(after.sets) == {"odd": [8], "left": [0]}


def test_a_name_stays_while_who_gave_it_does() -> None:
    plan = two_topics(9)
    plan["similarity"][5, 8] = plan["similarity"][8, 5] = 0.9
    sets = formed(plan)
    assert sets.medoid.tolist() == [0, 4]
    after = left(sets, 6, plan)
    assert (after.newcomer, after.sets.medoid.tolist()) == (8, [0, 4])
    assert unplaced(after.sets) == {"left": [6]}


def test_whoever_may_not_or_cannot_is_not_asked() -> None:
    plan = two_topics(10)
    sets = formed(plan)
    plan["forbidden"] = mask(10, [(8, 1)])
    assert left(sets, 0, plan).newcomer == 9
    plan["free"] = np.array([[True, True]] * 9 + [[False, False]])
    assert left(sets, 0, plan).newcomer == -1


def test_whoever_left_does_not_come_back() -> None:
    plan = two_topics(8)
    once = left(formed(plan), 0, plan)
    assert once.newcomer == -1
    twice = left(once.sets, 4, plan)
    assert twice.newcomer == -1
    assert unplaced(twice.sets) == {"left": [0, 4]}


def test_a_set_that_is_too_small_now_gets_someone_from_a_set_that_can_spare_them() -> None:
    """Of the five of the second set, the last is nearest to the first."""
    plan = two_topics(9, most=5)
    plan["similarity"][0:4, 8] = plan["similarity"][8, 0:4] = 0.3
    sets = formed(plan)
    assert members(sets) == [[0, 1, 2, 3], [4, 5, 6, 7, 8]]
    after = left(sets, 3, plan)
    assert (after.newcomer, after.source) == (8, 1)
    assert members(after.sets) == [[0, 1, 2, 8], [4, 5, 6, 7]]
    assert [turn.tolist() for turn in after.sets.presenters] == [[0, 1, 2, 8], [4, 5, 6, 7]]
    assert problems(after.sets, plan) == []


def test_a_set_that_is_large_enough_still_takes_nobody_from_another() -> None:
    plan = two_topics(10, most=5)
    sets = formed(plan)
    assert [len(rows) for rows in members(sets)] == [5, 5]
    after = left(sets, 4, plan)
    assert (after.newcomer, after.source) == (-1, -1)


def test_a_set_may_empty() -> None:
    plan = world(2, 2, 2)
    after = left(left(formed(plan), 0, plan).sets, 1, plan)
    assert (members(after.sets), after.sets.medoid.tolist()) == ([[]], [-1])
    assert unplaced(after.sets) == {"left": [0, 1]}


def test_whoever_has_no_set_cannot_leave_it() -> None:
    plan = world(2, 3, 3)
    with pytest.raises(ValueError, match="row 1 has no set to leave"):
        replace(formed(plan), 1, **plan)


# Bad input


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"similarity": np.full((3, 3), np.nan)}, "similarity holds NaN"),
        ({"mutual": np.triu(np.ones((3, 3)))}, "mutual is not symmetric"),
        ({"forbidden": mask(2)}, "forbidden has the shape"),
        ({"free": np.ones((2, 2), bool)}, "free has the shape"),
        ({"free": np.ones((3, 63), bool)}, "at most 62 rounds"),
        ({"least": 1}, "a set of 1 to 3 members is none"),
        ({"least": 4}, "a set of 4 to 3 members is none"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(changes: World, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        formed(world(3, 3, 3) | changes)


def test_sixty_two_rounds_can_be_told_apart() -> None:
    free = np.zeros((6, 62), bool)
    free[::2, 61] = free[1::2, 60] = True
    assert members(formed(world(6, 3, 3, free=free))) == [[0, 2, 4], [1, 3, 5]]


def test_progress_only_grows() -> None:
    told: list[float] = []
    plan = world(8, 3, 3)
    action_learning_sets(
        **plan, rng=np.random.default_rng(1), effort=50, progress=lambda stage, share: told.append(share)
    )
    assert told == sorted(told)
    assert (told[0], 0.9 < told[-1] < 1) == (0, True)

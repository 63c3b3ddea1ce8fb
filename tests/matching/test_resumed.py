"""Rounds begun anew: those before stay, absent people leave, late ones get places, and the rest keeps its seats."""

from collections import Counter
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import json, structs

from matchmaker.matching.pipeline import propose
from matchmaker.model.attendee import Attendee
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format, Proposal
from matchmaker.model.snapshot import Earlier
from tests.worlds import COSINE, PLAIN, alike, attendee, room

BUSY = structs.replace(PLAIN, busy=True, quota=4, rounds=4, trios=False)


def rounds(people: list[Attendee], policy: Policy = BUSY, **said: Any) -> Proposal:
    return propose(room(*people, **said), policy, seed=1, format=Format.ROUNDS, weights=COSINE)


def anew(people: list[Attendee], before: Proposal, begin: int, policy: Policy = BUSY, **said: Any) -> Proposal:
    earlier = Earlier(from_round=begin, pairings=before.pairings, groups=before.groups, byes=before.byes)
    return propose(
        structs.replace(room(*people, **said), earlier=earlier), policy, seed=1, format=Format.ROUNDS, weights=COSINE
    )


def seated(proposal: Proposal, begin: int = 1, until: int = 50) -> dict[tuple[int, str], tuple[str, int | None]]:
    """By round and person, with whom and at which table."""
    found: dict[tuple[int, str], tuple[str, int | None]] = {}
    for one in proposal.pairings:
        if one.round is not None and begin <= one.round <= until:
            found[one.round, one.first] = (one.second, one.table)
            found[one.round, one.second] = (one.first, one.table)
    return found


def told(proposal: Proposal, until: int) -> list[bytes]:
    """All that is said of pairs in rounds up to one, but for the rank among all."""
    pairs = [structs.replace(one, rank=1) for one in proposal.pairings if (one.round or 50) <= until]
    return sorted(json.encode(one) for one in pairs)


def check(proposal: Proposal) -> None:
    """Nobody in two places, no table with two pairs, no pair twice."""
    places = [(one.round, who) for one in proposal.pairings for who in (one.first, one.second)]
    tables = [(one.round, one.table) for one in proposal.pairings]
    pairs = [(one.first, one.second) for one in proposal.pairings]
    for what in (places, tables, pairs):
        assert [one for one, times in Counter(what).items() if times > 1] == []


@pytest.fixture(scope="module")
def twelve() -> list[Attendee]:
    return [alike(f"p{number:02}") for number in range(12)]


@pytest.fixture(scope="module")
def before(twelve: list[Attendee]) -> Proposal:
    """Twelve alike, four rounds of six pairs."""
    proposal = rounds(twelve)
    assert Counter(one.round for one in proposal.pairings) == dict.fromkeys(range(1, 5), 6)
    return proposal


def test_where_nobody_left_or_came_nothing_changes(twelve: list[Attendee], before: Proposal) -> None:
    after = anew(twelve, before, 3)
    assert after.pairings == before.pairings
    assert (after.report.notes["rounds_kept"], after.report.notes["seats_changed"]) == (2, 0)


def test_who_comes_late_takes_the_places_of_who_left(twelve: list[Attendee], before: Proposal) -> None:
    """The best change: Zoe sits where p00 would have sat, opposite the same people, and nobody else notices."""
    late = alike("zoe")
    after = anew([*twelve[1:], late], before, 3)
    check(after)
    was, now = seated(before, 3), seated(after, 3)
    expected = {
        (round_, "zoe" if who == "p00" else who): ("zoe" if other == "p00" else other, table)
        for (round_, who), (other, table) in was.items()
    }
    assert now == expected
    assert after.report.notes["seats_changed"] == 2 * 3
    assert told(after, 2) == told(before, 2)


def test_an_odd_room_shares_its_byes_and_changes_only_who_lost_a_partner(
    twelve: list[Attendee], before: Proposal
) -> None:
    after = anew(twelve[1:], before, 3)
    check(after)
    was, now = seated(before, 3), seated(after, 3)
    assert {key for key in was if key[1] != "p00" and now.get(key) != was[key]} == {
        (round_, was[round_, "p00"][0]) for round_ in (3, 4)
    }
    assert sorted(bye.round for bye in after.byes) == [3, 4]
    assert len({bye.attendee_id for bye in after.byes}) == 2


def test_who_comes_late_to_a_full_room_sits_out_no_round(twelve: list[Attendee], before: Proposal) -> None:
    after = anew([*twelve, alike("zoe")], before, 3)
    check(after)
    assert {(3, "zoe"), (4, "zoe")} <= seated(after, 3).keys()
    assert len({bye.attendee_id for bye in after.byes}) == len(after.byes) == 2
    was, now = seated(before, 3), seated(after, 3)
    assert len([key for key in was if now.get(key) != was[key]]) == 2 * 2


def test_two_who_lost_their_partners_meet_each_other(twelve: list[Attendee], before: Proposal) -> None:
    gone = next((one.first, one.second) for one in before.pairings if one.round == 1)
    after = anew([one for one in twelve if one.id not in gone], before, 3)
    check(after)
    assert Counter(one.round for one in after.pairings if one.round and one.round > 2) == {3: 5, 4: 5}
    assert not after.byes


def test_two_who_met_in_a_round_before_do_not_meet_again(twelve: list[Attendee], before: Proposal) -> None:
    """Both lose their partners of the third round, in which others make way for them."""
    one, other = next((pair.first, pair.second) for pair in before.pairings if pair.round == 1)
    was = seated(before, 3, 3)
    gone = {was[3, one][0], was[3, other][0]}
    after = anew([who for who in twelve if who.id not in gone], before, 3)
    check(after)
    now = seated(after, 3, 3)
    assert {(3, one), (3, other)} <= now.keys()
    assert now[3, one][0] != other


def test_of_two_fair_changes_the_shorter_is_made_though_the_longer_is_worth_more() -> None:
    """Nine of whom one leaves in the first round of four, one comes late, and values differ."""
    rng = Random(32)
    rng.choice(range(9, 13))

    def someone(name: str) -> Attendee:
        seeks, offers = (" ".join(rng.sample(["quartz", "fjord", "nymph", "vortex", "waltz"], 3)) for _ in range(2))
        return attendee(name, seeks=seeks, offers=offers)

    people = [someone(f"p{number:02}") for number in range(9)]
    rng.choice(range(1, 4))
    late = someone("z0")
    policy = structs.replace(BUSY, floor=0)
    first = rounds(people, policy)
    gone = rng.sample(range(9), rng.choice([1, 2, 3]))
    after = anew([one for at, one in enumerate(people) if at not in gone] + [late], first, 2, policy)
    check(after)
    assert after.report.notes["seats_changed"] == 10


def test_a_pair_that_is_kept_apart_by_now_sits_together_no_more(twelve: list[Attendee], before: Proposal) -> None:
    pair = next((one.first, one.second) for one in before.pairings if one.round == 3)
    after = anew(twelve, before, 3, excluded=[pair])
    check(after)
    assert pair not in {(one.first, one.second) for one in after.pairings}


@cache
def made(people: int, trios: bool) -> tuple[Policy, list[Attendee], Proposal]:
    """So many alike, and their rounds."""
    policy, here = structs.replace(BUSY, trios=trios), [alike(f"p{number:02}") for number in range(people)]
    return policy, here, rounds(here, policy)


@settings(max_examples=20, deadline=None)
@given(
    people=st.sampled_from([5, 8, 13]),
    begin=st.integers(1, 4),
    gone=st.sets(st.integers(0, 13), max_size=5),
    late=st.integers(0, 3),
    trios=st.booleans(),
)
def test_rounds_before_stay_and_nobody_absent_is_anyones_partner(
    people: int, begin: int, gone: set[int], late: int, trios: bool
) -> None:
    policy, here, first = made(people, trios)
    left = [one for number, one in enumerate(here) if number not in gone]
    after = anew([*left, *(alike(f"z{number}") for number in range(late))], first, begin, policy)
    check(after)
    assert told(after, begin - 1) == told(first, begin - 1)
    assert [one for one in after.groups if one.round and one.round < begin] == [
        one for one in first.groups if one.round and one.round < begin
    ]
    absent = {one.id for number, one in enumerate(here) if number in gone}
    assert absent.isdisjoint(who for _, who in seated(after, begin))
    assert absent.isdisjoint(who for one in after.groups if (one.round or 0) >= begin for who in one.members)
    for bye in after.byes:
        assert bye.round < begin or (bye.round, bye.attendee_id) not in seated(after)

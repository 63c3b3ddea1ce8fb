"""Tables begun anew: those before stay, everyone keeps their seat, and who has none gets one among new faces."""

from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from matchmaker.matching.pipeline import propose
from matchmaker.model.attendee import Attendee
from matchmaker.model.policy import Policy
from matchmaker.model.programme import Table
from matchmaker.model.run import Format, Proposal
from matchmaker.model.snapshot import Earlier
from tests.worlds import COSINE, PLAIN, alike, room

FOURS = structs.replace(PLAIN, quota=4, rounds=3, table_seats=4)


def tables(people: list[Attendee], policy: Policy = FOURS, *, named: int = 0, **said: Any) -> Proposal:
    snapshot = structs.replace(room(*people, **said), tables=[Table(number=n + 1, seats=4) for n in range(named)])
    return propose(snapshot, policy, seed=1, format=Format.TABLES, weights=COSINE)


def anew(people: list[Attendee], before: Proposal, begin: int, *, named: int = 0, **said: Any) -> Proposal:
    earlier = Earlier(from_round=begin, pairings=before.pairings, groups=before.groups, byes=before.byes)
    named_tables = [Table(number=n + 1, seats=4) for n in range(named)]
    snapshot = structs.replace(room(*people, **said), tables=named_tables, earlier=earlier)
    return propose(snapshot, FOURS, seed=1, format=Format.TABLES, weights=COSINE)


def seats(proposal: Proposal, begin: int = 1) -> dict[tuple[int, str], int]:
    """By round and person, at which table."""
    return {
        (one.round, who): one.number
        for one in proposal.groups
        for who in one.members
        if one.round and one.round >= begin
    }


def check(proposal: Proposal) -> None:
    """Nobody at two tables, nobody alone, no table too full, no pair twice among the pairings."""
    places = Counter((one.round, who) for one in proposal.groups for who in one.members)
    assert [one for one, times in places.items() if times > 1] == []
    assert {len(one.members) for one in proposal.groups} <= {2, 3, 4}
    pairs = Counter((one.first, one.second) for one in proposal.pairings)
    assert [one for one, times in pairs.items() if times > 1] == []


@pytest.fixture(scope="module")
def twelve() -> list[Attendee]:
    return [alike(f"p{number:02}") for number in range(12)]


@pytest.fixture(scope="module")
def before(twelve: list[Attendee]) -> Proposal:
    """Twelve alike, three rounds of three tables of four."""
    proposal = tables(twelve)
    assert [len(one.members) for one in proposal.groups] == [4] * 9
    return proposal


def test_where_nobody_left_or_came_nothing_changes(twelve: list[Attendee], before: Proposal) -> None:
    after = anew(twelve, before, 2)
    assert (after.groups, after.pairings) == (before.groups, before.pairings)
    assert after.report.notes["seats_changed"] == 0


def test_who_comes_late_takes_the_seats_of_who_left(twelve: list[Attendee], before: Proposal) -> None:
    after = anew([*twelve[1:], alike("zoe")], before, 2)
    check(after)
    assert seats(after, 2) == {
        (round_, "zoe" if who == "p00" else who): table for (round_, who), table in seats(before, 2).items()
    }
    assert [one for one in after.groups if one.round == 1] == [one for one in before.groups if one.round == 1]


def test_where_all_seats_are_taken_one_joins_who_comes_late(twelve: list[Attendee], before: Proposal) -> None:
    """Zoe alone at a fourth table would be no company: in each round one moves to her, another one each time."""
    after = anew([*twelve, alike("zoe")], before, 2)
    check(after)
    was, now = seats(before, 2), seats(after, 2)
    moved = [place for place in was if now[place] != was[place]]
    assert sorted(round_ for round_, _ in moved) == [2, 3]
    assert len({who for _, who in moved}) == 2


def test_named_tables_that_are_full_leave_who_comes_late_without_a_seat(
    twelve: list[Attendee], before: Proposal
) -> None:
    after = anew([*twelve, alike("zoe")], before, 2, named=3)
    assert seats(after) == seats(before)
    assert {one.id: one.code for one in after.unmatched} == {"zoe": "too_few_seats"}


def test_who_is_left_alone_joins_others(twelve: list[Attendee], before: Proposal) -> None:
    table = next(one.members for one in before.groups if one.round == 3)
    after = anew([one for one in twelve if one.id not in table[1:]], before, 3)
    check(after)
    assert (3, table[0]) in seats(after)
    assert len([one for one in after.groups if one.round == 3]) == 3, "two of four, one of four less one, and theirs"


@cache
def made(people: int) -> tuple[list[Attendee], Proposal]:
    """So many alike, and their tables."""
    here = [alike(f"p{number:02}") for number in range(people)]
    return here, tables(here)


@settings(max_examples=15, deadline=None)
@given(
    people=st.sampled_from([5, 9, 14]),
    begin=st.integers(1, 3),
    gone=st.sets(st.integers(0, 15), max_size=6),
    late=st.integers(0, 4),
)
def test_rounds_before_stay_and_nobody_absent_has_a_seat(people: int, begin: int, gone: set[int], late: int) -> None:
    here, first = made(people)
    left = [one for number, one in enumerate(here) if number not in gone]
    came = [alike(f"z{number}") for number in range(late)]
    after = anew([*left, *came], first, begin)
    check(after)
    assert [one for one in after.groups if one.round and one.round < begin] == [
        one for one in first.groups if one.round and one.round < begin
    ]
    found = seats(after, begin)
    if len(left) + late > 1:
        assert {who for _, who in found} == {one.id for one in [*left, *came]}

"""A format makes of a room what was asked for: sets who share a challenge, and tables where people sit together."""

from typing import Any

import pytest
from msgspec import structs

from matchmaker.matching.pipeline import propose
from matchmaker.model.attendee import Attendee
from matchmaker.model.group import GroupKind
from matchmaker.model.programme import Table
from matchmaker.model.run import Format, Proposal
from tests.worlds import COSINE, PLAIN, alike, attendee, codes_of, room

SMALL = structs.replace(PLAIN, set_least=3, set_most=3)


def sets(*people: Attendee, **said: Any) -> Proposal:
    return propose(room(*people, **said), SMALL, seed=1, format=Format.SETS, weights=COSINE)


def with_challenge(name: str, challenge: str | None, **fields: Any) -> Attendee:
    return alike(name, challenge=challenge, **fields)


def members(proposal: Proposal) -> set[tuple[str, ...]]:
    return {tuple(sorted(group.members)) for group in proposal.groups}


@pytest.mark.parametrize("format", list(Format))
@pytest.mark.parametrize("names", [(), ("Ada",)])
def test_a_room_of_nobody_or_one_is_a_plan_without_pairs(format: Format, names: tuple[str, ...]) -> None:
    with_table = structs.replace(room(*map(alike, names)), tables=[Table(number=1, seats=4)])
    proposal = propose(with_table, SMALL, seed=1, format=format, weights=COSINE)
    assert (proposal.pairings, proposal.groups, len(proposal.unmatched)) == ([], [], len(names))


def test_a_set_shares_a_challenge_and_says_it() -> None:
    people = [with_challenge(f"{word}{at}", word) for word in ("fjord", "nymph") for at in range(3)]
    proposal = sets(*people)
    assert members(proposal) == {("fjord0", "fjord1", "fjord2"), ("nymph0", "nymph1", "nymph2")}
    assert {(group.kind, group.challenge, group.members[0][:5]) for group in proposal.groups} == {
        (GroupKind.SET, "fjord", "fjord"),
        (GroupKind.SET, "nymph", "nymph"),
    }
    assert [group.mutual_value for group in proposal.groups] == [100, 100]


def test_who_is_left_without_a_set_is_a_reserve_of_those_they_fit() -> None:
    people = [with_challenge(f"fjord{at}", "fjord") for at in range(3)]
    late = with_challenge("late", "fjord", organisation="Works")
    colleague = structs.replace(people[0], organisation="Works")
    proposal = sets(colleague, *people[1:], late)
    (group,) = proposal.groups
    (reserve,) = proposal.set_reserves
    assert {*group.members, reserve.attendee_id} == {"fjord0", "fjord1", "fjord2", "late"}
    assert (reserve.rank, reserve.instead_of) == (1, "late" if reserve.attendee_id == "fjord0" else "fjord0")


def test_who_states_no_challenge_is_taken_to_work_on_what_they_seek() -> None:
    people = [attendee(f"{word}{at}", seeks=word, offers="quartz") for word in ("fjord", "nymph") for at in range(3)]
    proposal = sets(*people)
    assert members(proposal) == {("fjord0", "fjord1", "fjord2"), ("nymph0", "nymph1", "nymph2")}
    assert sorted(str(group.challenge) for group in proposal.groups) == ["fjord", "nymph"]


def test_who_neither_has_a_challenge_nor_seeks_is_taken_to_work_on_what_they_offer() -> None:
    proposal = sets(*(attendee(name, offers="fjord") for name in ("ada", "bob", "cyd")))
    assert [(group.members, group.challenge) for group in proposal.groups] == [(["ada", "bob", "cyd"], "fjord")]


def test_people_who_said_nothing_sit_together_without_a_challenge() -> None:
    proposal = sets(*map(attendee, ("ada", "bob", "cyd")))
    assert [(group.members, group.challenge) for group in proposal.groups] == [(["ada", "bob", "cyd"], None)]


@pytest.mark.parametrize("how", ["excluded", "met", "colleagues", "times"])
def test_no_set_has_colleagues_rivals_old_acquaintance_or_no_time_in_common(how: str) -> None:
    """Six with one challenge, of whom two must not be in one set."""
    people = [with_challenge(f"p{at}", "fjord") for at in range(6)]
    if how == "colleagues":
        people[:2] = [structs.replace(one, organisation="Acme") for one in people[:2]]
    if how == "times":
        people = [structs.replace(one, available=[1 + at % 2]) for at, one in enumerate(people)]
    proposal = sets(*people, **({how: [("p0", "p1")]} if how in ("excluded", "met") else {}))
    assert sorted(map(len, members(proposal))) == [3, 3]
    assert not any({"p0", "p1"} <= set(group) for group in members(proposal))


def test_who_is_in_no_set_is_told_why() -> None:
    people = [*(with_challenge(f"p{at}", "fjord") for at in range(3)), with_challenge("eva", "fjord", available=[])]
    proposal = sets(*people)
    assert members(proposal) == {("p0", "p1", "p2")}
    assert codes_of(proposal).keys() == {"eva"}


def test_sets_are_the_same_bytes_whatever_the_order_of_the_people() -> None:
    people = [
        with_challenge(f"p{at}", ("fjord", "nymph", "dodo")[at % 3], organisation=f"o{at // 4}") for at in range(18)
    ]
    assert sets(*people).groups == sets(*people[::-1]).groups

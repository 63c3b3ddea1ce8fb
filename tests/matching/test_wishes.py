"""What is said of two people by name: pins, rejections, wishes, what was told, and earlier meetings."""

from typing import Any

import pytest

from matchmaker.model.policy import Acquainted, GroupRule
from matchmaker.model.run import Proposal
from matchmaker.model.snapshot import Snapshot
from tests.worlds import Pair, alike, attendee, codes_of, pairs_of, proposed, room

BOB, CYD = ("ada", "bob"), ("ada", "cyd")


def choice(**named: Any) -> Snapshot:
    """Ada has room for one: Bob, with a mutual value of 75, or Cyd, whom she knows, with one of 60; those two do not fit."""
    return room(
        attendee("ada", seeks="quartz", offers="fjord", quota=1),
        attendee("bob", seeks="fjord", interests="quartz"),
        attendee("cyd", seeks="fjord", interests="quartz"),
        acquainted=[CYD],
        **named,
    )


def chosen(snapshot: Snapshot, **policy: Any) -> Pair:
    (pair,) = pairs_of(proposed(snapshot, acquainted_discount=0.8, **policy))
    return pair


def remarks(proposal: Proposal) -> dict[str, list[str]]:
    return {remark.code: list(remark.attendees) for remark in proposal.report.remarks}


def test_without_a_word_the_better_pair_is_chosen() -> None:
    assert chosen(choice()) == BOB
    values = [one.mutual_value for one in proposed(choice(), quota=2, acquainted_discount=0.8).pairings]
    assert values == [75]


# Pins and rejections


def test_a_pinned_pair_is_proposed_and_marked() -> None:
    proposal = proposed(choice(pinned=[CYD]), acquainted_discount=0.8)
    assert [(one.second, one.pinned, one.mutual_value) for one in proposal.pairings] == [("cyd", True, 60)]
    assert codes_of(proposal) == {"bob": "full"}
    assert [one.pinned for one in proposed(choice(pinned=[CYD]), inclusion=0.0).pairings] == [True]
    assert remarks(proposal) == {"blocked_by_quota": ["bob"]}


def test_people_who_do_not_fit_are_paired_if_pinned() -> None:
    proposal = proposed(room(attendee("ada", seeks="quartz"), attendee("bob"), pinned=[BOB]))
    assert [(one.mutual_value, one.reasons) for one in proposal.pairings] == [(0, [])]
    assert proposal.report.one_way_share == 1


@pytest.mark.parametrize(
    "policy",
    [
        {"acquaintances": Acquainted.APART},
        {"colleagues": Acquainted.APART},
        {"encounters": Acquainted.APART},
        {"internal_most": 0},
        {"group_rules": [GroupRule(sender="*", receiver="*")]},
    ],
    ids=lambda policy: next(iter(policy)),
)
@pytest.mark.parametrize("said", [{"pinned": [BOB]}, {"must_meet": [BOB, BOB[::-1]]}], ids=["pinned", "wished"])
def test_pins_and_wishes_of_both_outrank_rules_at_the_full_value(policy: dict[str, Any], said: dict[str, Any]) -> None:
    people = [alike("ada", organisation="Acme"), alike("bob", organisation="Acme")]
    proposal = proposed(room(*people, acquainted=[BOB], met=[BOB], **said), **policy | {"acquainted_discount": 1.0})
    assert [one.mutual_value for one in proposal.pairings] == [100]
    assert pairs_of(proposed(room(*people, acquainted=[BOB], met=[BOB]), **policy)) == set()


def test_a_pin_above_the_quota_is_left_out_with_a_remark() -> None:
    proposal = proposed(choice(pinned=[BOB, CYD]))
    assert pairs_of(proposal) == {BOB}
    assert remarks(proposal) == {"pins_over_quota": ["ada", "cyd"], "blocked_by_quota": ["cyd"]}
    nobody = proposed(room(alike("ada", quota=0), alike("bob"), pinned=[BOB]))
    assert pairs_of(nobody) == set()
    assert remarks(nobody) == {"pins_over_quota": ["ada", "bob"], "blocked_by_quota": ["bob"]}


def test_as_many_pins_are_kept_as_can_be_before_their_worth_counts() -> None:
    """A chain of three pins among people of one place each: the two outer ones, which are worth nothing, are more than one."""
    people = [attendee("ada", quota=1), alike("bob", quota=1), alike("cyd", quota=1), attendee("dot", quota=1)]
    pins = [BOB, ("bob", "cyd"), ("cyd", "dot")]
    assert pairs_of(proposed(room(*people, pinned=pins, told=[("bob", "cyd")]), keep_told=1.0)) == {pins[0], pins[2]}


@pytest.mark.parametrize("apart", ["excluded", "rejected"])
def test_a_pin_of_the_excluded_is_not_kept_and_said(apart: str) -> None:
    proposal = proposed(choice(pinned=[CYD], **{apart: [CYD]}))
    assert pairs_of(proposal) == {BOB}
    assert remarks(proposal) == {"pins_excluded": ["ada", "cyd"], "blocked_by_exclusions": ["cyd"]}
    assert all(remark.message and remark.cure for remark in proposal.report.remarks)
    assert [remark.count for remark in proposal.report.remarks] == [2, 1]


def test_the_rejected_are_not_proposed() -> None:
    assert chosen(choice(rejected=[BOB])) == CYD
    assert codes_of(proposed(choice(rejected=[BOB, CYD])))["ada"] == "all_excluded"


# Wishes


@pytest.mark.parametrize(
    ("wish", "whom"),
    [
        ({"must_meet": [("ada", "cyd")]}, CYD),
        ({"must_meet": [("cyd", "ada")]}, CYD),
        ({"would_like": [("ada", "cyd")]}, BOB),
        ({"would_like": [("ada", "bob")], "must_meet": [("ada", "cyd")]}, BOB),
        ({"rather_not": [("ada", "bob")]}, CYD),
        ({"rather_not": [("bob", "ada")]}, CYD),
        ({"rather_not": [("ada", "bob"), ("ada", "cyd")]}, BOB),
        ({"must_meet": [("ada", "cyd")], "rather_not": [("cyd", "ada")]}, BOB),
        ({"would_like": [("ada", "cyd"), ("cyd", "ada")]}, CYD),
        ({"would_like": [("ada", "cyd"), ("cyd", "ada")], "must_meet": [("ada", "bob")]}, CYD),
    ],
)
def test_a_wish_weighs_as_strongly_as_it_is_held(wish: dict[str, list[Pair]], whom: Pair) -> None:
    """A must adds half of what is missing to a full value, 60 → 80; a would-like a quarter, 60 → 70 and 75 → 81; a rather-not
    halves, 75 → 37.5, and cancels the other's wish; a wish of both outranks any value."""
    assert chosen(choice(**wish)) == whom


def test_a_wish_adds_to_the_objective_and_nothing_to_the_value_shown() -> None:
    proposal = proposed(choice(must_meet=[CYD]), acquainted_discount=0.8)
    assert [one.mutual_value for one in proposal.pairings] == [60]
    assert (proposal.report.objective, proposal.report.upper_bound, proposal.report.gap) == (80, 80, 0)


def test_a_wish_of_one_does_not_carry_a_pair_over_the_floor() -> None:
    people = (attendee("ada", seeks="quartz", offers="kiwi"), attendee("bob", offers="quartz"))
    assert pairs_of(proposed(room(*people, must_meet=[BOB]))) == set()
    assert pairs_of(proposed(room(*people, must_meet=[BOB, BOB[::-1]]))) == {BOB}


def test_a_wish_of_both_does_not_outrank_an_exclusion() -> None:
    both = {"must_meet": [BOB, BOB[::-1]]}
    assert chosen(choice(excluded=[BOB], **both)) == CYD
    assert chosen(choice(rejected=[BOB], **both)) == CYD


def test_a_pin_outranks_a_wish_of_both() -> None:
    assert chosen(choice(pinned=[BOB], must_meet=[CYD, CYD[::-1]])) == BOB


# What was told, and earlier meetings


@pytest.mark.parametrize(("keep_told", "whom"), [(0.0, BOB), (0.24, BOB), (0.26, CYD), (1.0, CYD)])
def test_what_was_told_is_kept_where_that_costs_little(keep_told: float, whom: Pair) -> None:
    """A quarter more makes 75 of 60."""
    snapshot = choice(told=[CYD])
    assert chosen(snapshot, keep_told=keep_told) == whom
    (pairing,) = proposed(snapshot, acquainted_discount=0.8, keep_told=keep_told).pairings
    assert pairing.told == (whom == CYD)


@pytest.mark.parametrize(
    ("encounters", "value", "repeats"),
    [(Acquainted.APART, None, 0), (Acquainted.LESS, 40.0, 1), (Acquainted.ALLOWED, 100.0, 1)],
)
def test_who_met_before_is_the_policys_choice(encounters: Acquainted, value: float | None, repeats: int) -> None:
    proposal = proposed(room(alike("ada"), alike("bob"), met=[BOB]), encounters=encounters, acquainted_discount=0.4)
    assert [one.mutual_value for one in proposal.pairings] == ([] if value is None else [value])
    assert proposal.report.repeats == repeats

"""Rules as arrays, and what they do to rooms known by hand: group rules, soft rules, and special pairs."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from matchmaker.matching.roster import roster_of
from matchmaker.matching.rules import (
    NO_PAIRS,
    RATHER_NOT_FACTOR,
    Rules,
    Special,
    pair_keys,
    plain_rules,
    rules_among,
    rules_of,
    special_of,
)
from matchmaker.model.attendee import Attendee
from matchmaker.model.policy import Acquainted, GroupRule, Policy, Prefer, Preference, Trait
from matchmaker.model.snapshot import Snapshot, canonical
from tests.matching.rooms import keys, table
from tests.worlds import alike, pairs_of, proposed, room


def ruled(snapshot: Snapshot, **policy: Any) -> Rules:
    snapshot, policy_ = canonical(snapshot), Policy(**policy)
    return rules_of(snapshot, roster_of(snapshot, policy_), policy_)


# What may be, by group


MEMBERS = [alike("ada", groups=["Members"]), alike("bob", groups=[" members "])]
SPONSOR = alike("spo", groups=["sponsors"])


def met(rules: Iterable[tuple[str, str, bool]], *people: Attendee) -> set[tuple[str, str]]:
    group_rules = [GroupRule(sender=sender, receiver=receiver, allowed=allowed) for sender, receiver, allowed in rules]
    return pairs_of(proposed(room(*(people or (*MEMBERS, SPONSOR))), group_rules=group_rules))


ALL = {("ada", "bob"), ("ada", "spo"), ("bob", "spo")}
AMONG_MEMBERS = {("ada", "bob")}


@pytest.mark.parametrize(
    ("rules", "pairs"),
    [
        ([], ALL),
        ([("sponsors", "members", False)], ALL),  # a member may still be brought to the sponsor
        ([("sponsors", "members", False), ("members", "sponsors", False)], AMONG_MEMBERS),
        ([("SPONSORS", "*", False), ("*", " Sponsors ", False)], AMONG_MEMBERS),
        ([("*", "*", False)], set()),
        ([("*", "*", False), ("members", "members", True)], AMONG_MEMBERS),
        ([("members", "members", True), ("*", "*", False)], set()),  # the last that fits holds
        ([("*", "*", False), ("sponsors", "members", True)], {("ada", "spo"), ("bob", "spo")}),
        ([("students", "members", False), ("members", "students", False)], ALL),
    ],
)
def test_who_may_meet_whom_by_group(rules: list[tuple[str, str, bool]], pairs: set[tuple[str, str]]) -> None:
    assert met(rules) == pairs


def test_someone_of_two_groups_is_of_both_and_someone_of_none_is_of_everyone() -> None:
    both, none = alike("bot", groups=["members", "sponsors"]), alike("non")
    apart = [("members", "sponsors", False), ("sponsors", "members", False)]
    assert met(apart, *MEMBERS, both, none) == {("ada", "bob"), ("ada", "non"), ("bob", "non"), ("bot", "non")}


# What counts less: soft rules


def kept(trait: Trait, prefer: Prefer, one: dict[str, Any], other: dict[str, Any], weight: float = 0.25) -> float:
    preferences = [Preference(trait=trait, prefer=prefer, weight=weight)]
    (pairing,) = proposed(room(alike("ada", **one), alike("bob", **other)), preferences=preferences).pairings
    return pairing.mutual_value


@pytest.mark.parametrize(
    ("trait", "one", "other", "alike_"),
    [
        (Trait.SENIORITY, {"seniority": "Senior"}, {"seniority": " senior"}, True),
        (Trait.SENIORITY, {"seniority": "senior"}, {"seniority": "junior"}, False),
        (Trait.SECTOR, {"sector": "health"}, {"sector": "Health"}, True),
        (Trait.SECTOR, {"sector": "health"}, {"sector": "rail"}, False),
        (Trait.REGION, {"region": "north"}, {"region": "south"}, False),
        (Trait.LANGUAGE, {"languages": ["en-GB", "fr"]}, {"languages": ["de", "EN"]}, True),
        (Trait.LANGUAGE, {"languages": ["en"]}, {"languages": ["de"]}, False),
        (Trait.FIRST_TIME, {"groups": ["First-Timers"]}, {"groups": ["members", "first-timers"]}, True),
        (Trait.FIRST_TIME, {}, {}, True),
        (Trait.FIRST_TIME, {"groups": ["first-timers"]}, {}, False),
    ],
)
def test_a_pair_against_a_soft_rule_keeps_the_rest_of_its_value(
    trait: Trait, one: dict[str, Any], other: dict[str, Any], alike_: bool
) -> None:
    assert kept(trait, Prefer.ALIKE, one, other) == (100 if alike_ else 75)
    assert kept(trait, Prefer.DIFFERENT, one, other) == (75 if alike_ else 100)


@pytest.mark.parametrize("prefer", Prefer)
@pytest.mark.parametrize("trait", [Trait.SENIORITY, Trait.SECTOR, Trait.REGION, Trait.LANGUAGE])
def test_whoever_states_nothing_is_not_judged(trait: Trait, prefer: Prefer) -> None:
    stated = {"seniority": "senior", "sector": "health", "region": "north", "languages": ["en"]}
    assert kept(trait, prefer, stated, {"sector": " "}) == 100
    assert kept(trait, prefer, {}, {}) == 100


def test_several_soft_rules_multiply_and_a_whole_weight_forbids() -> None:
    people = room(alike("ada", seniority="senior", region="north"), alike("bob", seniority="junior", region="south"))
    both = [Preference(trait=trait, prefer=Prefer.ALIKE, weight=0.5) for trait in (Trait.SENIORITY, Trait.REGION)]
    assert [one.mutual_value for one in proposed(people, preferences=both).pairings] == [25]
    whole = [Preference(trait=Trait.REGION, prefer=Prefer.ALIKE, weight=1.0)]
    assert proposed(people, preferences=whole).pairings == []


@pytest.mark.parametrize(
    ("trait", "prefer", "whom"), [(Trait.SENIORITY, Prefer.ALIKE, "bob"), (Trait.SENIORITY, Prefer.DIFFERENT, "cyd")]
)
def test_a_soft_rule_decides_between_equals(trait: Trait, prefer: Prefer, whom: str) -> None:
    senior, *others = (
        alike("ada", seniority="senior", quota=1),
        alike("bob", seniority="senior"),
        alike("cyd", seniority="x"),
    )
    preferences = [Preference(trait=trait, prefer=prefer, weight=0.1)]
    assert pairs_of(proposed(room(senior, *others, excluded=[("bob", "cyd")]), preferences=preferences)) == {
        ("ada", whom)
    }


def test_a_table_has_a_code_for_each_kind_of_people_and_is_symmetric() -> None:
    people = [alike("a", region="north"), alike("b"), alike("c", region="South"), alike("d", region="NORTH ")]
    preference = Preference(trait=Trait.REGION, prefer=Prefer.ALIKE, weight=0.25)
    (table_,) = ruled(room(*people), preferences=[preference]).tables
    assert table_.code.tolist() == [1, 0, 2, 1]
    assert table_.factor.tolist() == [[1, 1, 1], [1, 1, 0.75], [1, 0.75, 1]]
    (empty,) = ruled(room(), preferences=[preference]).tables
    assert (empty.code.shape, empty.factor.shape) == ((0,), (0, 0))


# Numbers


def test_quotas_and_promises_are_the_policys_unless_ones_own() -> None:
    people = [
        alike("a"),
        alike("b", quota=5, least=4),
        alike("c", minutes=50),
        alike("d", quota=0),
        alike("e", minutes=5),
    ]
    rules = ruled(room(*people), quota=3, least=2, minutes_each=20)
    assert rules.quota.tolist() == [3, 5, 2, 0, 0]
    assert rules.promised.tolist() == [2, 4, 2, 2, 2]
    assert rules.least.tolist() == [2, 4, 2, 0, 0]


@pytest.mark.parametrize(
    ("choice", "internal_most", "factor"),
    [
        (Acquainted.APART, None, 0.0),
        (Acquainted.LESS, None, 0.3),
        (Acquainted.ALLOWED, 2, 1.0),
        (Acquainted.ALLOWED, 0, 0.0),
    ],
)
def test_what_colleagues_keep(choice: Acquainted, internal_most: int | None, factor: float) -> None:
    rules = ruled(room(), colleagues=choice, acquainted_discount=0.3, internal_most=internal_most)
    assert rules.colleague_factor == factor


# Special pairs


def of(special: Special, name: str) -> dict[tuple[int, int], Any]:
    pairs = zip(special.first.tolist(), special.second.tolist(), strict=True)
    return dict(zip(pairs, getattr(special, name).tolist(), strict=True))


def test_pair_keys_are_sorted_lower_row_first_once_and_of_two_people() -> None:
    assert pair_keys(np.array([[2, 1], [0, 1], [1, 2], [2, 2]]), 3).tolist() == [1, 5]
    assert pair_keys(np.empty((0, 2), np.int64), 3).tolist() == []


def test_what_is_said_of_a_pair_multiplies() -> None:
    special = special_of(
        people=4,
        known=keys(4, (0, 1), (0, 2)),
        known_factor=0.5,
        met=keys(4, (0, 1), (1, 2)),
        met_factor=0.25,
        rather_not=keys(4, (0, 1), (3, 2), (2, 3)),
        excluded=keys(4, (1, 2)),
    )
    assert of(special, "factor") == {
        (0, 1): 0.125 * RATHER_NOT_FACTOR,
        (0, 2): 0.5,
        (1, 2): 0,
        (2, 3): RATHER_NOT_FACTOR**2,
    }
    assert of(special, "met") == {(0, 1): True, (0, 2): False, (1, 2): True, (2, 3): False}


def test_wishes_of_one_boost_and_wishes_of_both_are_wished() -> None:
    special = special_of(
        people=5,
        must=keys(5, (0, 1), (2, 1), (4, 0)),
        like=keys(5, (1, 2), (3, 0), (1, 4), (0, 1)),
        rather_not=keys(5, (0, 3)),
        excluded=keys(5, (0, 4)),
    )
    assert of(special, "boost") == {(0, 1): 0.5, (0, 3): 0, (0, 4): 0.5, (1, 2): 0.5, (1, 4): 0.25}
    assert [pair for pair, wished in of(special, "wished").items() if wished] == [(1, 2)]


def test_pins_and_wishes_of_both_are_held_up_by_an_exclusion_alone() -> None:
    pair = keys(3, (0, 1))
    said: dict[str, Any] = {"known": pair, "known_factor": 0.0, "met": pair, "met_factor": 0.0}
    wished: dict[str, Any] = {"must": keys(3, (0, 1), (1, 0))}
    pinned: dict[str, Any] = {"pinned": pair}
    for asked in (wished, pinned):
        assert of(special_of(people=3, **said, **asked), "factor") == {(0, 1): 1}
        special = special_of(people=3, **said, **asked, excluded=pair)
        assert (of(special, "factor"), of(special, "wished")) == ({(0, 1): 0}, {(0, 1): False})
    less = special_of(people=3, known=pair, known_factor=0.5, **pinned)
    assert of(less, "factor") == {(0, 1): 0.5}


def test_each_persons_partners_stand_sorted_from_their_start_on() -> None:
    special = special_of(people=4, told=keys(4, (0, 3), (0, 2), (2, 3)))
    assert special.starts.tolist() == [0, 2, 2, 4, 6]
    assert special.partners.tolist() == [2, 3, 0, 3, 0, 2]
    assert len(special_of(people=0)) == 0


def test_a_snapshots_pairs_become_special_pairs() -> None:
    snapshot = room(
        *map(alike, "abcd"),
        excluded=[("a", "b")],
        acquainted=[("a", "c")],
        met=[("b", "c")],
        told=[("c", "d")],
        pinned=[("a", "d")],
        rejected=[("b", "d")],
        must_meet=[("c", "a")],
        would_like=[("d", "c")],
        rather_not=[("c", "d")],
    )
    special = ruled(snapshot, acquainted_discount=0.75).special
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    assert of(special, "factor") == dict(zip(pairs, [0, 0.75, 1, 0, 0, 0.5], strict=True))
    assert of(special, "boost") == dict(zip(pairs, [0, 0.5, 0, 0, 0, 0], strict=True))
    assert [pair for pair, told in of(special, "told").items() if told] == [(2, 3)]
    assert [pair for pair, pinned in of(special, "pinned").items() if pinned] == [(0, 3)]


# A part of a room


def test_rules_among_some_are_theirs_alone() -> None:
    whole = plain_rules(np.array([1, 2, 3, 4]))
    special = special_of(people=4, known=keys(4, (0, 1), (1, 3)), known_factor=0.5)
    rules = Rules(**vars(whole) | {"tables": (table([0, 1, 0, 1], [[1, 0], [0, 1]]),), "special": special})
    part = rules_among(rules, np.array([1, 3]))
    assert (part.quota.tolist(), part.tables[0].code.tolist()) == ([2, 4], [1, 1])
    assert of(part.special, "factor") == {(0, 1): 0}
    assert rules_among(rules, np.array([0, 2])).special.first.tolist() == NO_PAIRS.tolist()


def test_plain_rules_promise_one_to_who_wants_any() -> None:
    rules = plain_rules(np.array([0, 1, 5]), floor=0.1)
    assert (rules.least.tolist(), rules.floor, len(rules.special)) == ([0, 1, 1], 0.1, 0)


def test_in_quiet_mode_meetings_are_half_as_many_rounded_up_and_twice_as_long() -> None:
    people = [
        alike("a", quiet=True),
        alike("b", quiet=True, quota=1),
        alike("c", quiet=True, quota=0),
        alike("d", quiet=True, quota=9, minutes=70),
        alike("e", quota=9, minutes=70),
    ]
    assert ruled(room(*people), quota=5, minutes_each=15).quota.tolist() == [3, 1, 0, 2, 4]

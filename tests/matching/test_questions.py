"""Questions about a room in people's words: every code, and that an answer is about what `propose` proposed."""

from typing import Any

import pytest
from msgspec import structs

from matchmaker.matching.answers import PAIR_WORDS, RULE_WORDS
from matchmaker.matching.questions import answer
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Acquainted, GroupRule, Model, Policy, Prefer, Preference, Trait
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import (
    Answer,
    Outlook,
    PairQuestion,
    Question,
    Relaxations,
    Rule,
    RulesQuestion,
    TimeQuestion,
    WhyNot,
)
from matchmaker.model.wish import Decision, Encounter, EncounterKind, Strength, Verdict, Wish
from tests.worlds import COSINE, PLAIN, alike, attendee, graph, host, odd_cycle, pairs_of, proposed, room, two_of_three

APART = Acquainted.APART
A, B, C = AttendeeId("a"), AttendeeId("b"), AttendeeId("c")
P0, P1, P2 = AttendeeId("p00"), AttendeeId("p01"), AttendeeId("p02")
TWO = room(alike("a", organisation="Acme", region="north"), alike("b", organisation="Acme", region="south"))
THREE = graph(3, [(0, 1), (0, 2)], {0: 1}, halved=[1])


def ask(snapshot: Snapshot, question: Question, **fields: Any) -> Answer:
    return answer(snapshot, structs.replace(PLAIN, **fields), question, seed=1, weights=COSINE)


def why(snapshot: Snapshot, first: str, second: str, **fields: Any) -> WhyNot:
    found = ask(snapshot, PairQuestion(first=AttendeeId(first), second=AttendeeId(second)), **fields)
    assert isinstance(found, WhyNot)
    return found


def decided(verdict: Verdict, snapshot: Snapshot = TWO) -> Snapshot:
    return structs.replace(snapshot, decisions=[Decision(first_id=A, second_id=B, verdict=verdict)])


def preferring(weight: float) -> list[Preference]:
    return [
        Preference(trait=Trait.SECTOR, prefer=Prefer.ALIKE, weight=1),
        Preference(trait=Trait.REGION, prefer=Prefer.ALIKE, weight=weight),
    ]


CASES: list[tuple[str, Snapshot, tuple[str, str], dict[str, Any], str]] = [
    ("same_person", TWO, ("a", "a"), {}, "This is one and the same person."),
    ("chosen", TWO, ("b", "a"), {}, "They are proposed to each other."),
    ("quota_zero", room(alike("a", minutes=10), alike("b")), ("a", "b"), {},
     "No introductions are wanted, or there is no time for one, on the side of the first."),
    ("excluded", room(alike("a"), alike("b"), excluded=[("a", "b")]), ("a", "b"), {}, "An exclusion keeps them apart."),
    ("rejected", decided(Verdict.REJECTED), ("a", "b"), {}, "The organiser rejected this pair."),
    ("pins_over_quota",
     structs.replace(graph(3, [(0, 1), (0, 2)], {0: 1}, halved=[1]), decisions=[
         Decision(first_id=P0, second_id=P1, verdict=Verdict.PINNED),
         Decision(first_id=P0, second_id=P2, verdict=Verdict.PINNED)]),
     ("p00", "p02"), {}, "The pair is pinned, but one of them has more pins than introductions wanted."),
    ("acquainted_apart", room(alike("a"), alike("b"), acquainted=[("a", "b")]), ("a", "b"), {"acquaintances": APART},
     "They know each other, and the policy keeps acquaintances apart."),
    ("met_before", structs.replace(TWO, encounters=[Encounter(first_id=A, second_id=B, kind=EncounterKind.MET)]),
     ("a", "b"), {}, "They have met, or sat together, before, and the policy keeps such people apart."),
    ("colleagues_apart", TWO, ("a", "b"), {"colleagues": APART},
     "They are of one organisation, and the policy keeps colleagues apart."),
    ("group_rule", room(alike("a", groups=["Mentors"]), alike("b", groups=["mentees"])), ("a", "b"),
     {"group_rules": [GroupRule(sender="*", receiver="*"), GroupRule(sender="mentors", receiver="mentees")],
      "preferences": preferring(0.5)},
     "The group rule mentors → mentees keeps them apart."),
    ("preference", TWO, ("a", "b"), {"preferences": preferring(1), "group_rules": [GroupRule(sender="x", receiver="y")]},
     "The preference on region has the weight 1, which leaves them nothing of their value."),
    ("nothing_said", room(alike("a"), attendee("b")), ("a", "b"), {},
     "Nothing is known of the second: no interests, seeks, offers or role."),
    ("no_common_ground", two_of_three(), ("ada", "cyd"), {},
     "Neither would gain enough; both must gain something, 10 at least."),
    ("one_way", room(attendee("a", seeks="quartz", offers="kiwi"), attendee("b", seeks="kiwi fjord", offers="quartz")),
     ("a", "b"), {"floor": 80},
     "It is one-way: the second would gain 66.7, 13.3 too little; both must gain something, 80 at least."),
    ("full_of_pins",
     structs.replace(THREE, decisions=[Decision(first_id=P0, second_id=P2, verdict=Verdict.PINNED)]),
     ("p00", "p01"), {}, "Pinned pairs take every place of the first."),
    ("internal_full", room(*(alike(one, organisation="Acme") for one in "abc")), ("a", "b"),
     {"internal_most": 0, "colleagues": Acquainted.ALLOWED},
     "They are of one organisation, where 0 introductions are the most, and others within it go before."),
    ("wishes_over_quota", structs.replace(THREE, wishes=[
        Wish(attendee_id=whose, other_id=whom, strength=Strength.MUST_MEET)
        for whose, whom in ((P0, P1), (P1, P0), (P0, P2), (P2, P0))]),
     ("p00", "p02"), {},
     "Both wish to meet, but one of them has more such wishes, or pins, than introductions wanted."),
    ("full_of_better", THREE, ("p00", "p02"), {},
     "Others fit better: the pair is worth 50.0, what it would displace 100.0."),
    ("promises_first", graph(4, [(0, 1), (1, 2), (2, 3)], dict.fromkeys(range(4), 1), halved=[0, 2]), ("p01", "p02"), {},
     "Their places keep what is promised to others: 2 more promised introductions would be missed."),
]  # fmt: skip


@pytest.mark.parametrize(("code", "snapshot", "pair", "fields", "message"), CASES, ids=[case[0] for case in CASES])
def test_each_obstacle_is_said_in_words(
    code: str, snapshot: Snapshot, pair: tuple[str, str], fields: dict[str, Any], message: str
) -> None:
    found = why(snapshot, *pair, **fields)
    assert (found.code, found.message) == (code, message)
    assert (found.first, found.second) == tuple(sorted(pair))
    assert bool(found.cure) == (code != "chosen")


def test_a_preference_without_group_rules_is_known_as_one() -> None:
    alone = [Preference(trait=Trait.REGION, prefer=Prefer.ALIKE, weight=1)]
    assert why(TWO, "a", "b", preferences=alone).message.startswith("The preference on region has the weight 1")


def test_every_code_has_its_world() -> None:
    assert {case[0] for case in CASES} | {"or_equal"} == set(PAIR_WORDS)


def test_what_is_just_as_good_costs_nothing() -> None:
    ring = odd_cycle(3)
    (chosen,) = pairs_of(proposed(ring))
    (left,) = {"p00", "p01", "p02"} - set(chosen)
    found = why(ring, chosen[0], left)
    assert (found.code, found.forced and found.forced.cost) == ("or_equal", 0)


def test_the_answer_is_about_what_was_proposed() -> None:
    found = why(THREE, "p02", "p00")
    assert found.forced is not None
    assert (found.worth, found.value_to_first, found.forced.cost, found.forced.cost_least) == (50, 50, 50, 50)
    assert (found.forced.first_loses, found.forced.second_loses) == ([P1], [])
    assert found.cure == "Raise the quota of the first to make room, or pin the pair."
    pinned = structs.replace(THREE, decisions=[Decision(first_id=P0, second_id=P2, verdict=Verdict.PINNED)])
    assert proposed(THREE).report.objective - proposed(pinned).report.objective == found.forced.cost


def test_a_cure_names_a_floor_that_would_do_and_none_where_none_would() -> None:
    asks = CASES[[case[0] for case in CASES].index("one_way")][1]
    assert "or a floor of 66.6," in why(asks, "a", "b", floor=80).cure
    assert "floor" not in why(room(attendee("a", seeks="quartz", offers="kiwi"), alike("b")), "a", "b").cure
    assert pairs_of(proposed(asks, floor=66.6)) == {("a", "b")}


def test_relaxations_are_said_in_words() -> None:
    policy = {"group_rules": [GroupRule(sender="x", receiver="y")], "preferences": preferring(1), "colleagues": APART}
    found = ask(TWO, RulesQuestion(), **policy)
    assert isinstance(found, Relaxations)
    assert (found.outcome.objective, found.outcome.unmatched) == (0, 2)
    said = {(one.rule, one.position, one.to): one.message for one in found.relaxations}
    same = "+0.0 for the room, as many without a pairing."
    assert said[Rule.COLLEAGUES, None, "allowed"] == f"People of one organisation could meet like any others: {same}"
    assert said[Rule.PREFERENCES, 1, "none"] == f"Without the preference on region: {same}"
    assert said[Rule.GROUP_RULES, 0, "none"] == f"Without the group rule x → y: {same}"
    assert said[Rule.INCLUSION, None, "0"] == f"The dial at 0, best scores: {same}"


def test_what_a_relaxation_gives_and_costs_is_said_with_its_sign() -> None:
    chain = graph(4, [(0, 1), (1, 2), (2, 3)], dict.fromkeys(range(4), 1), halved=[0, 2])
    found = ask(chain, RulesQuestion(), acquainted_discount=0.4, floor=0)
    assert isinstance(found, Relaxations)
    by_rule = {(one.rule, one.to): one for one in found.relaxations}
    dial = by_rule[Rule.INCLUSION, "0"]
    assert dial.message == "The dial at 0, best scores: +20.0 for the room, 2 more without a pairing."
    assert (dial.objective_more, dial.unmatched_fewer) == (20, -2)
    quota = by_rule[Rule.QUOTA, "+1"]
    assert (
        quota.message
        == "Everyone who wants introductions would take one more: +100.0 for the room, as many without a pairing."
    )
    left = ask(host(), RulesQuestion())
    assert isinstance(left, Relaxations)
    assert left.relaxations[0].message.endswith("+100.0 for the room, 1 fewer without a pairing.")
    assert set(RULE_WORDS) == set(Rule) - {Rule.EXCLUSIONS, Rule.SEVERAL}


def later(snapshot: Snapshot, who: str, minutes: int = 15, **fields: Any) -> Outlook:
    found = ask(snapshot, TimeQuestion(attendee_id=AttendeeId(who), minutes=minutes), **fields)
    assert isinstance(found, Outlook)
    return found


def test_what_more_time_adds_is_said_in_words() -> None:
    found = later(host(), "p00")
    assert found.message == "15 more minutes are time for 1 more: +100.0 for them, +100.0 for the room."
    assert (found.introductions, found.objective_more, found.value_more) == (1, 100, 100)
    assert len(found.meets) == 1
    assert found.likely in {"p01", "p02", "p03", "p04"}
    assert later(host(), "p00", 30).objective_more == 200


def test_what_more_time_cannot_add_is_said_too() -> None:
    assert later(host(), "p00", 14).message == "14 more minutes are not enough for one more introduction."
    guest = next(
        one
        for one in ("p01", "p02", "p03", "p04")
        if (one not in {p for pair in pairs_of(proposed(host())) for p in pair})
    )
    lacking = later(host(), guest)
    assert lacking.message == "3 of their places are free already: it is people who fit them that lack, not time."
    assert lacking.places_free == 3
    nobody = later(room(alike("a", quota=1), alike("b", quota=1)), "a")
    assert (nobody.message, nobody.likely) == ("Nobody is left whom they could meet as well.", None)
    assert later(room(alike("a", quota=50), alike("b")), "a").introductions == 0


def test_minutes_left_over_count() -> None:
    people = room(alike("a", minutes=20), alike("b"), alike("c"))
    assert [later(people, "a", minutes).introductions for minutes in (9, 10, 25)] == [0, 1, 2]


def test_in_rounds_there_is_time_for_no_more_than_the_rounds() -> None:
    three = room(alike("a", quota=1), alike("b"), alike("c"))
    question = TimeQuestion(attendee_id=A, minutes=60)
    found = answer(three, structs.replace(PLAIN, rounds=2), question, seed=1, format=Format.ROUNDS, weights=COSINE)
    assert isinstance(found, Outlook)
    assert (found.introductions, len(found.meets)) == (1, 1)


def test_an_answer_needs_no_more_than_a_policy_and_a_seed() -> None:
    question = PairQuestion(first=A, second=B)
    found = answer(TWO, Policy(model=Model.TFIDF, colleagues=APART), question, seed=3)
    assert isinstance(found, WhyNot)
    assert found.code == "colleagues_apart"

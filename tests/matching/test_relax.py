"""Each rule in force, relaxed by itself, and what the plan then comes to."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies
from msgspec import structs

from matchmaker.matching.formats import Task
from matchmaker.matching.pipeline import task_of
from matchmaker.matching.relax import Relaxed, apart, floor_below, held, outcome_of, relaxations
from matchmaker.matching.whatif import silent
from matchmaker.model import snapshot as snapshots
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Acquainted, GroupRule, Policy, Prefer, Preference, Trait
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import Outcome, Rule
from matchmaker.model.wish import Encounter, EncounterKind
from tests.matching.rooms import planned
from tests.worlds import COSINE, PLAIN, WORDS, alike, attendee, room, steady

APART = Acquainted.APART
INTRODUCTIONS = Format.INTRODUCTIONS


def task(snapshot: Snapshot, policy: Policy) -> tuple[Snapshot, Task]:
    """The canonical snapshot, and what formats are made of, by equal words."""
    snapshot = snapshots.canonical(snapshot)
    return snapshot, task_of(snapshot, policy, seed=1, weights=COSINE, memory=None, progress=silent)


def relaxed(
    snapshot: Snapshot, format: Format = INTRODUCTIONS, **fields: Any
) -> dict[tuple[Rule, int | None, str], Outcome]:
    found = relaxations(*task(snapshot, structs.replace(PLAIN, **fields)), format, seed=1)
    return {(one.rule, one.position, one.to): outcome for one, outcome in found}


def in_force(snapshot: Snapshot, policy: Policy) -> list[tuple[str, int | None, str]]:
    snapshot, made_of = task(snapshot, policy)
    return names([*held(made_of, INTRODUCTIONS), *apart(snapshot, made_of, INTRODUCTIONS)])


def names(every: list[Relaxed]) -> list[tuple[str, int | None, str]]:
    return [(one.rule.value, one.position, one.to) for one in every]


def met(one: str, other: str) -> Encounter:
    return Encounter(first_id=AttendeeId(one), second_id=AttendeeId(other), kind=EncounterKind.MET)


def test_only_rules_in_force_are_relaxed() -> None:
    policy = structs.replace(PLAIN, floor=0, least=0, inclusion=0, colleagues=APART)
    assert in_force(room(alike("a"), alike("b")), policy) == [
        ("quota", None, "+1"),
        ("inclusion", None, "1"),
    ]


def test_every_rule_in_force_is_relaxed_once() -> None:
    policy = structs.replace(
        PLAIN,
        inclusion=0.5,
        internal_most=1,
        acquaintances=APART,
        preferences=[Preference(trait=Trait.REGION, prefer=Prefer.ALIKE)],
        group_rules=[
            GroupRule(sender="*", receiver="*"),
            GroupRule(sender="x", receiver="*", allowed=True),
            GroupRule(sender="*", receiver="y"),
        ],
    )
    people = room(alike("a", organisation="Acme"), alike("b", organisation="acme"), acquainted=[("a", "b")])
    assert in_force(structs.replace(people, encounters=[met("a", "b")]), policy) == [
        ("quota", None, "+1"),
        ("least", None, "0"),
        ("inclusion", None, "0"),
        ("inclusion", None, "1"),
        ("floor", None, "0"),
        ("internal_most", None, "any"),
        ("encounters", None, "allowed"),
        ("acquaintances", None, "allowed"),
        ("colleagues", None, "allowed"),
        ("preferences", 0, "none"),
        ("group_rules", 0, "none"),
        ("group_rules", 2, "none"),
    ]


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (Rule.ENCOUNTERS, {"encounters": APART}),
        (Rule.ACQUAINTANCES, {"acquaintances": APART}),
        (Rule.COLLEAGUES, {"colleagues": APART}),
        (Rule.INTERNAL_MOST, {"internal_most": 0}),
        (Rule.PREFERENCES, {"preferences": [Preference(trait=Trait.REGION, prefer=Prefer.ALIKE, weight=1)]}),
        (Rule.GROUP_RULES, {"group_rules": [GroupRule(sender="*", receiver="*")]}),
    ],
)
def test_whom_a_rule_keeps_apart_meet_without_it(rule: Rule, fields: dict[str, Any]) -> None:
    allowed = {"encounters": Acquainted.ALLOWED, "acquaintances": Acquainted.ALLOWED, "colleagues": Acquainted.ALLOWED}
    two = room(
        alike("a", organisation="Acme", region="north"),
        alike("b", organisation="Acme", region="south"),
        acquainted=[("a", "b")],
    )
    found = relaxed(structs.replace(two, encounters=[met("a", "b")]), **(allowed | fields))
    worth = {one: (outcome.objective, outcome.pairings, outcome.unmatched) for (one, _, _), outcome in found.items()}
    assert worth.pop(rule) == (100, 1, 0)
    assert set(worth.values()) == {(0, 0, 2)}


def test_the_floor_and_the_quota_hold_people_back() -> None:
    asks = room(attendee("a", seeks="quartz", offers="fjord kiwi"), attendee("b", seeks="fjord dodo", offers="quartz"))
    assert relaxed(asks, floor=90)[Rule.FLOOR, None, "0"].pairings == 1
    host = relaxed(room(alike("a", quota=1), alike("b", quota=1), alike("c", quota=1)))
    assert host[Rule.QUOTA, None, "+1"].unmatched == 0
    assert host[Rule.LEAST, None, "0"].unmatched == 1
    nobody = relaxed(room(alike("a", quota=0), alike("b", quota=1)))
    assert nobody[Rule.QUOTA, None, "+1"].pairings == 0


def test_an_outcome_says_what_a_report_says() -> None:
    _, made_of = task(room(alike("a", quota=1), alike("b", quota=1), alike("c"), attendee("d")), PLAIN)
    found = outcome_of(made_of.room, planned(made_of.room))
    assert (found.objective, found.upper_bound, found.pairings, found.left_out, found.unmatched) == (200, 200, 2, 0, 1)


def test_in_rounds_no_rule_makes_more_rounds() -> None:
    """With a single round nobody meets two, whatever is relaxed; and who is never free meets nobody."""
    people = room(alike("a"), alike("b"), alike("c"), alike("d", available=[]))
    in_rounds = relaxed(people, Format.ROUNDS, rounds=1)
    assert {(one.pairings, one.unmatched) for one in in_rounds.values()} == {(1, 2)}
    assert {one.pairings for one in relaxed(people, rounds=1).values()} == {6}


def test_a_floor_is_rounded_down() -> None:
    assert [floor_below(float(np.float32(value))) for value in (0.02, 0.0199, 0.0, 1.0, 0.0005)] == [2, 1.9, 0, 100, 0]


words = strategies.lists(strategies.sampled_from(WORDS[:3]), max_size=2, unique=True).map(" ".join)
organisation = strategies.sampled_from([None, "Acme", "Zeta"])
quota = strategies.integers(0, 3)


@settings(steady, max_examples=60)
@given(
    strategies.lists(strategies.tuples(words, words, organisation, quota), min_size=2, max_size=8),
    strategies.sampled_from([0.0, 1.0]),
    strategies.sampled_from([None, 0, 1]),
)
def test_of_best_scores_no_relaxation_costs_more_than_the_gap(
    people: list[tuple[str, str, str | None, int]], inclusion: float, internal_most: int | None
) -> None:
    """Where promises come first, relaxing a rule may oblige the room to keep more of them; so only less is asked then."""
    snapshot = room(
        *(
            attendee(f"p{row}", seeks=seeks, offers=offers, organisation=organisation, quota=quota)
            for row, (seeks, offers, organisation, quota) in enumerate(people)
        )
    )
    fields: dict[str, Any] = {
        "inclusion": inclusion,
        "internal_most": internal_most,
        "floor": 20,
        "colleagues": APART,
    }
    policy = structs.replace(PLAIN, **fields)
    _, made_of = task(snapshot, policy)
    now = outcome_of(made_of.room, planned(made_of.room))
    for (rule, _, to), then in relaxed(snapshot, **fields).items():
        if (inclusion == 0 and to != "1") or rule is Rule.LEAST:
            assert then.objective >= now.objective - (then.upper_bound - then.objective) - 0.01, rule

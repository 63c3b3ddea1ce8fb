"""The rules of a room, each relaxed by itself, and what the plan would then come to (L14)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from msgspec import structs

from matchmaker.matching.formats import Task, room_in
from matchmaker.matching.pairs import Room
from matchmaker.matching.plan import Plan, best_plan, degrees
from matchmaker.matching.roster import Roster
from matchmaker.matching.rules import Rules, rules_of
from matchmaker.matching.whatif import silent
from matchmaker.model.policy import Acquainted, Policy
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import Outcome, Rule
from matchmaker.model.wish import Verdict

PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """A room with one rule relaxed: which, which of the policy's list where it is one, and to what."""

    rule: Rule
    position: int | None = None
    to: str
    room: Room


def relaxations(snapshot: Snapshot, task: Task, format: Format, *, seed: int) -> Iterator[tuple[Relaxed, Outcome]]:
    """What the best plan comes to with each rule in force relaxed, planned again from the same `seed`."""
    for one in (*held(task, format), *apart(snapshot, task, format)):
        yield one, outcome_of(one.room, best_plan(one.room, np.random.default_rng(seed), silent))


def outcome_of(room: Room, plan: Plan) -> Outcome:
    """What a plan comes to, as a run's report says it."""
    people, objective = len(room), plan.objective * PERCENT
    load, known = degrees(plan.edges.take(plan.chosen), people), degrees(plan.edges, people)
    return Outcome(
        objective=round(objective, 3),
        upper_bound=max(round(plan.upper_bound * PERCENT, 3), round(objective, 3)),
        pairings=int(plan.chosen.sum()),
        left_out=int(((load == 0) & (known > 0) & (room.rules.quota > 0)).sum()),
        unmatched=int((load == 0).sum()),
    )


def held(task: Task, format: Format) -> Iterator[Relaxed]:
    """What says how many introductions there may or must be, relaxed."""
    rules, relaxed = task.room.rules, partial(_relaxed, task, format)
    quota, nothing = rules.quota + (rules.quota > 0), np.zeros_like(rules.promised)
    yield relaxed(Rule.QUOTA, "+1", replace(rules, quota=quota, least=np.minimum(rules.promised, quota)))
    if rules.promised.any():
        yield relaxed(Rule.LEAST, "0", replace(rules, promised=nothing, least=nothing))
    for end in (0.0, 1.0):
        if rules.inclusion != end:
            yield relaxed(Rule.INCLUSION, f"{end:g}", replace(rules, inclusion=end))


def apart(snapshot: Snapshot, task: Task, format: Format) -> Iterator[Relaxed]:
    """What keeps pairs apart, or makes them count for less, relaxed: numbers first, then what people are to each other."""
    roster, policy = task.roster, task.policy

    def under(rule: Rule, to: str, position: int | None, **changes: Any) -> Relaxed:
        rules = rules_of(snapshot, roster, structs.replace(policy, **changes))
        return _relaxed(task, format, rule, to, rules, position)

    if policy.floor > 0:
        yield under(Rule.FLOOR, "0", None, floor=0.0)
    if policy.internal_most is not None:
        yield under(Rule.INTERNAL_MOST, "any", None, internal_most=None)
    for rule, touches in (
        (Rule.ENCOUNTERS, bool(snapshot.encounters)),
        (Rule.ACQUAINTANCES, len(roster.acquainted) > 0),
        (Rule.COLLEAGUES, _colleagues(roster)),
    ):
        if touches and getattr(policy, rule.value) is not Acquainted.ALLOWED:
            yield under(rule, Acquainted.ALLOWED.value, None, **{rule.value: Acquainted.ALLOWED})
    for rule in (Rule.PREFERENCES, Rule.GROUP_RULES):
        every = getattr(policy, rule.value)
        for position, one in enumerate(every):
            if not getattr(one, "allowed", False):  # a rule that allows keeps nobody apart
                yield under(rule, "none", position, **{rule.value: every[:position] + every[position + 1 :]})


def at_last(snapshot: Snapshot, task: Task, format: Format) -> Iterator[Relaxed]:
    """What one would rather not touch: who wants no introductions, exclusions, and several rules at once."""
    rules, roster, policy = task.room.rules, task.roster, task.policy
    yield _relaxed(task, format, Rule.QUOTA, "1", replace(rules, quota=np.maximum(rules.quota, 1)))
    free = _without_exclusions(snapshot, roster, policy)
    yield _relaxed(task, format, Rule.EXCLUSIONS, "none", free)
    allowed = {rule.value: Acquainted.ALLOWED for rule in (Rule.ENCOUNTERS, Rule.ACQUAINTANCES, Rule.COLLEAGUES)}
    nothing = structs.replace(policy, floor=0.0, internal_most=None, preferences=[], group_rules=[], **allowed)
    yield _relaxed(task, format, Rule.SEVERAL, "none", _without_exclusions(snapshot, roster, nothing))


def _relaxed(task: Task, format: Format, rule: Rule, to: str, rules: Rules, position: int | None = None) -> Relaxed:
    room = room_in(replace(task, room=replace(task.room, rules=rules)), format)
    return Relaxed(rule=rule, position=position, to=to, room=room)


def _without_exclusions(snapshot: Snapshot, roster: Roster, policy: Policy) -> Rules:
    """The rules with nobody excluded and nothing rejected."""
    pins = [one for one in snapshot.decisions if one.verdict is Verdict.PINNED]
    return rules_of(structs.replace(snapshot, decisions=pins), replace(roster, excluded=roster.excluded[:0]), policy)


def floor_below(value: float) -> float:
    """The highest floor, to a tenth of a point, that a directed value in [0, 1] reaches."""
    return round(value * 1_000_000) // 1_000 / 10


def _colleagues(roster: Roster) -> bool:
    stated = roster.organisation[roster.organisation >= 0]
    return len(np.unique(stated)) < len(stated)

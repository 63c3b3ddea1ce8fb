"""The rules that keep people from what they were promised: for each who it touches, and the smallest cure (F32)."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from matchmaker.matching.cures import Cure, cures, needy
from matchmaker.matching.formats import Task, room_in
from matchmaker.matching.plan import Plan
from matchmaker.matching.relax import apart, at_last, floor_below
from matchmaker.matching.roster import Roster
from matchmaker.model.group import Remark
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import LIST_MAX
from matchmaker.model.whatif import Rule

PAIRS_MAX = 20_000_000
BLOCK_PAIRS = 200_000
HOSTS_SHOWN_MAX = 5


def blocked(snapshot: Snapshot, task: Task, plan: Plan, format: Format) -> list[Remark]:
    """Each rule that keeps people from an introduction they were promised, or from any: who, and what would cure it.

    Where very many miss something, it looks at so many of them, in order of id, as take a small part of a run's time.
    """
    room, roster, policy = room_in(task, format), task.roster, task.policy
    without = needy(room, plan)
    if not len(without):
        return []
    lifts = [*apart(snapshot, task, format), *at_last(snapshot, task, format)]
    looked_at = without[: max(PAIRS_MAX // (len(room) * len(lifts)), 1)]
    size = max(BLOCK_PAIRS // len(room), 1)
    found: dict[tuple[Rule, int | None], list[Cure]] = defaultdict(list)
    for rows in np.split(looked_at, np.arange(size, len(looked_at), size)):
        for cure in cures(room, plan, lifts, rows):
            found[cure.rule, cure.position].append(cure)
    order = list(Rule)
    return [
        _remark(roster, policy, found[rule, position])
        for rule, position in sorted(found, key=lambda key: (order.index(key[0]), key[1] or 0))
    ][:LIST_MAX]


def _remark(roster: Roster, policy: Policy, found: Sequence[Cure]) -> Remark:
    because, cure = _words(roster, policy, found)
    return Remark(
        code=f"blocked_by_{found[0].rule.value}",
        message=f"Some people get fewer introductions than promised, or none: {because}.",
        cure=cure,
        attendees=[roster.ids[one.row] for one in found[:LIST_MAX]],
        count=len(found),
    )


def _words(roster: Roster, policy: Policy, found: Sequence[Cure]) -> tuple[str, str]:
    """Why people miss what they were promised, and the cure."""
    position = found[0].position or 0
    match found[0].rule:
        case Rule.INCLUSION:
            return (
                "the policy gives up no more of the room's value for them",
                "Move the dial towards nobody left out (inclusion 1).",
            )
        case Rule.INTERNAL_MOST:
            return (
                f"who fits them is of their own organisation, where {policy.internal_most} introductions are the most",
                "Raise internal_most, or drop it.",
            )
        case Rule.QUOTA:
            return "who fits them has no place for them", _places(roster, found)
        case Rule.FLOOR:
            return f"too few others gain and give at least the floor of {policy.floor:g}", _floors(found)
        case Rule.ENCOUNTERS | Rule.ACQUAINTANCES | Rule.COLLEAGUES as rule:
            return f"{BECAUSE[rule]}, and the policy on {rule.value} is {getattr(policy, rule.value).value!r}", (
                f"Set {rule.value} to 'allowed', or pin pairs of theirs."
            )
        case Rule.PREFERENCES:
            trait = policy.preferences[position].trait.value
            return f"the preference on {trait} leaves too little of what they would gain", "Lower its weight."
        case Rule.GROUP_RULES:
            barred = policy.group_rules[position]
            return (
                f"the group rule {barred.sender} → {barred.receiver} keeps them from who fits them",
                "Change or drop the rule, or pin pairs of theirs.",
            )
        case Rule.EXCLUSIONS:
            return (
                "exclusions or rejections keep them from who fits them",
                "Look at what is excluded and rejected for these people.",
            )
    return "several rules together keep them from who fits them", "Relax more than one rule, or pin pairs of theirs."


BECAUSE = {
    Rule.ENCOUNTERS: "they have met who fits them before",
    Rule.ACQUAINTANCES: "they know who fits them",
    Rule.COLLEAGUES: "who fits them is of their own organisation",
}


def _places(roster: Roster, found: Sequence[Cure]) -> str:
    """Whose quota to raise, and by how much, the most first."""
    most = Counter(host for one in found for host in one.hosts).most_common()
    shown = ", ".join(f"{roster.ids[host]} by {count}" for host, count in most[:HOSTS_SHOWN_MAX])
    more = len(most) - HOSTS_SHOWN_MAX
    return f"Raise quotas: {shown}{f' and of {more} more people' if more > 0 else ''}."


def _floors(found: Sequence[Cure]) -> str:
    """How far the floor would have to go down, for the first of them and for all."""
    floors = sorted((floor_below(one.floor) for one in found), reverse=True)
    if floors[0] == floors[-1]:
        return f"A floor of {floors[0]:g} would do."
    return f"A floor of {floors[0]:g} would help the first of them, one of {floors[-1]:g} all."

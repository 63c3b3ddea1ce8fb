"""Answers in words: what the arithmetic found about a pair, a rule or someone's time, as an organiser would say it."""

from typing import Any

from matchmaker.matching import outlook, whatif
from matchmaker.matching.group_rules import group_rule_between
from matchmaker.matching.relax import PERCENT, Relaxed, floor_below
from matchmaker.matching.roster import Ints, Roster
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Policy
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import QUOTA_MAX
from matchmaker.model.whatif import ForcedPair, Outcome, Outlook, Relaxation, Rule, TimeQuestion, WhyNot

PAIR_WORDS = {
    "same_person": ("This is one and the same person.", "Name two people."),
    "chosen": ("They are proposed to each other.", ""),
    "quota_zero": (
        "No introductions are wanted, or there is no time for one, on the side of {who}.",
        "Raise the quota or the minutes of {who}.",
    ),
    "excluded": ("An exclusion keeps them apart.", "Lift the exclusion, if it holds no more."),
    "rejected": ("The organiser rejected this pair.", "Take the decision back, or pin the pair."),
    "pins_over_quota": (
        "The pair is pinned, but one of them has more pins than introductions wanted.",
        "Raise the quota of whoever has too many pins, or unpin another pair.",
    ),
    "wishes_over_quota": (
        "Both wish to meet, but one of them has more such wishes, or pins, than introductions wanted.",
        "Raise the quota of whoever has too many, or pin the pair.",
    ),
    "acquainted_apart": (
        "They know each other, and the policy keeps acquaintances apart.",
        "Set acquaintances to 'less' or 'allowed', or pin the pair.",
    ),
    "met_before": (
        "They have met, or sat together, before, and the policy keeps such people apart.",
        "Set encounters to 'less' or 'allowed', or pin the pair.",
    ),
    "colleagues_apart": (
        "They are of one organisation, and the policy keeps colleagues apart.",
        "Set colleagues to 'less' or 'allowed', or pin the pair.",
    ),
    "group_rule": (
        "The group rule {sender} → {receiver} keeps them apart.",
        "Change the rule, or pin the pair.",
    ),
    "preference": (
        "The preference on {trait} has the weight 1, which leaves them nothing of their value.",
        "Give the preference a weight below 1, or pin the pair.",
    ),
    "nothing_said": (
        "Nothing is known of {who}: no interests, seeks, offers or role.",
        "One sentence on what they seek and one on what they can offer would do.",
    ),
    "no_common_ground": (
        "Neither would gain enough; both must gain something, {floor:g} at least.",
        "More words from both{floors} would help.",
    ),
    "one_way": (
        "It is one-way: {who} would gain {gain:.1f}, {short:.1f} too little; both must gain something, {floor:g} at least.",
        "More words from both{floors} would help; or bring the ask to a host, or pin the pair.",
    ),
    "full_of_pins": (
        "Pinned pairs take every place of {who}.",
        "Raise the quota of {who}, or unpin one of their pairs.",
    ),
    "internal_full": (
        "They are of one organisation, where {internal_most} introductions are the most, and others within it go before.",
        "Raise internal_most, or pin the pair.",
    ),
    "full_of_better": (
        "Others fit better: the pair is worth {worth:.1f}, what it would displace {displaced:.1f}.",
        "Raise the quota of {who} to make room, or pin the pair.",
    ),
    "promises_first": (
        "Their places keep what is promised to others: {missed} more promised introductions would be missed.",
        "Raise quotas, lower the least, or move the dial towards best scores.",
    ),
    "or_equal": ("It is worth just as much as what was chosen instead.", "Pin the pair, if you would rather have it."),
}
SIDES = {(True, False): "the first", (False, True): "the second", (True, True): "both"}


def why_not_of(roster: Roster, snapshot: Snapshot, policy: Policy, found: whatif.WhyNot) -> WhyNot:
    """Why two people are not paired, in words."""
    message, cure = pair_words(snapshot, policy, found)
    return WhyNot(
        first=roster.ids[found.first],
        second=roster.ids[found.second],
        code=_code(policy, found),
        message=message,
        cure=cure,
        value_to_first=_value(found.to_first),
        value_to_second=_value(found.to_second),
        worth=_points(found.weight),
        price_first=_points(found.price[0]),
        price_second=_points(found.price[1]),
        forced=_forced(roster, found.forced) if found.forced else None,
    )


def pair_words(snapshot: Snapshot, policy: Policy, found: whatif.WhyNot) -> tuple[str, str]:
    """What stands in a pair's way, and what would change it."""
    code = _code(policy, found)
    told = _told(policy, found) | _rule_told(snapshot, policy, found, code)
    message, cure = PAIR_WORDS[code]
    return message.format(**told), cure.format(**told)


def _code(policy: Policy, found: whatif.WhyNot) -> str:
    """A table of attributes is the group rules', where there are some, or a preference's."""
    of_groups = bool(policy.group_rules)
    return "preference" if found.code == "group_rule" and found.table >= of_groups else found.code


def _told(policy: Policy, found: whatif.WhyNot) -> dict[str, Any]:
    lesser = min(found.to_first, found.to_second)
    return {
        "who": SIDES.get(found.sides, "both"),
        "floor": policy.floor,
        "floors": f", or a floor of {floor_below(lesser):g}," if lesser > 0 else "",
        "gain": lesser * PERCENT,
        "short": max(found.short) * PERCENT,
        "internal_most": policy.internal_most,
        "worth": found.weight * PERCENT,
        "displaced": (found.weight + (found.forced.cost if found.forced else 0)) * PERCENT,
        "missed": found.forced.missed if found.forced else 0,
    }


def _rule_told(snapshot: Snapshot, policy: Policy, found: whatif.WhyNot, code: str) -> dict[str, str]:
    """Of the policy's lists, which rule it is."""
    if code == "preference":
        return {"trait": policy.preferences[found.table - bool(policy.group_rules)].trait.value}
    people = snapshot.attendees[found.first], snapshot.attendees[found.second]
    rule = group_rule_between(policy.group_rules, *people)
    return {"sender": rule.sender, "receiver": rule.receiver} if rule else {}


def _forced(roster: Roster, found: whatif.Forced) -> ForcedPair:
    return ForcedPair(
        cost=_points(found.cost),
        cost_least=_points(found.cost_least),
        promises_missed=found.missed,
        first_loses=_people(roster, found.first_loses),
        second_loses=_people(roster, found.second_loses),
    )


RULE_WORDS = {
    Rule.QUOTA: "Everyone who wants introductions would take one more",
    Rule.LEAST: "Nobody would be promised a least number of introductions",
    Rule.INTERNAL_MOST: "Any number of introductions within an organisation",
    Rule.INCLUSION: "The dial at {to}, {end}",
    Rule.FLOOR: "No floor",
    Rule.ENCOUNTERS: "People who met before could meet like any others",
    Rule.ACQUAINTANCES: "People who know each other could meet like any others",
    Rule.COLLEAGUES: "People of one organisation could meet like any others",
    Rule.PREFERENCES: "Without the preference on {trait}",
    Rule.GROUP_RULES: "Without the group rule {sender} → {receiver}",
}
ENDS = {"0": "best scores", "1": "nobody left out"}


def relaxation_of(policy: Policy, now: Outcome, relaxed: Relaxed, then: Outcome) -> Relaxation:
    """What a relaxed rule would give or cost, in words."""
    more, fewer = then.objective - now.objective, now.unmatched - then.unmatched
    return Relaxation(
        rule=relaxed.rule,
        position=relaxed.position,
        to=relaxed.to,
        message=f"{_change(policy, relaxed)}: {more:+.1f} for the room, {_people_fewer(fewer)} without a pairing.",
        outcome=then,
        objective_more=round(more, 3),
        unmatched_fewer=fewer,
    )


def _change(policy: Policy, relaxed: Relaxed) -> str:
    told = {"to": relaxed.to, "end": ENDS.get(relaxed.to, "")}
    if relaxed.rule is Rule.PREFERENCES:
        told["trait"] = policy.preferences[relaxed.position or 0].trait.value
    if relaxed.rule is Rule.GROUP_RULES:
        rule = policy.group_rules[relaxed.position or 0]
        told |= {"sender": rule.sender, "receiver": rule.receiver}
    return RULE_WORDS[relaxed.rule].format(**told)


def _people_fewer(fewer: int) -> str:
    return f"{abs(fewer)} {'more' if fewer < 0 else 'fewer'}" if fewer else "as many"


def outlook_of(roster: Roster, question: TimeQuestion, more: int, found: outlook.Outlook) -> Outlook:
    """What more time would add for someone, in words."""
    return Outlook(
        attendee_id=question.attendee_id,
        minutes=question.minutes,
        introductions=more,
        message=_time(question.minutes, more, found),
        places_free=found.spare,
        value_more=_points(found.value),
        objective_more=_points(found.gain),
        likely=roster.ids[found.partner] if found.partner >= 0 else None,
        meets=_people(roster, found.adds),
        meets_no_more=_people(roster, found.loses),
    )


def _time(minutes: int, more: int, found: outlook.Outlook) -> str:
    if found.spare:
        return f"{found.spare} of their places are free already: it is people who fit them that lack, not time."
    if not more:
        return f"{minutes} more minutes are not enough for one more introduction."
    if not len(found.adds):
        return "Nobody is left whom they could meet as well."
    return (
        f"{minutes} more minutes are time for {more} more: {found.value * PERCENT:+.1f} for them, "
        f"{found.gain * PERCENT:+.1f} for the room."
    )


def _people(roster: Roster, rows: Ints) -> list[AttendeeId]:
    return [roster.ids[row] for row in rows[:QUOTA_MAX].tolist()]


def _points(share: float) -> float:
    return round(share * PERCENT, 3) + 0.0  # and never -0


def _value(share: float) -> float:
    return round(min(share, 1.0) * PERCENT, 1)

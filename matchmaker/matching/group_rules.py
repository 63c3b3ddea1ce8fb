"""Who may be brought to whom, by group (F20): the last rule that fits decides, and without one everybody may. No arithmetic."""

from collections.abc import Iterable, Sequence

from matchmaker.model.attendee import Attendee
from matchmaker.model.policy import GroupRule
from matchmaker.model.text import folded

EVERYONE = "*"


def may_be_paired(rules: Sequence[GroupRule], first: Iterable[str], second: Iterable[str]) -> bool:
    """Whether someone in these groups and someone in those may be paired by the rules."""
    return may_meet(rules, frozenset(map(folded, first)), frozenset(map(folded, second)))


def group_rule_between(rules: Sequence[GroupRule], sender: Attendee, receiver: Attendee) -> GroupRule | None:
    """The rule that says whether the one may be brought to the other: the last that fits; none if none does."""
    return _last(rules, groups_of(sender), groups_of(receiver))


def may_meet(rules: Sequence[GroupRule], one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether people of these groups, folded, may be paired: at least one of them may be brought to the other."""
    return _may(rules, one, other) or _may(rules, other, one)


def _may(rules: Sequence[GroupRule], sender: frozenset[str], receiver: frozenset[str]) -> bool:
    last = _last(rules, sender, receiver)
    return last is None or last.allowed


def _last(rules: Sequence[GroupRule], sender: frozenset[str], receiver: frozenset[str]) -> GroupRule | None:
    fits = [rule for rule in rules if _in(rule.sender, sender) and _in(rule.receiver, receiver)]
    return fits[-1] if fits else None


def groups_of(attendee: Attendee) -> frozenset[str]:
    """The groups of someone, folded."""
    return frozenset(folded(group) for group in attendee.groups)


def _in(name: str, groups: frozenset[str]) -> bool:
    return name == EVERYONE or folded(name) in groups

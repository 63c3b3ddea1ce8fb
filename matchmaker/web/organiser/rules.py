"""Rules of who may meet whom, as sentences of an organiser: two groups apart, or together after all, or not one way."""

from collections.abc import Iterable, Sequence
from enum import Enum
from urllib.parse import quote

from msgspec import Struct

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.matching.group_rules import EVERYONE, may_be_paired
from matchmaker.model.policy import GroupRule
from matchmaker.model.text import LINE_CHARS_MAX, LIST_MAX, folded
from matchmaker.web.forms import Form
from matchmaker.web.organiser.ranked import place_of

GROUPS_MAX = 200
SEEN_MAX = 8


class What(Enum):
    """What a sentence says of two groups."""

    APART = "apart"
    MEET = "meet"
    ONE_WAY = "one_way"


class Sentence(Struct, frozen=True, kw_only=True):
    """One rule, or two that say the same of both directions."""

    rules: tuple[GroupRule, ...]

    @property
    def what(self) -> What:
        rule = self.rules[0]
        if rule.allowed:
            return What.MEET
        return What.APART if len(self.rules) == 2 or _is_same(rule) else What.ONE_WAY

    @property
    def first(self) -> str:
        return self.rules[0].sender

    @property
    def second(self) -> str:
        return self.rules[0].receiver

    @property
    def key(self) -> str:
        """What names the sentence, in letters that a form brings back as they are."""
        return f"{self.what.value} {quote(self.first, safe='')} {quote(self.second, safe='')}"

    @property
    def shape(self) -> str:
        """The key of how it is said: of two groups, of one, of one and everybody, or of everybody."""
        if _is_same(self.rules[0]):
            return "all" if self.first == EVERYONE else "same"
        if EVERYONE not in (self.first, self.second):
            return "two"
        return "one" if self.what is not What.ONE_WAY else "from_all" if self.first == EVERYONE else "to_all"

    @property
    def group(self) -> str:
        """The group that it names, where it names one beside everybody."""
        return self.second if self.first == EVERYONE else self.first


def sentences(rules: Sequence[GroupRule]) -> list[Sentence]:
    """The rules, in their order; two neighbours that mirror each other are one sentence."""
    found, place = [], 0
    while place < len(rules):
        count = 2 if place + 1 < len(rules) and _is_mirrored(rules[place], rules[place + 1]) else 1
        found.append(Sentence(rules=tuple(rules[place : place + count])))
        place += count
    return found


def rules_in(said: Iterable[Sentence]) -> list[GroupRule]:
    """The rules of which sentences are made."""
    return [rule for one in said for rule in one.rules]


def sentence_in(form: Form, everybody: Iterable[str]) -> Sentence:
    """What a form says; `everybody` are the words for everyone. Raises `InvalidFields`."""
    what = next((one for one in What if one.value == form.line("what")), None)
    groups = {name: _group(form.line(name), everybody) for name in ("first", "second")}
    problems = [FieldError(f"/{name}", "group_name", "") for name, group in groups.items() if not group]
    if what is None:
        problems.append(FieldError("/what", "empty", ""))
    if problems or what is None:
        raise InvalidFields(problems)
    there = GroupRule(sender=groups["first"], receiver=groups["second"], allowed=what is What.MEET)
    back = GroupRule(sender=there.receiver, receiver=there.sender, allowed=there.allowed)
    return Sentence(rules=(there,) if what is What.ONE_WAY or _is_same(there) else (there, back))


def with_sentence(rules: Sequence[GroupRule], new: Sentence) -> list[GroupRule]:
    """The rules with one more, which is the last; one that was there already goes to the end. Raises `InvalidFields`."""
    said = sentences(rules)
    place = place_of(said, lambda one: one.key, new.key)
    kept = said if place is None else [*said[:place], *said[place + 1 :]]
    found = rules_in([*kept, new])
    if len(found) > LIST_MAX:
        raise InvalidFields([FieldError("/first", "rules_full", "")])
    return found


def seen(rules: Sequence[GroupRule], known: Sequence[str]) -> list[str]:
    """The groups of which it is shown whom they may meet: those that rules name, then the largest."""
    named = [name for rule in rules for name in (rule.sender, rule.receiver) if name != EVERYONE]
    found: dict[str, str] = {}
    for name in (*named, *known):
        found.setdefault(folded(name), name)
    return list(found.values())[:SEEN_MAX]


def may_meet(rules: Sequence[GroupRule], groups: Sequence[str]) -> list[list[bool]]:
    """A row for each group and the last for who is in none, a column for each of the same: whether they may be paired."""
    kinds = [*([name] for name in groups), []]
    return [[may_be_paired(rules, one, other) for other in kinds] for one in kinds]


def _group(text: str, everybody: Iterable[str]) -> str:
    if text == EVERYONE or folded(text) in {folded(one) for one in everybody}:
        return EVERYONE
    return text if len(text) <= LINE_CHARS_MAX else ""


def _is_same(rule: GroupRule) -> bool:
    return folded(rule.sender) == folded(rule.receiver)


def _is_mirrored(one: GroupRule, other: GroupRule) -> bool:
    return (
        one.allowed is other.allowed
        and not _is_same(one)
        and (folded(one.sender), folded(one.receiver)) == (folded(other.receiver), folded(other.sender))
    )

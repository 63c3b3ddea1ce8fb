"""The dials of a policy as a form: what each can be, how it is written, and how it is read again."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct, structs

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.goal import GoalKind
from matchmaker.model.policy import Acquainted, Model, Policy
from matchmaker.model.text import LINE_CHARS_MAX, QUOTA_MAX, ROUNDS_MAX
from matchmaker.web.forms import Form

YES = "yes"


class Way(Enum):
    """How a dial is set: a whole number, a share in percent, a tick, one of some words, a tick for each goal, or a group."""

    WHOLE = "whole"
    PERCENT = "percent"
    TICK = "tick"
    APART = "apart"
    MODEL = "model"
    GOALS = "goals"
    GROUP = "group"


# Of which words one is chosen, and the table that says them.
CHOICES: Mapping[Way, type[Enum]] = {Way.APART: Acquainted, Way.MODEL: Model}
WORDS: Mapping[Way, str] = {
    Way.APART: "organiser.acquainted",
    Way.MODEL: "organiser.model",
    Way.GOALS: "organiser.goal",
}


class Dial(Struct, frozen=True, kw_only=True):
    """A field of a policy and its range; one that is not `needed` may be left empty, for no limit."""

    name: str
    way: Way = Way.WHOLE
    fewest: int = 0
    most: int = QUOTA_MAX
    needed: bool = True


def _percent(name: str) -> Dial:
    return Dial(name=name, way=Way.PERCENT, most=100)


# The first group is what most organisers set; the last one is for who wants to know it all.
GROUPS: Mapping[str, tuple[Dial, ...]] = {
    "people": (
        Dial(name="quota"),
        Dial(name="least"),
        _percent("inclusion"),
        Dial(name="floor", most=100),
    ),
    "apart": (
        Dial(name="colleagues", way=Way.APART),
        Dial(name="acquaintances", way=Way.APART),
        Dial(name="encounters", way=Way.APART),
    ),
    "goals": (
        Dial(name="goal_kinds_off", way=Way.GOALS, needed=False),
        Dial(name="topic_hosts", way=Way.GROUP, needed=False),
        Dial(name="asks_each_most"),
    ),
    "rounds": (
        Dial(name="rounds", fewest=1, most=ROUNDS_MAX),
        Dial(name="busy", way=Way.TICK),
        Dial(name="trios", way=Way.TICK),
        Dial(name="in_a_row_most", fewest=1, most=ROUNDS_MAX, needed=False),
        Dial(name="tables_most", fewest=1, most=100_000, needed=False),
        Dial(name="table_seats", fewest=3, most=200),
    ),
    "sets": (
        Dial(name="set_least", fewest=3, most=20),
        Dial(name="set_most", fewest=3, most=20),
        Dial(name="set_dates", most=ROUNDS_MAX),
    ),
    "fine": (
        Dial(name="minutes_each", fewest=1, most=480),
        Dial(name="internal_most", needed=False),
        _percent("warmth"),
        _percent("common_ground_top"),
        _percent("acquainted_discount"),
        _percent("unstated_discount"),
        _percent("keep_told"),
        _percent("exploration"),
        Dial(name="model", way=Way.MODEL),
    ),
}
DIALS = tuple(dial for dials in GROUPS.values() for dial in dials)


def written(policy: Policy) -> dict[str, list[str]]:
    """The fields of the form, as a policy has them."""
    return {dial.name: _written(dial, getattr(policy, dial.name)) for dial in DIALS}


def read(form: Form, present: Policy) -> Policy:
    """The policy with what the form says; what has no dial stays. Raises `InvalidFields`."""
    problems: list[FieldError] = []
    found: dict[str, Any] = {dial.name: _read(dial, form, getattr(present, dial.name), problems) for dial in DIALS}
    if not problems and found["set_least"] > found["set_most"]:
        problems.append(FieldError("/set_most", "set_sizes", ""))
    if problems:
        raise InvalidFields(problems)
    return structs.replace(present, **found)


def _written(dial: Dial, value: Any) -> list[str]:
    if dial.way is Way.GOALS:
        return [kind.value for kind in GoalKind if kind in value]
    if dial.way is Way.TICK:
        return [YES if value else ""]
    if isinstance(value, Enum):
        return [str(value.value)]
    if value is None or isinstance(value, str):
        return [value or ""]
    return [f"{float(str(value)) * (100 if dial.way is Way.PERCENT else 1):g}"]


def _read(dial: Dial, form: Form, present: Any, problems: list[FieldError]) -> object:
    """What a dial is set to. One whose text is as it was written keeps its value to the last digit."""
    text = form.line(dial.name)
    if dial.way is Way.GOALS:
        ticked = form.all(dial.name)
        return present if ticked == _written(dial, present) else [one for one in GoalKind if one.value in ticked]
    if [text] == _written(dial, present):
        return present
    if dial.way is Way.TICK:
        return text == YES
    if dial.way in CHOICES:
        choice = next((one for one in CHOICES[dial.way] if one.value == text), None)
        return choice or _refused(dial, present, problems)
    if not text and not dial.needed:
        return None
    if dial.way is Way.GROUP:
        return text if len(text) <= LINE_CHARS_MAX else _refused(dial, present, problems)
    if text.isascii() and text.isdigit() and len(text) < 7 and dial.fewest <= int(text) <= dial.most:
        value = int(text)
        return value / 100 if dial.way is Way.PERCENT else float(value) if isinstance(present, float) else value
    return _refused(dial, present, problems)


def _refused(dial: Dial, present: object, problems: list[FieldError]) -> object:
    problems.append(FieldError(f"/{dial.name}", "dial_range", ""))
    return present

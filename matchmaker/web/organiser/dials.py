"""The dials of a policy as a form: what each can be, how it is written, and how it is read again."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from msgspec import Struct, structs

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.policy import Acquainted, Policy
from matchmaker.model.text import QUOTA_MAX, ROUNDS_MAX
from matchmaker.web.forms import Form

YES = "yes"


class Way(Enum):
    """How a dial is set: a whole number, a share in percent, a tick, or what becomes of people who know each other."""

    WHOLE = "whole"
    PERCENT = "percent"
    TICK = "tick"
    APART = "apart"


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
        Dial(name="asks_each_most"),
        _percent("warmth"),
        _percent("common_ground_top"),
        _percent("acquainted_discount"),
        _percent("unstated_discount"),
        _percent("keep_told"),
        _percent("exploration"),
    ),
}
DIALS = tuple(dial for dials in GROUPS.values() for dial in dials)


def written(policy: Policy) -> dict[str, list[str]]:
    """The fields of the form, as a policy has them."""
    return {dial.name: [_written(dial, getattr(policy, dial.name))] for dial in DIALS}


def read(form: Form, present: Policy) -> Policy:
    """The policy with what the form says; what has no dial stays. Raises `InvalidFields`."""
    problems: list[FieldError] = []
    found: dict[str, Any] = {
        dial.name: _read(dial, form.line(dial.name), getattr(present, dial.name), problems) for dial in DIALS
    }
    if not problems and found["set_least"] > found["set_most"]:
        problems.append(FieldError("/set_most", "set_sizes", ""))
    if problems:
        raise InvalidFields(problems)
    return structs.replace(present, **found)


def _written(dial: Dial, value: object) -> str:
    if dial.way is Way.TICK:
        return YES if value else ""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None:
        return ""
    return f"{float(str(value)) * (100 if dial.way is Way.PERCENT else 1):g}"


def _read(dial: Dial, text: str, present: object, problems: list[FieldError]) -> object:
    """What a dial is set to. One whose text is as it was written keeps its value to the last digit."""
    if text == _written(dial, present):
        return present
    if dial.way is Way.TICK:
        return text == YES
    if dial.way is Way.APART and text in {one.value for one in Acquainted}:
        return Acquainted(text)
    if not text and not dial.needed:
        return None
    if dial.way is not Way.APART and text.isascii() and text.isdigit() and len(text) < 7:
        value = int(text)
        if dial.fewest <= value <= dial.most:
            return value / 100 if dial.way is Way.PERCENT else float(value) if isinstance(present, float) else value
    problems.append(FieldError(f"/{dial.name}", "dial_range", ""))
    return present

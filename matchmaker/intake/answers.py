"""Short answers → numbers, rounds, yes or no. What cannot be read is told with its cure and kept aside; the row stands."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from matchmaker.model.text import MINUTES_MAX, QUOTA_MAX, ROUNDS_MAX, TEXT_CHARS_MAX, clean_line

Complain = Callable[[str, str, str, bool], None]

YES = frozenset(
    ["yes", "y", "true", "x", "1", "1.0", "on", "✓", "✔", "ja", "j", "oui", "si", "sí", "sì", "sim", "da", "да"]
)
NO = frozenset(
    ["no", "n", "false", "0", "0.0", "off", "none", "n/a", "-", "–", "nein", "non", "não", "nao", "nie", "net", "нет"]
)
ANY_ROUND = frozenset(["all", "always", "any", "every"])
NO_ROUND = frozenset(["none", "never", "no", "0"])
_WHOLE = re.compile(r"([0-9]{1,9})(?:\.0+)?")
_MINUTES = re.compile(r"([0-9]+(?:\.0+)?)\s*(?:m|min|mins|minutes?|')?\.?", re.IGNORECASE)
_RANGE = re.compile(r"(?<=[0-9])\s*(?:[-–—]|\bto\b)\s*(?=[0-9])", re.IGNORECASE)


class _Answer(NamedTuple):
    """How an answer is read and how it should be written; what holds where it cannot be read, in words and in fact; and
    what holds where there is none."""

    read: Callable[[str], Any]
    wanted: str
    otherwise: str
    unread: Any = None
    blank: Any = None


def answer_of(column: str, cells: list[str], extra: dict[str, str], complain: Complain) -> Any:
    """What the cells of a column in `ANSWERS` say."""
    answer, value = ANSWERS[column], clean_line(" ".join(cells))
    if not value:
        return answer.blank
    found = answer.read(value)
    if found is None:
        _tell(column, value, answer.wanted, answer.otherwise, extra, complain)
        return answer.unread
    return found


def available_of(cells: list[str], extra: dict[str, str], complain: Complain) -> list[int] | None:
    """The rounds someone is there for, in order; None for all of them. Beside rounds that can be read others do not count."""
    value = clean_line(" ".join(cells))
    if not value or value.casefold() in ANY_ROUND:
        return None
    if value.casefold() in NO_ROUND:
        return []
    read = [_rounds(part) for part in re.split(r"[\s,;|/+&]+", _RANGE.sub("-", value)) if part]
    rounds = sorted({number for numbers in read for number in numbers})
    if not all(read):
        wanted = f"round numbers from 1 to {ROUNDS_MAX} as 1,2,5 or 1-3 (a spreadsheet makes a date of 1-3: format it as text)"
        otherwise = f"the rounds taken are {', '.join(map(str, rounds))}" if rounds else "every round is taken to suit"
        _tell("available", value, wanted, otherwise, extra, complain)
    return rounds or None


def whole(value: str, most: int) -> int | None:
    """A whole number from 0 to `most`, as a spreadsheet may write it (`3.0`)."""
    found = _WHOLE.fullmatch(value)
    return int(found[1]) if found and int(found[1]) <= most else None


def _minutes(value: str) -> int | None:
    found = _MINUTES.fullmatch(value)
    return whole(found[1], MINUTES_MAX) if found else None


def _yes_or_no(value: str) -> bool | None:
    word = value.casefold()
    return True if word in YES else False if word in NO else None


def _rounds(part: str) -> range:
    """`4` or `2-5`; empty where it is neither, or leads beyond the rounds there can be."""
    begin, hyphen, end = part.partition("-")
    first = whole(begin, ROUNDS_MAX)
    last = whole(end, ROUNDS_MAX) if hyphen else first
    return range(first, last + 1) if first and last else range(0)


def _tell(column: str, value: str, wanted: str, otherwise: str, extra: dict[str, str], complain: Complain) -> None:
    message = f"{value[:40]!r} cannot be read; write {wanted}. Until then {otherwise}."
    complain(column, f"{column}_invalid", message, True)
    extra[column] = value[:TEXT_CHARS_MAX]


# Who may need an accessible table is given one: a seat too many is a smaller fault than one that cannot be reached.
ANSWERS = {
    "least": _Answer(
        lambda value: whole(value, QUOTA_MAX), f"a whole number from 0 to {QUOTA_MAX}", "the policy's least holds"
    ),
    "minutes": _Answer(_minutes, f"minutes as a whole number from 0 to {MINUTES_MAX:,}", "no time budget is kept"),
    "needs_accessible": _Answer(_yes_or_no, "yes or no", "it is taken as yes", unread=True, blank=False),
    **dict.fromkeys(
        ("quiet", "listed", "matched", "introduced", "measured"),
        _Answer(_yes_or_no, "yes or no", "it stays as it was chosen"),
    ),
}

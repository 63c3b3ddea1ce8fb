"""Dates and rounds as a form has them: each a day, from when, until when, in the event's own time; a blank one is none."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, tzinfo
from itertools import pairwise
from typing import TypeVar

from matchmaker.errors import FieldError
from matchmaker.services.arrange import YEARS
from matchmaker.web.forms import Form

FIELDS = ("day", "begins", "ends")

Read = TypeVar("Read")
Hours = tuple[datetime, datetime]


def dates_in(form: Form, numbers: Iterable[int], zone: tzinfo, problems: list[FieldError]) -> dict[int, Hours]:
    """Begin and end of each number that is filled in, and can be read."""
    return {one: hours for one in numbers if (hours := _date(form, one, zone, problems)) is not None}


def overlapping(found: dict[int, Hours]) -> list[FieldError]:
    """Those that begin before the one that stands before them has ended."""
    return [
        FieldError(f"/date_{number}_day", "date_order", "")
        for (_, before), (number, hours) in pairwise(found.items())
        if hours[0] < before[1]
    ]


def are_filled(form: Form, numbers: Iterable[int]) -> bool:
    """Whether anything is filled in for one of these."""
    return any(form.line(f"date_{number}_{field}") for number in numbers for field in FIELDS)


def _date(form: Form, number: int, zone: tzinfo, problems: list[FieldError]) -> Hours | None:
    name = f"date_{number}"
    if not are_filled(form, [number]):
        return None
    day = _read(_day, form, f"{name}_day", "not_a_day", problems)
    begins = _read(_hour, form, f"{name}_begins", "not_an_hour", problems)
    ends = _read(_hour, form, f"{name}_ends", "not_an_hour", problems)
    if day is None or begins is None or ends is None:
        return None
    if ends <= begins:
        problems.append(FieldError(f"/{name}_ends", "ends_early", ""))
        return None
    return datetime.combine(day, begins, tzinfo=zone), datetime.combine(day, ends, tzinfo=zone)


def _read(parse: Callable[[str], Read], form: Form, name: str, code: str, problems: list[FieldError]) -> Read | None:
    try:
        return parse(form.line(name))
    except ValueError:
        problems.append(FieldError(f"/{name}", code, ""))
        return None


def _day(text: str) -> date:
    """A day of years that an event can be in."""
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _hour(text: str) -> time:
    """An hour of the event's own day, whatever zone somebody typed with it."""
    return time.fromisoformat(text).replace(tzinfo=None)

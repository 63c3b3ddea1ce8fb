"""What an organiser may set for a release: the days to answer, a share held back to measure, and the dates of sets."""

from collections.abc import Callable
from datetime import date, datetime, time, tzinfo
from itertools import pairwise
from typing import TypeVar

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.hold_back import SHARE_MAX
from matchmaker.model.introduction import ANSWER_DAYS, ANSWER_DAYS_MAX, SET_DATES_MAX, ReleaseInput, SetHours
from matchmaker.model.run import Format
from matchmaker.web.forms import Form

PERCENT_MAX = round(100 * SHARE_MAX)
DATE_FIELDS = ("day", "begins", "ends")
NUMBERS = range(1, SET_DATES_MAX + 1)
SHOWN = 5  # how many dates one sees at first

Read = TypeVar("Read")


def asked_in(form: Form, format: Format, *, zone: tzinfo, at: datetime) -> ReleaseInput:
    """What a form asks for; a run that is not of its kind takes neither share nor dates. Raises `InvalidFields`."""
    problems: list[FieldError] = []
    of_pairs = format is Format.INTRODUCTIONS
    days = _whole(form, "answer_days", 1, ANSWER_DAYS_MAX, problems) if of_pairs else None
    percent = _whole(form, "holdback", 0, PERCENT_MAX, problems) if of_pairs else None
    dates = _dates(form, zone, at, problems) if format is Format.SETS else []
    if problems:
        raise InvalidFields(problems)
    return ReleaseInput(
        answer_days=ANSWER_DAYS if days is None else days, dates=dates, holdback_share=(percent or 0) / 100
    )


def has_many(form: Form) -> bool:
    """Whether more dates are filled in than one sees at first."""
    return any(form.line(f"date_{number}_{field}") for number in NUMBERS[SHOWN:] for field in DATE_FIELDS)


def _whole(form: Form, name: str, fewest: int, most: int, problems: list[FieldError]) -> int | None:
    """A number; None where the field is empty."""
    text = form.line(name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 6 and fewest <= int(text) <= most:
        return int(text)
    problems.append(FieldError(f"/{name}", name, ""))
    return None


def _dates(form: Form, zone: tzinfo, at: datetime, problems: list[FieldError]) -> list[SetHours]:
    """The dates that are filled in; each in the future, after the one before."""
    found = {number: hours for number in NUMBERS if (hours := _date(form, number, zone, problems)) is not None}
    for (_, before), (number, hours) in pairwise(found.items()):
        if hours.starts_at < before.ends_at:
            problems.append(FieldError(f"/date_{number}_day", "date_order", ""))
    problems += [
        FieldError(f"/date_{number}_day", "date_past", "") for number, one in found.items() if one.starts_at <= at
    ]
    return list(found.values())


def _date(form: Form, number: int, zone: tzinfo, problems: list[FieldError]) -> SetHours | None:
    """One date; None where it is left empty, or cannot be read."""
    name = f"date_{number}"
    if not any(form.line(f"{name}_{field}") for field in DATE_FIELDS):
        return None
    day = _read(date.fromisoformat, form, f"{name}_day", "not_a_day", problems)
    begins = _read(_hour, form, f"{name}_begins", "not_an_hour", problems)
    ends = _read(_hour, form, f"{name}_ends", "not_an_hour", problems)
    if day is None or begins is None or ends is None:
        return None
    if ends <= begins:
        problems.append(FieldError(f"/{name}_ends", "ends_early", ""))
        return None
    return SetHours(
        starts_at=datetime.combine(day, begins, tzinfo=zone), ends_at=datetime.combine(day, ends, tzinfo=zone)
    )


def _read(parse: Callable[[str], Read], form: Form, name: str, code: str, problems: list[FieldError]) -> Read | None:
    try:
        return parse(form.line(name))
    except ValueError:
        problems.append(FieldError(f"/{name}", code, ""))
        return None


def _hour(text: str) -> time:
    """An hour of the event's own day, whatever zone somebody typed with it."""
    return time.fromisoformat(text).replace(tzinfo=None)

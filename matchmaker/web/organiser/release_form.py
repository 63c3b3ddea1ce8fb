"""What an organiser may set for a release: the days to answer, a share held back to measure, and the dates of sets."""

from datetime import datetime, tzinfo

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.hold_back import SHARE_MAX
from matchmaker.model.introduction import ANSWER_DAYS, ANSWER_DAYS_MAX, SET_DATES_MAX, ReleaseInput, SetHours
from matchmaker.model.run import Format
from matchmaker.web.fields import whole
from matchmaker.web.forms import Form
from matchmaker.web.organiser.dates import are_filled, dates_in, overlapping

PERCENT_MAX = round(100 * SHARE_MAX)
NUMBERS = range(1, SET_DATES_MAX + 1)
SHOWN = 5  # how many dates one sees at first


def asked_in(form: Form, format: Format, *, zone: tzinfo, at: datetime) -> ReleaseInput:
    """What a form asks for; a run that is not of its kind takes neither share nor dates. Raises `InvalidFields`."""
    problems: list[FieldError] = []
    of_pairs = format is Format.INTRODUCTIONS
    days = whole(form, "answer_days", ANSWER_DAYS_MAX, problems, fewest=1, code="answer_days") if of_pairs else None
    percent = whole(form, "holdback", PERCENT_MAX, problems, code="holdback") if of_pairs else None
    dates = _dates(form, zone, at, problems) if format is Format.SETS else []
    if problems:
        raise InvalidFields(problems)
    return ReleaseInput(
        answer_days=ANSWER_DAYS if days is None else days, dates=dates, holdback_share=(percent or 0) / 100
    )


def has_many(form: Form) -> bool:
    """Whether more dates are filled in than one sees at first."""
    return are_filled(form, NUMBERS[SHOWN:])


def _dates(form: Form, zone: tzinfo, at: datetime, problems: list[FieldError]) -> list[SetHours]:
    """The dates that are filled in; each in the future, after the one before."""
    found = dates_in(form, NUMBERS, zone, problems)
    problems += overlapping(found)
    problems += [
        FieldError(f"/date_{number}_day", "date_past", "") for number, (begins, _) in found.items() if begins <= at
    ]
    return [SetHours(starts_at=begins, ends_at=ends) for begins, ends in found.values()]

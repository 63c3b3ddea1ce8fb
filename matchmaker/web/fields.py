"""The fields of a form, both ways: what was written there, read and judged, and what is stored, as a field shows it."""

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.attendee import AttendeeInput
from matchmaker.model.text import TEXTS_MAX, clean_line
from matchmaker.services import enrol
from matchmaker.web.forms import Form


def problems_of(given: AttendeeInput) -> list[FieldError]:
    """What of it nobody could store: too many lines, too long ones, an address that cannot be."""
    lists = {"interests": given.interests, "seeks": given.seeks, "offers": given.offers}
    problems = [FieldError(f"/{name}", "too_many", "") for name, texts in lists.items() if len(texts) > TEXTS_MAX]
    try:
        enrol.normalised(given)
    except InvalidFields as error:
        problems += error.fields
    return problems


def mistakes(problems: list[FieldError]) -> dict[str, str]:
    """What is wrong, by field: the code of the first problem of each, for which the pages have words."""
    found: dict[str, str] = {}
    for one in problems:
        found.setdefault(one.pointer.strip("/").partition("/")[0], one.code)
    return found


def whole(form: Form, name: str, most: int, problems: list[FieldError]) -> int | None:
    """A number of a form, None where the field is left empty."""
    text = form.line(name)
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= most:
        return int(text)
    problems.append(FieldError(f"/{name}", "not_a_number", ""))
    return None


def written(texts: list[str]) -> str:
    """A list as a form shows it: one text a line."""
    return "\n".join(clean_line(text) for text in texts)


def kept_lines(texts: list[str], lines: list[str]) -> list[str]:
    """The lines of a form as texts: one that stands there as it was shown stays as it was stored, with all its lines."""
    stored = {clean_line(text): text for text in texts}
    return [stored.get(line, line) for line in lines]

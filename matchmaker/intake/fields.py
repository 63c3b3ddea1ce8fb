"""Cells → an attendee: which column means what, how a list is written in a cell, and what is cut or set right."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import chain
from typing import Any

from email_validator import EmailNotValidError, validate_email

from matchmaker.intake.answers import ANSWERS, Complain, answer_of, available_of, whole
from matchmaker.model.attendee import ImportRow
from matchmaker.model.text import (
    LINE_CHARS_MAX,
    LIST_MAX,
    PEOPLE_NAMED_MAX,
    QUOTA_MAX,
    TEXT_CHARS_MAX,
    TEXTS_MAX,
    clean_line,
    clean_text,
    is_dirty,
)

TEXT_LISTS = ("interests", "seeks", "offers")
PEOPLE_LISTS = ("knows", "avoids", "must_meet", "would_like", "rather_not")
NAME_LISTS = {"groups": LIST_MAX, **dict.fromkeys(PEOPLE_LISTS, PEOPLE_NAMED_MAX)}
LINES = ("external_id", "name", "organisation", "role", "seniority", "sector", "region")
COLUMNS = (
    "external_id", "name", "email", "organisation", "role", "seniority", "sector", "region", "languages",
    "interests", "seeks", "offers", "quota", "groups", "knows", "avoids",
    "least", "minutes", "challenge", "available", "needs_accessible", "must_meet", "would_like", "rather_not",
    "quiet", "listed", "matched", "introduced", "measured",
)  # fmt: skip
ALSO_CALLED = {
    "id": "external_id",
    "full_name": "name",
    "e_mail": "email",
    "email_address": "email",
    "company": "organisation",
    "organization": "organisation",
    "job_title": "role",
    "availability": "available",
}
SEMICOLON_PART_CHARS_MAX = 80
PARAGRAPH_CHARS_LEAST = 300
COLUMNS_EXTRA_MAX = 89  # of a hundred: the e-mail, languages and nine answers that cannot be used are kept there too

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_GUARD_OF_OURS = re.compile(r"'(?='*(?:[\t\r]|\s*[=+\-@＝＋－＠]))")


def target_of(header: str) -> str:
    """The column a header names, blanks, case and hyphens aside; itself if it is none of ours."""
    name = re.sub(r"[\s\-]+", "_", clean_line(header).lower())
    return ALSO_CALLED.get(name, name)


def attendee_of(
    cells: dict[str, list[str]], extra: dict[str, str], complain: Complain, notes: Counter[str]
) -> ImportRow:
    """The row's attendee. `cells` holds, by column, each cell mapped to it; `complain(column, code, message, kept)` hears
    what is wrong, `notes` what was cut or cleaned."""
    line: dict[str, Any] = {column: _line(cells.get(column, []), column, notes) for column in LINES}
    email = _email(cells.get("email", []), extra, complain)
    name = line.pop("name") or (email or "").split("@")[0] or line["external_id"]
    if not name:
        complain(
            "name",
            "nameless",
            "The row has no name, no e-mail that can be used and no external id; give it one of them.",
            False,
        )
    lists: dict[str, Any] = {column: _texts(cells.get(column, []), column, notes) for column in TEXT_LISTS}
    challenge = _challenge(cells.get("challenge", []), notes)
    if not any(lists.values()) and challenge is None:
        notes["rows_without_words"] += 1
    lists |= {column: _names(cells.get(column, []), column, notes) for column in NAME_LISTS}
    answers = {column: answer_of(column, cells.get(column, []), extra, complain) for column in ANSWERS}
    return ImportRow(
        name=name or "?",
        email=email,
        **line,
        **lists,
        **answers,
        challenge=challenge,
        available=available_of(cells.get("available", []), extra, complain),
        languages=_languages(cells.get("languages", []), extra, complain),
        quota=_quota(cells.get("quota", []), complain),
        extra=extra,
    )


def entries(cell: str) -> list[str]:
    """A list written in a cell: parts at `|` and line breaks; at `;` only where every part is at most 80 characters.

    Prose of several paragraphs is one text: by their headings all abstracts are alike, and all that they say of their methods.
    """
    parts: list[str] = []
    for piece in chain.from_iterable(map(_lines, cell.split("|"))):
        at_semicolons = [part.strip() for part in piece.split(";")]
        short = all(len(part) <= SEMICOLON_PART_CHARS_MAX for part in at_semicolons)
        parts += at_semicolons if short else [piece.strip()]
    return [part for part in parts if part]


def _lines(cell: str) -> list[str]:
    """At line breaks; nowhere if there are blank lines and a line is as long as a paragraph."""
    text = cell.replace("\r\n", "\n").replace("\r", "\n").strip()
    lines = text.split("\n")
    is_prose = _BLANK_LINE.search(text) is not None and max(map(len, lines)) >= PARAGRAPH_CHARS_LEAST
    return [text] if is_prose else lines


def without_guard(cell: str) -> str:
    """The cell without the apostrophe that our own export puts before what a spreadsheet would run as a formula."""
    return cell[1:] if _GUARD_OF_OURS.match(cell) else cell


def _line(cells: list[str], column: str, notes: Counter[str]) -> str | None:
    value = " ".join(filter(None, (_cleaned(clean_line, cell, notes) for cell in cells)))
    if len(value) > LINE_CHARS_MAX:
        notes[f"{column}_cut"] += 1
    return value[:LINE_CHARS_MAX].strip() or None


def _texts(cells: list[str], column: str, notes: Counter[str]) -> list[str]:
    texts = [_cleaned(clean_text, part, notes) for cell in cells for part in entries(cell)]
    texts = list(dict.fromkeys(filter(None, texts)))
    notes["texts_cut"] += sum(len(text) > TEXT_CHARS_MAX for text in texts)
    notes[f"{column}_over_{TEXTS_MAX}"] += max(0, len(texts) - TEXTS_MAX)
    return [text[:TEXT_CHARS_MAX].strip() for text in texts[:TEXTS_MAX]]


def _names(cells: list[str], column: str, notes: Counter[str]) -> list[str]:
    names = [_cleaned(clean_line, part, notes) for cell in cells for part in re.split(r"[|;\n\r]+", cell)]
    names = list(dict.fromkeys(filter(None, names)))
    most = NAME_LISTS[column]
    notes[f"{column}_over_{most}"] += max(0, len(names) - most)
    return [name[:LINE_CHARS_MAX].strip() for name in names[:most]]


def _challenge(cells: list[str], notes: Counter[str]) -> str | None:
    """One text: bars and line breaks in it part nothing."""
    text = "\n".join(filter(None, (_cleaned(clean_text, cell, notes) for cell in cells)))
    notes["texts_cut"] += len(text) > TEXT_CHARS_MAX
    return text[:TEXT_CHARS_MAX].strip() or None


def _languages(cells: list[str], extra: dict[str, str], complain: Complain) -> list[str]:
    codes = [part for cell in cells for part in re.split(r"[\s,;|/]+", clean_line(cell)) if part]
    good = list(dict.fromkeys(code for code in codes if len(code) <= 35 and _LANGUAGE.fullmatch(code)))
    if len(good) < len(set(codes)):
        complain(
            "languages", "language_unknown", "A language is not a code like `en` or `pt-BR`; it was left out.", True
        )
        extra["languages"] = clean_line(" ".join(cells))[:TEXT_CHARS_MAX]
    return good[:LIST_MAX]


def _email(cells: list[str], extra: dict[str, str], complain: Complain) -> str | None:
    value = clean_line(" ".join(cells))
    if not value:
        return None
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        message = f"The e-mail address cannot be right: {error} No mail can reach this person."
        complain("email", "email_malformed", message[:600], True)
        extra["email"] = value[:TEXT_CHARS_MAX]
        return None


def _quota(cells: list[str], complain: Complain) -> int | None:
    value = clean_line(" ".join(cells))
    if not value:
        return None
    quota = whole(value, QUOTA_MAX)
    if quota is not None:
        return quota
    shown = value[:40]
    complain("quota", "quota_invalid", f"The quota {shown!r} is not a whole number from 0 to {QUOTA_MAX}.", False)
    return None


def _cleaned(clean: Callable[[str], str], value: str, notes: Counter[str]) -> str:
    notes["cells_cleaned"] += is_dirty(value)
    return clean(value)

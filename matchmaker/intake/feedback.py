"""A CSV of feedback → rows, each with the names its two people are known by; what cannot be used is told with its cure."""

import csv as csv_module
from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec import Struct

from matchmaker.intake.answers import NO, YES, whole
from matchmaker.intake.csv import DELIMITERS, _decoded, _explained, _records
from matchmaker.intake.fields import target_of, without_guard
from matchmaker.intake.people import Directory, Someone
from matchmaker.intake.table import RowError, Unusable
from matchmaker.model.feedback import FeedbackInput, contradicts_itself
from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import TEXT_CHARS_MAX, clean_line, clean_text

COLUMNS = ("attendee", "other", "accepted", "met", "useful", "reason")
SHOWN_CHARS_MAX = 40
UNSAID = frozenset(["none", "n/a", "-", "–"])


class Line(Struct, frozen=True, kw_only=True):
    """A row as it was read: whom it names, and what is said."""

    row: int
    line: int
    cells: dict[str, str]


class Read(Struct, frozen=True, kw_only=True):
    """What a file holds: rows that can be understood, those that cannot, and how many there are in all."""

    lines: list[Line]
    errors: list[RowError]


def read(data: bytes, *, rows_max: int) -> Read:
    """The rows of a CSV with the columns `attendee`, `other` and at least one of the others. Raises `Unusable`."""
    text = _decoded(data)
    records = _records(text, max(DELIMITERS, key=lambda one: text.partition("\n")[0].count(one)))
    _, header = next(records, (1, []))
    columns = [target_of(name) for name in header] if isinstance(header, list) else []
    if not {"attendee", "other"} <= set(columns) or not set(columns) & set(COLUMNS[2:]):
        raise Unusable(
            "no_header",
            f"The first line names no columns of feedback: {', '.join(map(clean_line, columns))[:200] or 'none'}.",
            cure=f"Begin with a header line of attendee, other and what is said: {', '.join(COLUMNS[2:])}.",
        )
    lines: list[Line] = []
    errors: list[RowError] = []
    for row, (line, cells) in enumerate(records, start=1):
        if row > rows_max:
            raise Unusable("too_many_rows", f"The file has more than {rows_max:,} rows.", cure="Send it in parts.")
        if isinstance(cells, csv_module.Error):
            code, message = _explained(cells, line)
            errors.append(RowError(row=row, line=line, column="", code=code, message=message))
        elif any(map(str.strip, cells)):
            said = dict(zip(columns, map(without_guard, cells), strict=False))
            lines.append(Line(row=row, line=line, cells={name: said.get(name, "") for name in COLUMNS}))
    return Read(lines=lines, errors=errors)


def resolved(found: Read, people: Sequence[Someone]) -> tuple[list[tuple[int, int, FeedbackInput]], list[RowError]]:
    """The rows as feedback, each with its number and line, and what is wrong with the others."""
    directory = Directory(people)
    ids: Mapping[str, AttendeeId] = {one.id: one.id for one in people}
    good: list[tuple[int, int, FeedbackInput]] = []
    errors = list(found.errors)
    for line in found.lines:
        wrong: dict[str, tuple[str, str]] = {}
        feedback = _feedback(line.cells, directory, ids, wrong)
        if feedback is not None and not wrong:
            good.append((line.row, line.line, feedback))
        errors += [
            RowError(row=line.row, line=line.line, column=column, code=code, message=message)
            for column, (code, message) in wrong.items()
        ]
    return good, errors


def _feedback(
    cells: Mapping[str, str], directory: Directory, ids: Mapping[str, AttendeeId], wrong: dict[str, tuple[str, str]]
) -> FeedbackInput | None:
    """None where it is not known of whom, or nothing is said; what is wrong goes into `wrong` by column."""
    who = [_person(column, cells[column], directory, ids, wrong) for column in ("attendee", "other")]
    accepted, met = (_answer(column, cells[column], wrong) for column in ("accepted", "met"))
    useful, reason = _useful(cells["useful"], wrong), clean_text(cells["reason"])[:TEXT_CHARS_MAX] or None
    if None in who or wrong:
        return None
    if who[0] == who[1]:
        wrong["other"] = ("same", "Nobody can give feedback about themselves.")
    elif accepted is None and met is None and useful is None and reason is None:
        wrong[""] = ("says_nothing", "Nothing is said. Fill in accepted, met, useful or reason.")
    elif contradicts_itself(met, useful):
        wrong["useful"] = ("not_met", "A meeting that did not take place is rated. Leave out one of the two.")
    return FeedbackInput(
        attendee_id=who[0] or AttendeeId(""),
        other_id=who[1] or AttendeeId(""),
        accepted=accepted,
        met=met,
        useful=useful,
        reason=reason,
    )


def _person(
    column: str, cell: str, directory: Directory, ids: Mapping[str, AttendeeId], wrong: dict[str, tuple[str, str]]
) -> AttendeeId | None:
    entry = clean_line(cell)
    found = [ids[entry]] if entry in ids else directory.named(entry)
    if len(found) == 1:
        return found[0]
    shown = entry[:SHOWN_CHARS_MAX]
    if found:
        wrong[column] = ("ambiguous", f"{shown!r} names {len(found)} people; write the external id or the e-mail.")
    else:
        wrong[column] = ("unknown", f"{shown!r} names nobody of this event; write an external id, an e-mail or a name.")
    return None


def _answer(column: str, cell: str, wrong: dict[str, tuple[str, str]]) -> bool | None:
    word = clean_line(cell).casefold()
    if word in UNSAID:
        return None
    if word and word not in YES and word not in NO:
        wrong[column] = (f"{column}_invalid", f"{word[:SHOWN_CHARS_MAX]!r} cannot be read; write yes or no.")
    return True if word in YES else False if word in NO else None


def _useful(cell: str, wrong: dict[str, tuple[str, str]]) -> int | None:
    value = clean_line(cell)
    rating = whole(value, 5)
    if value and not rating:
        wrong["useful"] = ("useful_invalid", f"{value[:SHOWN_CHARS_MAX]!r} cannot be read; write 1 to 5.")
    return rating or None


def by_pair(rows: Sequence[tuple[int, int, FeedbackInput]]) -> tuple[list[FeedbackInput], list[RowError]]:
    """One row of one attendee about another, the first; each further one is told."""
    seen: dict[tuple[str, str], list[tuple[int, int, FeedbackInput]]] = defaultdict(list)
    for row in rows:
        seen[row[2].attendee_id, row[2].other_id].append(row)
    errors = [
        RowError(
            row=row,
            line=line,
            column="",
            code="said_twice",
            message=f"Line {same[0][1]} says something of the same two.",
        )
        for same in seen.values()
        for row, line, _ in same[1:]
    ]
    return [same[0][2] for same in seen.values()], errors

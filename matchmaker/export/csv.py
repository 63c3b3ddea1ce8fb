"""Pairings → CSV that spreadsheets read and cannot be made to run."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from matchmaker.export.words import reasons_in_words
from matchmaker.model.attendee import Attendee
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing
from matchmaker.model.person import Contact

Who = Mapping[AttendeeId, tuple[Contact, Attendee]]

PAIRING_COLUMNS = (
    "rank", "first_id", "first_name", "first_email", "first_organisation",
    "second_id", "second_name", "second_email", "second_organisation",
    "mutual_value", "value_to_first", "value_to_second", "reason_to_first", "reason_to_second",
)  # fmt: skip
_RUN_BY_SPREADSHEETS = re.compile(r"'*(?:[\t\r]|\s*[=+\-@＝＋－＠])")


def pairings_csv(pairings: Iterable[Pairing], who: Who) -> bytes:
    """A row a pairing, by rank; UTF-8 with a BOM, as Excel wants it. Values 0 to 100, one decimal."""
    return rows_csv(PAIRING_COLUMNS, (_pairing_row(pairing, who) for pairing in pairings))


def by_attendee_csv(pairings: Sequence[Pairing], who: Who) -> bytes:
    """A row a person with theirs in order of mutual value, for a mail merge; who has none stands there too."""
    theirs: dict[AttendeeId, list[Pairing]] = {attendee: [] for attendee in who}
    for pairing in pairings:
        theirs[pairing.first].append(pairing)
        theirs[pairing.second].append(pairing)
    most = max(map(len, theirs.values()), default=0)
    columns = ["id", "name", "email", "organisation", "pairings"]
    for number in range(1, most + 1):
        columns += [
            f"{part}_{number}" for part in ("id", "name", "email", "organisation", "mutual_value", "value", "reason")
        ]
    rows = (_attendee_row(one, theirs[one], who) for one in sorted(who))
    return rows_csv(columns, ([*row, *[""] * (len(columns) - len(row))] for row in rows))


def rows_csv(columns: Sequence[str], rows: Iterable[Sequence[str | float | int]]) -> bytes:
    """Any rows under `columns`; text that a spreadsheet would run gets a leading apostrophe, numbers stay numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def guarded(cell: str) -> str:
    """The cell with an apostrophe before what begins like a formula, or like our own guard (OWASP ASVS 5.0, 1.2.10)."""
    return "'" + cell if _RUN_BY_SPREADSHEETS.match(cell) else cell


def _pairing_row(pairing: Pairing, who: Who) -> list[str | float | int]:
    to_first, to_second = reasons_in_words(pairing)
    return [
        pairing.rank,
        *_person(pairing.first, who),
        *_person(pairing.second, who),
        pairing.mutual_value,
        pairing.value_to_first,
        pairing.value_to_second,
        to_first,
        to_second,
    ]


def _attendee_row(one: AttendeeId, theirs: list[Pairing], who: Who) -> list[str | float | int]:
    row: list[str | float | int] = [*_person(one, who), len(theirs)]
    for pairing in theirs:
        is_first = pairing.first == one
        other = pairing.second if is_first else pairing.first
        value = pairing.value_to_first if is_first else pairing.value_to_second
        row += [*_person(other, who), pairing.mutual_value, value, reasons_in_words(pairing)[0 if is_first else 1]]
    return row


def _person(one: AttendeeId, who: Who) -> list[str]:
    contact, attendee = who[one]
    return [one, contact.name, contact.email or "", attendee.organisation or ""]

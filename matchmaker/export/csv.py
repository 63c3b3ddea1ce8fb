"""Pairings → CSV that spreadsheets read and cannot be made to run."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from matchmaker.export.sheet import Cell, Sheet, flat
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
    "questions_to_first", "questions_to_second",
)  # fmt: skip
ROUND_COLUMNS = ("round", "table")
_RUN_BY_SPREADSHEETS = re.compile(r"'*(?:[\t\r]|\s*[=+\-@＝＋－＠])")


def pairings_csv(pairings: Iterable[Pairing], who: Who) -> bytes:
    """A row a pairing, by rank; UTF-8 with a BOM, as Excel wants it. Values 0 to 100, one decimal."""
    return sheet_csv(pairings_sheet(pairings, who))


def rounds_csv(pairings: Iterable[Pairing], who: Who) -> bytes:
    """The same with the round and the table of each pairing; both are blank where it found no round."""
    return sheet_csv(rounds_sheet(pairings, who))


def pairings_sheet(pairings: Iterable[Pairing], who: Who) -> Sheet:
    """A row a pairing, by rank."""
    return Sheet(title="pairings", columns=PAIRING_COLUMNS, rows=[_pairing_row(pairing, who) for pairing in pairings])


def rounds_sheet(pairings: Iterable[Pairing], who: Who) -> Sheet:
    """A row a pairing, by rank, with its round and table."""
    return Sheet(
        title="pairings",
        columns=(*PAIRING_COLUMNS, *ROUND_COLUMNS),
        rows=[[*_pairing_row(pairing, who), pairing.round or "", pairing.table or ""] for pairing in pairings],
    )


def by_attendee_csv(pairings: Sequence[Pairing], who: Who) -> bytes:
    """A row a person with theirs in order of mutual value, for a mail merge; who has none stands there too."""
    return sheet_csv(by_attendee_sheet(pairings, who))


def by_attendee_sheet(pairings: Sequence[Pairing], who: Who) -> Sheet:
    """A row a person with theirs in order of mutual value."""
    theirs: dict[AttendeeId, list[Pairing]] = {attendee: [] for attendee in who}
    for pairing in pairings:
        theirs[pairing.first].append(pairing)
        theirs[pairing.second].append(pairing)
    most = max(map(len, theirs.values()), default=0)
    columns = ["id", "name", "email", "organisation", "pairings"]
    for number in range(1, most + 1):
        columns += [
            f"{part}_{number}"
            for part in ("id", "name", "email", "organisation", "mutual_value", "value", "reason", "questions")
        ]
    rows = (_attendee_row(one, theirs[one], who) for one in sorted(who))
    return Sheet(title="pairings", columns=columns, rows=[[*row, *[""] * (len(columns) - len(row))] for row in rows])


def sheet_csv(sheet: Sheet) -> bytes:
    """A sheet as CSV."""
    return rows_csv(sheet.columns, sheet.rows)


def rows_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Any rows under `columns`; text that a spreadsheet would run gets a leading apostrophe, numbers stay numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in map(flat, row)] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def guarded(cell: str) -> str:
    """The cell with an apostrophe before what begins like a formula, or like our own guard (OWASP ASVS 5.0, 1.2.10)."""
    return "'" + cell if _RUN_BY_SPREADSHEETS.match(cell) else cell


def _pairing_row(pairing: Pairing, who: Who) -> list[str | float | int]:
    to_first, to_second = (reason_to(one, pairing, who) for one in (pairing.first, pairing.second))
    return [
        pairing.rank,
        *person_cells(pairing.first, who),
        *person_cells(pairing.second, who),
        pairing.mutual_value,
        pairing.value_to_first,
        pairing.value_to_second,
        to_first,
        to_second,
        questions_to(pairing.first, pairing),
        questions_to(pairing.second, pairing),
    ]


def _attendee_row(one: AttendeeId, theirs: list[Pairing], who: Who) -> list[str | float | int]:
    row: list[str | float | int] = [*person_cells(one, who), len(theirs)]
    for pairing in theirs:
        other = pairing.second if pairing.first == one else pairing.first
        row += [*person_cells(other, who), pairing.mutual_value, value_to(one, pairing)]
        row += [reason_to(one, pairing, who), questions_to(one, pairing)]
    return row


def person_cells(one: AttendeeId, who: Who) -> list[str]:
    """Id, name, e-mail and organisation."""
    contact, attendee = who[one]
    return [one, contact.name, contact.email or "", attendee.organisation or ""]


def value_to(one: AttendeeId, pairing: Pairing) -> float:
    """What one of the two gains."""
    return pairing.value_to_first if pairing.first == one else pairing.value_to_second


def reason_to(one: AttendeeId, pairing: Pairing, who: Who) -> str:
    """Why, to one of the two."""
    first, second = (who[either][0].name for either in (pairing.first, pairing.second))
    return reasons_in_words(pairing, first, second)[0 if pairing.first == one else 1]


def questions_to(one: AttendeeId, pairing: Pairing) -> str:
    """What one of the two may ask, in one cell."""
    return " ".join(question for side in pairing.sides if side.to == one for question in side.starters)

"""Attendees → a row a person, under the names of columns that an import reads back."""

from collections.abc import Sequence

from matchmaker.export.sheet import Cell, Sheet
from matchmaker.model.attendee import AttendeeReply

COLUMNS = (
    "external_id", "name", "email", "organisation", "role", "seniority", "sector", "region", "languages",
    "interests", "seeks", "offers", "challenge", "quota", "least", "minutes", "available", "needs_accessible", "groups",
    "opted_in", "listed", "matched", "introduced", "measured", "quiet", "id",
)  # fmt: skip
EXTRAS_MAX = 100


def attendees_sheet(attendees: Sequence[AttendeeReply]) -> Sheet:
    """A row a person in the order given; what an import kept of further columns comes last, by name."""
    extras = sorted({name for one in attendees for name in one.extra if name not in COLUMNS})[:EXTRAS_MAX]
    rows = [
        [*(_cell(one, column) for column in COLUMNS), *(one.extra.get(name) for name in extras)] for one in attendees
    ]
    return Sheet(title="attendees", columns=(*COLUMNS, *extras), rows=rows)


def _cell(one: AttendeeReply, column: str) -> Cell:
    if column == "available":
        return None if one.available is None else ",".join(map(str, one.available)) or "none"
    cell: Cell = getattr(one, column)
    return cell

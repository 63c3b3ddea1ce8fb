"""A check-in: whether an attendee is expected, here, or not coming; what a helper at the desk may see, and do."""

import re
from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import Count, Line

CODE_CHARS = 20
TYPED_CHARS_MAX = 300
TYPED = r"[0-9A-Fa-f](?:[ -]*[0-9A-Fa-f]){19}[ /]*$"
_TYPED = re.compile(rf"(?<![0-9A-Fa-f])(?<![0-9A-Fa-f]-){TYPED}")

CheckInCode = Annotated[
    str,
    Meta(
        pattern="^[0-9A-F]{20}$",
        description="What the code on their badge says. It tells nothing of the person, and stays as it is.",
    ),
]


class Presence(Enum):
    """Where an attendee is on the day; who is marked as absent is not coming, or has left."""

    EXPECTED = "expected"
    CHECKED_IN = "checked_in"
    ABSENT = "absent"


class CheckIn(Struct, frozen=True, kw_only=True):
    """An attendee as the desk sees them: whom to look for, and whether they are here."""

    attendee_id: AttendeeId
    name: Line
    organisation: Line | None
    needs_accessible: bool
    code: CheckInCode
    presence: Presence
    checked_in_at: datetime | None
    absent_at: datetime | None
    created_at: datetime


class CheckInInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was scanned or typed: a badge's address, or the code at its end; blanks, hyphens and case do not matter."""

    code: Annotated[str, Meta(min_length=CODE_CHARS, max_length=TYPED_CHARS_MAX, pattern=TYPED)]


class Attendance(Struct, frozen=True, kw_only=True):
    """How many attendees are expected, here, and not coming."""

    expected: Count
    checked_in: Count
    absent: Count


def code_in(typed: str) -> CheckInCode | None:
    """The code at the end of what was typed, as it is compared.

    A scanner types what it reads with the keys of another keyboard: an address comes as `httpsÖ--host-desk-…`, the code as it is.
    """
    found = _TYPED.search(typed)
    return None if found is None else re.sub("[ /-]", "", found[0]).upper()

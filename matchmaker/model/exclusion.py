"""Who is not to meet, and who already knows whom. Both are symmetric; an exclusion is never shown to the other side."""

from datetime import datetime

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.text import Line


class Exclusion(Struct, frozen=True, kw_only=True):
    """`attendee_id` is not to meet `other_id`, or anyone of `organisation`; exactly one of the two is set (F12)."""

    attendee_id: AttendeeId
    other_id: AttendeeId | None = None
    organisation: Line | None = None


class ExclusionReply(Struct, frozen=True, kw_only=True):
    """An exclusion as the organiser sees it."""

    id: str
    event_id: EventId
    attendee_id: AttendeeId
    other_id: AttendeeId | None
    organisation: Line | None
    created_at: datetime


class Acquaintance(Struct, frozen=True, kw_only=True):
    """Two attendees who already know each other; `first_id < second_id` (F13)."""

    first_id: AttendeeId
    second_id: AttendeeId


class AcquaintanceReply(Struct, frozen=True, kw_only=True):
    """An acquaintance as the organiser sees it."""

    id: str
    event_id: EventId
    first_id: AttendeeId
    second_id: AttendeeId
    created_at: datetime

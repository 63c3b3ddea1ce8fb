"""What people and organisers wish of a pair: wishes with a strength, decisions on a draft, and the memory of earlier meetings."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.text import Line


class Strength(Enum):
    """How strongly an attendee wishes to meet another; a mutual wish outranks all but exclusions (F14)."""

    MUST_MEET = "must_meet"
    WOULD_LIKE = "would_like"
    RATHER_NOT = "rather_not"


class Wish(Struct, frozen=True, kw_only=True):
    """`attendee_id` wishes to meet `other_id`, or rather not; directed, and never shown to the other side."""

    attendee_id: AttendeeId
    other_id: AttendeeId
    strength: Strength


class WishReply(Struct, frozen=True, kw_only=True):
    """A wish as the organiser sees it."""

    id: str
    event_id: EventId
    attendee_id: AttendeeId
    other_id: AttendeeId
    strength: Strength
    created_at: datetime


class Verdict(Enum):
    """What the organiser decided of a pair: proposed in every run, or in none (F34)."""

    PINNED = "pinned"
    REJECTED = "rejected"


class Decision(Struct, frozen=True, kw_only=True):
    """The organiser's word on a pair; `first_id < second_id`."""

    first_id: AttendeeId
    second_id: AttendeeId
    verdict: Verdict


class DecisionReply(Struct, frozen=True, kw_only=True):
    """A decision as the organiser sees it."""

    id: str
    event_id: EventId
    first_id: AttendeeId
    second_id: AttendeeId
    verdict: Verdict
    created_at: datetime


class EncounterKind(Enum):
    """How two people came together: they have met, or they have sat at one table or in one set."""

    MET = "met"
    SAT_TOGETHER = "sat_together"


class Encounter(Struct, frozen=True, kw_only=True):
    """The memory: two attendees who came together at this event or an earlier one; `first_id < second_id` (L12)."""

    first_id: AttendeeId
    second_id: AttendeeId
    kind: EncounterKind


class EncounterReply(Struct, frozen=True, kw_only=True):
    """An encounter as the organiser sees it."""

    id: str
    event_id: EventId
    first_id: AttendeeId
    second_id: AttendeeId
    kind: EncounterKind
    created_at: datetime


class Remembered(Struct, frozen=True, kw_only=True):
    """An encounter as one attendee's memory holds it: with whom, and at which event the two are those attendees."""

    id: str
    event_id: EventId
    event_name: Line
    attendee_id: AttendeeId
    other_id: AttendeeId
    other_name: Line
    kind: EncounterKind
    created_at: datetime


class Told(Struct, frozen=True, kw_only=True):
    """A pair that people were told of already; `first_id < second_id`. A re-run keeps it where that costs little (F34)."""

    first_id: AttendeeId
    second_id: AttendeeId

"""Feedback: what an attendee says of another whom they were to meet. Directed, and never shown to the other side."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.attendee_import import RowError
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.text import Count, Text

USEFUL_LEAST_OF_YES = 3
ERRORS_SHOWN_MAX = 1_000

Useful = Annotated[int, Meta(ge=1, le=5, description="How useful the meeting was to `attendee_id`, 1 to 5.")]
Accepted = Annotated[bool | None, Meta(description="Whether `attendee_id` said yes to being introduced.")]
Met = Annotated[bool | None, Meta(description="Whether the two met.")]
Reason = Annotated[Text | None, Meta(description="Why, in private: for you alone, and in no figure.")]


class FeedbackInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `attendee_id` says of `other_id`: at least one of accepted, met, useful and reason."""

    attendee_id: AttendeeId
    other_id: AttendeeId
    accepted: Accepted = None
    met: Met = None
    useful: Useful | None = None
    reason: Reason = None


class FeedbackReply(Struct, frozen=True, kw_only=True):
    """Feedback as the organiser sees it."""

    id: str
    event_id: EventId
    attendee_id: AttendeeId
    other_id: AttendeeId
    accepted: Accepted
    met: Met
    useful: Useful | None
    reason: Reason
    created_at: datetime
    updated_at: datetime


class FeedbackOutcome(Struct, frozen=True, kw_only=True):
    """What became of the rows given; `errors` shows the first thousand of those left out."""

    added: Count
    changed: Count
    unchanged: Count
    failed: Annotated[Count, Meta(description="Rows that were left out; `errors` says why.")]
    errors: Annotated[list[RowError], Meta(max_length=ERRORS_SHOWN_MAX)]


class Tally(Struct, frozen=True, kw_only=True):
    """Answers an attendee gave and others gave about them, at this and all earlier events: how many, how many yes, and of
    those with a rating how many and their sum, each rating in [0, 1]."""

    attendee_id: AttendeeId
    said: Count = 0
    said_yes: Count = 0
    rated: Count = 0
    ratings: float = 0.0
    heard: Count = 0
    heard_yes: Count = 0
    was_rated: Count = 0
    ratings_heard: float = 0.0


def contradicts_itself(met: bool | None, useful: int | None) -> bool:
    """Whether a meeting is rated that did not take place."""
    return met is False and useful is not None

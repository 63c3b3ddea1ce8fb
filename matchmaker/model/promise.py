"""A promise: what one of two who were introduced will do for the other; one each, reminded of once, kept or not (L7)."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.errors import Conflict
from matchmaker.model.ids import AttendeeId, IntroductionId, PromiseId
from matchmaker.model.text import TEXT_PATTERN

PROMISE_CHARS_MAX = 500
DUE_DAYS = 14

Words = Annotated[
    str, Meta(min_length=1, max_length=PROMISE_CHARS_MAX, pattern=TEXT_PATTERN, description="What they will do.")
]


class AlreadyPromised(Conflict):
    """They made a promise here before; one each is enough."""


class PromiseClosed(Conflict):
    """Whether this promise was kept has been said."""


class PromiseInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `attendee_id` promises the other of an introduction."""

    attendee_id: AttendeeId
    words: Words
    due_at: Annotated[
        Annotated[datetime, Meta(tz=True)] | None, Meta(description="By when; in two weeks unless said.")
    ] = None


class Promise(Struct, frozen=True, kw_only=True):
    """A promise as it is stored."""

    id: PromiseId
    introduction_id: IntroductionId
    attendee_id: AttendeeId
    words: Words
    due_at: datetime
    kept: bool | None
    created_at: datetime
    closed_at: datetime | None


class PromiseReply(Struct, frozen=True, kw_only=True):
    """A promise as the organiser sees it: that there is one and whether it was kept, never what it says."""

    id: PromiseId
    introduction_id: IntroductionId
    attendee_id: AttendeeId
    due_at: datetime
    kept: Annotated[bool | None, Meta(description="Whether it was kept; null until they say.")]
    created_at: datetime


class Outcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a promise was kept."""

    kept: bool


def due(promised: PromiseInput, at: datetime) -> datetime:
    """When a promise made at `at` is due, which is not before it is made."""
    return max(promised.due_at or at + timedelta(days=DUE_DAYS), at)


def shown(promise: Promise) -> PromiseReply:
    """What the organiser sees of it."""
    return PromiseReply(
        id=promise.id,
        introduction_id=promise.introduction_id,
        attendee_id=promise.attendee_id,
        due_at=promise.due_at,
        kept=promise.kept,
        created_at=promise.created_at,
    )

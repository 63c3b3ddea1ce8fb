"""An appointment: when two who were introduced meet. One of them proposes a time, and it stands once the other agrees.

What was agreed stands until both agree on another time, or one of them calls it off; each change counts, so calendars follow.
"""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct, structs

from matchmaker.errors import Conflict
from matchmaker.model.ids import AppointmentId, AttendeeId, IntroductionId
from matchmaker.model.text import Count

AHEAD_MAX = timedelta(days=400)

Moment = Annotated[datetime, Meta(tz=True)]


class TimePassed(Conflict):
    """That time is over, or too far away to be agreed on."""


class NotProposed(Conflict):
    """The other has not proposed that time, or proposes another by now."""


class NotAgreed(Conflict):
    """There is no time that the two have agreed on."""


class Appointment(Struct, frozen=True, kw_only=True):
    """What two have agreed on, and what one of them proposes; `sequence` counts the changes since they first agreed."""

    id: AppointmentId
    introduction_id: IntroductionId
    proposer_id: AttendeeId | None
    proposed_starts_at: datetime | None
    proposed_ends_at: datetime | None
    starts_at: datetime | None
    ends_at: datetime | None
    sequence: Count
    cancelled_at: datetime | None


class TimeInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one of the two proposes: from when, and for how long, as long as the introduction is to take unless told."""

    attendee_id: AttendeeId
    starts_at: Moment
    minutes: Annotated[int, Meta(ge=5, le=480)] | None = None


class AgreementInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To which proposal of the other one of the two agrees."""

    attendee_id: AttendeeId
    starts_at: Moment


class CancellationInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who of the two calls off what they agreed on; the other is not told who."""

    attendee_id: AttendeeId


class Times(Struct, frozen=True, kw_only=True):
    """When two meet, as it stands: what they have agreed on, and what one of them proposes."""

    starts_at: Annotated[
        datetime | None, Meta(description="Null where nothing is agreed on, or it was called off.")
    ] = None
    ends_at: datetime | None = None
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None
    proposer_id: AttendeeId | None = None
    cancelled_at: Annotated[datetime | None, Meta(description="When what they had agreed on was called off.")] = None


def times(appointment: Appointment | None) -> Times:
    """How it stands between two, also before either has proposed anything."""
    if appointment is None:
        return Times()
    return Times(
        starts_at=appointment.starts_at if is_agreed(appointment) else None,
        ends_at=appointment.ends_at if is_agreed(appointment) else None,
        proposed_starts_at=appointment.proposed_starts_at,
        proposed_ends_at=appointment.proposed_ends_at,
        proposer_id=appointment.proposer_id,
        cancelled_at=appointment.cancelled_at,
    )


def is_agreed(appointment: Appointment | None) -> bool:
    """Whether the two have a time."""
    return appointment is not None and appointment.starts_at is not None and appointment.cancelled_at is None


def hours(starts_at: datetime, minutes: int, at: datetime) -> tuple[datetime, datetime]:
    """From when to when a proposal is. Raises `TimePassed`."""
    if not at < starts_at <= at + AHEAD_MAX:
        raise TimePassed
    return starts_at, starts_at + timedelta(minutes=minutes)


def agree(appointment: Appointment, attendee_id: AttendeeId, starts_at: datetime, at: datetime) -> Appointment:
    """The appointment after one agreed to what the other proposes. Raises `NotProposed`, `TimePassed`."""
    if appointment.proposer_id in (None, attendee_id) or appointment.proposed_starts_at != starts_at:
        raise NotProposed
    if starts_at <= at:
        raise TimePassed
    return structs.replace(
        appointment,
        starts_at=starts_at,
        ends_at=appointment.proposed_ends_at,
        sequence=appointment.sequence + (appointment.starts_at is not None),
        cancelled_at=None,
        proposer_id=None,
        proposed_starts_at=None,
        proposed_ends_at=None,
    )


def call_off(appointment: Appointment, at: datetime) -> Appointment:
    """The appointment, which does not take place any more; nor is another time proposed. Raises `NotAgreed`, `TimePassed`."""
    if not is_agreed(appointment) or appointment.starts_at is None:
        raise NotAgreed
    if appointment.starts_at <= at:
        raise TimePassed
    return structs.replace(
        appointment,
        sequence=appointment.sequence + 1,
        cancelled_at=at,
        proposer_id=None,
        proposed_starts_at=None,
        proposed_ends_at=None,
    )

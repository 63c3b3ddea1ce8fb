"""Agree on a time to meet: one of two who were introduced proposes it, the other agrees, and both get it into their calendars.

A change goes to the same entry; whoever calls it off gives no reason, and the other is told.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from matchmaker.errors import NotFound
from matchmaker.model import appointment as model
from matchmaker.model import letter as letters
from matchmaker.model.appointment import Appointment
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.introduction import REVEALED, Introduction, NotIntroduced, other_of
from matchmaker.model.message import LetterKind, Message, MessageInput
from matchmaker.model.programme import SlotReply
from matchmaker.services.introduce import Seen, seen
from matchmaker.store import appointments, introductions, meetings, messages, programmes
from matchmaker.store.connection import Connection

COMING_MAX = 1_000
PROPOSING = (LetterKind.TIME_PROPOSED,)
ASKING = (*PROPOSING, LetterKind.DID_YOU_MEET)
MEETING = (LetterKind.MEETING, LetterKind.MEETING_CHANGED, LetterKind.MEETING_CANCELLED)


async def propose(
    connection: Connection,
    introduction_id: IntroductionId,
    attendee_id: AttendeeId,
    starts_at: datetime,
    *,
    minutes: int | None = None,
    at: datetime,
) -> Appointment:
    """What one proposes, which the other is asked about, for as long as the introduction is to take unless told; what was agreed
    before stands meanwhile.

    Raises `TimePassed`, `NotIntroduced`, `NotFound`.
    """
    introduction = await _introduced(connection, introduction_id, attendee_id)
    if minutes is None:
        minutes = (await seen(connection, introduction, attendee_id, language=None, at=at)).minutes
    starts_at, ends_at = model.hours(starts_at, minutes, at)
    made = await appointments.propose(connection, introduction_id, attendee_id, starts_at, ends_at, at)
    await messages.cancel(connection, introduction_id=introduction_id, letters=PROPOSING, at=at)
    asked = MessageInput(
        letter=LetterKind.TIME_PROPOSED,
        attendee_id=other_of(introduction, attendee_id),
        introduction_id=introduction_id,
        edition=f"{made.id} {at.isoformat()}",
        facts={"starts_at": starts_at.astimezone(UTC).isoformat()},
        not_before=at,
        deadline=starts_at,
    )
    await messages.add(connection, [asked], at)
    return made


async def agree(
    connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId, starts_at: datetime, at: datetime
) -> Appointment:
    """What both have agreed on now, which goes into both calendars; whether they met is asked after it, not before.

    Raises `NotProposed`, `TimePassed`, `NotFound`.
    """
    introduction = await _introduced(connection, introduction_id, attendee_id)
    before = await appointments.get(connection, introduction_id)
    if before is None:
        raise model.NotProposed
    after = model.agree(before, attendee_id, starts_at, at)
    await appointments.save(connection, after)
    await messages.cancel(connection, introduction_id=introduction_id, letters=ASKING, at=at)
    kind = LetterKind.MEETING_CHANGED if model.is_agreed(before) else LetterKind.MEETING
    written = []
    for side in (introduction.first_id, introduction.second_id):
        not_told = await messages.cancel(
            connection, introduction_id=introduction_id, attendee_id=side, letters=MEETING, at=at
        )
        written.append(
            _about(after, LetterKind.MEETING if not_told else kind, side, before, asked_for=side == attendee_id, at=at)
        )
    await messages.add(connection, written, at)
    return after


async def call_off(
    connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId, at: datetime
) -> Appointment:
    """What does not take place any more, and leaves the calendars that it is in. Raises `NotAgreed`, `TimePassed`, `NotFound`."""
    introduction = await _introduced(connection, introduction_id, attendee_id)
    before = await appointments.get(connection, introduction_id)
    if before is None:
        raise model.NotAgreed
    after = await _end(connection, before, at)
    written = [
        cancelled(after, side, asked_for=side == attendee_id, at=at)
        for side in (introduction.first_id, introduction.second_id)
        if await knows(connection, after, side)
    ]
    await messages.add(connection, written, at)
    return after


async def call_off_all(
    connection: Connection, places: Sequence[AttendeeId], *, until: datetime | None, at: datetime
) -> None:
    """Whoever leaves for a while, or for good, comes to nothing meanwhile: each other is told, they themselves know it."""
    for before in await appointments.coming(connection, places, until=until, at=at, limit=COMING_MAX):
        introduction = await introductions.get(connection, before.introduction_id)
        after = await _end(connection, before, at)
        if introduction is not None:
            other = introduction.second_id if introduction.first_id in places else introduction.first_id
            if await knows(connection, after, other):
                await messages.add(connection, [cancelled(after, other, at=at)], at)


async def take_back_all(connection: Connection, places: Sequence[AttendeeId], at: datetime) -> None:
    """What they only proposed is no longer to be agreed to; what was agreed before stands."""
    for introduction_id in await appointments.take_back(connection, places, at, limit=COMING_MAX):
        await messages.cancel(connection, introduction_id=introduction_id, letters=PROPOSING, at=at)


async def free_slots(connection: Connection, introduction: Introduction, at: datetime) -> list[SlotReply]:
    """The slots of the event's programme that are to come, and in which neither of the two sits, or has agreed on anything."""
    busy = [*await _busy(connection, introduction.first_id), *await _busy(connection, introduction.second_id)]
    return [
        slot
        for slot in await programmes.slots(connection, introduction.event_id)
        if slot.starts_at > at and not any(starts < slot.ends_at and slot.starts_at < ends for starts, ends in busy)
    ]


async def _busy(connection: Connection, attendee_id: AttendeeId) -> list[tuple[datetime, datetime]]:
    seated = await meetings.of_attendee(connection, attendee_id, limit=COMING_MAX)
    agreed = await appointments.of_attendee(connection, attendee_id, limit=COMING_MAX)
    return [
        *((one.starts_at, one.ends_at) for one in seated if one.starts_at and one.ends_at and not one.cancelled_at),
        *((one.starts_at, one.ends_at) for one in agreed if one.starts_at and one.ends_at and not one.cancelled_at),
    ]


async def knows(connection: Connection, appointment: Appointment, attendee_id: AttendeeId) -> bool:
    """Whether the time is in somebody's calendar, or may be: the last letter about it that left put it there."""
    last = await appointments.last_told(connection, appointment.introduction_id, attendee_id, letters=MEETING)
    return last in (LetterKind.MEETING, LetterKind.MEETING_CHANGED)


def cancelled(
    appointment: Appointment, to: AttendeeId, *, outlives: bool = False, asked_for: bool = False, at: datetime
) -> MessageInput:
    """The letter that takes an entry out of a calendar; one that `outlives` its introduction does not name it."""
    return _about(appointment, LetterKind.MEETING_CANCELLED, to, None, outlives=outlives, asked_for=asked_for, at=at)


def letter(about: Seen, appointment: Appointment | None, message: Message, page_url: str) -> letters.Letter | None:
    """The letter about a time that is proposed, or agreed on; None where another is by now."""
    facts = message.facts
    if appointment is None or not facts.get("starts_at"):
        return None
    if message.letter is LetterKind.TIME_PROPOSED:
        proposed = appointment.proposed_starts_at
        if proposed is None or proposed != _moment(facts["starts_at"]) or appointment.proposed_ends_at is None:
            return None
        if appointment.proposer_id == message.attendee_id:
            return None
        return letters.TimeProposed(
            event_name=about.event.name,
            other=about.other,
            starts_at=proposed,
            ends_at=appointment.proposed_ends_at,
            page_url=page_url,
            instead_of=appointment.starts_at if model.is_agreed(appointment) else None,
        )
    if not model.is_agreed(appointment) or appointment.sequence != facts["sequence"]:
        return None
    if appointment.starts_at is None or appointment.ends_at is None:
        return None
    whole = letters.MeetingChanged(
        event_name=about.event.name,
        others=[about.other],
        meeting_id=appointment.id,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        page_url=page_url,
        sequence=appointment.sequence,
        place=about.place,
        started_at_before=_moment(facts["started_at_before"]),
        questions=about.questions,
        of_two=True,
    )
    return whole if message.letter is LetterKind.MEETING_CHANGED else letters.as_new(whole)


def cancellation(event_name: str, message: Message, page_url: str) -> letters.MeetingCancelled:
    """The letter about what does not take place, from what the message holds: the rest may be gone."""
    facts = message.facts
    return letters.MeetingCancelled(
        event_name=event_name,
        meeting_id=facts["meeting_id"],
        starts_at=datetime.fromisoformat(facts["starts_at"]),
        ends_at=datetime.fromisoformat(facts["ends_at"]),
        sequence=facts["sequence"],
        page_url=page_url,
        of_two=True,
    )


async def _introduced(connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId) -> Introduction:
    """The introduction, locked. Raises `NotIntroduced`, and `NotFound` for whoever is neither of the two."""
    introduction = await introductions.lock(connection, introduction_id)
    if introduction is None:
        raise NotFound
    other_of(introduction, attendee_id)
    if introduction.state not in REVEALED:
        raise NotIntroduced
    return introduction


async def _end(connection: Connection, before: Appointment, at: datetime) -> Appointment:
    after = model.call_off(before, at)
    await appointments.save(connection, after)
    await messages.cancel(connection, introduction_id=before.introduction_id, letters=PROPOSING + MEETING, at=at)
    return after


def _about(
    appointment: Appointment,
    kind: LetterKind,
    to: AttendeeId,
    before: Appointment | None,
    *,
    outlives: bool = False,
    asked_for: bool,
    at: datetime,
) -> MessageInput:
    """Holds all that a calendar must be told. Raises `ValueError` for what was never agreed on."""
    starts_at, ends_at = appointment.starts_at, appointment.ends_at
    if starts_at is None or ends_at is None:
        raise ValueError("Only what was agreed on is told.")
    was = None if before is None or before.starts_at is None else before.starts_at.isoformat()
    return MessageInput(
        letter=kind,
        attendee_id=to,
        introduction_id=None if outlives else appointment.introduction_id,
        edition=f"{appointment.id} {appointment.sequence}",
        facts={
            "of_two": True,
            "meeting_id": appointment.id,
            "sequence": appointment.sequence,
            "starts_at": starts_at.astimezone(UTC).isoformat(),
            "ends_at": ends_at.astimezone(UTC).isoformat(),
            "started_at_before": was,
        },
        not_before=at,
        deadline=starts_at,
        asked_for=asked_for,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

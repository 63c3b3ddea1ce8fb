"""Pause someone's introductions, when they ask for it or stay silent, and let them come back."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.pause import Pause, PauseCause, PauseScope, ends
from matchmaker.services import agree, guide, respond
from matchmaker.services.hand_over import hand_over
from matchmaker.store import attendees, introductions, messages, pauses
from matchmaker.store.connection import Connection

OPEN_MAX = 10_000
# Who rests from introductions still hears of their seats; a digest says what is left of it, and is none of these itself.
ENDING = [kind for kind in LetterKind if kind not in guide.LETTERS and kind is not LetterKind.DIGEST]
LETTERS = {PauseCause.ASKED: LetterKind.GOODBYE, PauseCause.SILENT: LetterKind.PAUSED}


async def pause(
    connection: Connection,
    event_id: EventId,
    attendee_id: AttendeeId,
    scope: PauseScope,
    *,
    cause: PauseCause = PauseCause.ASKED,
    ends_at: datetime | None = None,
    keeps_times: bool = False,
    at: datetime,
) -> Pause:
    """A pause from now on: open introductions end as if declined, and no letter leaves any more but the one that says so.

    What they agreed on with somebody meanwhile is called off, if they asked for the pause, and the other is told, who would sit
    there in vain; not if it `keeps_times`, since who ends letters by one click cancels no meeting by it. A time that they only
    proposed is taken back either way: they might never hear that it was agreed to. A seat in rounds that was given stays, and
    who is seated is told where, unless they want no letters at all; a place in a set goes to somebody else where they leave the
    programme and would miss a date. A release under way at one of the events is waited for, so that it offers nothing behind
    the pause's back. Raises `NotFound`.
    """
    attendee = await attendees.get(connection, event_id, attendee_id)
    if attendee is None:
        raise NotFound
    at_event = None if scope is PauseScope.EVERYTHING else event_id
    theirs = await pauses.lock_places(connection, attendee.person_id, at_event)
    made = await pauses.add(
        connection,
        attendee.person_id,
        scope,
        event_id=at_event,
        cause=cause,
        ends_at=ends(scope, at, ends_at),
        at=at,
    )
    if cause is PauseCause.ASKED and scope is not PauseScope.ROUND:
        await _leave_sets(connection, theirs, made, at)
    open_ones = await introductions.lock_open_of(connection, theirs, limit=OPEN_MAX)
    await respond.decline_all(connection, open_ones, theirs, at)
    if cause is PauseCause.ASKED:
        await agree.take_back_all(connection, theirs, at)
    if cause is PauseCause.ASKED and not keeps_times:
        await agree.call_off_all(connection, theirs, until=made.ends_at, at=at)
    for place in theirs:  # after their introductions are locked, as whoever answers one locks it before its letters
        ending = None if scope is PauseScope.EVERYTHING else ENDING
        await messages.cancel(connection, attendee_id=place, letters=ending, at=at)
    await messages.add(connection, [_said(attendee_id, made, at)], at)
    return made


async def put(
    connection: Connection,
    event_id: EventId,
    attendee_id: AttendeeId,
    scope: PauseScope,
    *,
    ends_at: datetime | None = None,
    at: datetime,
) -> Pause:
    """The one pause that someone asked for, in place of any other; the same again changes nothing and writes no letter.

    Raises `NotFound`, `InvalidFields` for an end that is past.
    """
    if ends_at is not None and ends_at <= at:
        raise InvalidFields([FieldError("/ends_at", "past", "A pause ends in the future.")])
    attendee = await attendees.get(connection, event_id, attendee_id)
    if attendee is None:
        raise NotFound
    await pauses.lock_places(connection, attendee.person_id, None if scope is PauseScope.EVERYTHING else event_id)
    present = await pauses.of_attendee(connection, attendee_id, at)
    if present is not None and present.scope is scope and ends_at in (None, present.ends_at):
        return present
    await pauses.end(connection, attendee.person_id, event_id, at)
    return await pause(connection, event_id, attendee_id, scope, ends_at=ends_at, at=at)


async def come_back(connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, at: datetime) -> int:
    """End all that keeps someone from introductions at an event; gives how many pauses that were. Raises `NotFound`."""
    attendee = await attendees.get(connection, event_id, attendee_id)
    if attendee is None:
        raise NotFound
    return await pauses.end(connection, attendee.person_id, event_id, at)


async def _leave_sets(connection: Connection, theirs: Sequence[AttendeeId], made: Pause, at: datetime) -> None:
    """Who leaves gives their place in a set to somebody else, where they would miss one of its dates (L6)."""
    for place in theirs:
        event_id = await attendees.event_of(connection, place)
        if event_id is not None:
            await hand_over(connection, event_id, place, until=made.ends_at, at=at)


def _said(attendee_id: AttendeeId, made: Pause, at: datetime) -> MessageInput:
    """The one letter that says so, with the way back; the edition is the pause's."""
    until = None if made.ends_at is None else made.ends_at.isoformat()
    return MessageInput(
        letter=LETTERS[made.cause],
        attendee_id=attendee_id,
        edition=made.id,
        facts={"scope": made.scope.value, "until": until},
        not_before=at,
        asked_for=made.cause is PauseCause.ASKED,
    )

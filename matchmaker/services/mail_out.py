"""Mail a segment of an event's people in the organiser's own words, after a look and a count (F68).

The words are people's like any others: nothing in them becomes a link, and the letter has the three exits, as each has. Windows
and the daily cap hold it as they hold all that nobody asked for.
"""

import asyncio
from datetime import datetime, timedelta

from msgspec import structs

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.mail import samples
from matchmaker.mail.compose import compose
from matchmaker.model import letter as letters
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.note import DEADLINE_DAYS, Note, NoteInput, NotePreview, Reach
from matchmaker.services.chase import recipients
from matchmaker.services.reword import shown
from matchmaker.store import events, messages, notes, segments, senders
from matchmaker.store.connection import Connection
from matchmaker.store.snapshots import ATTENDEES_MAX


async def preview(connection: Connection, event_id: EventId, given: NoteInput, *, at: datetime) -> NotePreview:
    """To how many it would go, and how it would look; nothing is sent or kept. Raises `NotFound`, `InvalidFields`."""
    event = await _event(connection, event_id)
    _deadline(given, at)
    found = await _reach(connection, event_id, given, at)
    sender = await senders.get(connection)
    envelope = samples.envelope(language=sender.language if sender else "en")
    envelope = structs.replace(envelope, sender_name=sender.name) if sender else envelope
    letter = letters.Note(event_name=event.name, heading=given.heading, paragraphs=given.paragraphs)
    return NotePreview(recipients=recipients(found), letter=shown(await asyncio.to_thread(compose, letter, envelope)))


async def mail_out(connection: Connection, event_id: EventId, given: NoteInput, *, at: datetime) -> Note:
    """The note, with a message to everyone it reaches. Raises `NotFound`, `InvalidFields`."""
    await _event(connection, event_id)
    deadline = _deadline(given, at)
    found = await _reach(connection, event_id, given, at)
    reached = [one for one, reach in found.items() if reach is Reach.REACHED]
    note = await notes.add(connection, event_id, given, letters=len(reached), deadline=deadline, at=at)
    await messages.add(
        connection,
        [
            MessageInput(
                letter=LetterKind.NOTE,
                attendee_id=one,
                edition=note.id,
                facts={"note_id": note.id},
                not_before=at,
                deadline=deadline,
            )
            for one in reached
        ],
        at,
    )
    return note


async def _event(connection: Connection, event_id: EventId) -> Event:
    event = await events.get(connection, event_id)
    if event is None:
        raise NotFound
    return event


def _deadline(given: NoteInput, at: datetime) -> datetime:
    deadline = given.deadline or at + timedelta(days=DEADLINE_DAYS)
    if deadline <= at:
        raise InvalidFields([FieldError("/deadline", "past", "The deadline has passed already.")])
    return deadline


async def _reach(connection: Connection, event_id: EventId, given: NoteInput, at: datetime) -> dict[AttendeeId, Reach]:
    return await segments.find(connection, event_id, given.segment, at, limit=ATTENDEES_MAX)

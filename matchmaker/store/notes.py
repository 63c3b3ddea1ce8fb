"""Notes: what the organiser wrote to a segment of an event's people, kept once for all its messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.model.ids import EventId, NoteId
from matchmaker.model.message import MessageState
from matchmaker.model.note import Note, NoteInput, Segment
from matchmaker.store.connection import Connection, returned, to_json


async def add(
    connection: Connection, event_id: EventId, note: NoteInput, *, letters: int, deadline: datetime, at: datetime
) -> Note:
    """A new note, which so many messages are to carry."""
    row = await connection.fetchrow(
        """
        insert into note (event_id, heading, paragraphs, segment, letters, deadline, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        returning id, event_id, heading, paragraphs, segment, letters, deadline, created_at
        """,
        event_id,
        note.heading,
        note.paragraphs,
        to_json(note.segment),
        letters,
        deadline,
        at,
    )
    return _note(returned(row))


async def get(connection: Connection, event_id: EventId, note_id: NoteId) -> Note | None:
    """One note."""
    row = await connection.fetchrow(
        """
        select id, event_id, heading, paragraphs, segment, letters, deadline, created_at
          from note
         where id = $1
           and event_id = $2
        """,
        note_id,
        event_id,
    )
    return None if row is None else _note(row)


async def find(
    connection: Connection, event_id: EventId, *, after: tuple[datetime, str] | None = None, limit: int
) -> list[Note]:
    """Notes of an event, the first written first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, heading, paragraphs, segment, letters, deadline, created_at
          from note
         where event_id = $1
           and ($2::timestamptz is null or (created_at, id) > ($2, $3))
         order by created_at, id
         limit $4
        """,
        event_id,
        *(after or (None, None)),
        limit,
    )
    return [_note(row) for row in rows]


async def fates(connection: Connection, event_id: EventId, note: Note) -> Mapping[MessageState, int]:
    """How many of a note's messages stand how."""
    rows = await connection.fetch(
        """
        select state, count(*) as number
          from message
         where event_id = $1
           and created_at >= $2
           and letter = 'note'
           and edition = $3
         group by state
         limit $4
        """,
        event_id,
        note.created_at,
        note.id,
        len(MessageState),
    )
    return {MessageState(row["state"]): row["number"] for row in rows}


async def was_written(connection: Connection, event_id: EventId, note: NoteInput, *, since: datetime) -> bool:
    """Whether the same words were written to the same people after that hour."""
    found: bool = await connection.fetchval(
        """
        select exists (select
                         from note
                        where event_id = $1
                          and created_at > $2
                          and heading = $3
                          and paragraphs = $4
                          and segment = $5)
        """,
        event_id,
        since,
        note.heading,
        note.paragraphs,
        to_json(note.segment),
    )
    return found


def _note(row: Mapping[str, Any]) -> Note:
    return Note(**{**row, "segment": json.decode(row["segment"], type=Segment)})

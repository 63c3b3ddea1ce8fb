"""Messages: the outbox. A message is added in the transaction of its cause, and so is there exactly if that is."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.store.connection import Connection, changed, to_json


async def add(connection: Connection, messages: Sequence[MessageInput], at: datetime) -> int:
    """How many of `messages` are new; the others were written before and stay as they are.

    Each gets the Message-ID it keeps however often it is sent. An attendee who is gone gets no letter.
    """
    if not messages:
        return 0
    await _open_outbox(connection)
    done = await connection.execute(
        """
        insert into message (id, event_id, attendee_id, person_id, introduction_id, letter, edition, facts, mail_id, asked_for,
                             not_before, deadline, due_at, created_at)
        select fresh.id, attendee.event_id, attendee.id, attendee.person_id, given.introduction_id, given.letter,
               given.edition, given.facts, '<' || fresh.id || '@' || coalesce(sender.domain, 'matchmaker.invalid') || '>',
               given.asked_for, given.not_before, given.deadline, given.not_before, $2
          from json_to_recordset($1::json)
               as given (attendee_id uuid, introduction_id uuid, letter text, edition text, facts jsonb, asked_for boolean,
                         not_before timestamptz, deadline timestamptz)
          join attendee on attendee.id = given.attendee_id
         cross join lateral (select gen_random_uuid() as id where given.letter is not null) as fresh
          left join (select substring(address from '@([0-9A-Za-z.-]+)$') as domain
                       from sender) as sender on true
            on conflict on constraint message_once do nothing
        """,
        to_json(messages),
        at,
    )
    return changed(done)


async def _open_outbox(connection: Connection) -> None:
    """Let the worker know that this association has messages."""
    await connection.execute(
        """
        insert into outbox (association_id)
        values (current_setting('app.association')::uuid)
            on conflict do nothing
        """
    )


async def cancel(
    connection: Connection,
    *,
    introduction_id: IntroductionId | None = None,
    attendee_id: AttendeeId | None = None,
    letters: Sequence[LetterKind] | None = None,
    at: datetime,
) -> int:
    """How many messages are dropped: those of the introduction, or to the attendee, or both, that are not yet transmitting.

    One that a worker has claimed is dropped too: its claim is void, and nothing leaves.
    """
    if introduction_id is None and attendee_id is None:
        raise ValueError("Say whose messages are cancelled.")
    done = await connection.execute(
        """
        update message
           set state         = 'dropped',
               reason        = 'cancelled',
               claimed_until = null,
               ended_at      = greatest($4, created_at)
         where ($1::uuid is null or introduction_id = $1)
           and ($2::uuid is null or attendee_id = $2)
           and ($3::text[] is null or letter = any($3))
           and state in ('queued', 'held', 'claimed')
        """,
        introduction_id,
        attendee_id,
        None if letters is None else [letter.value for letter in letters],
        at,
    )
    return changed(done)

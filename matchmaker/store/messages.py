"""Messages: the outbox. A message is added in the transaction of its cause, and so is there exactly if that is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, MessageId
from matchmaker.model.message import LetterKind, MessageInput, MessageReply, MessageState, Outcome, Unsent
from matchmaker.store.connection import Connection, changed, to_json


async def add(connection: Connection, messages: Sequence[MessageInput], at: datetime) -> int:
    """How many of `messages` are new; the others were written before and stay as they are.

    Each gets the Message-ID it keeps however often it is sent; it names the association, so that what comes back finds it.
    An attendee who is gone gets no letter.
    """
    if not messages:
        return 0
    await _open_outbox(connection)
    done = await connection.execute(
        """
        insert into message (id, event_id, attendee_id, person_id, introduction_id, letter, edition, facts, mail_id, asked_for,
                             not_before, deadline, due_at, created_at)
        select fresh.id, attendee.event_id, attendee.id, attendee.person_id, given.introduction_id, given.letter,
               given.edition, given.facts,
               '<' || fresh.id || '.' || attendee.association_id || '@'
               || coalesce(sender.domain, 'matchmaker.invalid') || '>',
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


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    state: MessageState | None = None,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[MessageReply]:
    """Messages of an event, or those in a state, or to an attendee; the first written first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, introduction_id, digest_id, letter, edition, state, reason, code, words, asked_for,
               overrode, tries, repeats, not_before, deadline, due_at, transmitting_at, ended_at, created_at
          from message
         where event_id = $1
           and ($2::text is null or state = $2)
           and ($3::uuid is null or attendee_id = $3)
           and ($4::timestamptz is null or (created_at, id) > ($4, $5))
         order by created_at, id
         limit $6
        """,
        event_id,
        None if state is None else state.value,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [_reply(row) for row in rows]


async def get(connection: Connection, event_id: EventId, message_id: MessageId) -> MessageReply | None:
    """One message."""
    row = await connection.fetchrow(
        """
        select id, event_id, attendee_id, introduction_id, digest_id, letter, edition, state, reason, code, words, asked_for,
               overrode, tries, repeats, not_before, deadline, due_at, transmitting_at, ended_at, created_at
          from message
         where id = $1
           and event_id = $2
        """,
        message_id,
        event_id,
    )
    return None if row is None else _reply(row)


async def decide(
    connection: Connection, event_id: EventId, message_id: MessageId, outcome: Outcome, at: datetime
) -> MessageReply | None:
    """An uncertain message after what the organiser decided; None where there is no such message, or it is not uncertain.

    Of a digest it is decided as one, so a part of one is no such message.
    """
    row = await connection.fetchrow(
        """
        update message
           set state           = case when $3 then 'queued' else 'dropped' end,
               transmitting_at = case when not $3 then transmitting_at end,
               repeats         = repeats + $3::int,
               due_at          = greatest(due_at, $4),
               reason          = case when not $3 then 'left' end,
               ended_at        = case when not $3 then greatest($4, transmitting_at) end
         where id = $1
           and event_id = $2
           and state = 'uncertain'
           and digest_id is null
        returning id, event_id, attendee_id, introduction_id, digest_id, letter, edition, state, reason, code, words, asked_for,
                  overrode, tries, repeats, not_before, deadline, due_at, transmitting_at, ended_at, created_at
        """,
        message_id,
        event_id,
        outcome is Outcome.SEND_AGAIN,
        at,
    )
    return None if row is None else _reply(row)


async def email_key_of(connection: Connection, mail_id: str) -> str | None:
    """The address, as it is compared, of whoever a letter that left was for; of a test nobody's."""
    found: str | None = await connection.fetchval(
        """
        select email_key
          from message
          join contact using (association_id, person_id)
         where mail_id = $1
           and transmitting_at is not null
           and not facts ? 'test'
        """,
        mail_id,
    )
    return found


async def count(connection: Connection) -> Mapping[str, int]:
    """How many messages of the association are in each state."""
    rows = await connection.fetch("select state, count(*) as count from message group by state limit 100")
    return {row["state"]: row["count"] for row in rows}


def _reply(row: Mapping[str, Any]) -> MessageReply:
    reason = row["reason"]
    return MessageReply(
        **{
            **row,
            "letter": LetterKind(row["letter"]),
            "state": MessageState(row["state"]),
            "reason": None if reason is None else Unsent(reason),
        }
    )

"""Digests: messages to one attendee that leave as one, and share its fate by the database's own doing (`share_fate`)."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.model.ids import MessageId
from matchmaker.model.message import Message
from matchmaker.store.connection import Connection
from matchmaker.store.outbox import to_message


async def bind(connection: Connection, first_id: MessageId, ids: Sequence[MessageId]) -> MessageId:
    """The digest whose edition is its first part, after those messages, which wait too, have become its parts."""
    bound: MessageId = await connection.fetchval(
        """
        update message
           set digest_id = whole.id
          from message as whole
         where message.id = any($2)
           and message.state = 'queued'
           and message.attendee_id = whole.attendee_id
           and whole.letter = 'digest'
           and whole.edition = $1::text
           and whole.attendee_id = (select attendee_id from message where id = $1::text::uuid)
        returning whole.id
        """,
        first_id,
        ids,
    )
    return bound


async def parts(connection: Connection, digest_id: MessageId, *, limit: int) -> list[Message]:
    """The parts of a claimed digest that have not ended, whoever must answer first being first."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, introduction_id, letter, edition, facts, mail_id, asked_for, deadline, claim, tries,
               repeats
          from message
         where digest_id = $1
           and state = 'claimed'
         order by deadline, created_at, id
         limit $2
        """,
        digest_id,
        limit,
    )
    return [to_message(row) for row in rows]


async def hold(connection: Connection, message: Message, ids: Sequence[MessageId]) -> bool:
    """Whether the claim of a digest still holds, and that of all its parts; all are locked then.

    A part that somebody is just about to take back is not waited for, since they might wait for another of ours.
    """
    held: bool = await connection.fetchval(
        """
        with whole as materialized (
            select id
              from message
             where id = $1
               and claim = $2
               and state = 'claimed'
               for update
        ),
        part as materialized (
            select message.id
              from whole
              join message on digest_id = whole.id
             where state = 'claimed'
               and message.id = any($3)
               for update of message skip locked
        )
        select count(*) = cardinality($3) from part
        """,
        message.id,
        message.claim,
        ids,
    )
    return held


async def drop_late(connection: Connection, at: datetime) -> None:
    """End the parts of waiting digests that make no sense any more; the others leave without them."""
    await connection.execute(
        """
        update message
           set state = 'dropped', reason = 'late', ended_at = greatest($1, created_at)
         where digest_id is not null
           and state = 'queued'
           and deadline < $1
        """,
        at,
    )


async def put_off(connection: Connection, at: datetime) -> None:
    """Give waiting digests whose deadline is over the first one of the parts that are left."""
    await connection.execute(
        """
        update message as whole
           set deadline = (select min(part.deadline)
                             from message as part
                            where part.digest_id = whole.id
                              and part.state = 'queued')
         where letter = 'digest'
           and state = 'queued'
           and deadline < $1
        """,
        at,
    )


async def thread(connection: Connection, digest_id: MessageId) -> str | None:
    """The letter that a digest answers: the first of an introduction to its reader, where all parts are about that one."""
    found: str | None = await connection.fetchval(
        """
        select (select coalesce(whole.mail_id, earlier.mail_id)
                  from message as earlier
                  left join message as whole on whole.id = earlier.digest_id
                 where earlier.introduction_id = about.introduction_id
                   and earlier.attendee_id = about.attendee_id
                   and earlier.state = 'sent'
                 order by earlier.ended_at
                 limit 1)
          from (select attendee_id, (array_agg(introduction_id))[1] as introduction_id
                  from message
                 where digest_id = $1
                   and state = 'claimed'
                 group by attendee_id
                having count(distinct introduction_id) = 1
                   and count(*) = count(introduction_id)) as about
        """,
        digest_id,
    )
    return found

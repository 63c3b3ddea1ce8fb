"""The outbox as the worker sees it: what is due, who has claimed it, and what became of it.

Whoever changes a claimed message names the number of its claim, so that a worker that was thought dead changes nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import json

from matchmaker.model.ids import AssociationId, AttendeeId, MessageId
from matchmaker.model.message import LetterKind, Message, Reader, Unsent, Waiting
from matchmaker.store.connection import Connection, changed

ASSOCIATIONS_MAX = 100_000


async def associations(connection: Connection) -> list[AssociationId]:
    """Every association that ever had a message; the transaction needs no tenant."""
    rows = await connection.fetch(
        "select association_id from outbox order by association_id limit $1", ASSOCIATIONS_MAX
    )
    return [row["association_id"] for row in rows]


async def lock(connection: Connection) -> Mapping[str, str | None] | None:
    """The `home` from which the association's mail may leave and the one it is in, for one worker at a time.

    None where another worker is choosing just now.
    """
    row = await connection.fetchrow(
        """
        select home,
               (select system_identifier from pg_control_system())
               || '/' || (select oid from pg_database where datname = current_database()) as here
          from outbox
         where association_id = current_setting('app.association')::uuid
           for update of outbox skip locked
        """
    )
    return None if row is None else dict(row)


async def settle(connection: Connection) -> None:
    """Let the association's mail leave from this database and from no other."""
    await connection.execute(
        """
        update outbox
           set home = (select system_identifier from pg_control_system())
                      || '/' || (select oid from pg_database where datname = current_database())
         where association_id = current_setting('app.association')::uuid
        """
    )


async def hold(connection: Connection) -> int:
    """How many messages are held that waited to be sent."""
    return changed(await connection.execute("update message set state = 'held' where state = 'queued'"))


async def release(connection: Connection, at: datetime) -> int:
    """How many messages wait again to be sent that were held."""
    return changed(
        await connection.execute(
            "update message set state = 'queued', due_at = greatest(not_before, $1) where state = 'held'", at
        )
    )


async def give_back(connection: Connection, at: datetime) -> int:
    """How many messages were claimed by workers that are gone; nothing of them had left, so they wait again."""
    return changed(
        await connection.execute(
            """
            update message
               set state = 'queued', claimed_until = null
             where state = 'claimed'
               and claimed_until <= $1
            """,
            at,
        )
    )


async def doubt(connection: Connection, at: datetime) -> list[MessageId]:
    """The messages whose worker is gone while they were transmitting: nobody can know whether they left.

    A digest stands for its parts.
    """
    rows = await connection.fetch(
        """
        update message
           set state = 'uncertain', claimed_until = null
         where state = 'transmitting'
           and claimed_until <= $1
        returning id, digest_id
        """,
        at,
    )
    return [row["id"] for row in rows if row["digest_id"] is None]


async def repeat_asked_for(connection: Connection, *, all_letters: bool, at: datetime) -> list[MessageId]:
    """The uncertain messages that are sent again without a decision: those asked for, or all where the transport
    recognises a Message-ID and drops the second."""
    rows = await connection.fetch(
        """
        update message
           set state = 'queued', transmitting_at = null, repeats = repeats + 1, due_at = greatest(due_at, $2)
         where state = 'uncertain'
           and (asked_for or $1)
        returning id
        """,
        all_letters,
        at,
    )
    return [row["id"] for row in rows]


async def due(
    connection: Connection, at: datetime, *, attendee_ids: Sequence[AttendeeId] | None = None, limit: int
) -> list[Waiting]:
    """Messages that are due, to everyone or to those attendees, locked: those asked for first, then by deadline.

    The parts of a digest are due with it.
    """
    rows = await connection.fetch(
        """
        select message.id, message.attendee_id, message.person_id, letter, asked_for, tries, repeats, deadline,
               array[attendee.extra ->> 'time_zone', event.time_zone] as time_zones,
               (select max(coalesce(earlier.transmitting_at, $1))
                  from message as earlier
                 where earlier.person_id = message.person_id
                   and earlier.state in ('claimed', 'transmitting', 'uncertain', 'sent')
                   and not earlier.asked_for) as last_at
          from message
          join attendee on attendee.id = message.attendee_id
          join event on event.id = message.event_id
         where message.state = 'queued'
           and digest_id is null
           and due_at <= $1
           and ($3::uuid[] is null or message.attendee_id = any($3))
         order by asked_for desc, deadline, due_at, message.id
         limit $2
           for update of message skip locked
        """,
        at,
        limit,
        attendee_ids,
    )
    return [Waiting(**{**row, "letter": LetterKind(row["letter"])}) for row in rows]


async def claim(
    connection: Connection, ids: Sequence[MessageId], overrode: Sequence[bool], until: datetime
) -> list[Message]:
    """The messages of `ids`, claimed until a moment after which another worker may have them."""
    rows = await connection.fetch(
        """
        update message
           set state = 'claimed', claim = claim + 1, tries = tries + 1, claimed_until = $3, overrode = given.overrode
          from unnest($1::uuid[], $2::boolean[]) as given (id, overrode)
         where message.id = given.id
           and state = 'queued'
        returning message.id, event_id, attendee_id, introduction_id, letter, edition, facts, mail_id, asked_for, deadline,
                  claim, tries, repeats
        """,
        ids,
        overrode,
        until,
    )
    return [to_message(row) for row in rows]


async def defer(connection: Connection, ids: Sequence[MessageId], moments: Sequence[datetime]) -> None:
    """Let messages wait until their windows open."""
    await connection.execute(
        """
        update message
           set due_at = given.due_at
          from unnest($1::uuid[], $2::timestamptz[]) as given (id, due_at)
         where message.id = given.id
           and state = 'queued'
        """,
        ids,
        moments,
    )


async def drop(connection: Connection, ids: Sequence[MessageId], reason: Unsent, at: datetime) -> None:
    """End messages that wait or are claimed: they will not be sent."""
    await connection.execute(
        """
        update message
           set state = case when $2 = 'given_up' then 'failed' else 'dropped' end, reason = $2, claimed_until = null,
               ended_at = greatest($3, created_at)
         where id = any($1)
           and state in ('queued', 'claimed')
        """,
        ids,
        reason.value,
        at,
    )


async def reader(connection: Connection, message: Message) -> Reader | None:
    """Whom a message is for, and the first letter of its introduction to them, which later ones answer: a digest, if it
    left in one.

    A test goes to the organiser who asked for it, else to the association's own address, if that is verified, as if it were to
    the attendee.
    """
    row = await connection.fetchrow(
        """
        select contact.name,
               case when $5::uuid is not null then organiser.email when $4 then sender.address else contact.email end as email,
               case when $5 is not null then organiser.email_key when $4 then lower(sender.address)
                    else contact.email_key end as email_key, languages,
               array[attendee.extra ->> 'time_zone', event.time_zone] as time_zones,
               (select coalesce(whole.mail_id, earlier.mail_id)
                  from message as earlier
                  left join message as whole on whole.id = earlier.digest_id
                 where earlier.introduction_id = $2
                   and earlier.attendee_id = $1
                   and earlier.state = 'sent'
                   and earlier.id <> $3
                 order by earlier.ended_at
                 limit 1) as in_reply_to
          from attendee
          join contact using (association_id, person_id)
          join event on event.id = event_id
          left join sender on $4 and sender.verified_at is not null
          left join organiser on organiser.id = $5
         where attendee.id = $1
        """,
        message.attendee_id,
        message.introduction_id,
        message.id,
        message.test_language is not None,
        message.test_organiser,
    )
    return None if row is None else Reader(**row)


async def transmit(connection: Connection, message: Message, *, until: datetime, at: datetime) -> bool:
    """Whether the claim still holds; then the letter's last dot may leave, and from now on nobody else may send it."""
    done = await connection.execute(
        """
        update message
           set state = 'transmitting', claimed_until = $3, transmitting_at = greatest($4, created_at)
         where id = $1
           and claim = $2
           and state = 'claimed'
        """,
        message.id,
        message.claim,
        until,
        at,
    )
    return bool(changed(done))


async def end_sent(connection: Connection, message: Message, at: datetime) -> bool:
    """Whether the message is sent now: also one that was thought uncertain meanwhile."""
    done = await connection.execute(
        """
        update message
           set state = 'sent', claimed_until = null, ended_at = greatest($3, transmitting_at)
         where id = $1
           and claim = $2
           and state in ('transmitting', 'uncertain')
        """,
        message.id,
        message.claim,
        at,
    )
    return bool(changed(done))


async def end_uncertain(connection: Connection, message: Message) -> None:
    """The line broke after the last dot had left and before the answer came."""
    await connection.execute(
        """
        update message
           set state = 'uncertain', claimed_until = null
         where id = $1
           and claim = $2
           and state = 'transmitting'
        """,
        message.id,
        message.claim,
    )


async def end_failed(
    connection: Connection, message: Message, reason: Unsent, *, code: int | None, words: str | None, at: datetime
) -> None:
    """It was refused for good, or too often."""
    await connection.execute(
        """
        update message
           set state = 'failed', claimed_until = null, reason = $3, code = coalesce($4, code), words = coalesce($5, words),
               ended_at = greatest($6, created_at, transmitting_at)
         where id = $1
           and claim = $2
           and state in ('claimed', 'transmitting')
        """,
        message.id,
        message.claim,
        reason.value,
        code,
        words,
        at,
    )


async def try_later(
    connection: Connection, message: Message, *, due_at: datetime, code: int | None, words: str | None
) -> None:
    """It was not taken just now."""
    await connection.execute(
        """
        update message
           set state = 'queued', claimed_until = null, transmitting_at = null, due_at = greatest($3, not_before),
               code = coalesce($4, code), words = coalesce($5, words)
         where id = $1
           and claim = $2
           and state in ('claimed', 'transmitting')
        """,
        message.id,
        message.claim,
        due_at,
        code,
        words,
    )


def to_message(row: Mapping[str, object]) -> Message:
    """A row as the message that it is."""
    return Message(**{**row, "letter": LetterKind(row["letter"]), "facts": json.decode(str(row["facts"]))})

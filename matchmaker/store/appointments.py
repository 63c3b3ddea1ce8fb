"""Appointments: when two who were introduced meet, one row an introduction. `model/appointment.py` decides what follows what."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.model.appointment import Appointment
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.message import LetterKind
from matchmaker.store.connection import Connection, returned


async def get(connection: Connection, introduction_id: IntroductionId) -> Appointment | None:
    """The appointment of an introduction; whoever changes it has locked the introduction."""
    row = await connection.fetchrow(
        """
        select id, introduction_id, proposer_id, proposed_starts_at, proposed_ends_at, starts_at, ends_at, sequence,
               cancelled_at
          from appointment
         where introduction_id = $1
        """,
        introduction_id,
    )
    return None if row is None else Appointment(**row)


async def propose(
    connection: Connection,
    introduction_id: IntroductionId,
    proposer_id: AttendeeId,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
) -> Appointment:
    """The appointment with what one of the two proposes, in place of what was proposed before."""
    row = await connection.fetchrow(
        """
        insert into appointment (introduction_id, proposer_id, proposed_starts_at, proposed_ends_at, created_at)
        values ($1, $2, $3, $4, $5)
            on conflict on constraint appointment_once do update
           set proposer_id        = excluded.proposer_id,
               proposed_starts_at = excluded.proposed_starts_at,
               proposed_ends_at   = excluded.proposed_ends_at
        returning id, introduction_id, proposer_id, proposed_starts_at, proposed_ends_at, starts_at, ends_at, sequence,
                  cancelled_at
        """,
        introduction_id,
        proposer_id,
        starts_at,
        ends_at,
        at,
    )
    return Appointment(**returned(row))


async def save(connection: Connection, appointment: Appointment) -> None:
    """Write what changed of it."""
    await connection.execute(
        """
        update appointment
           set proposer_id        = $2,
               proposed_starts_at = $3,
               proposed_ends_at   = $4,
               starts_at          = $5,
               ends_at            = $6,
               sequence           = $7,
               cancelled_at       = case when $8::timestamptz is not null then greatest($8, created_at) end
         where id = $1
        """,
        appointment.id,
        appointment.proposer_id,
        appointment.proposed_starts_at,
        appointment.proposed_ends_at,
        appointment.starts_at,
        appointment.ends_at,
        appointment.sequence,
        appointment.cancelled_at,
    )


async def last_told(
    connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId, *, letters: Sequence[LetterKind]
) -> LetterKind | None:
    """Which of those letters about an appointment left for somebody last, or may have; None where none did."""
    letter = await connection.fetchval(
        """
        select letter
          from message
         where attendee_id = $1
           and introduction_id = $2
           and letter = any($3)
           and state in ('transmitting', 'uncertain', 'sent')
         order by (facts ->> 'sequence')::integer desc
         limit 1
        """,
        attendee_id,
        introduction_id,
        [letter.value for letter in letters],
    )
    return None if letter is None else LetterKind(letter)


async def of_attendee(connection: Connection, attendee_id: AttendeeId, *, limit: int) -> list[Appointment]:
    """What was agreed on with an attendee, in order, what was called off too."""
    rows = await connection.fetch(
        """
        select appointment.id, introduction_id, proposer_id, proposed_starts_at, proposed_ends_at, starts_at, ends_at,
               sequence, cancelled_at
          from introduction
          join appointment on appointment.association_id = introduction.association_id
                          and appointment.introduction_id = introduction.id
         where (first_id = $1 or second_id = $1)
           and starts_at is not null
         order by starts_at, appointment.id
         limit $2
        """,
        attendee_id,
        limit,
    )
    return [Appointment(**row) for row in rows]


async def coming(
    connection: Connection, attendee_ids: Sequence[AttendeeId], *, until: datetime | None, at: datetime, limit: int
) -> list[Appointment]:
    """What one of the attendees has agreed on and is still to come, before `until` if given; the introductions are locked."""
    rows = await connection.fetch(
        """
        select appointment.id, introduction_id, proposer_id, proposed_starts_at, proposed_ends_at, starts_at, ends_at,
               sequence, cancelled_at
          from introduction
          join appointment on appointment.association_id = introduction.association_id
                          and appointment.introduction_id = introduction.id
         where (first_id = any($1) or second_id = any($1))
           and cancelled_at is null
           and starts_at > $3
           and ($2::timestamptz is null or starts_at < $2)
         order by introduction.id
         limit $4
           for update of introduction
        """,
        attendee_ids,
        until,
        at,
        limit,
    )
    return [Appointment(**row) for row in rows]


async def take_back(
    connection: Connection, attendee_ids: Sequence[AttendeeId], at: datetime, *, limit: int
) -> list[IntroductionId]:
    """The introductions in which one of the attendees proposed a time that is to come, and proposes none any more.

    Where nothing was agreed on, there is no appointment any more.
    """
    rows = await connection.fetch(
        """
        with proposed as (
            select introduction.id
              from introduction
              join appointment on appointment.association_id = introduction.association_id
                              and appointment.introduction_id = introduction.id
             where (first_id = any($1) or second_id = any($1))
               and proposer_id = any($1)
               and proposed_starts_at > $2
             order by introduction.id
             limit $3
               for update of introduction
        ),
        gone as (
            delete from appointment
             using proposed
             where introduction_id = proposed.id
               and starts_at is null
            returning introduction_id
        ),
        kept as (
            update appointment
               set proposer_id = null, proposed_starts_at = null, proposed_ends_at = null
              from proposed
             where introduction_id = proposed.id
               and starts_at is not null
            returning introduction_id
        )
        select introduction_id from gone
         union all
        select introduction_id from kept
        """,
        attendee_ids,
        at,
        limit,
    )
    return [row["introduction_id"] for row in rows]

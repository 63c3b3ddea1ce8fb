"""Farewells: who is told that an event is over as it is deleted, and what is left of it until the letters have left."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.store.connection import Connection


class Ended(Struct, frozen=True, kw_only=True):
    """An entry of somebody's calendar that ends with the event."""

    attendee_id: AttendeeId
    meeting_id: str
    starts_at: datetime
    ends_at: datetime
    sequence: int


async def concerned(
    connection: Connection, event_id: EventId, at: datetime, *, limit: int
) -> list[tuple[AttendeeId, PersonId]]:
    """Who heard of something that is still to come: an introduction that looks open to them, an agreed time, a seat or a set.

    An introduction that the other declined looks open to who has not; who declined it themselves does not wait for it.
    """
    rows = await connection.fetch(
        """
        select attendee.id, person_id
          from attendee
          join event on event.id = event_id
         where event_id = $1
           and exists (select
                         from message
                        where message.event_id = $1
                          and message.attendee_id = attendee.id
                          and state in ('transmitting', 'uncertain', 'sent')
                          and letter in ('offered', 'reminder', 'introduced', 'meeting', 'meeting_changed', 'agenda', 'bye',
                                         'set_dates', 'time_proposed', 'after_rounds'))
           and (exists (select
                          from introduction
                         where (first_id = attendee.id and first_declined_at is null
                                or second_id = attendee.id and second_declined_at is null)
                           and state in ('offered', 'half_accepted', 'declined')
                           and expires_at > $2)
                or exists (select
                             from introduction
                             join appointment on appointment.association_id = introduction.association_id
                                             and appointment.introduction_id = introduction.id
                            where (first_id = attendee.id or second_id = attendee.id)
                              and cancelled_at is null
                              and starts_at > $2)
                or exists (select
                             from meeting
                            where meeting.attendee_id = attendee.id
                              and cancelled_at is null
                              and (starts_at > $2
                                   or starts_at is null and starts_on >= ($2 at time zone time_zone)::date)))
         order by attendee.id
         limit $3
        """,
        event_id,
        at,
        limit,
    )
    return [(row["id"], row["person_id"]) for row in rows]


async def ended(
    connection: Connection, event_id: EventId, attendee_ids: Sequence[AttendeeId], at: datetime, *, limit: int
) -> list[Ended]:
    """What is to come in the calendars of those, in order; `sequence` is that of its end."""
    rows = await connection.fetch(
        """
        select attendee_id, id::text as meeting_id, starts_at, ends_at, sequence + 1 as sequence
          from meeting
         where event_id = $1
           and attendee_id = any($2)
           and cancelled_at is null
           and starts_at > $3
           and ends_at is not null
         union all
        select side.attendee_id, appointment.id::text, starts_at, ends_at, sequence + 1
          from introduction
          join appointment on appointment.association_id = introduction.association_id
                          and appointment.introduction_id = introduction.id
         cross join lateral (values (first_id), (second_id)) as side (attendee_id)
         where introduction.event_id = $1
           and side.attendee_id = any($2)
           and cancelled_at is null
           and starts_at > $3
         order by starts_at, meeting_id
         limit $4
        """,
        event_id,
        attendee_ids,
        at,
        limit,
    )
    return [Ended(**row) for row in rows]


async def leave_name(connection: Connection, event_id: EventId, at: datetime) -> EventId:
    """What stays of an event that is deleted: its name and its clock, under an id that nobody knows."""
    left: EventId = await connection.fetchval(
        """
        insert into event (name, time_zone, tags, policy, created_at, updated_at, over_at)
        select name, time_zone, '{}', '{}', $2, $2, $2
          from event
         where id = $1
        returning id
        """,
        event_id,
        at,
    )
    return left


async def leave_places(
    connection: Connection, left: EventId, attendee_ids: Sequence[AttendeeId], at: datetime
) -> dict[PersonId, AttendeeId]:
    """A place for each of those, which holds what it takes to write to them and nothing else, by person."""
    rows = await connection.fetch(
        """
        insert into attendee (event_id, person_id, languages, groups, interests, seeks, offers, opted_in, listed, matched,
                              introduced, measured, extra, created_at, updated_at)
        select $1, person_id, languages, '{}', '{}', '{}', '{}', false, false, false, false, false,
               jsonb_strip_nulls(jsonb_build_object('time_zone', extra ->> 'time_zone')), $3, $3
          from attendee
         where id = any($2)
        returning id, person_id
        """,
        left,
        attendee_ids,
        at,
    )
    return {row["person_id"]: row["id"] for row in rows}


async def remove(connection: Connection, before: datetime, *, limit: int) -> list[PersonId]:
    """Who had such a place; what was left of events that were deleted before then is gone."""
    rows = await connection.fetch(
        """
        with past as (
            select id
              from event
             where over_at < $1
             order by over_at
             limit $2
        ),
        gone as (
            delete from event
             using past
             where event.id = past.id
        )
        select person_id
          from past
          join attendee on event_id = past.id
        """,
        before,
        limit,
    )
    return [row["person_id"] for row in rows]

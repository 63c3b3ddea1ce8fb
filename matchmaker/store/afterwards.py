"""What is asked afterwards: of who sat together in a round whether to stay in touch, of who was held back whether they met."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.store.connection import Connection, changed


class Asked(Struct, frozen=True, kw_only=True):
    """A letter that is due to somebody; after `deadline` it makes no sense any more."""

    attendee_id: AttendeeId
    edition: str
    deadline: datetime


class Companion(Struct, frozen=True, kw_only=True):
    """Somebody whom an attendee sat with, or was kept from: who they are, and what the attendee said of them so far."""

    introduction_id: IntroductionId | None
    other_id: AttendeeId
    name: str
    role: str | None
    organisation: str | None
    accepted: bool | None
    met: bool | None
    useful: int | None
    expires_at: datetime | None


async def offer(connection: Connection, *, expires_at: datetime, at: datetime, limit: int) -> int:
    """How many introductions are new of two who sat together in rounds, once all rounds of their event are over.

    Each round of somebody is looked at once. Of two who have had an introduction at the event, want none, are paused, kept apart
    or held back, or of whom one was absent before the round was over, there is none: they are not asked, and nothing is told.
    """
    done = await connection.execute(
        """
        with over as (
            update meeting
               set asked_at = greatest($1, remembered_at)
             where id in (select meeting.id
                            from meeting
                           where format in ('rounds', 'tables')
                             and cancelled_at is null
                             and asked_at is null
                             and remembered_at is not null
                             and not exists (select
                                               from meeting as later
                                              where later.event_id = meeting.event_id
                                                and later.format in ('rounds', 'tables')
                                                and later.cancelled_at is null
                                                and later.remembered_at is null)
                           order by meeting.event_id, meeting.id
                           limit $3
                             for update of meeting skip locked)
            returning event_id, run_id, attendee_id, round, table_number, ends_at
        ), company as (
            select over.event_id, over.run_id, least(over.attendee_id, other.attendee_id) as first_id,
                   greatest(over.attendee_id, other.attendee_id) as second_id, ends_at
              from over
              join placement as other on other.run_id = over.run_id
                                     and other.round = over.round
                                     and other.table_number = over.table_number
                                     and other.attendee_id <> over.attendee_id
             union
            select over.event_id, over.run_id, pairing.first_id, pairing.second_id, ends_at
              from over
              join pairing on pairing.run_id = over.run_id
                          and pairing.round = over.round
                          and over.attendee_id in (pairing.first_id, pairing.second_id)
        )
        insert into introduction (event_id, run_id, first_id, second_id, offered_at, expires_at, sat_together)
        select distinct on (company.event_id, first.id, second.id) company.event_id, run_id, first.id, second.id, $1, $2, true
          from company
          join attendee as first on first.id = first_id
          join attendee as second on second.id = second_id
         where first.opted_in and first.introduced
           and second.opted_in and second.introduced
           and (first.absent_at < coalesce(ends_at, 'infinity')) is not true
           and (second.absent_at < coalesce(ends_at, 'infinity')) is not true
           and not exists (select
                             from introduction as earlier
                            where earlier.event_id = company.event_id
                              and earlier.first_id = company.first_id
                              and earlier.second_id = company.second_id
                              and earlier.state <> 'withdrawn')
           and not exists (select
                             from hold_back
                            where hold_back.event_id = company.event_id
                              and hold_back.first_id = company.first_id
                              and hold_back.second_id = company.second_id
                              and held_back)
           and not exists (select
                             from pause
                            where pause.person_id in (first.person_id, second.person_id)
                              and (pause.event_id is null or pause.event_id = company.event_id)
                              and pause.ended_at is null
                              and (pause.ends_at is null or pause.ends_at > $1))
           and not exists (select
                             from (values (first.id, second.id, second.organisation),
                                          (second.id, first.id, first.organisation)) as pair (one_id, other_id, organisation)
                             join exclusion on exclusion.attendee_id = pair.one_id
                            where exclusion.event_id = company.event_id
                              and (exclusion.other_id = pair.other_id
                                   or lower(exclusion.organisation) = lower(pair.organisation)))
         order by company.event_id, first.id, second.id, run_id
            on conflict do nothing
        """,
        at,
        expires_at,
        limit,
    )
    return changed(done)


async def company_due(connection: Connection, at: datetime, *, limit: int) -> list[Asked]:
    """Who sat with somebody, has not answered, and has had no letter about it: one a day of asking, which is one."""
    rows = await connection.fetch(
        """
        select side.attendee_id, (offered_at at time zone 'UTC')::date::text as edition, max(expires_at) as deadline
          from introduction
         cross join lateral (values (first_id, first_accepted_at, first_declined_at),
                                    (second_id, second_accepted_at, second_declined_at))
               as side (attendee_id, accepted_at, declined_at)
         where sat_together
           and state in ('offered', 'half_accepted')
           and expires_at > $1
           and num_nonnulls(side.accepted_at, side.declined_at) = 0
           and not exists (select
                             from message
                            where message.attendee_id = side.attendee_id
                              and message.letter = 'after_rounds'
                              and message.edition = (offered_at at time zone 'UTC')::date::text)
         group by 1, 2
         order by 3, 1
         limit $2
        """,
        at,
        limit,
    )
    return [Asked(**row) for row in rows]


async def held_back_due(
    connection: Connection, *, after: timedelta, until: timedelta, at: datetime, limit: int
) -> list[Asked]:
    """Who was held back and has not said whether they met, when those introduced are asked; both must let it be measured."""
    rows = await connection.fetch(
        """
        select side.attendee_id, '1' as edition, max(asked_at) + $2::interval as deadline
          from hold_back
          join event on event.id = hold_back.event_id
          join attendee as first on first.id = first_id
          join attendee as second on second.id = second_id
         cross join lateral (select case when starts_on >= (drawn_at at time zone time_zone)::date
                                         then (starts_on + 1)::timestamp at time zone time_zone
                                         else drawn_at + $1::interval end) as due (asked_at)
         cross join lateral (values (first_id, second_id, first.person_id), (second_id, first_id, second.person_id))
               as side (attendee_id, other_id, person_id)
         where held_back
           and asked_at <= $3
           and asked_at + $2::interval > $3
           and first.opted_in and first.introduced and first.measured and first.may_hold_back
           and second.opted_in and second.introduced and second.measured and second.may_hold_back
           and not exists (select
                             from feedback
                            where feedback.event_id = hold_back.event_id
                              and feedback.attendee_id = side.attendee_id
                              and feedback.other_id = side.other_id
                              and feedback.met is not null)
           and not exists (select
                             from pause
                            where pause.person_id = side.person_id
                              and (pause.event_id is null or pause.event_id = hold_back.event_id)
                              and pause.ended_at is null
                              and (pause.ends_at is null or pause.ends_at > $3))
           and not exists (select
                             from message
                            where message.attendee_id = side.attendee_id
                              and message.letter = 'held_back')
         group by side.attendee_id
         order by 3, 1
         limit $4
        """,
        after,
        until,
        at,
        limit,
    )
    return [Asked(**row) for row in rows]


async def company(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime, *, limit: int
) -> list[Companion]:
    """With whom an attendee sat and may still say that they want to stay in touch, or did; the other's answer is not in it.

    What the other declined stays as it was, so that a no and a silence look the same.
    """
    rows = await connection.fetch(
        """
        select introduction.id as introduction_id, other.id as other_id, contact.name, role, organisation,
               case when side.declined_at is not null then false
                    when side.accepted_at is not null then true end as accepted,
               feedback.met, feedback.useful, expires_at
          from introduction
         cross join lateral (values (first_id, second_id, first_accepted_at, first_declined_at),
                                    (second_id, first_id, second_accepted_at, second_declined_at))
               as side (attendee_id, other_id, accepted_at, declined_at)
          join attendee as other on other.id = side.other_id
          join contact on contact.person_id = other.person_id
          left join feedback on feedback.event_id = $1
                            and feedback.attendee_id = $2
                            and feedback.other_id = other.id
         where introduction.event_id = $1
           and side.attendee_id = $2
           and sat_together
           and state in ('offered', 'half_accepted', 'declined')
           and expires_at > $3
         order by lower(contact.name), other.id
         limit $4
        """,
        event_id,
        attendee_id,
        at,
        limit,
    )
    return [_companion(row) for row in rows]


async def held_back(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime, *, limit: int
) -> list[Companion]:
    """From whom chance kept an attendee, once that is asked about: not before the event is over, where it has a day."""
    rows = await connection.fetch(
        """
        select null::uuid as introduction_id, other.id as other_id, contact.name, other.role, other.organisation,
               null::boolean as accepted, feedback.met, feedback.useful,
               null::timestamptz as expires_at
          from hold_back
          join event on event.id = hold_back.event_id
         cross join lateral (values (first_id, second_id), (second_id, first_id)) as side (attendee_id, other_id)
          join attendee as own on own.id = side.attendee_id
          join attendee as other on other.id = side.other_id
          join contact on contact.person_id = other.person_id
          left join feedback on feedback.event_id = $1
                            and feedback.attendee_id = $2
                            and feedback.other_id = other.id
         where hold_back.event_id = $1
           and side.attendee_id = $2
           and held_back
           and exists (select
                         from message
                        where message.attendee_id = $2
                          and message.letter = 'held_back'
                          and message.not_before <= $3)
           and own.opted_in and own.introduced and own.measured and own.may_hold_back
           and other.opted_in and other.introduced and other.measured and other.may_hold_back
         order by lower(contact.name), other.id
         limit $4
        """,
        event_id,
        attendee_id,
        at,
        limit,
    )
    return [_companion(row) for row in rows]


def _companion(row: Mapping[str, Any]) -> Companion:
    return Companion(**row)

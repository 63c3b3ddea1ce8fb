"""What is due of introductions: found by its own dates, and only where the letter about it is not written yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.store.connection import Connection


class Due(Struct, frozen=True, kw_only=True):
    """A letter that is due to one side of an introduction; after `deadline` it makes no sense any more."""

    introduction_id: IntroductionId
    attendee_id: AttendeeId
    edition: str
    deadline: datetime


async def lock(connection: Connection) -> bool:
    """Whether nobody else sweeps the transaction's association; held until the transaction ends."""
    free: bool = await connection.fetchval(
        "select pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'sweep', current_setting('app.association')), 0))"
    )
    return free


async def reminders(connection: Connection, *, before: timedelta, at: datetime, limit: int) -> list[Due]:
    """Sides who have not answered, that long before the introduction expires, or at half its time if that is later.

    Another time is another expiry, and so another reminder. Who sat together is asked once.
    """
    rows = await connection.fetch(
        """
        select introduction.id as introduction_id, side.attendee_id, (expires_at at time zone 'UTC')::date::text as edition,
               expires_at as deadline
          from introduction
         cross join lateral (values (first_id, first_accepted_at), (second_id, second_accepted_at))
               as side (attendee_id, accepted_at)
         where state in ('offered', 'half_accepted')
           and not sat_together
           and expires_at > $2
           and expires_at <= $2 + $1::interval
           and expires_at - least($1::interval, (expires_at - offered_at) / 2) <= $2
           and side.accepted_at is null
           and not exists (select
                             from message
                            where message.attendee_id = side.attendee_id
                              and message.letter = 'reminder'
                              and message.introduction_id = introduction.id
                              and message.edition = (expires_at at time zone 'UTC')::date::text)
         order by expires_at, introduction.id, side.attendee_id
         limit $3
        """,
        before,
        at,
        limit,
    )
    return [Due(**row) for row in rows]


async def meetings(
    connection: Connection, *, after: timedelta, until: timedelta, at: datetime, limit: int
) -> list[Due]:
    """Sides who have not said whether they met: the day after the event, or so long after an introduction later than that.

    Who agreed on a later time is asked when that is over, also if a letter that asked sooner was taken back then; who called
    one off, so long after that.
    """
    rows = await connection.fetch(
        """
        select introduction.id as introduction_id, side.attendee_id, edition, asked_at + $2::interval as deadline
          from introduction
          join event on event.id = introduction.event_id
          left join appointment on appointment.association_id = introduction.association_id
                               and appointment.introduction_id = introduction.id
                               and starts_at is not null
         cross join lateral (select coalesce('after ' || sequence, '1') as edition,
                                    greatest(coalesce(cancelled_at + $1::interval, ends_at),
                                             case when starts_on >= (introduced_at at time zone time_zone)::date
                                                  then (starts_on + 1)::timestamp at time zone time_zone
                                                  else introduced_at + $1::interval end) as asked_at) as due
         cross join lateral (values (first_id, first_met), (second_id, second_met)) as side (attendee_id, met)
         where state in ('introduced', 'met', 'missed')
           and introduced_at <= $3
           and asked_at <= $3
           and asked_at + $2::interval > $3
           and side.met is null
           and not exists (select
                             from message
                            where message.attendee_id = side.attendee_id
                              and message.letter = 'did_you_meet'
                              and message.introduction_id = introduction.id
                              and (message.edition = due.edition or message.reason is distinct from 'cancelled'))
         order by asked_at, introduction.id, side.attendee_id
         limit $4
        """,
        after,
        until,
        at,
        limit,
    )
    return [Due(**row) for row in rows]


async def promises(connection: Connection, *, until: timedelta, at: datetime, limit: int) -> list[Due]:
    """Whoever made a promise that is due and not closed."""
    rows = await connection.fetch(
        """
        select introduction_id, attendee_id, '1' as edition, due_at + $1::interval as deadline
          from promise
         where kept is null
           and due_at <= $2
           and due_at + $1::interval > $2
           and not exists (select
                             from message
                            where message.attendee_id = promise.attendee_id
                              and message.letter = 'promise'
                              and message.introduction_id = promise.introduction_id)
         order by due_at, promise.id
         limit $3
        """,
        until,
        at,
        limit,
    )
    return [Due(**row) for row in rows]


async def reconnections(
    connection: Connection, *, after: timedelta, until: timedelta, at: datetime, limit: int
) -> list[Due]:
    """Both sides of those who met, so long after one of them first said so, and not later than `until` after it."""
    rows = await connection.fetch(
        """
        select introduction.id as introduction_id, side.attendee_id, '1' as edition, met_at + $2::interval as deadline
          from introduction
         cross join lateral (select least(first_met_at, second_met_at)) as said (met_at)
         cross join lateral (values (first_id), (second_id)) as side (attendee_id)
         where state = 'met'
           and introduced_at <= $3
           and met_at + $1::interval <= $3
           and met_at + $2::interval > $3
           and not exists (select
                             from message
                            where message.attendee_id = side.attendee_id
                              and message.letter = 'reconnect'
                              and message.introduction_id = introduction.id)
         order by met_at, introduction.id, side.attendee_id
         limit $4
        """,
        after,
        until,
        at,
        limit,
    )
    return [Due(**row) for row in rows]


async def silent(
    connection: Connection, among: Sequence[IntroductionId], *, silences: int, at: datetime, limit: int
) -> list[tuple[EventId, AttendeeId]]:
    """Of the two of those introductions, who let their latest so many pass without a word, at any event, and has not paused.

    One answer, whatever it was, and the count begins anew. What the other declined first does not count: they may never have
    been written to.
    """
    rows = await connection.fetch(
        """
        select distinct here.event_id, here.id
          from introduction
          join attendee as here on here.id in (introduction.first_id, introduction.second_id)
         where introduction.id = any($1)
           and not introduction.sat_together
           and not exists (select
                             from pause
                            where pause.person_id = here.person_id
                              and (pause.event_id is null or pause.event_id = here.event_id)
                              and pause.ended_at is null
                              and (pause.ends_at is null or pause.ends_at > $3))
           and (select count(*) = $2 and bool_and(passed)
                  from (select state = 'expired' and accepted_at is null and later_at is null as passed
                          from attendee as once
                          join introduction as theirs on theirs.event_id = once.event_id
                                                     and once.id in (theirs.first_id, theirs.second_id)
                         cross join lateral (values (theirs.first_id, theirs.first_accepted_at, theirs.first_later_at,
                                                     theirs.first_declined_at),
                                                    (theirs.second_id, theirs.second_accepted_at, theirs.second_later_at,
                                                     theirs.second_declined_at))
                               as own (attendee_id, accepted_at, later_at, declined_at)
                         where once.person_id = here.person_id
                           and own.attendee_id = once.id
                           and theirs.state not in ('offered', 'half_accepted', 'withdrawn')
                           and not theirs.sat_together
                           and not (theirs.state = 'declined' and num_nonnulls(accepted_at, declined_at) = 0)
                         order by theirs.expires_at desc, theirs.id
                         limit $2) as latest)
         order by here.event_id, here.id
         limit $4
        """,
        among,
        silences,
        at,
        limit,
    )
    return [(row["event_id"], row["id"]) for row in rows]

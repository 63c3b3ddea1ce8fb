"""The room before an event: its people by name, those who match some words, and how many there is something to see to with.

What is looked for is compared row by row: an event has a few thousand people at most, which takes some tens of milliseconds.
"""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.room import InRoom, OutOfStep, RoomCount, Which
from matchmaker.store.connection import Connection, returned


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    words: Sequence[str] = (),
    which: Which | None = None,
    after: AttendeeId | None = None,
    at: datetime,
    limit: int,
) -> list[InRoom]:
    """People by name, after that attendee's place in this order: those of whom each of the words says something, case aside."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, name, organisation, role, lacks_seeks, lacks_offers, not_opted_in, paused, waiting,
               unreachable
          from attendee
          join contact using (association_id, person_id)
         cross join lateral (
               select seeks = '{}' as lacks_seeks,
                      offers = '{}' as lacks_offers,
                      not (opted_in and matched) as not_opted_in,
                      exists (select
                                from pause
                               where pause.person_id = attendee.person_id
                                 and (pause.event_id is null or pause.event_id = $1)
                                 and pause.ended_at is null
                                 and (pause.ends_at is null or pause.ends_at > $2)) as paused,
                      exists (select
                                from sign_up
                               where sign_up.attendee_id = attendee.id
                                 and verified_at is not null
                                 and admitted_at is null) as waiting,
                      email_key is null
                      or exists (select
                                   from suppression
                                  where email_hash
                                        = sha256(convert_to(attendee.association_id::text || ':' || email_key, 'UTF8')))
                          as unreachable) as stood
         where attendee.event_id = $1
           and not exists (select
                             from unnest($3::text[]) as word
                            where strpos(lower(concat_ws(' ', name, organisation, role, challenge,
                                                         array_to_string(interests || seeks || offers || groups, ' '))),
                                         lower(word)) = 0)
           and ($4::text is null or case $4 when 'lacks_seeks' then lacks_seeks
                                            when 'lacks_offers' then lacks_offers
                                            when 'not_opted_in' then not_opted_in
                                            when 'paused' then paused
                                            when 'waiting' then waiting
                                            else unreachable end)
           and ($5::uuid is null
                or (lower(name), attendee.id) > (select lower(before.name), last.id
                                                   from attendee as last
                                                   join contact as before using (association_id, person_id)
                                                  where last.id = $5
                                                    and last.event_id = $1))
         order by lower(name), attendee.id
         limit $6
        """,
        event_id,
        at,
        list(words),
        None if which is None else which.value,
        after,
        limit,
    )
    return [InRoom(**row) for row in rows]


async def count(connection: Connection, event_id: EventId, at: datetime) -> RoomCount:
    """How many people are what; somebody may be several of it."""
    row = await connection.fetchrow(
        """
        select count(*) as people,
               count(*) filter (where seeks = '{}') as lacks_seeks,
               count(*) filter (where offers = '{}') as lacks_offers,
               count(*) filter (where not (opted_in and matched)) as not_opted_in,
               count(*) filter (where exists (select
                                                from pause
                                               where pause.person_id = attendee.person_id
                                                 and (pause.event_id is null or pause.event_id = $1)
                                                 and pause.ended_at is null
                                                 and (pause.ends_at is null or pause.ends_at > $2))) as paused,
               count(*) filter (where exists (select
                                                from sign_up
                                               where sign_up.attendee_id = attendee.id
                                                 and verified_at is not null
                                                 and admitted_at is null)) as waiting,
               count(*) filter (where email_key is null
                                   or exists (select
                                                from suppression
                                               where email_hash = sha256(convert_to(attendee.association_id::text || ':'
                                                                                    || email_key, 'UTF8')))) as unreachable
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
        """,
        event_id,
        at,
    )
    return RoomCount(**returned(row))


async def groups(connection: Connection, event_id: EventId, *, limit: int) -> list[str]:
    """The groups that people of an event are in, the largest first."""
    rows = await connection.fetch(
        """
        select name
          from attendee
         cross join unnest(groups) as name
         where event_id = $1
         group by name
         order by count(*) desc, name
         limit $2
        """,
        event_id,
        limit,
    )
    return [row["name"] for row in rows]


async def out_of_step(
    connection: Connection, event_id: EventId, run_id: RunId, *, round: int, limit: int
) -> list[OutOfStep]:
    """Who has a seat in those rounds or later ones and is absent, and who is here and has none, by name."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, name, absent_at is not null as seated
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and (absent_at is not null or checked_in_at is not null and opted_in and matched)
           and (absent_at is not null) = exists (select
                                                   from placement
                                                  where placement.run_id = $2
                                                    and placement.attendee_id = attendee.id
                                                    and placement.round >= $3)
         order by lower(name), attendee.id
         limit $4
        """,
        event_id,
        run_id,
        round,
        limit,
    )
    return [OutOfStep(**row) for row in rows]

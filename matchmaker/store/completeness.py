"""Completeness: who has said what they seek and offer, counted, and who has not, one by one."""

from collections.abc import Collection
from datetime import datetime

from matchmaker.model.completeness import Completeness, Incomplete, Lack
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.message import LetterKind
from matchmaker.store.connection import Connection, returned


async def get(connection: Connection, event_id: EventId) -> Completeness:
    """How many people of an event have said what."""
    row = await connection.fetchrow(
        """
        select count(*) as people,
               count(*) filter (where seeks <> '{}' and offers <> '{}') as complete,
               count(*) filter (where seeks = '{}') as without_seeks,
               count(*) filter (where offers = '{}') as without_offers,
               count(*) filter (where seeks = '{}' and offers = '{}') as silent,
               count(*) filter (where opted_in and matched) as opted_in,
               count(*) filter (where exists (select
                                                from message
                                               where message.attendee_id = attendee.id
                                                 and message.event_id = $1
                                                 and letter = $2
                                                 and not facts ? 'test')) as reminded
          from attendee
         where event_id = $1
        """,
        event_id,
        LetterKind.SAY_MORE.value,
    )
    return Completeness(**returned(row))


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    lacks: Lack,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[Incomplete]:
    """Who lacks what is asked about, the first made first, after `(created_at, attendee_id)`."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, contact.name, seeks = '{}' as lacks_seeks, offers = '{}' as lacks_offers,
               opted_in and matched as opted_in,
               email_key is not null
               and not exists (select
                                 from suppression
                                where email_hash = sha256(convert_to(attendee.association_id::text || ':' || email_key, 'UTF8')))
                   as mailable,
               (select min(message.created_at)
                  from message
                 where message.attendee_id = attendee.id
                   and message.event_id = $1
                   and letter = $6
                   and not facts ? 'test') as reminded_at,
               attendee.created_at
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and case $2 when 'seeks' then seeks = '{}'
                       when 'offers' then offers = '{}'
                       when 'both' then seeks = '{}' and offers = '{}'
                       else seeks = '{}' or offers = '{}' end
           and ($3::timestamptz is null or (attendee.created_at, attendee.id) > ($3, $4))
         order by attendee.created_at, attendee.id
         limit $5
        """,
        event_id,
        lacks.value,
        *(after or (None, None)),
        limit,
        LetterKind.SAY_MORE.value,
    )
    return [Incomplete(**row) for row in rows]


async def reminded(connection: Connection, event_id: EventId, attendee_ids: Collection[AttendeeId]) -> set[AttendeeId]:
    """To whom of them the one reminder was written."""
    rows = await connection.fetch(
        """
        select attendee_id
          from message
         where event_id = $1
           and attendee_id = any($2)
           and letter = $3
           and not facts ? 'test'
         limit cardinality($2::uuid[])
        """,
        event_id,
        list(attendee_ids),
        LetterKind.SAY_MORE.value,
    )
    return {row["attendee_id"] for row in rows}


async def willing(connection: Connection, event_id: EventId, attendee_ids: Collection[AttendeeId]) -> set[AttendeeId]:
    """Who of them is to be matched."""
    rows = await connection.fetch(
        """
        select id
          from attendee
         where event_id = $1
           and id = any($2)
           and opted_in
           and matched
         limit cardinality($2::uuid[])
        """,
        event_id,
        list(attendee_ids),
    )
    return {row["id"] for row in rows}

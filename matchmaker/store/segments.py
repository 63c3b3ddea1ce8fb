"""Segments: whom of an event's people a letter would go to, and whom it would not reach."""

from datetime import datetime

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.note import Reach, Segment
from matchmaker.store.connection import Connection


async def find(
    connection: Connection, event_id: EventId, segment: Segment, at: datetime, *, limit: int
) -> dict[AttendeeId, Reach]:
    """The people of a segment, and whether a letter would reach each of them at that hour."""
    rows = await connection.fetch(
        """
        select attendee.id,
               case when email_key is null then 'without_address'
                    when exists (select
                                   from sign_up
                                  where sign_up.attendee_id = attendee.id
                                    and verified_at is null) then 'unverified'
                    when exists (select
                                   from suppression
                                  where email_hash
                                        = sha256(convert_to(attendee.association_id::text || ':' || email_key, 'UTF8')))
                      or exists (select
                                   from pause
                                  where pause.person_id = attendee.person_id
                                    and (pause.event_id is null or pause.event_id = $1)
                                    and pause.ended_at is null
                                    and (pause.ends_at is null or pause.ends_at > $6)) then 'suppressed'
                    else 'reached' end as reach
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and ($2::text is null or groups @> array[$2])
           and ($3::text is null or lower(organisation) = lower($3))
           and ($4::text is null or case $4 when 'seeks' then seeks = '{}'
                                            when 'offers' then offers = '{}'
                                            when 'both' then seeks = '{}' and offers = '{}'
                                            else seeks = '{}' or offers = '{}' end)
           and ($5::uuid[] is null or attendee.id = any($5))
         order by attendee.id
         limit $7
        """,
        event_id,
        segment.group,
        segment.organisation,
        None if segment.lacks is None else segment.lacks.value,
        segment.attendee_ids,
        at,
        limit,
    )
    return {row["id"]: Reach(row["reach"]) for row in rows}

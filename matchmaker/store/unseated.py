"""Who of an event has no seat and no bye in a round of a run, and the writes that give them a seat, or take it."""

from datetime import datetime

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.store.connection import Connection, changed


class Unseated(Struct, frozen=True, kw_only=True):
    """Somebody without a seat in a round, and what would be a reason for it; `away` is who said that they are not there then."""

    attendee_id: AttendeeId
    name: str
    organisation: str | None
    needs_accessible: bool
    takes_part: bool
    absent: bool
    came_later: bool
    paused: bool
    away: bool


async def find(
    connection: Connection, event_id: EventId, run_id: RunId, round: int, *, at: datetime, name: str | None, limit: int
) -> list[Unseated]:
    """By name: who takes part in the event's matching; whoever's name is `like` that, case aside, whether they do or not."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, contact.name, attendee.organisation, needs_accessible,
               opted_in and matched as takes_part, absent_at is not null as absent,
               attendee.created_at > match_run.created_at as came_later, coalesce(not $4 = any(available), false) as away,
               exists (select
                         from pause
                        where pause.person_id = attendee.person_id
                          and (pause.event_id is null or pause.event_id = $1)
                          and pause.ended_at is null
                          and (pause.ends_at is null or pause.ends_at > $3)) as paused
          from attendee
          join contact using (association_id, person_id)
          join match_run on match_run.id = $2
         where attendee.event_id = $1
           and (opted_in and matched or $5::text is not null)
           and ($5 is null or lower(contact.name) like lower($5))
           and not exists (select from placement where run_id = $2 and round = $4 and attendee_id = attendee.id)
           and not exists (select from run_bye where run_id = $2 and round = $4 and attendee_id = attendee.id)
         order by lower(contact.name), attendee.id
         limit $6
        """,
        event_id,
        run_id,
        at,
        round,
        name,
        limit,
    )
    return [Unseated(**row) for row in rows]


async def sit(connection: Connection, run_id: RunId, round: int, attendee_id: AttendeeId, table: int) -> bool:
    """Seat somebody who has no seat in a round, at the hours of those at the table; whether there was anybody."""
    done = await connection.execute(
        """
        insert into placement (run_id, event_id, attendee_id, round, table_number, during)
        select run_id, event_id, $3, round, table_number, during
          from placement
         where run_id = $1
           and round = $2
           and table_number = $4
         limit 1
        """,
        run_id,
        round,
        attendee_id,
        table,
    )
    return bool(changed(done))


async def stand(connection: Connection, run_id: RunId, round: int, attendee_id: AttendeeId) -> bool:
    """Take somebody's seat in a round away; whether they had one."""
    done = await connection.execute(
        "delete from placement where run_id = $1 and round = $2 and attendee_id = $3", run_id, round, attendee_id
    )
    return bool(changed(done))

"""Placements: who sits where and when. The database lets nobody sit at two places at a time (F45)."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.errors import Conflict
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.meeting import Seat
from matchmaker.store.connection import Connection, changed
from matchmaker.store.violations import refused_as

AtTable = tuple[AttendeeId, int | None]


class DoubleBooked(Conflict):
    """Someone would sit at two places at a time."""


REFUSALS = {
    "placement_once_a_round": DoubleBooked,
    "placement_apart": DoubleBooked,
    "placement_untimed_apart": DoubleBooked,
}


async def add_round(
    connection: Connection,
    run_id: RunId,
    round: int,
    seats: Sequence[AtTable],
    *,
    hours: tuple[datetime, datetime] | None,
) -> int:
    """Place people in a round of a run, each at a table if it has a number, at those hours if it has any; gives how many.

    Those who left the event meanwhile are left out. Raises `DoubleBooked`.
    """
    with refused_as(REFUSALS):
        done = await connection.execute(
            """
            insert into placement (run_id, event_id, attendee_id, round, table_number, during)
            select $1, attendee.event_id, attendee.id, $2, given.table_number,
                   case when $5::timestamptz is not null then tstzrange($5, $6) end
              from unnest($3::uuid[], $4::integer[]) as given (attendee_id, table_number)
              join attendee on attendee.id = given.attendee_id
               for key share of attendee
            """,
            run_id,
            round,
            [attendee_id for attendee_id, _ in seats],
            [table for _, table in seats],
            *(hours or (None, None)),
        )
    return changed(done)


async def take_back(connection: Connection, event_id: EventId) -> int:
    """Let the placements of an event's superseded runs stand in nobody's way any more; gives how many."""
    done = await connection.execute(
        """
        update placement
           set released = false
          from match_run
         where match_run.id = placement.run_id
           and match_run.event_id = $1
           and match_run.state = 'superseded'
           and placement.released
        """,
        event_id,
    )
    return changed(done)


async def release(connection: Connection, run_id: RunId) -> int:
    """Let a run's placements count among all that its event has released; gives how many. Raises `DoubleBooked`."""
    with refused_as(REFUSALS):
        done = await connection.execute("update placement set released = true where run_id = $1", run_id)
    return changed(done)


async def of_run(connection: Connection, run_id: RunId, *, limit: int) -> list[Seat]:
    """Where and when a run seats people, by round."""
    rows = await connection.fetch(
        """
        select attendee_id, round, table_number as table, lower(during) as starts_at, upper(during) as ends_at
          from placement
         where run_id = $1
         order by round, attendee_id
         limit $2
        """,
        run_id,
        limit,
    )
    return [Seat(**row) for row in rows]


async def count(connection: Connection, run_id: RunId) -> int:
    """How many placements a run has."""
    number: int = await connection.fetchval("select count(*) from placement where run_id = $1", run_id)
    return number

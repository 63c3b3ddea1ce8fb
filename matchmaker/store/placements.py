"""Placements: who sits where and when. The database lets nobody sit at two places at a time (F45)."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.errors import Conflict
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.store.connection import Connection, changed
from matchmaker.store.violations import refused_as

Seat = tuple[AttendeeId, int | None]


class Placed(Struct, frozen=True, kw_only=True):
    """Where and when an attendee sits in a round of a run, and the names of those with them."""

    run_id: RunId
    attendee_id: AttendeeId
    round: int
    table: int | None
    starts_at: datetime
    ends_at: datetime
    others: list[str]


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
    seats: Sequence[Seat],
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


async def of_attendee(connection: Connection, attendee_id: AttendeeId, *, limit: int) -> list[Placed]:
    """Where and when an attendee sits by released runs, and with whom: who is at their table, or paired with them; in order."""
    rows = await connection.fetch(
        """
        select run_id, attendee_id, round, table_number as table, lower(during) as starts_at, upper(during) as ends_at,
               array(select contact.name
                       from placement as other
                       join attendee on attendee.id = other.attendee_id
                       join contact on contact.person_id = attendee.person_id
                      where other.run_id = placement.run_id
                        and other.round = placement.round
                        and other.attendee_id <> placement.attendee_id
                        and (other.table_number = placement.table_number
                             or exists (select
                                          from pairing
                                         where pairing.run_id = placement.run_id
                                           and pairing.round = placement.round
                                           and pairing.first_id = least(placement.attendee_id, other.attendee_id)
                                           and pairing.second_id = greatest(placement.attendee_id, other.attendee_id)))
                      order by contact.name, other.attendee_id) as others
          from placement
         where attendee_id = $1
           and released
           and during is not null
         order by starts_at, run_id, round
         limit $2
        """,
        attendee_id,
        limit,
    )
    return [Placed(**row) for row in rows]


async def count(connection: Connection, run_id: RunId) -> int:
    """How many placements a run has."""
    number: int = await connection.fetchval("select count(*) from placement where run_id = $1", run_id)
    return number

"""Pairings of a run: written once, read by rank, or by what one attendee gains."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import json

from matchmaker.model.ids import AttendeeId, RunId
from matchmaker.model.pairing import Pairing, Reason
from matchmaker.store.connection import Connection, changed, to_json


async def add_all(connection: Connection, run_id: RunId, pairings: Sequence[Pairing]) -> int:
    """Write a run's pairings; gives how many. Those whose people left the event meanwhile are left out."""
    done = await connection.execute(
        """
        insert into pairing (run_id, rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons,
                             round, table_number, pinned, told, exploration, shared)
        select $1, given.rank, given.first_id, given.second_id,
               given.mutual_value, given.value_to_first, given.value_to_second, given.reasons,
               given.round, given.table_number, given.pinned, given.told, given.exploration, given.shared
          from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::float8[], $6::float8[], $7::float8[], $8::jsonb[],
                      $9::smallint[], $10::integer[], $11::boolean[], $12::boolean[],
                      $13::boolean[], $14::jsonb[])
               as given (rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons,
                         round, table_number, pinned, told, exploration, shared)
          join attendee as first on first.id = given.first_id
          join attendee as second on second.id = given.second_id
           for key share of first, second
        """,
        run_id,
        [pairing.rank for pairing in pairings],
        [pairing.first for pairing in pairings],
        [pairing.second for pairing in pairings],
        [pairing.mutual_value for pairing in pairings],
        [pairing.value_to_first for pairing in pairings],
        [pairing.value_to_second for pairing in pairings],
        [to_json(pairing.reasons) for pairing in pairings],
        [pairing.round for pairing in pairings],
        [pairing.table for pairing in pairings],
        [pairing.pinned for pairing in pairings],
        [pairing.told for pairing in pairings],
        [pairing.exploration for pairing in pairings],
        [to_json(pairing.shared) for pairing in pairings],
    )
    return changed(done)


async def note_told(connection: Connection, run_id: RunId) -> int:
    """Note of a released run's pairings that people have been told of them, where they have; gives how many are new."""
    done = await connection.execute(
        """
        update pairing
           set told = true
          from match_run
         where match_run.id = pairing.run_id
           and pairing.run_id = $1
           and not pairing.told
           and exists (select
                         from introduction
                        where introduction.event_id = match_run.event_id
                          and introduction.first_id = pairing.first_id
                          and introduction.second_id = pairing.second_id
                          and introduction.state in ('offered', 'half_accepted', 'introduced', 'met', 'missed'))
        """,
        run_id,
    )
    return changed(done)


async def get(connection: Connection, run_id: RunId, rank: int) -> Pairing | None:
    """One pairing."""
    row = await connection.fetchrow(
        """
        select rank, first_id as first, second_id as second, mutual_value, value_to_first, value_to_second, reasons,
               round, table_number as table, pinned, told, exploration, shared
          from pairing
         where run_id = $1
           and rank = $2
        """,
        run_id,
        rank,
    )
    return None if row is None else pairing_of(row)


async def of_two(connection: Connection, run_id: RunId, first_id: AttendeeId, second_id: AttendeeId) -> Pairing | None:
    """The pairing of two in a run, `first_id < second_id`."""
    row = await connection.fetchrow(
        """
        select rank, first_id as first, second_id as second, mutual_value, value_to_first, value_to_second, reasons,
               round, table_number as table, pinned, told, exploration, shared
          from pairing
         where run_id = $1
           and first_id = $2
           and second_id = $3
        """,
        run_id,
        first_id,
        second_id,
    )
    return None if row is None else pairing_of(row)


async def seated(connection: Connection, run_id: RunId, *, limit: int) -> list[tuple[AttendeeId, AttendeeId, int]]:
    """The pairs of a run that meet in a round, and in which."""
    rows = await connection.fetch(
        """
        select first_id, second_id, round
          from pairing
         where run_id = $1
           and round is not null
         limit $2
        """,
        run_id,
        limit,
    )
    return [(row["first_id"], row["second_id"], row["round"]) for row in rows]


async def find(
    connection: Connection,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    mutual_value_least: float | None = None,
    after: int | None = None,
    limit: int,
) -> list[Pairing]:
    """Pairings of a run in order of rank, after that rank; those of one attendee, or of at least that mutual value."""
    rows = await connection.fetch(
        """
        select rank, first_id as first, second_id as second, mutual_value, value_to_first, value_to_second, reasons,
               round, table_number as table, pinned, told, exploration, shared
          from pairing
         where run_id = $1
           and rank > coalesce($2, -1)
           and ($3::uuid is null or first_id = $3 or second_id = $3)
           and mutual_value >= coalesce($4::float8, 0)
         order by rank
         limit $5
        """,
        run_id,
        after,
        attendee_id,
        mutual_value_least,
        limit,
    )
    return [pairing_of(row) for row in rows]


async def find_of_attendee(
    connection: Connection,
    run_id: RunId,
    attendee_id: AttendeeId,
    *,
    after: tuple[float, int] | None = None,
    limit: int,
) -> list[Pairing]:
    """One attendee's pairings, those they gain most from first, after `(value to them, rank)`."""
    rows = await connection.fetch(
        """
        select rank, first_id as first, second_id as second, mutual_value, value_to_first, value_to_second, reasons,
               round, table_number as table, pinned, told, exploration, shared
          from (select rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons,
                       round, table_number, pinned, told, exploration, shared, value_to_first as value
                  from pairing
                 where run_id = $1
                   and first_id = $2
                 union all
                select rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons,
                       round, table_number, pinned, told, exploration, shared, value_to_second as value
                  from pairing
                 where run_id = $1
                   and second_id = $2) as own
         where $3::float8 is null
            or value < $3
            or value = $3 and rank > $4::integer
         order by value desc, rank
         limit $5
        """,
        run_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [pairing_of(row) for row in rows]


async def of_people(
    connection: Connection, run_id: RunId, attendee_ids: Sequence[AttendeeId], *, limit: int
) -> list[Pairing]:
    """The pairings of any of these people in a run, by rank."""
    rows = await connection.fetch(
        """
        select rank, first_id as first, second_id as second, mutual_value, value_to_first, value_to_second, reasons,
               round, table_number as table, pinned, told, exploration, shared
          from pairing
         where run_id = $1
           and (first_id = any($2) or second_id = any($2))
         order by rank
         limit $3
        """,
        run_id,
        attendee_ids,
        limit,
    )
    return [pairing_of(row) for row in rows]


async def remove(connection: Connection, run_id: RunId, ranks: Sequence[int]) -> int:
    """Take pairings of a run away; gives how many."""
    done = await connection.execute("delete from pairing where run_id = $1 and rank = any($2)", run_id, ranks)
    return changed(done)


async def rank_last(connection: Connection, run_id: RunId) -> int:
    """The rank of a run's last pairing; 0 where it has none."""
    found: int = await connection.fetchval("select coalesce(max(rank), 0) from pairing where run_id = $1", run_id)
    return found


async def spread(connection: Connection, run_id: RunId) -> dict[int, int]:
    """How many people have how many pairings of a run; who has none is not counted."""
    rows = await connection.fetch(
        """
        select introductions, count(*) as people
          from (select attendee_id, count(*) as introductions
                  from pairing
                 cross join lateral (values (first_id), (second_id)) as side (attendee_id)
                 where run_id = $1
                 group by attendee_id) as each
         group by introductions
         order by introductions
         limit 1000
        """,
        run_id,
    )
    return {row["introductions"]: row["people"] for row in rows}


async def gains(
    connection: Connection, run_id: RunId, *, limit: int
) -> list[tuple[AttendeeId, AttendeeId, float, float]]:
    """Who is paired with whom, and what each gains, in order of rank."""
    rows = await connection.fetch(
        """
        select first_id, second_id, value_to_first, value_to_second
          from pairing
         where run_id = $1
         order by rank
         limit $2
        """,
        run_id,
        limit,
    )
    return [tuple(row) for row in rows]


async def count(connection: Connection, run_id: RunId) -> int:
    """How many pairings a run has."""
    number: int = await connection.fetchval("select count(*) from pairing where run_id = $1", run_id)
    return number


def value_to(attendee_id: AttendeeId, pairing: Pairing) -> float:
    """What one of the two gains, as `find_of_attendee` orders by it."""
    return pairing.value_to_first if pairing.first == attendee_id else pairing.value_to_second


def pairing_of(row: Mapping[str, Any]) -> Pairing:
    """The pairing that a row of one holds."""
    reasons, shared = (
        json.decode(row["reasons"], type=list[Reason]),
        json.decode(row["shared"], type=list[str]),
    )
    return Pairing(**{**row, "reasons": reasons, "shared": shared})

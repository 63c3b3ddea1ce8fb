"""A run's rounds as they are sat: who sits at which table with their names, and the writes that a change of seats takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from matchmaker.model.group import Group, GroupKind
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.store.connection import Connection, changed

Seated = tuple[AttendeeId, AttendeeId, int, int]


class Sitter(Struct, frozen=True, kw_only=True):
    """Somebody in a round, at a table or, without one, with a bye."""

    attendee_id: AttendeeId
    name: str
    organisation: str | None
    table: int | None
    needs_accessible: bool


class RoundCount(Struct, frozen=True, kw_only=True):
    """A round of a run: how many tables and people it has."""

    round: int
    tables: int
    people: int


async def rounds(connection: Connection, run_id: RunId) -> list[RoundCount]:
    """The rounds of a run that seat anybody."""
    rows = await connection.fetch(
        """
        select round, count(distinct table_number)::integer as tables, count(*)::integer as people
          from placement
         where run_id = $1
         group by round
         order by round
         limit 50
        """,
        run_id,
    )
    return [RoundCount(**row) for row in rows]


async def sitters(
    connection: Connection, run_id: RunId, round: int, *, after: int = 0, tables_most: int
) -> list[Sitter]:
    """Who sits in a round, table by table and by name, at so many tables after the table of that number."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, name, organisation, table_number as table, needs_accessible
          from placement
          join attendee on attendee.id = placement.attendee_id
          join contact on (contact.association_id, contact.person_id) = (attendee.association_id, attendee.person_id)
         where run_id = $1
           and round = $2
           and table_number in (select distinct table_number
                                  from placement
                                 where run_id = $1
                                   and round = $2
                                   and table_number > $3
                                 order by table_number
                                 limit $4)
         order by table_number, lower(name), attendee.id
         limit $4 * 200
        """,
        run_id,
        round,
        after,
        tables_most,
    )
    return [Sitter(**row) for row in rows]


async def byes(connection: Connection, run_id: RunId, round: int, *, limit: int) -> list[Sitter]:
    """Who sits out a round, by name."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, name, organisation, null::integer as table, needs_accessible
          from run_bye
          join attendee on attendee.id = run_bye.attendee_id
          join contact on (contact.association_id, contact.person_id) = (attendee.association_id, attendee.person_id)
         where run_id = $1
           and round = $2
         order by lower(name), attendee.id
         limit $3
        """,
        run_id,
        round,
        limit,
    )
    return [Sitter(**row) for row in rows]


async def find_by_name(connection: Connection, run_id: RunId, round: int, pattern: str, *, limit: int) -> list[Sitter]:
    """Whose name is `like` that, case aside, of those with a seat in a round."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, name, organisation, table_number as table, needs_accessible
          from placement
          join attendee on attendee.id = placement.attendee_id
          join contact on (contact.association_id, contact.person_id) = (attendee.association_id, attendee.person_id)
         where run_id = $1
           and round = $2
           and table_number is not null
           and lower(name) like lower($3)
         order by lower(name), attendee.id
         limit $4
        """,
        run_id,
        round,
        pattern,
        limit,
    )
    return [Sitter(**row) for row in rows]


async def values(connection: Connection, run_id: RunId, round: int, numbers: Sequence[int]) -> dict[int, float]:
    """What those at these tables of a round gain from each other on average, as far as the run says."""
    rows = await connection.fetch(
        """
        select number, mutual_value
          from run_group
         where run_id = $1
           and round = $2
           and number = any($3)
         union all
        select table_number, mutual_value
          from pairing
         where run_id = $1
           and round = $2
           and table_number = any($3)
           and not exists (select
                             from run_group
                            where run_group.run_id = pairing.run_id
                              and run_group.round = pairing.round
                              and run_group.number = pairing.table_number)
         limit 200 * cardinality($3::integer[])
        """,
        run_id,
        round,
        numbers,
    )
    return {row["number"]: row["mutual_value"] for row in rows}


async def places(
    connection: Connection, event_id: EventId, run_id: RunId, round: int, attendee_ids: Sequence[AttendeeId]
) -> dict[AttendeeId, int | None]:
    """At which table each of them sits in a round; whoever of the event has a bye there, or no seat, is at none."""
    rows = await connection.fetch(
        """
        select attendee.id, table_number
          from attendee
          left join placement on run_id = $2 and round = $3 and attendee_id = attendee.id
         where attendee.event_id = $1
           and attendee.id = any($4)
         limit cardinality($4::uuid[])
        """,
        event_id,
        run_id,
        round,
        attendee_ids,
    )
    return {row["id"]: row["table_number"] for row in rows}


async def at_tables(
    connection: Connection, run_id: RunId, round: int, numbers: Sequence[int], *, limit: int
) -> list[tuple[AttendeeId, int]]:
    """Who sits at these tables of a round."""
    rows = await connection.fetch(
        """
        select attendee_id, table_number
          from placement
         where run_id = $1
           and round = $2
           and table_number = any($3)
         order by table_number, attendee_id
         limit $4
        """,
        run_id,
        round,
        numbers,
        limit,
    )
    return [tuple(row) for row in rows]


async def company(
    connection: Connection, run_id: RunId, attendee_ids: Sequence[AttendeeId], *, limit: int
) -> list[Seated]:
    """With whom each of them sits at which table in which round, round by round."""
    rows = await connection.fetch(
        """
        select own.attendee_id, other.attendee_id as other_id, own.round, own.table_number
          from placement as own
          join placement as other using (association_id, run_id, round, table_number)
         where own.run_id = $1
           and own.attendee_id = any($2)
           and other.attendee_id <> own.attendee_id
         order by own.round, own.attendee_id, other.attendee_id
         limit $3
        """,
        run_id,
        attendee_ids,
        limit,
    )
    return [tuple(row) for row in rows]


async def move(
    connection: Connection, event_id: EventId, run_id: RunId, round: int, attendee_id: AttendeeId, table: int
) -> bool:
    """Seat somebody who has a seat in a round at another table; whether they had one."""
    done = await connection.execute(
        """
        update placement
           set table_number = $5
         where run_id = $2
           and event_id = $1
           and round = $3
           and attendee_id = $4
        """,
        event_id,
        run_id,
        round,
        attendee_id,
        table,
    )
    return bool(changed(done))


async def hand_over(connection: Connection, run_id: RunId, round: int, attendee_id: AttendeeId, to: AttendeeId) -> bool:
    """Give somebody's seat in a round to another; whether there was one."""
    done = await connection.execute(
        """
        update placement
           set attendee_id = $4
         where run_id = $1
           and round = $2
           and attendee_id = $3
        """,
        run_id,
        round,
        attendee_id,
        to,
    )
    return bool(changed(done))


async def remove_bye(connection: Connection, run_id: RunId, round: int, attendee_id: AttendeeId) -> bool:
    """Take somebody's bye in a round away; whether they had one."""
    done = await connection.execute(
        "delete from run_bye where run_id = $1 and round = $2 and attendee_id = $3", run_id, round, attendee_id
    )
    return bool(changed(done))


async def groups_at(
    connection: Connection, run_id: RunId, round: int, numbers: Sequence[int]
) -> list[tuple[int, Group]]:
    """The tables and trios of a round at these tables, each with its rank; a table has one."""
    rows = await connection.fetch(
        """
        select rank, kind, number, mutual_value, value_least, round, rounds, challenge,
               (select array_agg(member.attendee_id order by member.seat)
                  from run_group_member as member
                 where member.run_id = run_group.run_id
                   and member.group_rank = run_group.rank) as members
          from run_group
         where run_id = $1
           and round = $2
           and number = any($3)
         order by rank
         limit 2 * cardinality($3::integer[])
        """,
        run_id,
        round,
        numbers,
    )
    return [(row["rank"], _group(row)) for row in rows if row["members"]]


async def group_rank_last(connection: Connection, run_id: RunId) -> int:
    """The rank of a run's last group; 0 where it has none."""
    found: int = await connection.fetchval("select coalesce(max(rank), 0) from run_group where run_id = $1", run_id)
    return found


async def remove_group(connection: Connection, run_id: RunId, rank: int) -> bool:
    """Take a group away, with its members; whether there was one."""
    return bool(
        changed(await connection.execute("delete from run_group where run_id = $1 and rank = $2", run_id, rank))
    )


async def add_group(connection: Connection, run_id: RunId, rank: int, group: Group) -> None:
    """Write a group at its rank, without its members."""
    await connection.execute(
        """
        insert into run_group (run_id, rank, kind, number, mutual_value, value_least, round, rounds, challenge)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """,
        run_id,
        rank,
        group.kind.value,
        group.number,
        group.mutual_value,
        group.value_least,
        group.round,
        group.rounds,
        group.challenge,
    )


async def add_members(connection: Connection, run_id: RunId, rank: int, members: Sequence[AttendeeId]) -> None:
    """Write who is in a group, in order."""
    await connection.execute(
        """
        insert into run_group_member (run_id, group_rank, seat, attendee_id)
        select $1, $2, seat, attendee_id
          from unnest($3::uuid[]) with ordinality as given (attendee_id, seat)
        """,
        run_id,
        rank,
        members,
    )


def _group(row: Mapping[str, Any]) -> Group:
    return Group(**{**{name: value for name, value in row.items() if name != "rank"}, "kind": GroupKind(row["kind"])})

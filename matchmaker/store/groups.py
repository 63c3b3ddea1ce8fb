"""What a run proposes beyond pairs: groups, byes, routed asks, connectors. Written once, read in the order the run gave them.

What concerns someone who left the event meanwhile is left out, as a deletion would take it away.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from matchmaker.model.group import Bye, Connector, Group, GroupKind, Route, RoutedAsk
from matchmaker.model.ids import AttendeeId, RunId
from matchmaker.model.programme import Slot
from matchmaker.store.connection import Connection, changed


async def add_all(connection: Connection, run_id: RunId, groups: Sequence[Group]) -> int:
    """Write a run's groups, without their members; gives how many."""
    done = await connection.execute(
        """
        insert into run_group (run_id, rank, kind, number, mutual_value, value_least, round, rounds, challenge)
        select $1, rank, kind, number, mutual_value, value_least, round, rounds::smallint[], challenge
          from unnest($2::text[], $3::integer[], $4::float8[], $5::float8[], $6::smallint[], $7::text[], $8::text[])
               with ordinality as given (kind, number, mutual_value, value_least, round, rounds, challenge, rank)
        """,
        run_id,
        [group.kind.value for group in groups],
        [group.number for group in groups],
        [group.mutual_value for group in groups],
        [group.value_least for group in groups],
        [group.round for group in groups],
        [_array(group.rounds) for group in groups],
        [group.challenge for group in groups],
    )
    return changed(done)


async def add_members(connection: Connection, run_id: RunId, groups: Sequence[Group]) -> int:
    """Write who is in each of a run's groups, in order; gives how many."""
    seats = [
        (rank, seat, member)
        for rank, group in enumerate(groups, start=1)
        for seat, member in enumerate(group.members, start=1)
    ]
    done = await connection.execute(
        """
        insert into run_group_member (run_id, group_rank, seat, attendee_id)
        select $1, group_rank, seat, attendee.id
          from unnest($2::integer[], $3::smallint[], $4::uuid[]) as given (group_rank, seat, attendee_id)
          join attendee on attendee.id = given.attendee_id
           for key share of attendee
        """,
        run_id,
        [seat[0] for seat in seats],
        [seat[1] for seat in seats],
        [seat[2] for seat in seats],
    )
    return changed(done)


async def find(
    connection: Connection,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: int | None = None,
    limit: int,
) -> list[tuple[int, Group]]:
    """Groups of a run that still have two members, or one attendee's, each with its rank; after that rank."""
    rows = await connection.fetch(
        """
        select rank, kind, number, mutual_value, value_least, round, rounds, challenge, members
          from run_group
         cross join lateral (select array_agg(member.attendee_id order by member.seat) as members
                               from run_group_member as member
                              where member.run_id = run_group.run_id
                                and member.group_rank = run_group.rank) as present
         where run_id = $1
           and rank > coalesce($2, 0)
           and ($3::uuid is null or rank in (select group_rank
                                               from run_group_member
                                              where run_id = $1
                                                and attendee_id = $3))
           and cardinality(members) >= 2
         order by rank
         limit $4
        """,
        run_id,
        after,
        attendee_id,
        limit,
    )
    return [(row["rank"], Group(**{**_noun(row), "kind": GroupKind(row["kind"])})) for row in rows]


async def add_byes(connection: Connection, run_id: RunId, byes: Sequence[Bye]) -> int:
    """Write a run's byes; gives how many."""
    done = await connection.execute(
        """
        insert into run_bye (run_id, round, attendee_id)
        select $1, given.round, attendee.id
          from unnest($2::smallint[], $3::uuid[]) as given (round, attendee_id)
          join attendee on attendee.id = given.attendee_id
           for key share of attendee
        """,
        run_id,
        [bye.round for bye in byes],
        [bye.attendee_id for bye in byes],
    )
    return changed(done)


async def find_byes(
    connection: Connection,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[int, AttendeeId] | None = None,
    limit: int,
) -> list[Bye]:
    """Byes of a run, or one attendee's, by round; after `(round, attendee)`."""
    rows = await connection.fetch(
        """
        select round, attendee_id
          from run_bye
         where run_id = $1
           and ($2::uuid is null or attendee_id = $2)
           and ($3::smallint is null or (round, attendee_id) > ($3, $4))
         order by round, attendee_id
         limit $5
        """,
        run_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [Bye(**row) for row in rows]


async def released_byes(connection: Connection, attendee_id: AttendeeId, *, limit: int) -> list[Slot]:
    """The rounds that an attendee sits out by released runs, with the hours of the programme where it has that round."""
    rows = await connection.fetch(
        """
        select run_bye.round as number, starts_at, ends_at
          from run_bye
          join match_run on match_run.id = run_bye.run_id
          left join slot on slot.event_id = match_run.event_id
                        and slot.number = run_bye.round
         where attendee_id = $1
           and match_run.state = 'released'
         order by run_bye.round, run_bye.run_id
         limit $2
        """,
        attendee_id,
        limit,
    )
    return [Slot(**row) for row in rows]


async def add_asks(connection: Connection, run_id: RunId, asks: Sequence[RoutedAsk]) -> int:
    """Write a run's routed asks; gives how many."""
    done = await connection.execute(
        """
        insert into run_ask (run_id, rank, attendee_id, seek, route, expert_id, offer, value)
        select $1, given.rank, attendee.id, given.seek, given.route, given.expert_id, given.offer, given.value
          from unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::float8[])
               with ordinality as given (attendee_id, seek, route, expert_id, offer, value, rank)
          join attendee on attendee.id = given.attendee_id
          join attendee as expert on expert.id = coalesce(given.expert_id, given.attendee_id)
           for key share of attendee, expert
        """,
        run_id,
        [ask.attendee_id for ask in asks],
        [ask.seek for ask in asks],
        [ask.route.value for ask in asks],
        [ask.expert_id for ask in asks],
        [ask.offer for ask in asks],
        [ask.value for ask in asks],
    )
    return changed(done)


async def find_asks(
    connection: Connection,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: int | None = None,
    limit: int,
) -> list[tuple[int, RoutedAsk]]:
    """Routed asks of a run, or those of and for one attendee, each with its rank; after that rank."""
    rows = await connection.fetch(
        """
        select rank, attendee_id, seek, route, expert_id, offer, value
          from run_ask
         where run_id = $1
           and rank > coalesce($2, 0)
           and ($3::uuid is null or attendee_id = $3 or expert_id = $3)
         order by rank
         limit $4
        """,
        run_id,
        after,
        attendee_id,
        limit,
    )
    return [(row["rank"], RoutedAsk(**{**_noun(row), "route": Route(row["route"])})) for row in rows]


async def add_connectors(connection: Connection, run_id: RunId, connectors: Sequence[Connector]) -> int:
    """Write a run's connectors; gives how many."""
    done = await connection.execute(
        """
        insert into run_connector (run_id, rank, first_id, second_id, connector_id)
        select $1, given.rank, first.id, second.id, third.id
          from unnest($2::uuid[], $3::uuid[], $4::uuid[])
               with ordinality as given (first_id, second_id, connector_id, rank)
          join attendee as first on first.id = given.first_id
          join attendee as second on second.id = given.second_id
          join attendee as third on third.id = given.connector_id
           for key share of first, second, third
        """,
        run_id,
        [connector.first for connector in connectors],
        [connector.second for connector in connectors],
        [connector.connector_id for connector in connectors],
    )
    return changed(done)


async def find_connectors(
    connection: Connection,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: int | None = None,
    limit: int,
) -> list[tuple[int, Connector]]:
    """Connectors of a run, or those of the three of whom one is that attendee, each with its rank; after that rank."""
    rows = await connection.fetch(
        """
        select rank, first_id as first, second_id as second, connector_id
          from run_connector
         where run_id = $1
           and rank > coalesce($2, 0)
           and ($3::uuid is null or $3 in (first_id, second_id, connector_id))
         order by rank
         limit $4
        """,
        run_id,
        after,
        attendee_id,
        limit,
    )
    return [(row["rank"], Connector(**_noun(row))) for row in rows]


def _noun(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without its place in the order."""
    return {name: value for name, value in row.items() if name != "rank"}


def _array(numbers: Sequence[int]) -> str:
    """As PostgreSQL writes an array: lists of different lengths are no two-dimensional array."""
    return "{" + ",".join(map(str, numbers)) + "}"

"""Reserves of action-learning sets: who could take a place that falls free, and the places that people have in their sets."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.model.group import SetReserve
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.store.connection import Connection, changed


class SetPlace(Struct, frozen=True, kw_only=True):
    """Somebody's place in a set of a released run: the set's rank in it, and the seat, which is their turn."""

    run_id: RunId
    group_rank: int
    seat: int


async def add_all(connection: Connection, run_id: RunId, reserves: Sequence[SetReserve]) -> int:
    """Write the reserves of a run's sets; gives how many. Who left the event meanwhile is left out."""
    done = await connection.execute(
        """
        insert into set_reserve (run_id, group_rank, place, attendee_id, instead_of)
        select $1, given.rank, row_number() over (partition by given.rank order by ordinality), attendee.id, given.instead_of
          from unnest($2::integer[], $3::uuid[], $4::uuid[])
               with ordinality as given (rank, attendee_id, instead_of, ordinality)
          join attendee on attendee.id = given.attendee_id
          join attendee as other on other.id = coalesce(given.instead_of, given.attendee_id)
        """,
        run_id,
        [one.rank for one in reserves],
        [one.attendee_id for one in reserves],
        [one.instead_of for one in reserves],
    )
    return changed(done)


async def place_of(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> SetPlace | None:
    """The place of an attendee in a set of the event's released run, if they have one."""
    row = await connection.fetchrow(
        """
        select member.run_id, member.group_rank, member.seat
          from run_group_member as member
          join run_group on run_group.run_id = member.run_id
                        and run_group.rank = member.group_rank
                        and run_group.kind = 'set'
          join match_run on match_run.id = member.run_id
         where member.attendee_id = $2
           and match_run.event_id = $1
           and match_run.state = 'released'
         limit 1
        """,
        event_id,
        attendee_id,
    )
    return None if row is None else SetPlace(**row)


async def best(
    connection: Connection, event_id: EventId, place: SetPlace, leaver_id: AttendeeId, at: datetime
) -> AttendeeId | None:
    """Who may take the leaver's place now, the best of the set's reserves; None where there is nobody.

    They take part, have not paused, have no place in another set of the run, and nothing keeps them from who stays.
    """
    found: AttendeeId | None = await connection.fetchval(
        """
        select spare.id
          from set_reserve
          join attendee as spare on spare.id = set_reserve.attendee_id
         where set_reserve.run_id = $2
           and group_rank = $3
           and (instead_of is null or instead_of = $4)
           and spare.opted_in
           and spare.matched
           and not exists (select
                             from pause
                            where pause.person_id = spare.person_id
                              and (pause.event_id is null or pause.event_id = $1)
                              and pause.ended_at is null
                              and (pause.ends_at is null or pause.ends_at > $5))
           and not exists (select
                             from run_group_member as placed
                            where placed.attendee_id = spare.id
                              and placed.run_id = $2)
           and not exists (select
                             from run_group_member as member
                             join attendee as peer on peer.id = member.attendee_id
                            cross join lateral (values (spare.id, peer.id, peer.organisation),
                                                       (peer.id, spare.id, spare.organisation))
                                  as pair (one_id, other_id, organisation)
                             join exclusion on exclusion.attendee_id = pair.one_id
                            where member.run_id = $2
                              and member.group_rank = $3
                              and peer.id <> $4
                              and exclusion.event_id = $1
                              and (exclusion.other_id = pair.other_id
                                   or lower(exclusion.organisation) = lower(pair.organisation)))
         order by place
         limit 1
        """,
        event_id,
        place.run_id,
        place.group_rank,
        leaver_id,
        at,
    )
    return found


async def vacate(connection: Connection, place: SetPlace) -> None:
    """Take whoever has a place out of it."""
    await connection.execute(
        "delete from run_group_member where run_id = $1 and group_rank = $2 and seat = $3",
        place.run_id,
        place.group_rank,
        place.seat,
    )


async def seat(connection: Connection, place: SetPlace, attendee_id: AttendeeId) -> None:
    """Give a vacant place to somebody."""
    await connection.execute(
        "insert into run_group_member (run_id, group_rank, seat, attendee_id) values ($1, $2, $3, $4)",
        place.run_id,
        place.group_rank,
        place.seat,
        attendee_id,
    )


async def peers(connection: Connection, place: SetPlace) -> list[AttendeeId]:
    """Who is in the set of a place now, in the order of their turns."""
    rows = await connection.fetch(
        """
        select attendee_id
          from run_group_member
         where run_id = $1
           and group_rank = $2
         order by seat
         limit 200
        """,
        place.run_id,
        place.group_rank,
    )
    return [row["attendee_id"] for row in rows]

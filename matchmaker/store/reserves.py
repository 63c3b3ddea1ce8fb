"""Reserves of a run: pairs it could have made and did not. One that is offered becomes a pairing of the run."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Reserve
from matchmaker.store.connection import Connection, changed, to_json


class Spare(Struct, frozen=True, kw_only=True):
    """A reserve that may be offered: its place among the run's, and the two."""

    rank: int
    first_id: AttendeeId
    second_id: AttendeeId


async def add_all(connection: Connection, run_id: RunId, reserves: Sequence[Reserve]) -> int:
    """Write a run's reserves; gives how many. Those whose people left the event meanwhile are left out."""
    done = await connection.execute(
        """
        insert into reserve (run_id, rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons,
                             shared, exploration, first_quota, second_quota)
        select $1, given.rank, given.first_id, given.second_id, given.mutual_value, given.value_to_first,
               given.value_to_second, given.reasons, given.shared, given.exploration, given.first_quota, given.second_quota
          from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::float8[], $6::float8[], $7::float8[], $8::jsonb[],
                      $9::jsonb[], $10::boolean[], $11::integer[], $12::integer[])
               as given (rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons,
                         shared, exploration, first_quota, second_quota)
          join attendee as first on first.id = given.first_id
          join attendee as second on second.id = given.second_id
           for key share of first, second
        """,
        run_id,
        [one.pairing.rank for one in reserves],
        [one.pairing.first for one in reserves],
        [one.pairing.second for one in reserves],
        [one.pairing.mutual_value for one in reserves],
        [one.pairing.value_to_first for one in reserves],
        [one.pairing.value_to_second for one in reserves],
        [to_json(one.pairing.reasons) for one in reserves],
        [to_json(one.pairing.shared) for one in reserves],
        [one.pairing.exploration for one in reserves],
        [one.first_quota for one in reserves],
        [one.second_quota for one in reserves],
    )
    return changed(done)


async def best(
    connection: Connection, event_id: EventId, run_id: RunId, attendee_id: AttendeeId, at: datetime
) -> Spare | None:
    """The best reserve of an attendee that may be offered now; None where there is none.

    Both take part, have a place free and have not paused, nothing keeps them apart, and they were never asked about each other.
    A place is taken by whatever is live, and by what was declined until it would have expired: nobody learns of a no by
    getting something else in its stead.
    """
    row = await connection.fetchrow(
        """
        select reserve.rank, reserve.first_id, reserve.second_id
          from reserve
          join attendee as first on first.id = reserve.first_id
          join attendee as second on second.id = reserve.second_id
         where reserve.run_id = $2
           and $3 in (reserve.first_id, reserve.second_id)
           and first.opted_in and first.matched and first.introduced
           and second.opted_in and second.matched and second.introduced
           and not exists (select
                             from pause
                            where pause.person_id in (first.person_id, second.person_id)
                              and (pause.event_id is null or pause.event_id = $1)
                              and pause.ended_at is null
                              and (pause.ends_at is null or pause.ends_at > $4))
           and not exists (select
                             from introduction as earlier
                            where earlier.event_id = $1
                              and earlier.first_id = reserve.first_id
                              and earlier.second_id = reserve.second_id)
           and not exists (select
                             from (values (first.id, second.id, second.organisation),
                                          (second.id, first.id, first.organisation)) as pair (one_id, other_id, organisation)
                             join exclusion on exclusion.attendee_id = pair.one_id
                            where exclusion.event_id = $1
                              and (exclusion.other_id = pair.other_id
                                   or lower(exclusion.organisation) = lower(pair.organisation)))
           and not exists (select
                             from decision
                            where decision.event_id = $1
                              and decision.first_id = reserve.first_id
                              and decision.second_id = reserve.second_id
                              and decision.verdict = 'rejected')
           and not exists (select
                             from (values (first.id, least(reserve.first_quota, first.quota)),
                                          (second.id, least(reserve.second_quota, second.quota))) as side (id, quota)
                            where (select count(*)
                                     from introduction as theirs
                                    where theirs.event_id = $1
                                      and side.id in (theirs.first_id, theirs.second_id)
                                      and not theirs.sat_together
                                      and (theirs.state in ('offered', 'half_accepted', 'introduced', 'met', 'missed')
                                           or theirs.state = 'declined' and theirs.expires_at > $4)) >= side.quota)
         order by reserve.rank
         limit 1
        """,
        event_id,
        run_id,
        attendee_id,
        at,
    )
    return None if row is None else Spare(**row)


async def promote(connection: Connection, run_id: RunId, rank: int) -> bool:
    """Make a reserve the last pairing of its run, of which people are told; whether there was one."""
    done = await connection.execute(
        """
        with gone as (delete from reserve
                       where run_id = $1
                         and rank = $2
                   returning first_id, second_id, mutual_value, value_to_first, value_to_second, reasons, shared, exploration)
        insert into pairing (run_id, rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons, shared,
                             exploration, told)
        select $1, (select coalesce(max(rank), 0) + 1 from pairing where run_id = $1), first_id, second_id, mutual_value,
               value_to_first, value_to_second, reasons, shared, exploration, true
          from gone
        """,
        run_id,
        rank,
    )
    return bool(changed(done))

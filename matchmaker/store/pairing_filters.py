"""Pairings of a run as an organiser looks for them, and how the decisions made since stand to the run."""

from collections.abc import Sequence

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing
from matchmaker.model.wish import DecisionReply, Verdict
from matchmaker.store.connection import Connection
from matchmaker.store.pairings import pairing_of


class Wanted(Struct, frozen=True, kw_only=True):
    """Which pairings: of one attendee, with somebody of an organisation, below a mutual value, in which one side stays below
    the floor, pinned ones, those that people were told of."""

    attendee_id: AttendeeId | None = None
    organisation: str | None = None
    below: float | None = None
    one_way_below: float | None = None
    pinned: bool = False
    told: bool = False


async def find(
    connection: Connection, run_id: RunId, wanted: Wanted, *, after: int | None = None, limit: int
) -> list[Pairing]:
    """Those pairings in order of rank, after that rank; any part of an organisation's name will do, case aside."""
    rows = await connection.fetch(
        """
        with theirs as materialized (select attendee.id
                                       from match_run
                                       join attendee using (association_id, event_id)
                                      where match_run.id = $1
                                        and position(lower($4) in lower(attendee.organisation)) > 0)
        select rank, first_id as first, second_id as second, mutual_value, value_to_first, value_to_second, reasons,
               round, table_number as table, pinned, told, exploration, shared
          from pairing
         where run_id = $1
           and rank > coalesce($2, -1)
           and ($3::uuid is null or first_id = $3 or second_id = $3)
           and ($4::text is null
                or first_id in (select id from theirs)
                or second_id in (select id from theirs))
           and ($5::float8 is null or mutual_value < $5)
           and ($6::float8 is null or least(value_to_first, value_to_second) < $6)
           and (pinned or not $7)
           and (told or not $8)
         order by rank
         limit $9
        """,
        run_id,
        after,
        wanted.attendee_id,
        wanted.organisation,
        wanted.below,
        wanted.one_way_below,
        wanted.pinned,
        wanted.told,
        limit,
    )
    return [pairing_of(row) for row in rows]


async def decided(
    connection: Connection, event_id: EventId, pairs: Sequence[tuple[AttendeeId, AttendeeId]]
) -> dict[tuple[AttendeeId, AttendeeId], Verdict]:
    """What was decided of those pairs, where anything was; each with the lower id first."""
    rows = await connection.fetch(
        """
        select decision.first_id, decision.second_id, decision.verdict
          from unnest($2::uuid[], $3::uuid[]) as given (first_id, second_id)
          join decision on decision.event_id = $1
                       and decision.first_id = given.first_id
                       and decision.second_id = given.second_id
         limit cardinality($2::uuid[])
        """,
        event_id,
        [first for first, _ in pairs],
        [second for _, second in pairs],
    )
    return {(row["first_id"], row["second_id"]): Verdict(row["verdict"]) for row in rows}


async def unmet(connection: Connection, event_id: EventId, run_id: RunId, *, limit: int) -> list[DecisionReply]:
    """Decisions that a run does not follow yet: pins whom it brings together nowhere, and who was rejected since and still is
    together; the first made first."""
    rows = await connection.fetch(
        """
        select id, event_id, first_id, second_id, verdict, created_at
          from decision
         where event_id = $1
           and (verdict = 'rejected')
               = (exists (select
                            from pairing
                           where pairing.run_id = $2
                             and pairing.first_id = decision.first_id
                             and pairing.second_id = decision.second_id)
                  or exists (select
                               from run_group_member as one
                               join run_group_member as other using (association_id, run_id, group_rank)
                              where one.run_id = $2
                                and one.attendee_id = decision.first_id
                                and other.attendee_id = decision.second_id))
         order by created_at, id
         limit $3
        """,
        event_id,
        run_id,
        limit,
    )
    return [DecisionReply(**{**row, "verdict": Verdict(row["verdict"])}) for row in rows]


async def remove_decision(
    connection: Connection, event_id: EventId, first_id: AttendeeId, second_id: AttendeeId
) -> bool:
    """Whether there was a decision on the two, in any order."""
    gone = await connection.fetchval(
        """
        delete from decision
         where event_id = $1
           and first_id = least($2::uuid, $3::uuid)
           and second_id = greatest($2::uuid, $3::uuid)
        returning true
        """,
        event_id,
        first_id,
        second_id,
    )
    return bool(gone)

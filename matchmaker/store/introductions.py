"""Introductions. What may follow what is decided in `model/introduction.py`; here they are found, locked and written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, RunId
from matchmaker.model.introduction import Introduction, IntroductionState
from matchmaker.model.run import MatchRun
from matchmaker.store.connection import Connection, returned


async def offer_all(connection: Connection, run: MatchRun, *, expires_at: datetime, at: datetime) -> list[Introduction]:
    """The new introductions of a run: one for each pairing of two who take part, let themselves be
    introduced, are not paused, and are not held back.

    None for two who have one at this event already, unless that was withdrawn: a no and a silence are not asked about twice.
    """
    rows = await connection.fetch(
        """
        insert into introduction (event_id, run_id, first_id, second_id, offered_at, expires_at)
        select $1, pairing.run_id, pairing.first_id, pairing.second_id, $3, $4
          from pairing
          join attendee as first on first.id = pairing.first_id
          join attendee as second on second.id = pairing.second_id
         where pairing.run_id = $2
           and first.opted_in and first.matched and first.introduced
           and second.opted_in and second.matched and second.introduced
           and not exists (select
                             from hold_back
                            where hold_back.event_id = $1
                              and hold_back.first_id = pairing.first_id
                              and hold_back.second_id = pairing.second_id
                              and held_back)
           and not exists (select
                             from pause
                            where pause.person_id in (first.person_id, second.person_id)
                              and (pause.event_id is null or pause.event_id = $1)
                              and pause.ended_at is null
                              and (pause.ends_at is null or pause.ends_at > $3))
           and not exists (select
                             from introduction as earlier
                            where earlier.event_id = $1
                              and earlier.first_id = pairing.first_id
                              and earlier.second_id = pairing.second_id
                              and earlier.state <> 'withdrawn')
         order by pairing.rank
            on conflict do nothing
        returning id, event_id, run_id, first_id, second_id, state, offered_at, expires_at, first_accepted_at,
                  second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at, introduced_at,
                  withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
        """,
        run.event_id,
        run.id,
        at,
        expires_at,
    )
    return [introduction_of(row) for row in rows]


async def offer(
    connection: Connection,
    event_id: EventId,
    run_id: RunId,
    first_id: AttendeeId,
    second_id: AttendeeId,
    *,
    expires_at: datetime,
    at: datetime,
) -> Introduction:
    """A new introduction of two, `first_id < second_id`, who have no live one at the event."""
    row = await connection.fetchrow(
        """
        insert into introduction (event_id, run_id, first_id, second_id, offered_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        returning id, event_id, run_id, first_id, second_id, state, offered_at, expires_at, first_accepted_at,
                  second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at, introduced_at,
                  withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
        """,
        event_id,
        run_id,
        first_id,
        second_id,
        at,
        expires_at,
    )
    return introduction_of(returned(row))


async def is_live(connection: Connection, event_id: EventId, first_id: AttendeeId, second_id: AttendeeId) -> bool:
    """Whether the two have an introduction that is open, or were introduced."""
    live: bool = await connection.fetchval(
        """
        select exists (select
                         from introduction
                        where event_id = $1
                          and first_id = $2
                          and second_id = $3
                          and state in ('offered', 'half_accepted', 'introduced', 'met', 'missed'))
        """,
        event_id,
        first_id,
        second_id,
    )
    return live


async def count_kept(connection: Connection, run: MatchRun) -> int:
    """How many pairings of the run have a live introduction of an earlier run."""
    number: int = await connection.fetchval(
        """
        select count(*)
          from pairing
          join introduction on introduction.first_id = pairing.first_id
                           and introduction.second_id = pairing.second_id
         where pairing.run_id = $1
           and introduction.event_id = $2
           and introduction.run_id <> $1
           and introduction.state in ('offered', 'half_accepted', 'introduced', 'met', 'missed')
        """,
        run.id,
        run.event_id,
    )
    return number


async def get(
    connection: Connection, introduction_id: IntroductionId, *, event_id: EventId | None = None
) -> Introduction | None:
    """One introduction, of that event if one is given."""
    row = await connection.fetchrow(
        """
        select id, event_id, run_id, first_id, second_id, state, offered_at, expires_at, first_accepted_at,
               second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at, introduced_at,
               withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
          from introduction
         where id = $1
           and ($2::uuid is null or event_id = $2)
        """,
        introduction_id,
        event_id,
    )
    return None if row is None else introduction_of(row)


async def lock(connection: Connection, introduction_id: IntroductionId) -> Introduction | None:
    """One introduction, which nobody else can change until the transaction ends."""
    row = await connection.fetchrow(
        """
        select id, event_id, run_id, first_id, second_id, state, offered_at, expires_at, first_accepted_at,
               second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at, introduced_at,
               withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
          from introduction
         where id = $1
           for update
        """,
        introduction_id,
    )
    return None if row is None else introduction_of(row)


async def lock_open_of(connection: Connection, attendee_ids: Sequence[AttendeeId], *, limit: int) -> list[Introduction]:
    """The introductions that are open to the eyes of the attendees, locked in order of id.

    What the other declined is among them, so that whatever ends the open ones ends it too, and nobody can tell them apart.
    """
    rows = await connection.fetch(
        """
        select id, event_id, run_id, first_id, second_id, state, offered_at, expires_at, first_accepted_at,
               second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at, introduced_at,
               withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
          from introduction
         where (first_id = any($1) and first_declined_at is null
                or second_id = any($1) and second_declined_at is null)
           and state in ('offered', 'half_accepted', 'declined')
         order by id
         limit $2
           for update
        """,
        attendee_ids,
        limit,
    )
    return [introduction_of(row) for row in rows]


async def lock_open_of_unwilling(
    connection: Connection, event_id: EventId, at: datetime, *, limit: int
) -> list[tuple[IntroductionId, AttendeeId]]:
    """The introductions of an event that are open to the eyes of who takes no part any more, with who that is.

    They are locked in order of id. What the other declined is among them, as it is among those of who pauses.
    """
    rows = await connection.fetch(
        """
        select introduction.id, side.attendee_id
          from introduction
         cross join lateral (values (first_id, first_declined_at), (second_id, second_declined_at))
               as side (attendee_id, declined_at)
          join attendee on attendee.id = side.attendee_id
         where introduction.event_id = $1
           and state in ('offered', 'half_accepted', 'declined')
           and expires_at > $2
           and declined_at is null
           and not (opted_in and introduced and (matched or sat_together))
         order by introduction.id, side.attendee_id
         limit $3
           for update of introduction
        """,
        event_id,
        at,
        limit,
    )
    return [(row["id"], row["attendee_id"]) for row in rows]


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    state: IntroductionState | None = None,
    attendee_id: AttendeeId | None = None,
    host_begins: bool = False,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[Introduction]:
    """Introductions at an event, those in a state or of one attendee; the first offered first, after `(offered_at, id)`.

    `host_begins` leaves those that were made of two in quiet mode, neither of whom writes first.
    """
    rows = await connection.fetch(
        """
        select id, event_id, run_id, first_id, second_id, state, offered_at, expires_at, first_accepted_at,
               second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at, introduced_at,
               withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
          from introduction
         where event_id = $1
           and ($2::text is null or state = $2)
           and ($3::uuid is null or first_id = $3 or second_id = $3)
           and ($4::timestamptz is null or (offered_at, id) > ($4, $5))
           and (not $7
                or introduced_at is not null
                   and 2 = (select count(*) from attendee where attendee.id in (first_id, second_id) and quiet))
         order by offered_at, id
         limit $6
        """,
        event_id,
        None if state is None else state.value,
        attendee_id,
        *(after or (None, None)),
        limit,
        host_begins,
    )
    return [introduction_of(row) for row in rows]


async def save(connection: Connection, introduction: Introduction) -> None:
    """Write what changed of a locked introduction."""
    await connection.execute(
        """
        update introduction
           set state              = $2,
               expires_at         = $3,
               first_accepted_at  = $4,
               second_accepted_at = $5,
               first_later_at     = $6,
               second_later_at    = $7,
               first_declined_at  = $8,
               second_declined_at = $9,
               introduced_at      = $10,
               withdrawn_at       = $11,
               first_met          = $12,
               second_met         = $13,
               first_met_at       = $14,
               second_met_at      = $15
         where id = $1
        """,
        introduction.id,
        introduction.state.value,
        introduction.expires_at,
        introduction.first_accepted_at,
        introduction.second_accepted_at,
        introduction.first_later_at,
        introduction.second_later_at,
        introduction.first_declined_at,
        introduction.second_declined_at,
        introduction.introduced_at,
        introduction.withdrawn_at,
        introduction.first_met,
        introduction.second_met,
        introduction.first_met_at,
        introduction.second_met_at,
    )


async def expire(connection: Connection, at: datetime, *, limit: int) -> list[IntroductionId]:
    """The open introductions whose time is over, now expired: silence is no."""
    rows = await connection.fetch(
        """
        update introduction
           set state = 'expired'
         where id in (select id
                        from introduction
                       where state in ('offered', 'half_accepted')
                         and expires_at <= $1
                       order by id
                       limit $2
                         for update skip locked)
        returning id
        """,
        at,
        limit,
    )
    return [row["id"] for row in rows]


def introduction_of(row: Mapping[str, Any]) -> Introduction:
    """The introduction that a row holds."""
    return Introduction(**{**row, "state": IntroductionState(row["state"])})

"""Hold-backs: the pairs among whom a release drew, and what became of them."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.model.hold_back import HoldBack
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.run import MatchRun
from matchmaker.store.connection import Connection


class Outcome(Struct, frozen=True, kw_only=True):
    """How many pairs were drawn so, and how many of them met, and found it useful."""

    held_back: bool
    pairs: int
    met: int
    useful: int


async def eligible(
    connection: Connection, run: MatchRun, at: datetime, *, limit: int
) -> list[tuple[AttendeeId, AttendeeId]]:
    """The pairings of a run among whom may be drawn.

    Both consent, let it be measured, and would be offered an introduction for the first time.
    """
    rows = await connection.fetch(
        """
        select pairing.first_id, pairing.second_id
          from pairing
          join attendee as first on first.id = pairing.first_id
          join attendee as second on second.id = pairing.second_id
         where pairing.run_id = $1
           and first.may_hold_back and first.measured and first.opted_in and first.matched and first.introduced
           and second.may_hold_back and second.measured and second.opted_in and second.matched and second.introduced
           and not exists (select
                             from pause
                            where pause.person_id in (first.person_id, second.person_id)
                              and (pause.event_id is null or pause.event_id = $2)
                              and pause.ended_at is null
                              and (pause.ends_at is null or pause.ends_at > $3))
           and not exists (select
                             from introduction
                            where introduction.event_id = $2
                              and introduction.first_id = pairing.first_id
                              and introduction.second_id = pairing.second_id)
         order by pairing.rank
         limit $4
        """,
        run.id,
        run.event_id,
        at,
        limit,
    )
    return [tuple(row) for row in rows]


async def add_all(connection: Connection, drawn: Sequence[HoldBack]) -> None:
    """Keep what was drawn; of two who were drawn before, the first draw stands."""
    await connection.executemany(
        """
        insert into hold_back (event_id, run_id, first_id, second_id, share, held_back, drawn_at)
        values ($1, $2, $3, $4, $5, $6, $7)
            on conflict do nothing
        """,
        [
            (one.event_id, one.run_id, one.first_id, one.second_id, one.share, one.held_back, one.drawn_at)
            for one in drawn
        ],
    )


async def count_held(connection: Connection, run_id: RunId) -> int:
    """How many pairings of a run are held back, by this run's draw or an earlier one."""
    number: int = await connection.fetchval(
        """
        select count(*)
          from pairing
          join match_run on match_run.id = pairing.run_id
          join hold_back on hold_back.event_id = match_run.event_id
                        and hold_back.first_id = pairing.first_id
                        and hold_back.second_id = pairing.second_id
         where pairing.run_id = $1
           and held_back
        """,
        run_id,
    )
    return number


async def outcomes(connection: Connection, event_id: EventId) -> list[Outcome]:
    """What became of the pairs drawn at an event, both of whom still let it be measured, by what the draw said.

    They met where the memory, or one of them, says so, however it came about.
    """
    rows = await connection.fetch(
        """
        select held_back, count(*) as pairs, count(*) filter (where met) as met, count(*) filter (where useful) as useful
          from (select held_back,
                       exists (select
                                 from encounter
                                where encounter.event_id = $1
                                  and encounter.first_id = hold_back.first_id
                                  and encounter.second_id = hold_back.second_id
                                  and kind = 'met')
                       or exists (select
                                    from introduction
                                   where introduction.event_id = $1
                                     and introduction.first_id = hold_back.first_id
                                     and introduction.second_id = hold_back.second_id
                                     and state = 'met')
                       or coalesce(said.met, false) as met,
                       coalesce(said.useful, false) as useful
                  from hold_back
                  join attendee as first on first.id = hold_back.first_id
                  join attendee as second on second.id = hold_back.second_id
                 cross join lateral (select bool_or(feedback.met) as met, bool_or(feedback.useful >= 3) as useful
                                       from feedback
                                      where feedback.event_id = $1
                                        and (feedback.attendee_id = hold_back.first_id
                                             and feedback.other_id = hold_back.second_id
                                             or feedback.attendee_id = hold_back.second_id
                                             and feedback.other_id = hold_back.first_id)) as said
                 where hold_back.event_id = $1
                   and first.measured
                   and second.measured) as drawn
         group by held_back
         limit 2
        """,
        event_id,
    )
    return [Outcome(**row) for row in rows]

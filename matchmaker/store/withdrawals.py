"""Withdrawals: introductions that will not take place since a run or a person is gone, and who waits for them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import Introduction, IntroductionState
from matchmaker.model.run import MatchRun
from matchmaker.store.connection import Connection


async def withdraw_missing(connection: Connection, run: MatchRun, at: datetime) -> list[Introduction]:
    """The open introductions of earlier runs of the same format whose two are no pairing of this run: now withdrawn.

    Who sat together did so, whatever the next run says.
    """
    rows = await connection.fetch(
        """
        update introduction
           set state        = 'withdrawn',
               withdrawn_at = $4
          from match_run
         where match_run.id = introduction.run_id
           and introduction.event_id = $1
           and introduction.run_id <> $2
           and match_run.format = $3
           and introduction.state in ('offered', 'half_accepted')
           and not introduction.sat_together
           and not exists (select
                             from pairing
                            where pairing.run_id = $2
                              and pairing.first_id = introduction.first_id
                              and pairing.second_id = introduction.second_id)
        returning introduction.id, introduction.event_id, introduction.run_id, first_id, second_id, introduction.state,
                  offered_at, expires_at, first_accepted_at, second_accepted_at, first_later_at, second_later_at,
                  first_declined_at, second_declined_at, introduced_at, withdrawn_at, first_met, second_met, first_met_at,
                  second_met_at, sat_together
        """,
        run.event_id,
        run.id,
        run.format.value,
        at,
    )
    return [_introduction(row) for row in rows]


async def end_declined(connection: Connection, run: MatchRun, at: datetime) -> list[Introduction]:
    """The declined introductions of earlier runs of the same format whose two are no pairing of this run: over for both now.

    To who said yes they looked open, as what is withdrawn did.
    """
    rows = await connection.fetch(
        """
        update introduction
           set expires_at = greatest($4, offered_at + interval '1 microsecond')
          from match_run
         where match_run.id = introduction.run_id
           and introduction.event_id = $1
           and introduction.run_id <> $2
           and match_run.format = $3
           and introduction.state = 'declined'
           and not introduction.sat_together
           and introduction.expires_at > $4
           and not exists (select
                             from pairing
                            where pairing.run_id = $2
                              and pairing.first_id = introduction.first_id
                              and pairing.second_id = introduction.second_id)
        returning introduction.id, introduction.event_id, introduction.run_id, first_id, second_id, introduction.state,
                  offered_at, expires_at, first_accepted_at, second_accepted_at, first_later_at, second_later_at,
                  first_declined_at, second_declined_at, introduced_at, withdrawn_at, first_met, second_met, first_met_at,
                  second_met_at, sat_together
        """,
        run.event_id,
        run.id,
        run.format.value,
        at,
    )
    return [_introduction(row) for row in rows]


async def lock_waiting_for(
    connection: Connection, attendee_ids: Sequence[AttendeeId], at: datetime, *, limit: int
) -> list[Introduction]:
    """The introductions of the attendees that the other side said yes to and sees as open, locked in order of id."""
    rows = await connection.fetch(
        """
        select id, event_id, run_id, first_id, second_id, state, offered_at, expires_at, first_accepted_at,
               second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at, introduced_at,
               withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
          from introduction
         where (first_id = any($1) and second_accepted_at is not null
                or second_id = any($1) and first_accepted_at is not null)
           and state in ('half_accepted', 'declined')
           and expires_at > $2
         order by id
         limit $3
           for update
        """,
        attendee_ids,
        at,
        limit,
    )
    return [_introduction(row) for row in rows]


def _introduction(row: Mapping[str, Any]) -> Introduction:
    return Introduction(**{**row, "state": IntroductionState(row["state"])})

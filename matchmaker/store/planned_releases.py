"""Planned releases: one at a time an event waits, until it is stopped or due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.model.ids import EventId, PlannedReleaseId, RunId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.message import LetterKind
from matchmaker.model.planned_release import PlannedRelease, Released
from matchmaker.store.connection import Connection, to_json


async def add(
    connection: Connection, event_id: EventId, run_id: RunId, asked: ReleaseInput, *, due_at: datetime, at: datetime
) -> PlannedRelease | None:
    """A new plan; None while another of the event waits."""
    row = await connection.fetchrow(
        """
        insert into planned_release (event_id, run_id, asked, due_at, created_at)
        values ($1, $2, $3, $4, $5)
            on conflict (association_id, event_id) where stopped_at is null and ended_at is null do nothing
        returning id, event_id, run_id, asked, due_at, stopped_at, ended_at, outcome, refusal, created_at
        """,
        event_id,
        run_id,
        to_json(asked),
        due_at,
        at,
    )
    return _planned(row)


async def latest(connection: Connection, run_id: RunId) -> PlannedRelease | None:
    """The plan for a run that was made last."""
    row = await connection.fetchrow(
        """
        select id, event_id, run_id, asked, due_at, stopped_at, ended_at, outcome, refusal, created_at
          from planned_release
         where run_id = $1
         order by created_at desc
         limit 1
        """,
        run_id,
    )
    return _planned(row)


async def lock(connection: Connection, planned_id: PlannedReleaseId) -> PlannedRelease | None:
    """A plan that still waits, held until the transaction ends, so that nobody stops what has begun."""
    row = await connection.fetchrow(
        """
        select id, event_id, run_id, asked, due_at, stopped_at, ended_at, outcome, refusal, created_at
          from planned_release
         where id = $1
           and stopped_at is null
           and ended_at is null
           for update
        """,
        planned_id,
    )
    return _planned(row)


async def stop(connection: Connection, run_id: RunId, at: datetime) -> PlannedRelease | None:
    """The plan for a run, stopped; None where none waits any more."""
    row = await connection.fetchrow(
        """
        update planned_release
           set stopped_at = $2
         where run_id = $1
           and stopped_at is null
           and ended_at is null
        returning id, event_id, run_id, asked, due_at, stopped_at, ended_at, outcome, refusal, created_at
        """,
        run_id,
        at,
    )
    return _planned(row)


async def end(
    connection: Connection,
    planned_id: PlannedReleaseId,
    at: datetime,
    *,
    outcome: Released | None = None,
    refusal: str | None = None,
) -> None:
    """Note what a plan that waits came to; one of the two."""
    await connection.execute(
        """
        update planned_release
           set ended_at = $2,
               outcome  = $3,
               refusal  = left($4, 1000)
         where id = $1
           and stopped_at is null
           and ended_at is null
        """,
        planned_id,
        at,
        None if outcome is None else to_json(outcome),
        refusal,
    )


async def letters_of(connection: Connection, event_id: EventId, at: datetime) -> tuple[dict[LetterKind, int], int]:
    """How many letters of each kind were written at an event at that moment, and to how many people in all."""
    rows = await connection.fetch(
        """
        select letter, count(*) as letters, (select count(distinct attendee_id)
                                               from message
                                              where event_id = $1
                                                and created_at = $2) as people
          from message
         where event_id = $1
           and created_at = $2
         group by letter
         order by letter
         limit 100
        """,
        event_id,
        at,
    )
    return {LetterKind(row["letter"]): row["letters"] for row in rows}, max((row["people"] for row in rows), default=0)


def _planned(row: Mapping[str, Any] | None) -> PlannedRelease | None:
    if row is None:
        return None
    outcome = None if row["outcome"] is None else json.decode(row["outcome"], type=Released)
    return PlannedRelease(**{**row, "asked": json.decode(row["asked"], type=ReleaseInput), "outcome": outcome})

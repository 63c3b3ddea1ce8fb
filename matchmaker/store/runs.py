"""Match runs. Each function is one step of a run's life; a step that the present state does not allow gives None."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.errors import NotFound
from matchmaker.model.ids import EventId, RunId, WeightsId
from matchmaker.model.pairing import Unmatched
from matchmaker.model.policy import Policy
from matchmaker.model.run import STARTS_MAX, Format, MatchRun, Report, RunInput, RunState
from matchmaker.store.connection import Connection, changed, to_json
from matchmaker.store.violations import refused_as

REFUSALS = {"match_run_event": NotFound, "match_run_replay_of": NotFound, "match_run_builds_on": NotFound}


async def add(
    connection: Connection,
    event_id: EventId,
    asked: RunInput,
    *,
    policy: Policy,
    weights_id: WeightsId | None = None,
    at: datetime,
) -> MatchRun | None:
    """A new run, queued; None while another of the event is queued or running."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into match_run (event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id,
                                   created_at, told_at)
            values ($1, 'queued', $2, $3, $4, $5, $6, $7, $8, $9, $9)
                on conflict (association_id, event_id) where state in ('queued', 'running') do nothing
            returning id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
                      starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
            """,
            event_id,
            asked.format.value,
            asked.seed,
            to_json(policy),
            asked.replay_of,
            asked.builds_on,
            asked.from_round,
            weights_id,
            at,
        )
    return _run(row)


async def get(connection: Connection, event_id: EventId, run_id: RunId) -> MatchRun | None:
    """One run of an event."""
    row = await connection.fetchrow(
        """
        select id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
               starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
          from match_run
         where id = $1
           and event_id = $2
        """,
        run_id,
        event_id,
    )
    return _run(row)


async def get_by_id(connection: Connection, run_id: RunId) -> MatchRun | None:
    """One run, for a job, which knows nothing but its id."""
    row = await connection.fetchrow(
        """
        select id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
               starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
          from match_run
         where id = $1
        """,
        run_id,
    )
    return _run(row)


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    state: RunState | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[MatchRun]:
    """Runs of an event, the latest asked for first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
               starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
          from match_run
         where event_id = $1
           and ($2::text is null or state = $2)
           and ($3::timestamptz is null or (created_at, id) < ($3, $4))
         order by created_at desc, id desc
         limit $5
        """,
        event_id,
        None if state is None else state.value,
        *(after or (None, None)),
        limit,
    )
    return [run for row in rows if (run := _run(row))]


async def start(connection: Connection, run_id: RunId, at: datetime) -> MatchRun | None:
    """The run, running, and begun once more; None unless it is queued or running and may be begun again."""
    row = await connection.fetchrow(
        """
        update match_run
           set state      = 'running',
               starts     = starts + 1,
               started_at = coalesce(started_at, greatest(created_at, $2)),
               stage      = null,
               progress   = 0,
               told_at    = $2
         where id = $1
           and state in ('queued', 'running')
           and starts < $3
           and cancel_requested_at is null
        returning id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
                  starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
        """,
        run_id,
        at,
        STARTS_MAX,
    )
    return _run(row)


async def note_input(connection: Connection, run_id: RunId, input_hash: str) -> bool:
    """Whether the run is running and now knows the hash of what it reads."""
    done = await connection.execute(
        "update match_run set input_hash = $2 where id = $1 and state = 'running'", run_id, input_hash
    )
    return bool(changed(done))


async def draft(
    connection: Connection,
    run_id: RunId,
    *,
    report: Report,
    unmatched: Sequence[Unmatched],
    input_hash: str,
    output_hash: str,
    at: datetime,
) -> MatchRun | None:
    """The run with its result; None unless it is running and nobody wishes its end."""
    row = await connection.fetchrow(
        """
        update match_run
           set state       = 'drafted',
               stage       = null,
               progress    = 1,
               report      = $2,
               unmatched   = $3,
               versions    = $4,
               input_hash  = $5,
               output_hash = $6,
               finished_at = greatest(started_at, $7),
               told_at     = $7
         where id = $1
           and state = 'running'
           and cancel_requested_at is null
        returning id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
                  starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
        """,
        run_id,
        to_json(report),
        to_json(unmatched),
        to_json(report.versions),
        input_hash,
        output_hash,
        at,
    )
    return _run(row)


async def supersede_others(connection: Connection, run: MatchRun, at: datetime) -> int:
    """How many earlier drafts of the event have now given way to `run`."""
    done = await connection.execute(
        """
        update match_run
           set state   = 'superseded',
               told_at = $3
         where event_id = $1
           and id <> $2
           and state = 'drafted'
        """,
        run.event_id,
        run.id,
        at,
    )
    return changed(done)


async def release(connection: Connection, event_id: EventId, run_id: RunId, at: datetime) -> MatchRun | None:
    """The run, released; None unless it is drafted."""
    row = await connection.fetchrow(
        """
        update match_run
           set state       = 'released',
               released_at = greatest(finished_at, $3),
               told_at     = $3
         where id = $2
           and event_id = $1
           and state = 'drafted'
        returning id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
                  starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
        """,
        event_id,
        run_id,
        at,
    )
    return _run(row)


async def supersede_released(connection: Connection, run: MatchRun, at: datetime) -> int:
    """How many earlier releases of the event and the same format have now given way to `run`."""
    done = await connection.execute(
        """
        update match_run
           set state   = 'superseded',
               told_at = $4
         where event_id = $1
           and id <> $2
           and format = $3
           and state = 'released'
        """,
        run.event_id,
        run.id,
        run.format.value,
        at,
    )
    return changed(done)


async def fail(connection: Connection, run_id: RunId, error: str, at: datetime) -> MatchRun | None:
    """The run, failed for the reason given (its first thousand characters); None unless it is queued or running."""
    row = await connection.fetchrow(
        """
        update match_run
           set state       = 'failed',
               error       = left($2, 1000),
               finished_at = greatest(created_at, started_at, $3),
               told_at     = $3
         where id = $1
           and state in ('queued', 'running')
        returning id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
                  starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
        """,
        run_id,
        error or "Something went wrong.",
        at,
    )
    return _run(row)


async def give_back(connection: Connection, run_id: RunId, at: datetime) -> bool:
    """Whether the run waits again, as if never begun: its worker was asked to stop, and that is not the run's fault."""
    done = await connection.execute(
        """
        update match_run
           set state      = 'queued',
               starts     = 0,
               started_at = null,
               stage      = null,
               progress   = 0,
               told_at    = $2
         where id = $1
           and state = 'running'
        """,
        run_id,
        at,
    )
    return bool(changed(done))


async def request_cancel(connection: Connection, run_id: RunId, at: datetime) -> MatchRun | None:
    """The run: cancelled at once if it was queued, at its worker's next step if it runs; None if it is neither."""
    row = await connection.fetchrow(
        """
        update match_run
           set cancel_requested_at = coalesce(cancel_requested_at, $2),
               state               = case state when 'queued' then 'cancelled' else state end,
               finished_at         = case state when 'queued' then greatest(created_at, $2) end,
               told_at             = $2
         where id = $1
           and state in ('queued', 'running')
        returning id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
                  starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
        """,
        run_id,
        at,
    )
    return _run(row)


async def cancel(connection: Connection, run_id: RunId, at: datetime) -> MatchRun | None:
    """The run, cancelled; None unless it is queued or running."""
    row = await connection.fetchrow(
        """
        update match_run
           set state               = 'cancelled',
               cancel_requested_at = coalesce(cancel_requested_at, $2),
               finished_at         = greatest(created_at, started_at, $2),
               told_at             = $2
         where id = $1
           and state in ('queued', 'running')
        returning id, event_id, state, format, seed, policy, replay_of, builds_on, from_round, weights_id, stage, progress,
                  starts, input_hash, output_hash, report, error, created_at, started_at, finished_at
        """,
        run_id,
        at,
    )
    return _run(row)


async def unmatched(connection: Connection, run_id: RunId) -> list[Unmatched] | None:
    """Who is without a pairing, and why; None before the run is drafted."""
    found = await connection.fetchval("select unmatched from match_run where id = $1", run_id)
    return None if found is None else json.decode(found, type=list[Unmatched])


def _run(row: Mapping[str, Any] | None) -> MatchRun | None:
    if row is None:
        return None
    return MatchRun(
        **{
            **row,
            "state": RunState(row["state"]),
            "format": Format(row["format"]),
            "policy": json.decode(row["policy"], type=Policy),
            "report": None if row["report"] is None else json.decode(row["report"], type=Report),
        }
    )

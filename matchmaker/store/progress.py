"""The progress of a run that is under way: noted as it goes, numbered, so that a listener may come back."""

from datetime import datetime

from matchmaker.model.ids import RunId
from matchmaker.model.run import RunProgress, RunState
from matchmaker.store.connection import Connection


async def note_progress(connection: Connection, run_id: RunId, stage: str, progress: float, at: datetime) -> bool:
    """Whether to go on: not when the run runs no more, or its end is wished for. Tells listeners."""
    goes_on = await connection.fetchval(
        """
        update match_run
           set stage    = $2,
               progress = $3,
               told_at  = $4
         where id = $1
           and state = 'running'
        returning cancel_requested_at is null
        """,
        run_id,
        stage,
        progress,
        at,
    )
    return bool(goes_on)


async def is_wanted(connection: Connection, run_id: RunId) -> bool:
    """Whether the run is queued or running and nobody wishes its end."""
    wanted = await connection.fetchval(
        """
        select cancel_requested_at is null
          from match_run
         where id = $1
           and state in ('queued', 'running')
        """,
        run_id,
    )
    return bool(wanted)


async def progress_after(connection: Connection, run_id: RunId, number: int, *, limit: int) -> list[RunProgress]:
    """What the run said after that number, which is 0 for a listener who begins."""
    rows = await connection.fetch(
        """
        select number, state, stage, progress, created_at
          from run_event
         where run_id = $1
           and number > $2
         order by number
         limit $3
        """,
        run_id,
        number,
        limit,
    )
    return [RunProgress(**{**row, "state": RunState(row["state"])}) for row in rows]

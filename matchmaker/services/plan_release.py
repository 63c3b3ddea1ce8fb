"""Release with time to think better of it: told first what it would come to, then some minutes in which it can be stopped.

Until a planned release is due nothing at all has happened, so stopping it takes nothing back: no introduction was offered, no
earlier release has given way, and no letter was written.
"""

from datetime import datetime

from matchmaker.errors import MatchmakerError, NotFound, Unavailable
from matchmaker.model.ids import AssociationId, EventId, RunId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.planned_release import WAIT, NothingPlanned, PlannedRelease, ReleaseAlreadyPlanned, Released
from matchmaker.model.run import RunState
from matchmaker.services import review
from matchmaker.services.match import SAVE_SECONDS_MAX
from matchmaker.services.release import RunNotReleasable, release
from matchmaker.store import jobs, planned_releases
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction


class _Foreseen(Exception):
    """Ends a transaction of which only the outcome was wanted."""

    def __init__(self, released: Released) -> None:
        super().__init__()
        self.released = released


async def foresee(
    pool: Pool, association_id: AssociationId, event_id: EventId, run_id: RunId, asked: ReleaseInput, *, at: datetime
) -> Released:
    """What a release would come to now, found by doing it and forgetting it. Raises as `release`."""
    try:
        async with tenant_transaction(pool, association_id, statement_seconds_max=SAVE_SECONDS_MAX) as connection:
            raise _Foreseen(await _released(connection, event_id, run_id, asked, at))
    except _Foreseen as found:
        return found.released


async def plan(
    connection: Connection, event_id: EventId, run_id: RunId, asked: ReleaseInput, *, at: datetime
) -> PlannedRelease:
    """A release that begins in a few minutes. Raises `NotFound`, `RunNotDrafted`, `RunNotReleasable`, `ReleaseAlreadyPlanned`."""
    run = await review.run(connection, event_id, run_id)
    if run.state is not RunState.DRAFTED:
        raise RunNotReleasable
    planned = await planned_releases.add(connection, event_id, run_id, asked, due_at=at + WAIT, at=at)
    if planned is None:
        raise ReleaseAlreadyPlanned
    await jobs.add_release(connection, planned.id, WAIT)
    return planned


async def stop(connection: Connection, event_id: EventId, run_id: RunId, *, at: datetime) -> PlannedRelease:
    """The plan, stopped. Raises `NotFound`, `NothingPlanned`."""
    await review.run(connection, event_id, run_id)
    stopped = await planned_releases.stop(connection, run_id, at)
    if stopped is None:
        raise NothingPlanned
    return stopped


async def carry_out(pool: Pool, job: jobs.ReleaseJob, *, at: datetime) -> None:
    """Release what is planned, if it still is; why it could not be is noted, where that is nothing to try again."""
    try:
        async with tenant_transaction(pool, job.association_id, statement_seconds_max=SAVE_SECONDS_MAX) as connection:
            planned = await planned_releases.lock(connection, job.planned_id)
            if planned is not None:
                released = await _released(connection, planned.event_id, planned.run_id, planned.asked, at)
                await planned_releases.end(connection, planned.id, at, outcome=released)
    except MatchmakerError as error:
        if isinstance(error, Unavailable):
            raise
        async with tenant_transaction(pool, job.association_id) as connection:
            await planned_releases.end(connection, job.planned_id, at, refusal=error.detail)


async def latest(connection: Connection, event_id: EventId, run_id: RunId) -> PlannedRelease | None:
    """The plan for a run that was made last. Raises `NotFound`."""
    found = await planned_releases.latest(connection, run_id)
    if found is not None and found.event_id != event_id:
        raise NotFound
    return found


async def _released(
    connection: Connection, event_id: EventId, run_id: RunId, asked: ReleaseInput, at: datetime
) -> Released:
    done = await release(connection, event_id, run_id, asked, at=at)
    letters, people = await planned_releases.letters_of(connection, event_id, at)
    return Released(
        offered=done.offered,
        kept=done.kept,
        left_out=done.left_out,
        withdrawn=done.withdrawn,
        seated=done.seated,
        announced=done.announced,
        held_back=done.held_back,
        letters=letters,
        people=people,
    )

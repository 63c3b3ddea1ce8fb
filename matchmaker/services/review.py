"""Review a drafted run: its ranked pairings, by rank or by what one attendee gains."""

from matchmaker.errors import Conflict, NotFound
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing, Unmatched
from matchmaker.model.run import MatchRun, RunState
from matchmaker.store import pairings, runs
from matchmaker.store.connection import Connection

REVIEWABLE = frozenset({RunState.DRAFTED, RunState.RELEASED, RunState.SUPERSEDED})


class RunNotDrafted(Conflict):
    """The match run has no pairings: it is not finished, or it failed."""

    cure = "Wait until its state is drafted."


async def run(connection: Connection, event_id: EventId, run_id: RunId) -> MatchRun:
    """A run with a result. Raises `NotFound`, `RunNotDrafted`."""
    found = await runs.get(connection, event_id, run_id)
    if found is None:
        raise NotFound
    if found.state not in REVIEWABLE:
        raise RunNotDrafted(f"The match run is {found.state.value}, so it has no pairings.")
    return found


async def ranked(
    connection: Connection,
    event_id: EventId,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    mutual_value_least: float | None = None,
    after: int | None = None,
    limit: int,
) -> list[Pairing]:
    """Pairings in order of rank, after that rank. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await pairings.find(
        connection, run_id, attendee_id=attendee_id, mutual_value_least=mutual_value_least, after=after, limit=limit
    )


async def of_attendee(
    connection: Connection,
    event_id: EventId,
    run_id: RunId,
    attendee_id: AttendeeId,
    *,
    after: tuple[float, int] | None = None,
    limit: int,
) -> list[Pairing]:
    """One attendee's pairings, those they gain most from first. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await pairings.find_of_attendee(connection, run_id, attendee_id, after=after, limit=limit)


async def unmatched(connection: Connection, event_id: EventId, run_id: RunId) -> list[Unmatched]:
    """Who is without a pairing, and why. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await runs.unmatched(connection, run_id) or []

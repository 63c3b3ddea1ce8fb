"""Review a drafted run: its ranked pairings, by rank or by what one attendee gains, and what it proposes beyond pairs."""

from matchmaker.errors import Conflict, NotFound
from matchmaker.matching.covered import covered
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.coverage import AttendeeCoverage
from matchmaker.model.group import Bye, Connector, Group, RoutedAsk
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing, Unmatched
from matchmaker.model.run import MatchRun, RunState
from matchmaker.model.text import QUOTA_MAX
from matchmaker.services.tell import told
from matchmaker.store import groups as groups_
from matchmaker.store import pairing_filters, pairings, runs
from matchmaker.store.connection import Connection
from matchmaker.store.pairing_filters import Wanted

REVIEWABLE = frozenset({RunState.DRAFTED, RunState.RELEASED, RunState.SUPERSEDED})


class InputForgotten(NotFound):
    """What the run read is no longer kept, so nothing more can be asked of it."""

    cure = "Start another run, and ask of that."


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
    """Pairings in order of rank, after that rank, with what each side reads. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    found = await pairings.find(
        connection, run_id, attendee_id=attendee_id, mutual_value_least=mutual_value_least, after=after, limit=limit
    )
    return [told(pairing) for pairing in found]


async def looked_for(
    connection: Connection, run: MatchRun, wanted: Wanted, *, after: int | None = None, limit: int
) -> list[Pairing]:
    """The pairings of a run that an organiser looks for, in order of rank, after that rank, with what each side reads."""
    found = await pairing_filters.find(connection, run.id, wanted, after=after, limit=limit)
    return [told(pairing) for pairing in found]


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
    found = await pairings.find_of_attendee(connection, run_id, attendee_id, after=after, limit=limit)
    return [told(pairing) for pairing in found]


async def coverage(
    connection: Connection, event_id: EventId, run_id: RunId, attendee: AttendeeReply
) -> AttendeeCoverage:
    """What an attendee's introductions cover, by what they seek and offer now. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    found = await pairings.find_of_attendee(connection, run_id, attendee.id, limit=QUOTA_MAX)
    return covered(attendee.id, attendee.seeks, attendee.offers, found)


async def unmatched(connection: Connection, event_id: EventId, run_id: RunId) -> list[Unmatched]:
    """Who is without a pairing, and why. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await runs.unmatched(connection, run_id) or []


async def groups(
    connection: Connection,
    event_id: EventId,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: int | None = None,
    limit: int,
) -> list[tuple[int, Group]]:
    """Groups with their ranks, or one attendee's, after that rank. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await groups_.find(connection, run_id, attendee_id=attendee_id, after=after, limit=limit)


async def byes(
    connection: Connection,
    event_id: EventId,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[int, AttendeeId] | None = None,
    limit: int,
) -> list[Bye]:
    """Byes, or one attendee's, after `(round, attendee)`. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await groups_.find_byes(connection, run_id, attendee_id=attendee_id, after=after, limit=limit)


async def asks(
    connection: Connection,
    event_id: EventId,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: int | None = None,
    limit: int,
) -> list[tuple[int, RoutedAsk]]:
    """Routed asks with their ranks, or those of and for one attendee, after that rank. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await groups_.find_asks(connection, run_id, attendee_id=attendee_id, after=after, limit=limit)


async def connectors(
    connection: Connection,
    event_id: EventId,
    run_id: RunId,
    *,
    attendee_id: AttendeeId | None = None,
    after: int | None = None,
    limit: int,
) -> list[tuple[int, Connector]]:
    """Connectors with their ranks, or those that concern one attendee, after that rank. Raises `NotFound`, `RunNotDrafted`."""
    await run(connection, event_id, run_id)
    return await groups_.find_connectors(connection, run_id, attendee_id=attendee_id, after=after, limit=limit)

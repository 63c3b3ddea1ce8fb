"""Match runs: asked for, watched, called off, compared."""

import re
from asyncio import sleep
from datetime import datetime
from typing import Annotated

from litestar import Response, Router, get, post
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterState, Limit, PathEvent, PathRun, Prefer
from matchmaker.api.run_events import follow_run
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing
from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId, EventId, RunId
from matchmaker.model.introduction import Release, ReleaseInput
from matchmaker.model.run import MatchRun, RunInput, RunState
from matchmaker.services import compare, match, release
from matchmaker.services.compare import RunComparison
from matchmaker.store import events, runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction

RETRY_AFTER_SECONDS = 1
POLL_SECONDS = 0.25
WAIT_SECONDS_MAX = 20
ACTIVE = (RunState.QUEUED, RunState.RUNNING)

With = Annotated[RunId, QueryParameter(name="with", required=True), Meta(description="The run to compare with.")]


@post(
    operation_id="create_run",
    summary="Ask for a match run",
    response_description="The run, queued. Follow it where Location says.",
    status_code=202,
    scope=Scope.RUNS_WRITE,
    gives=("Location", "Retry-After", "Idempotency-Replayed"),
)
async def create_run(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[RunInput]
) -> Response[MatchRun]:
    """Asks for a match run of an event, which begins in the background. Without a policy the event's own applies.

    `format` says what it makes. `replay_of` repeats an earlier run on what it read then; `builds_on` makes one again, keeping
    what people were told where that costs little. On the day, `from_round` begins the rounds or tables of the run it builds on
    anew: rounds before stay as they are, absent people leave, who is checked in and has no seat gets one, and everyone else
    keeps theirs where that can be. An event has one run at a time: 409 while another is under way.
    """
    run = await match.request(connection, event_id, data, at=at)
    reply = created(run, f"/v1/events/{event_id}/runs/{run.id}")
    return Response(run, status_code=202, headers={**reply.headers, "Retry-After": str(RETRY_AFTER_SECONDS)})


@get(
    operation_id="list_runs",
    summary="List match runs",
    response_description="A page of runs.",
    scope=Scope.RUNS_READ,
    gives=("Link",),
)
async def list_runs(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    run_state: FilterState = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[MatchRun]:
    """Lists the runs of an event, the latest asked for first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await runs.find(connection, event_id, state=run_state, after=after, limit=limit + 1)
    return page(request, found, limit, lambda run: (run.created_at, run.id))


@get(
    "/{run_id:str}",
    operation_id="get_run",
    summary="Get a match run",
    response_description="The run; with Retry-After while it is under way.",
    scope=Scope.RUNS_READ,
    gives=("Retry-After",),
)
async def get_run(
    request: ApiRequest, state: State, event_id: PathEvent, run_id: PathRun, prefer: Prefer = None
) -> Response[MatchRun]:
    """Gets a run: its state and progress, and once drafted its report. `Prefer: wait=10` waits up to so long for its end."""
    run = await _read(state.pool, association_of(request.scope), event_id, run_id)
    for _ in range(int(wait_seconds(prefer) / POLL_SECONDS)):
        if run.state not in ACTIVE or request.app.state.stopping:
            break
        await sleep(POLL_SECONDS)
        run = await _read(state.pool, association_of(request.scope), event_id, run_id)
    return Response(run, headers={"Retry-After": str(RETRY_AFTER_SECONDS)} if run.state in ACTIVE else {})


@post(
    "/{run_id:str}/cancellation",
    operation_id="cancel_run",
    summary="Cancel a match run",
    response_description="The run as it is now.",
    status_code=202,
    scope=Scope.RUNS_WRITE,
    gives=("Idempotency-Replayed",),
)
async def cancel_run(connection: Connection, at: At, event_id: PathEvent, run_id: PathRun) -> Response[MatchRun]:
    """Calls off a run that is queued or running. One that is over stays as it is: 409."""
    return Response(await match.cancel(connection, event_id, run_id, at=at), status_code=202)


@post(
    "/{run_id:str}/release",
    operation_id="create_release",
    summary="Release a match run",
    response_description="What became of its pairings.",
    status_code=200,
    scope=Scope.RUNS_WRITE,
    gives=("Idempotency-Replayed",),
)
async def create_release(
    connection: Connection, at: At, event_id: PathEvent, run_id: PathRun, data: JSONBody[ReleaseInput]
) -> Release:
    """Releases a drafted run: each pairing becomes an introduction that is offered to both, by a letter each.

    An earlier release of the same format gives way: pairs that stay hear nothing new, open introductions of pairs that are gone
    are withdrawn. Whoever has opted out or paused is left out, and so are pairs one of whom said no, or nothing, before. A run
    is released once: 409 for a second time, and for one that is not drafted.

    Rounds and tables need no two yeses: whom they seat gets an agenda on the working day before, with a calendar file, and hears
    after a later release only what is new to them, under the same entries.
    """
    return await release.release(connection, event_id, run_id, data, at=at)


@get(
    "/{run_id:str}/comparison",
    operation_id="compare_runs",
    summary="Compare two match runs",
    response_description="What is alike, and what is not.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409,),
)
async def compare_runs(connection: Connection, event_id: PathEvent, run_id: PathRun, other_id: With) -> RunComparison:
    """Compares a run with another of the same event: whether both read the same, which pairings differ, and for whom."""
    return await compare.compare(connection, event_id, run_id, other_id)


def wait_seconds(prefer: str | None) -> int:
    """The seconds of `Prefer: wait=…` (RFC 7240), 20 at most; other preferences are not ours."""
    found = re.search(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})", prefer or "", re.IGNORECASE)
    return min(int(found[1]), WAIT_SECONDS_MAX) if found else 0


async def _read(pool: Pool, association_id: AssociationId, event_id: EventId, run_id: RunId) -> MatchRun:
    """In a transaction of its own: whoever waits holds no connection."""
    async with tenant_transaction(pool, association_id, readonly=True) as connection:
        return existing(await runs.get(connection, event_id, run_id))


router = Router(
    "/v1/events/{event_id:str}/runs",
    tags=["runs"],
    route_handlers=[create_run, list_runs, get_run, follow_run, cancel_run, create_release, compare_runs],
)

"""What a run says on its way, as server-sent events that a listener may leave and come back to."""

from asyncio import sleep
from collections.abc import AsyncIterator, Callable

import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.response import ServerSentEvent, ServerSentEventMessage

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of, context_of
from matchmaker.api.parameters import LastEventId, PathEvent, PathRun
from matchmaker.api.problems import MalformedRequest
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId, RunId
from matchmaker.model.run import RunProgress, RunState
from matchmaker.store import progress, runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction

EVENT_STREAM = "text/event-stream"
POLL_SECONDS = 0.25
HEARTBEAT_SECONDS = 15.0
AT_ONCE = 100
ACTIVE = (RunState.QUEUED, RunState.RUNNING)


@get(
    "/{run_id:str}/events",
    operation_id="follow_run",
    summary="Follow a match run",
    response_description="A stream of events: `progress` while the run is under way, and one `finished`, which ends it.",
    scope=Scope.RUNS_READ,
    produces=(EVENT_STREAM,),
    also_answers={204: "The run is over and you have heard all of it: do not come back."},
)
async def follow_run(
    request: ApiRequest, state: State, event_id: PathEvent, run_id: PathRun, last_event_id: LastEventId = None
) -> Response[None]:
    """Follows a run as server-sent events. Come back with `Last-Event-ID`, and the stream goes on after that event.

    A comment every 15 seconds keeps the connection open.
    """
    association_id, heard = association_of(request.scope), _number(last_event_id)
    async with tenant_transaction(state.pool, association_id, readonly=True) as connection:
        run = existing(await runs.get(connection, event_id, run_id))
        news = await progress.progress_after(connection, run_id, heard, limit=1)
    if run.state not in ACTIVE and not news:
        return Response(None, status_code=204)
    if context_of(request.scope).head:
        return Response(None, status_code=200, media_type=EVENT_STREAM)

    def stopping() -> bool:
        return bool(request.app.state.stopping)

    return ServerSentEvent(told(state.pool, association_id, run_id, heard, stopping))  # type: ignore[return-value]


async def told(
    pool: Pool, association_id: AssociationId, run_id: RunId, heard: int, stopping: Callable[[], bool] = lambda: False
) -> AsyncIterator[ServerSentEventMessage]:
    """Each thing the run says, once and in order, until it is over; a comment after every quiet quarter of a minute.

    A server that stops ends it early, between two events: the client comes back for the rest.
    """
    quiet = 0.0
    while not stopping():
        async with tenant_transaction(pool, association_id, readonly=True) as connection:
            news = await progress.progress_after(connection, run_id, heard, limit=AT_ONCE)
        for one in news:
            yield _message(one)
            heard, quiet = one.number, 0.0
        if news and news[-1].state not in ACTIVE:
            return
        await sleep(POLL_SECONDS)
        quiet += POLL_SECONDS
        if quiet >= HEARTBEAT_SECONDS:
            yield ServerSentEventMessage(comment="still here")
            quiet = 0.0


def _message(one: RunProgress) -> ServerSentEventMessage:
    event = "progress" if one.state in ACTIVE else "finished"
    return ServerSentEventMessage(data=msgspec.json.encode(one).decode(), id=one.number, event=event)


def _number(last_event_id: str | None) -> int:
    """The number after which to go on. Raises `MalformedRequest`."""
    if last_event_id is None:
        return 0
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) <= 9):
        raise MalformedRequest("Last-Event-ID must be the id of an event of this stream.")
    return int(last_event_id)

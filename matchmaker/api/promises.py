"""Promises: what each of two who are introduced will do for the other."""

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody

from matchmaker.api.paging import Page
from matchmaker.api.parameters import PathEvent, PathIntroduction
from matchmaker.api.strangers import refuse_strangers
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing
from matchmaker.model.association import Scope
from matchmaker.model.ids import PromiseId
from matchmaker.model.promise import Outcome, PromiseInput, PromiseReply, shown
from matchmaker.services import follow_up
from matchmaker.store import introductions, promises


@post(
    operation_id="create_promise",
    summary="Make a promise",
    response_description="The promise, without its words.",
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_promise(
    connection: Connection,
    at: At,
    event_id: PathEvent,
    introduction_id: PathIntroduction,
    data: JSONBody[PromiseInput],
) -> Response[PromiseReply]:
    """Makes one side's promise to the other, of which they are reminded once when it is due. One each: 409 for a second."""
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id)
    made = await follow_up.promise(connection, introduction_id, data, at=at)
    return created(shown(made), f"/v1/events/{event_id}/introductions/{introduction_id}/promises/{made.id}")


@get(
    operation_id="list_promises",
    summary="List promises",
    response_description="The promises of the introduction, two at most.",
    scope=Scope.RUNS_READ,
    tells_who=True,
)
async def list_promises(
    connection: Connection, event_id: PathEvent, introduction_id: PathIntroduction
) -> Page[PromiseReply]:
    """Lists the promises of an introduction: that there are some, and whether they were kept, never what they say."""
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    return Page(items=[shown(one) for one in await promises.find(connection, introduction_id)], next=None)


@get(
    "/{promise_id:str}",
    operation_id="get_promise",
    summary="Get a promise",
    response_description="The promise, without its words.",
    scope=Scope.RUNS_READ,
    tells_who=True,
)
async def get_promise(
    connection: Connection, event_id: PathEvent, introduction_id: PathIntroduction, promise_id: FromPath[PromiseId]
) -> PromiseReply:
    """Gets a promise: when it is due and whether it was kept."""
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    return shown(existing(await promises.get(connection, introduction_id, promise_id)))


@post(
    "/{promise_id:str}/outcome",
    operation_id="close_promise",
    summary="Say whether a promise was kept",
    response_description="The promise, closed.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Idempotency-Replayed",),
)
async def close_promise(
    connection: Connection,
    at: At,
    event_id: PathEvent,
    introduction_id: PathIntroduction,
    promise_id: FromPath[PromiseId],
    data: JSONBody[Outcome],
) -> PromiseReply:
    """Says whether a promise was kept, which closes it: 409 the second time."""
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    return shown(await follow_up.close(connection, introduction_id, promise_id, kept=data.kept, at=at))


router = Router(
    "/v1/events/{event_id:str}/introductions/{introduction_id:str}/promises",
    tags=["introductions"],
    route_handlers=[create_promise, list_promises, get_promise, close_promise],
)

"""Actions: what members of action-learning sets will do until they sit again."""

from datetime import datetime

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterAttendee, Limit, PathEvent
from matchmaker.api.strangers import refuse_strangers
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing
from matchmaker.model.action import Action, ActionInput, ActionOutcome
from matchmaker.model.association import Scope
from matchmaker.model.ids import ActionId
from matchmaker.store import actions, events


@post(
    operation_id="create_action",
    summary="Log an action",
    response_description="The action.",
    scope=Scope.ATTENDEES_WRITE,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_action(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[ActionInput]
) -> Response[Action]:
    """Logs what a member of an action-learning set will do. Until it is done it stands in the letters to the whole set.

    It belongs to the member, so it outlives a set that a later run makes anew.
    """
    existing(await events.get(connection, event_id))
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id)
    made = await actions.add(connection, event_id, data, at)
    return created(made, f"/v1/events/{event_id}/actions/{made.id}")


@get(
    operation_id="list_actions",
    summary="List actions",
    response_description="A page of actions.",
    scope=Scope.ATTENDEES_READ,
    gives=("Link",),
)
async def list_actions(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[Action]:
    """Lists the actions of an event, the first logged first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await actions.find(connection, event_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@get(
    "/{action_id:str}",
    operation_id="get_action",
    summary="Get an action",
    response_description="The action.",
    scope=Scope.ATTENDEES_READ,
)
async def get_action(connection: Connection, event_id: PathEvent, action_id: FromPath[ActionId]) -> Action:
    """Gets an action."""
    return existing(await actions.get(connection, event_id, action_id))


@post(
    "/{action_id:str}/outcome",
    operation_id="close_action",
    summary="Say whether an action is done",
    response_description="The action.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    gives=("Idempotency-Replayed",),
)
async def close_action(
    connection: Connection, at: At, event_id: PathEvent, action_id: FromPath[ActionId], data: JSONBody[ActionOutcome]
) -> Action:
    """Says whether an action is done; one that is not done after all is open again."""
    return existing(await actions.close(connection, event_id, action_id, done=data.done, at=at))


router = Router(
    "/v1/events/{event_id:str}/actions",
    tags=["groups"],
    route_handlers=[create_action, list_actions, get_action, close_action],
)

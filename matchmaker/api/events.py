"""Events."""

from datetime import datetime

from litestar import Response, Router, delete, get, post, put
from litestar.params import JSONBody

from matchmaker.api.body import ApiRequest
from matchmaker.api.gate import only_event
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, IfMatch, IfNoneMatch, Limit, PathEvent
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing, expected, unless_changed, versioned
from matchmaker.model.association import Scope
from matchmaker.model.event import Event, EventInput
from matchmaker.services import forget
from matchmaker.store import events


@post(
    operation_id="create_event",
    summary="Create an event",
    response_description="The event.",
    scope=Scope.EVENTS_WRITE,
    whole_association=True,
    gives=("Location", "ETag", "Idempotency-Replayed"),
)
async def create_event(connection: Connection, at: At, data: JSONBody[EventInput]) -> Response[Event]:
    """Creates an event of your association. All but the name has a default; the policy says how its people are matched."""
    event = await events.add(connection, data, at)
    return created(event, f"/v1/events/{event.id}", version=event.version)


@get(
    operation_id="list_events",
    summary="List events",
    response_description="A page of events.",
    scope=Scope.EVENTS_READ,
    gives=("Link",),
)
async def list_events(
    request: ApiRequest, connection: Connection, limit: Limit = LIMIT, cursor: Cursor = None
) -> Page[Event]:
    """Lists the events this key may see, the latest made first."""
    after = position(request, cursor, tuple[datetime, str])
    found = await events.find(connection, only=only_event(request), after=after, limit=limit + 1)
    return page(request, found, limit, lambda event: (event.created_at, event.id))


@get(
    "/{event_id:str}",
    operation_id="get_event",
    summary="Get an event",
    response_description="The event.",
    scope=Scope.EVENTS_READ,
    gives=("ETag",),
)
async def get_event(
    connection: Connection, event_id: PathEvent, if_none_match: IfNoneMatch = None
) -> Response[Event | None]:
    """Gets one event with its policy. Its ETag is its version."""
    event = existing(await events.get(connection, event_id))
    return versioned(event, event.version, if_none_match)


@put(
    "/{event_id:str}",
    operation_id="replace_event",
    summary="Change an event",
    response_description="The event as it is now.",
    scope=Scope.EVENTS_WRITE,
    gives=("ETag",),
)
async def replace_event(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[EventInput], if_match: IfMatch = None
) -> Response[Event | None]:
    """Replaces all that can be set of an event; what you leave out gets its default. Runs made before keep their policy."""
    version = expected(if_match)
    existing(await events.get(connection, event_id))
    event = unless_changed(await events.save(connection, event_id, data, version=version, at=at))
    return versioned(event, event.version)


@delete(
    "/{event_id:str}",
    operation_id="delete_event",
    summary="Delete an event",
    response_description="It is gone.",
    scope=Scope.EVENTS_WRITE,
    whole_association=True,
)
async def delete_event(connection: Connection, at: At, event_id: PathEvent, if_match: IfMatch = None) -> None:
    """Deletes an event with its attendees, imports and runs; who attends no other event is forgotten as a person.

    Who has an open introduction there, an agreed time, a seat or a place in a set that is to come gets one letter, which says
    that it is over and names nobody. This cannot be undone.
    """
    version = expected(if_match)
    existing(await events.get(connection, event_id))
    unless_changed(await forget.forget_event(connection, event_id, version=version, at=at) or None)


router = Router(
    "/v1/events", tags=["events"], route_handlers=[create_event, list_events, get_event, replace_event, delete_event]
)

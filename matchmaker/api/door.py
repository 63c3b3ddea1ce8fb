"""The open door: an event's public sign-up page, who came in by it, and whom the organiser admits."""

from datetime import datetime
from typing import Annotated

from litestar import Router, get, post, put
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from matchmaker import tokens
from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, Limit, PathEvent, YesNo
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.door import AdmissionInput, Door, DoorInput, DoorReply, SignUp
from matchmaker.model.ids import EventId
from matchmaker.services import join
from matchmaker.store import doors, events

FilterWaiting = Annotated[
    YesNo | None, QueryParameter(), Meta(description="Only those who wait to be admitted, or only the others.")
]


@get(
    "/door",
    operation_id="get_door",
    summary="Get the door",
    response_description="The door.",
    scope=Scope.EVENTS_READ,
)
async def get_door(request: ApiRequest, connection: Connection, event_id: PathEvent, state: State) -> DoorReply:
    """Tells whether people may sign up themselves, on which page, and how many did."""
    door = existing(await doors.get(connection, event_id))
    return await _reply(request, connection, event_id, door, state)


@put(
    "/door",
    operation_id="replace_door",
    summary="Open or close the door",
    response_description="The door as it is now.",
    scope=Scope.EVENTS_WRITE,
)
async def replace_door(
    request: ApiRequest, connection: Connection, event_id: PathEvent, state: State, data: JSONBody[DoorInput]
) -> DoorReply:
    """Lets people sign up themselves: `open` to all, by `waiting_list` once you admit them, or `closed`, as at first.

    Whoever signs up gets a letter, and takes no part before they pressed the button in it.
    """
    existing(await doors.put(connection, event_id, data.door) or None)
    return await _reply(request, connection, event_id, data.door, state)


@get(
    "/sign-ups",
    operation_id="list_sign_ups",
    summary="List sign-ups",
    response_description="A page of sign-ups.",
    scope=Scope.ATTENDEES_READ,
    gives=("Link",),
)
async def list_sign_ups(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    waiting: FilterWaiting = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[SignUp]:
    """Lists who signed up themselves, the first first: when, whether they verified their address, and when you admitted them."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    only = None if waiting is None else waiting is YesNo.TRUE
    found = await doors.find(connection, event_id, waiting=only, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.signed_up_at, one.attendee_id))


@post(
    "/admissions",
    operation_id="create_admission",
    summary="Admit somebody",
    response_description="The sign-up, admitted.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    gives=("Idempotency-Replayed",),
    problems=(409,),
)
async def create_admission(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[AdmissionInput]
) -> SignUp:
    """Lets somebody who waits take part, and writes to them. Who has not verified their address, or takes part already: 409."""
    return await join.admit(connection, event_id, data.attendee_id, at)


async def _reply(request: ApiRequest, connection: Connection, event_id: EventId, door: Door, state: State) -> DoorReply:
    counts = await doors.count(connection, event_id)
    address = f"{state.settings.base_url}/join/{tokens.event_code(association_of(request.scope), event_id)}"
    return DoorReply(
        door=door,
        page_url=address,
        code_url=f"{address}/code.svg",
        unverified=counts["unverified"],
        waiting=counts["waiting"],
        admitted=counts["admitted"],
    )


router = Router(
    "/v1/events/{event_id:str}",
    tags=["door"],
    route_handlers=[get_door, replace_door, list_sign_ups, create_admission],
)

"""Wishes: who would like to meet whom."""

from datetime import datetime

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterAttendee, Limit, PathEvent
from matchmaker.api.strangers import refuse_strangers
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing
from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.association import Scope
from matchmaker.model.ids import AttendeeId
from matchmaker.model.wish import Strength, Wish, WishReply
from matchmaker.store import events, wishes


class WishInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `attendee_id` wishes of `other_id`, and how strongly."""

    attendee_id: AttendeeId
    other_id: AttendeeId
    strength: Strength


@post(
    operation_id="create_wish",
    summary="State a wish",
    response_description="The wish.",
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_wish(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[WishInput]
) -> Response[WishReply]:
    """Says that an attendee must meet another, would like to, or would rather not. The other side is never told.

    An attendee has one wish about another: a later one takes the place of the earlier and keeps its id. A wish that both have
    outranks all but exclusions.
    """
    existing(await events.get(connection, event_id))
    if data.attendee_id == data.other_id:
        raise InvalidFields([FieldError("/other_id", "same", "Nobody can wish to meet themselves.")])
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id, other_id=data.other_id)
    wish = Wish(attendee_id=data.attendee_id, other_id=data.other_id, strength=data.strength)
    stated = await wishes.put(connection, event_id, wish, at)
    return created(stated, f"/v1/events/{event_id}/wishes/{stated.id}")


@get(
    operation_id="list_wishes",
    summary="List wishes",
    response_description="A page of wishes.",
    scope=Scope.ATTENDEES_READ,
    tells_who=True,
    gives=("Link",),
)
async def list_wishes(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[WishReply]:
    """Lists who wishes to meet whom at an event, the first stated first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await wishes.find(connection, event_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@delete(
    "/{wish_id:str}",
    operation_id="delete_wish",
    summary="Delete a wish",
    response_description="It is gone.",
    scope=Scope.ATTENDEES_WRITE,
)
async def delete_wish(connection: Connection, event_id: PathEvent, wish_id: FromPath[str]) -> None:
    """Deletes a wish: from the next run on, it is as if never stated."""
    existing(await wishes.remove(connection, event_id, wish_id) or None)


router = Router(
    "/v1/events/{event_id:str}/wishes",
    tags=["wishes"],
    route_handlers=[create_wish, list_wishes, delete_wish],
)

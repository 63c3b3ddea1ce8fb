"""Acquaintances: who already knows whom."""

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
from matchmaker.errors import Conflict, FieldError, InvalidFields
from matchmaker.model.association import Scope
from matchmaker.model.exclusion import Acquaintance, AcquaintanceReply
from matchmaker.model.ids import AttendeeId
from matchmaker.store import acquaintances, events


class AcquaintanceInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two attendees who know each other, in any order."""

    first_id: AttendeeId
    second_id: AttendeeId


@post(
    operation_id="create_acquaintance",
    summary="Say that two people know each other",
    response_description="The acquaintance.",
    scope=Scope.ATTENDEES_WRITE,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_acquaintance(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[AcquaintanceInput]
) -> Response[AcquaintanceReply]:
    """Says that two attendees know each other. The event's policy decides whether they are then proposed less, or never.

    What they said of it on their own pages stands beside it.
    """
    existing(await events.get(connection, event_id))
    if data.first_id == data.second_id:
        raise InvalidFields([FieldError("/second_id", "same", "Everyone knows themselves.")])
    await refuse_strangers(connection, event_id, first_id=data.first_id, second_id=data.second_id)
    pair = Acquaintance(first_id=data.first_id, second_id=data.second_id)
    added = await acquaintances.add(connection, event_id, pair, at)
    if added is None:
        raise Conflict("They are known to know each other already.")
    return created(added, f"/v1/events/{event_id}/acquaintances/{added.id}")


@get(
    operation_id="list_acquaintances",
    summary="List acquaintances",
    response_description="A page of acquaintances.",
    scope=Scope.ATTENDEES_READ,
    tells_who=True,
    gives=("Link",),
)
async def list_acquaintances(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[AcquaintanceReply]:
    """Lists who knows whom at an event, the first made first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await acquaintances.find(connection, event_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@delete(
    "/{acquaintance_id:str}",
    operation_id="delete_acquaintance",
    summary="Delete an acquaintance",
    response_description="It is gone.",
    scope=Scope.ATTENDEES_WRITE,
)
async def delete_acquaintance(connection: Connection, event_id: PathEvent, acquaintance_id: FromPath[str]) -> None:
    """Deletes an acquaintance: from the next run on, the two count as strangers."""
    existing(await acquaintances.remove(connection, event_id, acquaintance_id) or None)


router = Router(
    "/v1/events/{event_id:str}/acquaintances",
    tags=["acquaintances"],
    route_handlers=[create_acquaintance, list_acquaintances, delete_acquaintance],
)

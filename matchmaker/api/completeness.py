"""Completeness: who has said what they seek and offer, and one reminder to who has not."""

from datetime import datetime
from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, Limit, PathEvent
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.completeness import Completeness, Incomplete, Lack
from matchmaker.model.note import Recipients
from matchmaker.services import chase
from matchmaker.store import completeness, events

Lacks = Annotated[Lack, QueryParameter(), Meta(description="What they have not said.")]


class ReminderInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to remind: those who have not said this."""

    lacks: Lack = Lack.EITHER


@get(
    operation_id="get_completeness",
    summary="How many have said what they seek and offer?",
    response_description="People in numbers.",
    scope=Scope.ATTENDEES_READ,
)
async def get_completeness(connection: Connection, event_id: PathEvent) -> Completeness:
    """Counts who has said what they seek and offer, who opted in, and who was reminded."""
    return await chase.count(connection, event_id)


@get(
    "/attendees",
    operation_id="list_incomplete",
    summary="List who has not said all",
    response_description="A page of people.",
    scope=Scope.ATTENDEES_READ,
    gives=("Link",),
)
async def list_incomplete(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    lacks: Lacks = Lack.EITHER,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[Incomplete]:
    """Lists who has not said what they seek, what they offer, either or both, the first added first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await completeness.find(connection, event_id, lacks=lacks, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.attendee_id))


@post(
    "/reminders/preview",
    operation_id="preview_reminders",
    summary="Preview the reminder",
    response_description="To how many it would go.",
    status_code=200,
    scope=Scope.ATTENDEES_READ,
)
async def preview_reminders(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[ReminderInput]
) -> Recipients:
    """Counts to how many the reminder would go, and whom it would not reach. Nothing is sent."""
    return await chase.preview(connection, event_id, data.lacks, at=at)


@post(
    "/reminders",
    operation_id="create_reminders",
    summary="Remind who has not said all",
    response_description="To how many it goes.",
    status_code=202,
    scope=Scope.ATTENDEES_WRITE,
    gives=("Idempotency-Replayed",),
)
async def create_reminders(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[ReminderInput]
) -> Recipients:
    """Writes to everyone who is to be matched and has not said what they seek or offer: once at most, however often you ask.

    Who says it before the letter leaves gets none.
    """
    return await chase.remind(connection, event_id, data.lacks, at=at)


router = Router(
    "/v1/events/{event_id:str}/completeness",
    tags=["completeness"],
    route_handlers=[get_completeness, list_incomplete, preview_reminders, create_reminders],
)

"""Exclusions: who is not to meet."""

from datetime import datetime
from typing import Annotated

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterAttendee, Limit, PathEvent
from matchmaker.api.strangers import refuse_strangers
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing
from matchmaker.errors import Conflict, FieldError, InvalidFields
from matchmaker.model.association import Scope
from matchmaker.model.exclusion import Exclusion, ExclusionReply
from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import Name
from matchmaker.store import events, exclusions


class ExclusionInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is not to meet whom: `attendee_id`, and either `other_id` or an `organisation`."""

    attendee_id: AttendeeId
    other_id: AttendeeId | None = None
    organisation: Annotated[Name | None, Meta(description="Nobody of this organisation, whoever they are.")] = None


@post(
    operation_id="create_exclusion",
    summary="Keep two people apart",
    response_description="The exclusion.",
    scope=Scope.ATTENDEES_WRITE,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_exclusion(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[ExclusionInput]
) -> Response[ExclusionReply]:
    """Keeps an attendee apart from another, or from everyone of an organisation, in all runs from now on.

    It works in both directions, and neither side is ever told. What attendees ask for on their own pages stands beside it:
    whoever keeps two apart does not learn whether one of them had asked for it.
    """
    existing(await events.get(connection, event_id))
    exclusion = _checked(data)
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id, other_id=data.other_id)
    added = await exclusions.add(connection, event_id, exclusion, at)
    if added is None:
        raise Conflict("They are kept apart already.")
    return created(added, f"/v1/events/{event_id}/exclusions/{added.id}")


@get(
    operation_id="list_exclusions",
    summary="List exclusions",
    response_description="A page of exclusions.",
    scope=Scope.ATTENDEES_READ,
    tells_who=True,
    gives=("Link",),
)
async def list_exclusions(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[ExclusionReply]:
    """Lists who is not to meet at an event, the first made first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await exclusions.find(connection, event_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@delete(
    "/{exclusion_id:str}",
    operation_id="delete_exclusion",
    summary="Delete an exclusion",
    response_description="It is gone.",
    scope=Scope.ATTENDEES_WRITE,
)
async def delete_exclusion(connection: Connection, event_id: PathEvent, exclusion_id: FromPath[str]) -> None:
    """Deletes an exclusion: from the next run on, the two may meet."""
    existing(await exclusions.remove(connection, event_id, exclusion_id) or None)


def _checked(data: ExclusionInput) -> Exclusion:
    if (data.other_id is None) == (data.organisation is None):
        raise InvalidFields(
            [FieldError("/other_id", "one-of-two", "Set either other_id or organisation, and not both.")]
        )
    if data.attendee_id == data.other_id:
        raise InvalidFields([FieldError("/other_id", "same", "Nobody can be kept apart from themselves.")])
    return Exclusion(attendee_id=data.attendee_id, other_id=data.other_id, organisation=data.organisation)


router = Router(
    "/v1/events/{event_id:str}/exclusions",
    tags=["exclusions"],
    route_handlers=[create_exclusion, list_exclusions, delete_exclusion],
)

"""Encounters: who came together at an event."""

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
from matchmaker.model.ids import AttendeeId
from matchmaker.model.wish import Encounter, EncounterKind, EncounterReply
from matchmaker.store import encounters, events


class EncounterInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two attendees who came together, in any order, and how."""

    first_id: AttendeeId
    second_id: AttendeeId
    kind: EncounterKind


@post(
    operation_id="create_encounter",
    summary="Remember that two people came together",
    response_description="The encounter.",
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_encounter(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[EncounterInput]
) -> Response[EncounterReply]:
    """Remembers that two attendees have met, or have sat together, at this event.

    Runs of this and of all your events read it, since people are known across events; a policy's `encounters` says whether
    the two are then proposed less, or never.
    """
    existing(await events.get(connection, event_id))
    if data.first_id == data.second_id:
        raise InvalidFields([FieldError("/second_id", "same", "Nobody can meet themselves.")])
    await refuse_strangers(connection, event_id, first_id=data.first_id, second_id=data.second_id)
    encounter = Encounter(first_id=data.first_id, second_id=data.second_id, kind=data.kind)
    added = await encounters.add(connection, event_id, encounter, at)
    if added is None:
        raise Conflict("This is remembered already.")
    return created(added, f"/v1/events/{event_id}/encounters/{added.id}")


@get(
    operation_id="list_encounters",
    summary="List encounters",
    response_description="A page of encounters.",
    scope=Scope.ATTENDEES_READ,
    tells_who=True,
    gives=("Link",),
)
async def list_encounters(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[EncounterReply]:
    """Lists who came together at an event, the first remembered first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await encounters.find(connection, event_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@delete(
    "/{encounter_id:str}",
    operation_id="delete_encounter",
    summary="Delete an encounter",
    response_description="It is gone.",
    scope=Scope.ATTENDEES_WRITE,
)
async def delete_encounter(connection: Connection, event_id: PathEvent, encounter_id: FromPath[str]) -> None:
    """Deletes an encounter: from the next run on, it is as if it had never been."""
    existing(await encounters.remove(connection, event_id, encounter_id) or None)


router = Router(
    "/v1/events/{event_id:str}/encounters",
    tags=["encounters"],
    route_handlers=[create_encounter, list_encounters, delete_encounter],
)

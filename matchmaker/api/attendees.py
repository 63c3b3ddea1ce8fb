"""Attendees: people's places at an event."""

from datetime import datetime

from litestar import Response, Router, delete, get, post, put
from litestar.params import JSONBody

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import (
    LIMIT,
    Cursor,
    FilterGroup,
    FilterListed,
    FilterName,
    FilterOrganisation,
    IfMatch,
    IfNoneMatch,
    Limit,
    PathAttendee,
    PathEvent,
)
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing, expected, unless_changed, versioned
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeInput, AttendeeReply
from matchmaker.services import enrol
from matchmaker.store import attendees, events


@post(
    operation_id="create_attendee",
    summary="Add an attendee",
    response_description="The attendee.",
    scope=Scope.ATTENDEES_WRITE,
    gives=("Location", "ETag", "Idempotency-Replayed"),
)
async def create_attendee(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[AttendeeInput]
) -> Response[AttendeeReply]:
    """Adds a person to an event. What they seek and offer, in their own words, is what makes good pairings.

    A person is known across your events by their e-mail address; at one event an address and an external id stand once.
    """
    existing(await events.get(connection, event_id))
    attendee = await enrol.create(connection, event_id, data, at)
    return created(attendee, f"/v1/events/{event_id}/attendees/{attendee.id}", version=attendee.version)


@get(
    operation_id="list_attendees",
    summary="List attendees",
    response_description="A page of attendees.",
    scope=Scope.ATTENDEES_READ,
    gives=("Link",),
)
async def list_attendees(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    organisation: FilterOrganisation = None,
    group: FilterGroup = None,
    name_prefix: FilterName = None,
    listed: FilterListed = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[AttendeeReply]:
    """Lists the attendees of an event, the first added first. Filters add up; organisation and name disregard case.

    Show other attendees those who are `listed` and nobody else.
    """
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await attendees.find(
        connection,
        event_id,
        organisation=organisation,
        group=group,
        name_prefix=name_prefix,
        listed=listed,
        after=after,
        limit=limit + 1,
    )
    return page(request, found, limit, lambda attendee: (attendee.created_at, attendee.id))


@get(
    "/{attendee_id:str}",
    operation_id="get_attendee",
    summary="Get an attendee",
    response_description="The attendee.",
    scope=Scope.ATTENDEES_READ,
    gives=("ETag",),
)
async def get_attendee(
    connection: Connection, event_id: PathEvent, attendee_id: PathAttendee, if_none_match: IfNoneMatch = None
) -> Response[AttendeeReply | None]:
    """Gets one attendee of an event."""
    attendee = existing(await attendees.get(connection, event_id, attendee_id))
    return versioned(attendee, attendee.version, if_none_match)


@put(
    "/{attendee_id:str}",
    operation_id="replace_attendee",
    summary="Change an attendee",
    response_description="The attendee as it is now.",
    scope=Scope.ATTENDEES_WRITE,
    gives=("ETag",),
    problems=(409,),
)
async def replace_attendee(
    connection: Connection,
    at: At,
    event_id: PathEvent,
    attendee_id: PathAttendee,
    data: JSONBody[AttendeeInput],
    if_match: IfMatch = None,
) -> Response[AttendeeReply | None]:
    """Replaces all that can be set of an attendee; what you leave out gets its default.

    What attendees choose themselves (`opted_in`, `listed`, `matched`, `introduced`, `measured`, `may_hold_back`, `quiet`,
    `meets_at`) stays as it is where you leave it out. Who no longer takes part, is matched or introduced, has no open
    introduction any more: it ends as with a no, which the other is not told.
    """
    version = expected(if_match)
    existing(await attendees.get(connection, event_id, attendee_id))
    attendee = unless_changed(await enrol.update(connection, event_id, attendee_id, data, version=version, at=at))
    return versioned(attendee, attendee.version)


@delete(
    "/{attendee_id:str}",
    operation_id="delete_attendee",
    summary="Delete an attendee",
    response_description="They are gone.",
    scope=Scope.ATTENDEES_WRITE,
)
async def delete_attendee(
    connection: Connection, at: At, event_id: PathEvent, attendee_id: PathAttendee, if_match: IfMatch = None
) -> None:
    """Deletes an attendee with their pairings; who attends no other event is forgotten as a person.

    Whoever said yes to an introduction with them, or has agreed on a time, gets a letter that it will not take place.
    """
    version = expected(if_match)
    existing(await attendees.get(connection, event_id, attendee_id))
    unless_changed(await enrol.remove(connection, event_id, attendee_id, version=version, at=at) or None)


router = Router(
    "/v1/events/{event_id:str}/attendees",
    tags=["attendees"],
    route_handlers=[create_attendee, list_attendees, get_attendee, replace_attendee, delete_attendee],
)

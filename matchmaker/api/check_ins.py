"""Check-ins: who is here, who is not coming. One scope for all of it, so that a helper's key does this and nothing else."""

from datetime import datetime
from typing import Annotated

from litestar import Router, delete, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterName, Limit, PathAttendee, PathEvent
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.check_in import Attendance, CheckIn, CheckInInput, Presence
from matchmaker.services import check_in
from matchmaker.store import check_ins, events

FilterPresence = Annotated[
    Presence | None,
    QueryParameter(),
    Meta(description="Only those who are expected, who are here, or who are not coming."),
]


@get(
    "/check-ins",
    operation_id="list_check_ins",
    summary="List who is here",
    response_description="A page of attendees as the desk sees them.",
    scope=Scope.CHECK_INS_WRITE,
    gives=("Link",),
)
async def list_check_ins(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    presence: FilterPresence = None,
    name_prefix: FilterName = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[CheckIn]:
    """Lists the attendees of an event, the first added first, with the code of their badge and whether they are here.

    Filters add up; name disregards case.
    """
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await check_ins.find(
        connection, event_id, presence=presence, name_prefix=name_prefix, after=after, limit=limit + 1
    )
    return page(request, found, limit, lambda one: (one.created_at, one.attendee_id))


@post(
    "/check-ins",
    operation_id="create_check_in",
    summary="Check somebody in by their code",
    response_description="Who is here now.",
    status_code=200,
    scope=Scope.CHECK_INS_WRITE,
    gives=("Idempotency-Replayed",),
)
async def create_check_in(connection: Connection, at: At, event_id: PathEvent, data: JSONBody[CheckInInput]) -> CheckIn:
    """Checks in whoever has the code that was scanned from a badge, or typed. A code of nobody at this event: 404.

    Said again, by any desk, it changes nothing: the first hour stays.
    """
    return await check_in.by_code(connection, event_id, data.code, at)


@get(
    "/attendance",
    operation_id="get_attendance",
    summary="How many are here?",
    response_description="How many are expected, here, and not coming.",
    scope=Scope.CHECK_INS_WRITE,
)
async def get_attendance(connection: Connection, event_id: PathEvent) -> Attendance:
    """Counts the attendees of an event as of now."""
    existing(await events.get(connection, event_id))
    return await check_ins.count(connection, event_id)


@get(
    "/attendees/{attendee_id:str}/check-in",
    operation_id="get_check_in",
    summary="Is this attendee here?",
    response_description="The attendee as the desk sees them.",
    scope=Scope.CHECK_INS_WRITE,
)
async def get_check_in(connection: Connection, event_id: PathEvent, attendee_id: PathAttendee) -> CheckIn:
    """Gets one attendee as the desk sees them."""
    return existing(await check_ins.get(connection, event_id, attendee_id))


@post(
    "/attendees/{attendee_id:str}/check-in",
    operation_id="check_in_attendee",
    summary="Check an attendee in",
    response_description="Who is here now.",
    status_code=200,
    scope=Scope.CHECK_INS_WRITE,
    gives=("Idempotency-Replayed",),
)
async def check_in_attendee(connection: Connection, at: At, event_id: PathEvent, attendee_id: PathAttendee) -> CheckIn:
    """Says that an attendee is here. Said again it changes nothing; who was marked as absent has come after all."""
    return existing(await check_ins.check_in(connection, event_id, attendee_id, at))


@delete(
    "/attendees/{attendee_id:str}/check-in",
    operation_id="undo_check_in",
    summary="Undo a check-in",
    response_description="They are expected again.",
    scope=Scope.CHECK_INS_WRITE,
)
async def undo_check_in(connection: Connection, event_id: PathEvent, attendee_id: PathAttendee) -> None:
    """Takes back that an attendee is here, as after a slip of the hand; who was not here stays as they are."""
    existing(await check_ins.undo(connection, event_id, attendee_id))


@post(
    "/attendees/{attendee_id:str}/absence",
    operation_id="mark_absent",
    summary="Mark an attendee as absent",
    response_description="Who is not coming.",
    status_code=200,
    scope=Scope.CHECK_INS_WRITE,
    gives=("Idempotency-Replayed",),
)
async def mark_absent(connection: Connection, at: At, event_id: PathEvent, attendee_id: PathAttendee) -> CheckIn:
    """Says that an attendee is not coming, or has left. Runs in rounds and at tables do without them from then on.

    Nothing that was released changes by itself: ask for a run with `builds_on` and `from_round`, and release that. Their
    introductions stay as they are.
    """
    return existing(await check_ins.mark_absent(connection, event_id, attendee_id, at))


@delete(
    "/attendees/{attendee_id:str}/absence",
    operation_id="undo_absence",
    summary="Undo an absence",
    response_description="They are expected again.",
    scope=Scope.CHECK_INS_WRITE,
)
async def undo_absence(connection: Connection, event_id: PathEvent, attendee_id: PathAttendee) -> None:
    """Takes back that an attendee is not coming; who was not marked so stays as they are."""
    existing(await check_ins.expect(connection, event_id, attendee_id))


router = Router(
    "/v1/events/{event_id:str}",
    tags=["check-ins"],
    route_handlers=[
        list_check_ins,
        create_check_in,
        get_attendance,
        get_check_in,
        check_in_attendee,
        undo_check_in,
        mark_absent,
        undo_absence,
    ],
)

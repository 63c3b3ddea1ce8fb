"""Feedback: what attendees say of each other."""

import asyncio
from datetime import datetime
from typing import Annotated

from litestar import Router, delete, get, post
from litestar.params import FromPath
from msgspec import Meta

from matchmaker.api.body import JSON_TYPE, ApiRequest, decode, is_uuid, require_media_type
from matchmaker.api.import_bodies import CSV_TYPE
from matchmaker.api.imports import BYTES_MAX, ROWS_MAX
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterAttendee, Limit, PathEvent
from matchmaker.api.problems import BadFields
from matchmaker.api.transaction import At, Connection, provide_connection
from matchmaker.api.versions import existing
from matchmaker.errors import FieldError
from matchmaker.intake import feedback as intake
from matchmaker.model.association import Scope
from matchmaker.model.feedback import FeedbackInput, FeedbackOutcome, FeedbackReply
from matchmaker.services import rate
from matchmaker.store import events, feedback

FeedbackRows = Annotated[
    list[FeedbackInput], Meta(min_length=1, max_length=ROWS_MAX, description="What is said, 20,000 rows at most.")
]
EXAMPLE_CSV = (
    "attendee,other,accepted,met,useful,reason\r\n"
    "ada@example.org,charles@example.org,yes,yes,5,\r\n"
    "charles@example.org,ada@example.org,yes,yes,2,We had talked of this before.\r\n"
)


@post(
    operation_id="create_feedback",
    summary="Give feedback",
    response_description="What became of the rows.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    takes=lambda: FeedbackRows,
    also_takes={CSV_TYPE: EXAMPLE_CSV},
    request_max_body_size=BYTES_MAX,
    gives=("Idempotency-Replayed",),
)
async def create_feedback(request: ApiRequest, at: At, event_id: PathEvent) -> FeedbackOutcome:
    """Says what attendees made of each other: whether they accepted, whether they met, how useful it was, and why.

    Directed, and never shown to the other side. One row of one attendee about another; what a later one leaves unsaid stays as
    it was. Of a CSV, which names people by external id, e-mail or name, the good rows go in and each other is told; a JSON
    list that gets a row wrong is refused.
    """
    if require_media_type(request, CSV_TYPE, JSON_TYPE) == CSV_TYPE:
        found = await asyncio.to_thread(intake.read, await request.body(), rows_max=ROWS_MAX)
        return await rate.take_file(await provide_connection(request), event_id, found, at=at)
    given: list[FeedbackInput] = decode(FeedbackRows, await request.body())
    _check_ids(given)
    return await rate.rate(await provide_connection(request), event_id, given, at=at)


@get(
    operation_id="list_feedback",
    summary="List feedback",
    response_description="A page of feedback.",
    scope=Scope.ATTENDEES_READ,
    tells_who=True,
    gives=("Link",),
)
async def list_feedback(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[FeedbackReply]:
    """Lists what attendees said of each other at an event, the first said first. Keep it from those it is about."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await feedback.find(connection, event_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@delete(
    "/{feedback_id:str}",
    operation_id="delete_feedback",
    summary="Delete feedback",
    response_description="It is gone.",
    scope=Scope.ATTENDEES_WRITE,
)
async def delete_feedback(connection: Connection, event_id: PathEvent, feedback_id: FromPath[str]) -> None:
    """Deletes feedback: what is learned from now on is learned without it."""
    existing(await feedback.remove(connection, event_id, feedback_id) or None)


def _check_ids(given: list[FeedbackInput]) -> None:
    errors = [
        FieldError(f"/{place}/{name}", "not-an-id", "This is not an id we gave out.")
        for place, one in enumerate(given)
        for name, id_ in (("attendee_id", one.attendee_id), ("other_id", one.other_id))
        if not is_uuid(id_)
    ]
    if errors:
        raise BadFields(errors[:1_000])


router = Router(
    "/v1/events/{event_id:str}/feedback",
    tags=["feedback"],
    route_handlers=[create_feedback, list_feedback, delete_feedback],
)

"""Decisions: pairs that the organiser pins or rejects."""

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
from matchmaker.model.association import Scope
from matchmaker.model.ids import AttendeeId
from matchmaker.model.wish import DecisionReply, Verdict
from matchmaker.services import decide
from matchmaker.store import decisions, events


class DecisionInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two attendees, in any order, and whether every run proposes them to each other, or none."""

    first_id: AttendeeId
    second_id: AttendeeId
    verdict: Verdict


@post(
    operation_id="create_decision",
    summary="Pin or reject a pair",
    response_description="The decision.",
    scope=Scope.RUNS_WRITE,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_decision(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[DecisionInput]
) -> Response[DecisionReply]:
    """Pins a pair, so that every run from now on proposes it, or rejects it, so that none does. A draft stays as it is.

    A pair has one decision: a later one takes the place of the earlier and keeps its id. A pair that is kept apart cannot be
    pinned: 409. An exclusion made after the pin outranks it; at a private event so do silently those that people asked for
    themselves, of which nobody is to learn.
    """
    existing(await events.get(connection, event_id))
    if data.first_id != data.second_id:
        await refuse_strangers(connection, event_id, first_id=data.first_id, second_id=data.second_id)
    decided = await decide.decide(connection, event_id, data.first_id, data.second_id, data.verdict, at=at)
    return created(decided, f"/v1/events/{event_id}/decisions/{decided.id}")


@get(
    operation_id="list_decisions",
    summary="List decisions",
    response_description="A page of decisions.",
    scope=Scope.RUNS_READ,
    gives=("Link",),
)
async def list_decisions(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[DecisionReply]:
    """Lists the pairs that were pinned or rejected, the first decided first."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await decisions.find(connection, event_id, attendee_id=attendee_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@delete(
    "/{decision_id:str}",
    operation_id="delete_decision",
    summary="Delete a decision",
    response_description="It is gone.",
    scope=Scope.RUNS_WRITE,
)
async def delete_decision(connection: Connection, event_id: PathEvent, decision_id: FromPath[str]) -> None:
    """Deletes a decision: from the next run on, the pair is judged by its value again."""
    existing(await decisions.remove(connection, event_id, decision_id) or None)


router = Router(
    "/v1/events/{event_id:str}/decisions",
    tags=["decisions"],
    route_handlers=[create_decision, list_decisions, delete_decision],
)

"""Introductions: offered by a release, answered by both, followed up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from litestar import Router, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta, Struct

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, FilterAttendee, Limit, PathEvent, PathIntroduction
from matchmaker.api.strangers import refuse_strangers
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.feedback import Reason, Useful
from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import Introduction, IntroductionReply, IntroductionState, Response, shown
from matchmaker.services import follow_up, respond
from matchmaker.store import events, introductions, replacements

FilterIntroductionState = Annotated[
    IntroductionState | None, QueryParameter(name="state"), Meta(description="Only introductions in this state.")
]

FilterHost = Annotated[
    bool,
    QueryParameter(),
    Meta(description="Only introductions made between two in quiet mode, neither of whom has to begin."),
]


class MeetingInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `attendee_id` says of the meeting: whether it took place, and how useful it was."""

    attendee_id: AttendeeId
    met: bool
    useful: Useful | None = None
    reason: Reason = None


@get(
    operation_id="list_introductions",
    summary="List introductions",
    response_description="A page of introductions.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    gives=("Link",),
)
async def list_introductions(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    introduction_state: FilterIntroductionState = None,
    attendee_id: FilterAttendee = None,
    host_begins: FilterHost = False,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[IntroductionReply]:
    """Lists the introductions of an event, the first offered first: how each stands and how many of the two said yes.

    Who said no is shown to nobody. Two in quiet mode are told that your host, or you, bring them together: list those with
    `host_begins`.
    """
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await introductions.find(
        connection,
        event_id,
        state=introduction_state,
        attendee_id=attendee_id,
        host_begins=host_begins,
        after=after,
        limit=limit + 1,
    )
    return page(request, await _replies(connection, found), limit, lambda one: (one.offered_at, one.id))


@get(
    "/{introduction_id:str}",
    operation_id="get_introduction",
    summary="Get an introduction",
    response_description="The introduction.",
    scope=Scope.RUNS_READ,
    tells_who=True,
)
async def get_introduction(
    connection: Connection, event_id: PathEvent, introduction_id: PathIntroduction
) -> IntroductionReply:
    """Gets an introduction: how it stands and how many of the two said yes."""
    return await _reply(connection, existing(await introductions.get(connection, introduction_id, event_id=event_id)))


@post(
    "/{introduction_id:str}/response",
    operation_id="create_answer",
    summary="Answer an introduction",
    response_description="The introduction as it is now.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Idempotency-Replayed",),
)
async def create_answer(
    connection: Connection, at: At, event_id: PathEvent, introduction_id: PathIntroduction, data: JSONBody[Response]
) -> IntroductionReply:
    """Answers for one side: yes, no, or another time, which leaves two more weeks, once. A yes may be taken back by a no until
    the other says yes too.

    At the second yes both are written to, each with the other's address. A no is told to nobody. 409 where that side has said
    so before, or it is over.
    """
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id)
    answered = await respond.answer(
        connection, introduction_id, data.attendee_id, data.answer, reason=data.reason, at=at
    )
    return await _reply(connection, answered)


@post(
    "/{introduction_id:str}/feedback",
    operation_id="create_introduction_feedback",
    summary="Say whether they met",
    response_description="The introduction as it is now.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Idempotency-Replayed",),
)
async def create_introduction_feedback(
    connection: Connection,
    at: At,
    event_id: PathEvent,
    introduction_id: PathIntroduction,
    data: JSONBody[MeetingInput],
) -> IntroductionReply:
    """Says for one side whether the two met, and how useful it was; never shown to the other. They met as soon as one says so.

    409 before both have said yes.
    """
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id)
    said = await follow_up.say(
        connection,
        introduction_id,
        data.attendee_id,
        met=data.met,
        useful=data.useful,
        reason=data.reason,
        at=at,
    )
    return await _reply(connection, said)


async def _reply(connection: Connection, introduction: Introduction) -> IntroductionReply:
    (reply,) = await _replies(connection, [introduction])
    return reply


async def _replies(connection: Connection, found: Sequence[Introduction]) -> list[IntroductionReply]:
    """As the organiser sees them, with which of them were offered in place of others."""
    instead = await replacements.among(connection, [one.id for one in found])
    return [shown(one, is_replacement=one.id in instead) for one in found]


router = Router(
    "/v1/events/{event_id:str}/introductions",
    tags=["introductions"],
    route_handlers=[list_introductions, get_introduction, create_answer, create_introduction_feedback],
)

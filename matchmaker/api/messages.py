"""Messages: the letters of an event, and what became of each. Neither their text nor where they went."""

from datetime import datetime

from litestar import Router, get, post
from litestar.params import JSONBody

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import (
    LIMIT,
    Cursor,
    FilterAttendee,
    FilterMessageState,
    Limit,
    PathEvent,
    PathMessage,
)
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing
from matchmaker.errors import Conflict
from matchmaker.model.association import Scope
from matchmaker.model.message import MessageReply, OutcomeInput
from matchmaker.store import events, messages


class NotUncertain(Conflict):
    """Only of an uncertain message is there anything to decide."""


class DecidedWithDigest(Conflict):
    """This message left as a part of a digest, of which is decided as one."""

    cure = "Decide on the message that its `digest_id` names."


@get(
    operation_id="list_messages",
    summary="List messages",
    response_description="A page of messages.",
    scope=Scope.ATTENDEES_READ,
    tells_who=True,
    gives=("Link",),
)
async def list_messages(
    request: ApiRequest,
    connection: Connection,
    event_id: PathEvent,
    message_state: FilterMessageState = None,
    attendee_id: FilterAttendee = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> Page[MessageReply]:
    """Lists the letters of an event, the first written first: who each is for, what became of it, and why.

    A letter is `uncertain` when it was on its way at the moment its server went away: nobody can know whether it arrived.
    One that its reader had asked for is sent again; of the others you decide.

    What may leave for one reader on the same day leaves as one letter, a `digest`: it is a message too, and its parts name it
    as their `digest_id` and share its fate.
    """
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await messages.find(
        connection, event_id, state=message_state, attendee_id=attendee_id, after=after, limit=limit + 1
    )
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@post(
    "/{message_id:str}/decision",
    operation_id="decide_message",
    summary="Decide on an uncertain message",
    response_description="The message, waiting again or ended.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Idempotency-Replayed",),
    problems=(409,),
)
async def decide_message(
    connection: Connection, at: At, event_id: PathEvent, message_id: PathMessage, data: JSONBody[OutcomeInput]
) -> MessageReply:
    """Sends an uncertain message again, at the risk that its reader gets it twice, or leaves it, at the risk of never.

    It is sent again under the same Message-ID, by which many mailboxes show it once. Of a digest it is decided as one; what
    is no longer true is not in it any more. A message that is not uncertain, or is a part of a digest: 409.
    """
    decided = await messages.decide(connection, event_id, message_id, data.outcome, at)
    if decided is None:
        found = existing(await messages.get(connection, event_id, message_id))
        raise NotUncertain if found.digest_id is None else DecidedWithDigest
    return decided


router = Router(
    "/v1/events/{event_id:str}/messages",
    tags=["messages"],
    route_handlers=[list_messages, decide_message],
)

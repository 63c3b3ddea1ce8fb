"""The open door for an association's own site: somebody signs up, as on the public page, without a key."""

from typing import Annotated

from litestar import Router, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, structs

from matchmaker import tokens
from matchmaker.api.body import ApiRequest
from matchmaker.api.transaction import At
from matchmaker.errors import NotFound
from matchmaker.model.attendee import AttendeeInput
from matchmaker.model.door import SignUpInput, SignUpReply
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.services import join
from matchmaker.services.strangers import evenly
from matchmaker.store import events
from matchmaker.store.tenant import tenant_transaction

CODE_CHARS = 44
NEXT = SignUpReply(next="A letter is on its way: whoever presses the button in it takes part.")

PathCode = FromPath[Annotated[str, Meta(min_length=CODE_CHARS, max_length=CODE_CHARS, pattern="^[0-9A-Za-z]+$")]]


@post(
    "/{code:str}/sign-ups",
    operation_id="create_sign_up",
    summary="Sign up",
    response_description="A letter is on its way.",
    status_code=202,
    public=True,
    counted=True,
    gives=("RateLimit", "RateLimit-Policy"),
    problems=(409, 429, 503),
)
async def create_sign_up(request: ApiRequest, at: At, code: PathCode, data: JSONBody[SignUpInput]) -> SignUpReply:
    """Signs somebody up at an event whose door is open, and writes to them; they take part once they pressed the button.

    For the server behind your own site: it needs no key, and browsers may not call it from another site. The answer is the same,
    and takes as long, whoever signs up, known or not. A closed door: 409.
    """
    named = tokens.read_event_code(code)
    if named is None:
        raise NotFound
    association_id, event_id = AssociationId(named[0]), EventId(named[1])
    async with evenly(), tenant_transaction(request.app.state.pool, association_id) as connection:
        if await events.get(connection, event_id) is None:
            raise NotFound
        await join.sign_up(connection, event_id, AttendeeInput(**structs.asdict(data)), at)
    return NEXT


router = Router("/v1/doors", tags=["door"], route_handlers=[create_sign_up])

"""Comebacks: a mail provider reports what came back. It shows no key, but signs what it sends, so that strangers change nothing.

`Matchmaker-Association` names the association, `Matchmaker-Signature` is `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.` and
the body, with the association's secret, which `matchmaker association comeback-secret` tells. A signature holds for five minutes
and counts once. Signed reports are counted by their association, as a key's requests are; others by their address.
"""

import base64
import binascii
import re
from datetime import datetime, timedelta
from typing import Annotated

from litestar import Response, Router, post
from msgspec import Meta, Struct

from matchmaker import tokens
from matchmaker.api.authentication import count_caller, count_stranger
from matchmaker.api.body import ApiRequest, decode, is_uuid, require_media_type
from matchmaker.api.transaction import At
from matchmaker.errors import FieldError, Forbidden, InvalidFields
from matchmaker.mail.bounces import Kind
from matchmaker.model.ids import AssociationId
from matchmaker.services.take_back import take_signed

MESSAGE_TYPE = "message/rfc822"
JSON_TYPE = "application/json"
HOLDS = timedelta(minutes=5)
BASE64_CHARS_MAX = 10_000_000
EXAMPLE_MESSAGE = (
    "From: MAILER-DAEMON@mx.example.net\r\nSubject: Undelivered Mail Returned to Sender\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
    "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
)

_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", re.ASCII)


class BadSignature(Forbidden):
    """This report is not signed as it should be, or not within the last five minutes."""

    cure = "Sign the seconds, a full stop and the very bytes of the body with the association's secret."


class ComebackInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that came back."""

    message: Annotated[str, Meta(max_length=BASE64_CHARS_MAX, description="The whole message, in base64.")]


class ComebackReply(Struct, frozen=True, kw_only=True):
    """What came back, and whether something followed from it."""

    kind: Annotated[Kind, Meta(description="What the message is; the first two have consequences.")]
    hard: Annotated[bool, Meta(description="A bounce that says that the address will never do.")]
    acted: Annotated[bool, Meta(description="It was about a letter of this association's, and new.")]


@post(
    "/comebacks",
    operation_id="create_comeback",
    summary="Report what came back",
    response_description="What it is, and whether something followed.",
    status_code=200,
    public=True,
    signed=True,
    takes=lambda: ComebackInput,
    also_takes={MESSAGE_TYPE: EXAMPLE_MESSAGE},
    gives=("RateLimit", "RateLimit-Policy"),
    problems=(403, 429, 503),
)
async def create_comeback(request: ApiRequest, at: At) -> Response[ComebackReply]:
    """Takes what came back from your mail provider: after a bounce for good, or a complaint, nobody writes there any more.

    It needs no key, but a signature that is no more than five minutes old; the same report again changes nothing.
    """
    body = await request.body()
    association_id, digest = await _signed(request, body, at)
    media_type = require_media_type(request, MESSAGE_TYPE, JSON_TYPE)
    content = body if media_type == MESSAGE_TYPE else _decoded(body)
    comeback, acted = await take_signed(request.app.state.pool, association_id, content, digest=digest, at=at)
    return Response(ComebackReply(kind=comeback.kind, hard=comeback.hard, acted=acted))


async def _signed(request: ApiRequest, body: bytes, at: datetime) -> tuple[AssociationId, bytes]:
    """Whose report it is, and its signature, after it is counted. Raises `BadSignature`, `QuotaExceeded`."""
    claims = _claims(request)
    if claims is None or not _holds(request, *claims, body, at):
        await count_stranger(request)
        raise BadSignature
    association_id, _, signature = claims
    await count_caller(request, f"comebacks:{association_id}")
    return association_id, bytes.fromhex(signature)


def _holds(
    request: ApiRequest, association_id: AssociationId, seconds: int, signature: str, body: bytes, at: datetime
) -> bool:
    secret = tokens.comeback_secret(request.app.state.secret(), association_id)
    return abs(at.timestamp() - seconds) <= HOLDS.total_seconds() and tokens.signs(secret, seconds, body, signature)


def _claims(request: ApiRequest) -> tuple[AssociationId, int, str] | None:
    """Whose report it says to be, when it was signed, and the signature; None where it does not say so as it should."""
    association_id = request.headers.get("matchmaker-association", "")
    found = _SIGNATURE.fullmatch(request.headers.get("matchmaker-signature", ""))
    if found is None or not is_uuid(association_id):
        return None
    return AssociationId(association_id), int(found[1]), found[2]


def _decoded(body: bytes) -> bytes:
    given: ComebackInput = decode(ComebackInput, body)
    try:
        return base64.b64decode(given.message, validate=True)
    except binascii.Error:
        raise InvalidFields([FieldError("/message", "not-base64", "This is not base64.")]) from None


router = Router("/v1", tags=["messages"], route_handlers=[create_comeback])

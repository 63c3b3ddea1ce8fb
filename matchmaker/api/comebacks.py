"""Comebacks: a mail provider reports what came back. It shows no key, but signs what it sends, so that strangers change nothing.

`Matchmaker-Association` names the association, `Matchmaker-Signature` is `t=SECONDS,v1=HEX`: the HMAC-SHA256 of `SECONDS.` and
the body, with the association's secret, which `matchmaker association comeback-secret` tells. A signature holds for five minutes
and counts once. Providers come in many shapes, so this is no part of the contract: README describes it.
"""

import base64
import binascii
import re
from datetime import timedelta

from litestar import Response, Router, post
from msgspec import Struct

from matchmaker import tokens
from matchmaker.api.body import ApiRequest, decode, is_uuid, require_media_type
from matchmaker.api.transaction import At
from matchmaker.errors import FieldError, Forbidden, InvalidFields
from matchmaker.model.ids import AssociationId
from matchmaker.services.take_back import take_signed

MESSAGE_TYPE = "message/rfc822"
JSON_TYPE = "application/json"
HOLDS = timedelta(minutes=5)

_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", re.ASCII)


class BadSignature(Forbidden):
    """This report is not signed as it should be, or not within the last five minutes."""

    cure = "Sign the seconds, a full stop and the very bytes of the body with the association's secret."


class ComebackInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that came back, in base64."""

    message: str


class ComebackReply(Struct, frozen=True, kw_only=True):
    """What came back, and whether something followed from it."""

    kind: str
    hard: bool
    acted: bool


@post("/comebacks", public=True, status_code=200, include_in_schema=False)
async def create_comeback(request: ApiRequest, at: At) -> Response[ComebackReply]:
    """After a bounce or a complaint about a letter of ours its reader is written to no more."""
    media_type = require_media_type(request, MESSAGE_TYPE, JSON_TYPE)
    body = await request.body()
    association_id, seconds, signature = _claims(request)
    secret = tokens.comeback_secret(request.app.state.secret(), association_id)
    if abs(at.timestamp() - seconds) > HOLDS.total_seconds() or not tokens.signs(secret, seconds, body, signature):
        raise BadSignature
    content = body if media_type == MESSAGE_TYPE else _decoded(body)
    comeback, acted = await take_signed(
        request.app.state.pool, association_id, content, digest=bytes.fromhex(signature), at=at
    )
    return Response(ComebackReply(kind=comeback.kind.value, hard=comeback.hard, acted=acted))


def _claims(request: ApiRequest) -> tuple[AssociationId, int, str]:
    """Whose report it says to be, when it was signed, and the signature. Raises `BadSignature`."""
    association_id = request.headers.get("matchmaker-association", "")
    found = _SIGNATURE.fullmatch(request.headers.get("matchmaker-signature", ""))
    if found is None or not is_uuid(association_id):
        raise BadSignature
    return AssociationId(association_id), int(found[1]), found[2]


def _decoded(body: bytes) -> bytes:
    given: ComebackInput = decode(ComebackInput, body)
    try:
        return base64.b64decode(given.message, validate=True)
    except binascii.Error:
        raise InvalidFields([FieldError("/message", "not-base64", "This is not base64.")]) from None


router = Router("/v1", route_handlers=[create_comeback])

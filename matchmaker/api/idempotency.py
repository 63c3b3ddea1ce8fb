"""A POST sent again with its `Idempotency-Key` is done once and answered alike (draft-ietf-httpapi-idempotency-key-header).

Only what succeeded is kept, for 24 hours: a refused request left no effect, so sending it again may simply do it. A secret is
never kept, so an answer that held one cannot be given again.
"""

import asyncio
import hashlib
import re
from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Scope

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import context_of
from matchmaker.api.problems import IdempotencyKeyBusy, IdempotencyKeyReused, MalformedRequest, Unauthenticated
from matchmaker.model.ids import KeyId
from matchmaker.services.keys import SecretShownOnce
from matchmaker.store import idempotency as kept
from matchmaker.store.connection import Connection
from matchmaker.store.idempotency import Answer

KEPT = timedelta(hours=24)
BYTES_HERE_MAX = 100_000  # hashed at once; of more the loop would hear
KEY_PATTERN = '^(?:"[!#-~]{1,255}"|[!#-~]{1,255})$'
NOT_KEPT = {"content-length", "x-request-id", "date"}


class Replayed(Exception):
    """This request was answered before; `answer` is what was said."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def replay(_: Request[Any, Any, Any], error: Replayed) -> Response[bytes]:
    """The first answer again, byte for byte."""
    headers = {**error.answer.headers, "Idempotency-Replayed": "true"}
    media_type = headers.pop("content-type", None)
    return Response(error.answer.body, status_code=error.answer.status, headers=headers, media_type=media_type)


async def known(connection: Connection, request: ApiRequest) -> Answer | None:
    """The answer this request got before, if it did.

    Raises `IdempotencyKeyReused` when the key came with another request, `IdempotencyKeyBusy` while the first is at work.
    """
    key = key_in(request.scope)
    if key is None:
        return None
    key_id = _caller(request.scope)
    if not await kept.lock(connection, key_id, key):
        raise IdempotencyKeyBusy
    context = context_of(request.scope)
    fingerprint = await _fingerprint(request)
    context.fingerprint = fingerprint
    answer = await kept.get(connection, key_id, key, since=context.at - KEPT)
    if answer is not None and (answer.route, answer.body_hash) != (_route(request.scope), fingerprint):
        raise IdempotencyKeyReused
    if answer is not None and not answer.body:
        raise SecretShownOnce
    return answer


async def keep(connection: Connection, scope: Scope, messages: list[Any]) -> None:
    """Keeps an answer with the effect it tells of."""
    key, context = key_in(scope), context_of(scope)
    if key is None:
        return
    start, *parts = messages
    headers = {bytes(name).decode().lower(): bytes(value).decode("latin-1") for name, value in start["headers"]}
    answer = Answer(
        route=_route(scope),
        body_hash=context.fingerprint,
        status=start["status"],
        headers={name: value for name, value in headers.items() if name not in NOT_KEPT},
        body=b"" if context.has_secret else b"".join(part.get("body", b"") for part in parts),
    )
    await kept.remove_before(connection, context.at - KEPT)
    await kept.add(connection, _caller(scope), key, answer, context.at)


def key_in(scope: Scope) -> str | None:
    """The idempotency key of a POST, quoted (as the draft has it) or bare. Raises `MalformedRequest`."""
    if scope["method"] != "POST":  # type: ignore[typeddict-item]
        return None
    given = [value.decode("latin-1").strip() for name, value in scope["headers"] if name == b"idempotency-key"]
    if not given:
        return None
    if len(given) > 1 or re.fullmatch(KEY_PATTERN, given[0]) is None:
        raise MalformedRequest(
            "Idempotency-Key must be one key of 1 to 255 visible ASCII characters, in quotes or not."
        )
    return given[0].strip('"')


def check_key(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A key that cannot be one is refused before anything happens."""
    key_in(connection.scope)


async def _fingerprint(request: ApiRequest) -> bytes:
    """SHA-256 of what decides the effect: media type, query and body."""
    query = request.scope["query_string"]
    media_type = request.headers.get("content-type", "").encode("latin-1", "replace")
    told, body = hashlib.sha256(b"\x00".join((media_type, query, b""))), await request.body()
    await asyncio.to_thread(told.update, body) if len(body) > BYTES_HERE_MAX else told.update(body)
    return told.digest()


def _route(scope: Scope) -> str:
    return f"{scope['method']} {scope['path']}"  # type: ignore[typeddict-item]


def _caller(scope: Scope) -> KeyId:
    key = context_of(scope).key
    if key is None:
        raise Unauthenticated
    return key.id

"""Pages by keyset: a cursor says after which row to go on, so rows that come or go meanwhile shift nothing.

A cursor is opaque and signed. The signature binds the association, the address and the filters, so that a cursor made up,
or carried over to another list, is refused.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Meta, Struct

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import context_of
from matchmaker.api.parameters import LIMIT_MAX
from matchmaker.api.problems import BadFields
from matchmaker.api.secret import cursor_secret
from matchmaker.errors import FieldError

SIGNATURE_BYTES = 16

T = TypeVar("T")
P = TypeVar("P")


class Page(Struct, Generic[T], frozen=True, kw_only=True):
    """A page of a list, in a steady order."""

    items: Annotated[list[T], Meta(max_length=LIMIT_MAX)]
    next: Annotated[
        Annotated[str, Meta(max_length=4_000, extra_json_schema={"format": "uri"})] | None,
        Meta(description="Where the next page is; null on the last."),
    ]


def position(request: ApiRequest, cursor: str | None, kind: type[P]) -> P | None:
    """The position after which a page begins, None for the first page. Raises `BadFields` on a foreign cursor."""
    if cursor is None:
        return None
    try:
        signed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        signature, body = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
        if hmac.compare_digest(signature, _signature(request, body)):
            return msgspec.json.decode(body, type=kind)
    except (ValueError, msgspec.MsgspecError):
        pass
    raise BadFields([FieldError("?cursor", "not-a-cursor", "Not a cursor of this list with these filters.")])


def page(request: ApiRequest, found: Sequence[T], limit: int, position_of: Callable[[T], Any]) -> Page[T]:
    """A page of at most `limit` of `found`, which holds one more where there is a next page; its link goes in `Link` too."""
    items = list(found[:limit])
    if len(found) <= limit:
        return Page(items=items, next=None)
    link = _next_url(request, position_of(items[-1]))
    context_of(request.scope).headers["Link"] = f'<{link}>; rel="next"'
    return Page(items=items, next=link)


def _next_url(request: ApiRequest, after: Any) -> str:
    body = msgspec.json.encode(after)
    cursor = base64.urlsafe_b64encode(_signature(request, body) + body).decode().rstrip("=")
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{request.app.state.settings.base_url}{request.scope['path']}?{urlencode([*kept, ('cursor', cursor)])}"


def _signature(request: ApiRequest, body: bytes) -> bytes:
    filters = sorted(one for one in request.query_params.multi_items() if one[0] not in ("cursor", "limit"))
    bound = [context_of(request.scope).association_id, request.scope["path"], filters]
    message = msgspec.json.encode(bound) + body
    return hmac.digest(cursor_secret(request.app.state.settings), message, hashlib.sha256)[:SIGNATURE_BYTES]

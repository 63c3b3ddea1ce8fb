"""The gate that every request to a handler passes, in this order; what is refused here costs no transaction."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from matchmaker.api.authentication import authenticate, is_open, refuse_key_in_query
from matchmaker.api.context import association_of, context_of
from matchmaker.api.idempotency import check_key
from matchmaker.api.problems import NotAcceptable, Unauthenticated
from matchmaker.api.query import check_ids, check_parameters
from matchmaker.errors import Forbidden, NotFound
from matchmaker.model.association import ApiKey, Scope
from matchmaker.model.ids import EventId
from matchmaker.model.privacy import Privacy, PrivateEvent
from matchmaker.store import privacies
from matchmaker.store.tenant import tenant_transaction

JSON_TYPE = "application/json"

Connection = ASGIConnection[Any, Any, Any, Any]


def check_scope(connection: Connection, handler: BaseRouteHandler) -> None:
    """Raises `Forbidden` without the operation's scope, `NotFound` for another event than the key's own."""
    if is_open(connection, handler):
        return
    require(connection, handler.opt["scope"])
    key = key_of(connection)
    if key.event_id is None:
        return
    if handler.opt.get("whole_association"):
        raise Forbidden("This key is restricted to one event, and this concerns the whole association.")
    if connection.path_params.get("event_id", key.event_id) != key.event_id:
        raise NotFound


def require(connection: Connection, scope: Scope) -> None:
    """Raises `Forbidden` when the key lacks `scope`."""
    if scope not in key_of(connection).scopes:
        raise Forbidden(f"This needs a key with the scope {scope.value}.")


async def check_privacy(connection: Connection, handler: BaseRouteHandler) -> None:
    """Raises `PrivateEvent` where the operation tells two people together, or what one said, and the event is private.

    A transaction of its own, of one statement, since some of these operations open none.
    """
    if is_open(connection, handler) or not handler.opt.get("tells_who"):
        return
    pool = connection.app.state.pool
    async with tenant_transaction(pool, association_of(connection.scope), readonly=True) as transaction:
        if await privacies.get(transaction, EventId(connection.path_params["event_id"])) is Privacy.PRIVATE:
            raise PrivateEvent


def check_accept(connection: Connection, handler: BaseRouteHandler) -> None:
    """Raises `NotAcceptable` when none of the operation's media types is wanted."""
    if not isinstance(handler, HTTPRouteHandler) or handler.operation_id is None or handler.status_code == 204:
        return
    produced = handler.opt.get("produces", (JSON_TYPE,))
    if wanted(connection, produced) is None:
        raise NotAcceptable(f"This gives {' or '.join(produced)}.")


def wanted(connection: Connection, produced: tuple[str, ...]) -> str | None:
    """The media type the client likes best, the first where it has no taste."""
    accept = ", ".join(connection.headers.getall("accept", []))
    if not accept.strip():
        return produced[0]
    weights = [(_weight(accept, media_type), -index, media_type) for index, media_type in enumerate(produced)]
    best = max(weights)
    return best[2] if best[0] > 0 else None


def key_of(connection: Connection) -> ApiKey:
    """The key that was shown. Raises `Unauthenticated` where none was."""
    key = context_of(connection.scope).key
    if key is None:
        raise Unauthenticated
    return key


def only_event(connection: Connection) -> EventId | None:
    """The event the key is restricted to, None for a key of the whole association."""
    return key_of(connection).event_id


def _weight(accept: str, media_type: str) -> float:
    """The `q` of the most specific range that covers `media_type` (RFC 9110, 12.5.1); 0 when none does."""
    best = (-1, 0.0)
    for one in accept.split(","):
        name, *parameters = (part.strip().lower() for part in one.split(";"))
        if name in ("*/*", f"{media_type.partition('/')[0]}/*", media_type):
            specific = 2 if name == media_type else int(name != "*/*")
            best = max(best, (specific, _quality(parameters)))
    return best[1]


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


GUARDS = [
    refuse_key_in_query,
    authenticate,
    check_scope,
    check_ids,
    check_accept,
    check_parameters,
    check_key,
    check_privacy,
]

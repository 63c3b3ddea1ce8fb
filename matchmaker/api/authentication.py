"""Who asks, and whether not too often. The counters stand in the database, so a limit holds over all processes together."""

from datetime import UTC, datetime, timedelta
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from matchmaker.api.context import Context, context_of
from matchmaker.api.problems import MalformedRequest, QuotaExceeded, Unauthenticated
from matchmaker.services import keys
from matchmaker.settings import Settings
from matchmaker.store import limits
from matchmaker.store.tenant import untenanted_transaction

KEY_NAMES = {"key", "api_key", "apikey", "api-key", "token", "access_token", "authorization"}

Request = ASGIConnection[Any, Any, Any, Any]


def refuse_key_in_query(request: Request, _: BaseRouteHandler) -> None:
    """A key in an address ends up in logs and histories. Raises `MalformedRequest`."""
    for name, value in request.query_params.multi_items():
        if name.lower() in KEY_NAMES or str(value).startswith(("mm_live_", "mm_test_")):
            raise MalformedRequest(
                "A key belongs in the Authorization header, never in the address: revoke it if it was one."
            )


def is_open(request: Request, handler: BaseRouteHandler) -> bool:
    """Whether anyone may ask: the handler is public, or the question is only which methods there are."""
    return bool(handler.opt.get("public")) or request.scope.get("method") == "OPTIONS"


async def authenticate(request: Request, handler: BaseRouteHandler) -> None:
    """Learns whose key was shown and counts the request. Raises `Unauthenticated`, `QuotaExceeded`.

    A stranger is counted by the address of the connection; what a client claims in `X-Forwarded-For` counts for nothing.
    So is who asks for what is open to all, where it is `counted`.
    """
    if is_open(request, handler):
        if handler.opt.get("counted"):
            await count_stranger(request)
        return
    context = context_of(request.scope)
    pool, text = request.app.state.pool, _bearer(request)
    caller = None if text is None else await keys.authenticate(pool, text, context.at)
    if caller is None:
        await count_stranger(request)
        raise Unauthenticated("Send Authorization: Bearer with an API key that is neither revoked nor expired.")
    await count_caller(request, f"key:{caller.key.id}")
    context.key, context.association_id = caller.key, caller.association_id


async def count_caller(request: Request, bucket: str) -> None:
    """Counts a request of somebody who showed who they are. Raises `QuotaExceeded`."""
    await _count(request, bucket, request.app.state.settings.rate_requests)


async def count_stranger(request: Request) -> None:
    """Counts a request without a key by the address of its connection. Raises `QuotaExceeded`."""
    await _count(request, f"address:{_address(request)}", request.app.state.settings.rate_requests_anonymous)


async def _count(request: Request, bucket: str, most: int) -> None:
    context, settings = context_of(request.scope), request.app.state.settings
    async with untenanted_transaction(request.app.state.pool) as connection:
        window_start = _window_start(context.at, settings)
        used = await limits.count(connection, bucket, window_start)
        if used == 1:
            await limits.remove_before(connection, window_start - timedelta(seconds=settings.rate_window_seconds))
    _limit(context, settings, used, most)


def _bearer(request: Request) -> str | None:
    """The text after `Bearer` in the one Authorization header."""
    given = request.headers.getall("authorization", [])
    kind, _, text = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    return text.strip() if kind.lower() == "bearer" else None


def _limit(context: Context, settings: Settings, used: int, most: int) -> None:
    """Says in the answer's headers what is left. Raises `QuotaExceeded` when nothing is."""
    window = settings.rate_window_seconds
    left = max(window - int(context.at.timestamp()) % window, 1)
    context.headers["RateLimit-Policy"] = f'"default";q={most};w={window}'
    context.headers["RateLimit"] = f'"default";r={max(most - used, 0)};t={left}'
    if used > most:
        raise QuotaExceeded(f"More than {most} requests came in {window} seconds.", headers={"Retry-After": str(left)})


def _window_start(at: datetime, settings: Settings) -> datetime:
    seconds = int(at.timestamp())
    return datetime.fromtimestamp(seconds - seconds % settings.rate_window_seconds, UTC)


def _address(request: Request) -> str:
    """The address of the connection."""
    return request.client.host[:100] if request.client else "unknown"

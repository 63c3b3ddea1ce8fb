"""What every answer has, whatever made it: a number, the headers that guard browsers, and one line in the log.

It stands outside Litestar, so that an unknown address and a refused method pass here too.
"""

import logging
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from litestar.types import ASGIApp, Receive, Send

from matchmaker.api.context import Context, begin
from matchmaker.settings import Settings

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
NOTHING_STORED = {"Cache-Control": "no-store"}

Clock = Callable[[], datetime]

OPENERS = ("token", "code")
NO_METHODS: frozenset[str] = frozenset()


def enveloped(app: ASGIApp, settings: Settings, methods: Mapping[str, frozenset[str]], clock: Clock) -> ASGIApp:
    """`app` with every answer in its envelope, HEAD answered as GET without a body; `methods` by path template."""
    log = request_log(settings.log_level)

    async def envelope(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        context, method, began, status = begin(scope, clock()), scope["method"], time.perf_counter(), 500
        if method == "HEAD":
            scope["method"], context.head = "GET", True

        async def send_enveloped(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                allowed = methods.get(scope.get("path_template", ""), NO_METHODS) if method == "OPTIONS" else NO_METHODS
                message["headers"] = _headers(message["headers"], context, settings.base_url, allowed)
            elif context.head and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        try:
            await app(scope, receive, send_enveloped)
        except Exception as error:
            context.failure = error
            raise
        finally:
            _write(log, scope, context, method=method, status=status, began=began)

    return envelope


def request_log(level: str) -> Any:
    """JSON lines on standard error. They hold ids and never contacts, addresses, keys or query strings."""
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
    )


def _headers(given: Any, context: Context, base_url: str, allowed: frozenset[str]) -> list[tuple[bytes, bytes]]:
    """Header names in lower case, ours added where the answer has none; what is a link is made whole from `base_url`.

    Of cookies there may be several.
    """
    given = [(bytes(name).decode().lower(), bytes(value).decode("latin-1")) for name, value in given]
    cookies = [(name, value) for name, value in given if name == "set-cookie"]
    headers = {name: value for name, value in given if name != "set-cookie"}
    own = SECURITY_HEADERS | NOTHING_STORED | context.headers | {"X-Request-Id": context.request_id}
    headers = {name.lower(): value for name, value in own.items()} | headers
    if headers.get("location", "").startswith("/"):
        headers["location"] = base_url + headers["location"]
    if "allow" in headers:
        methods = allowed | {method.strip() for method in headers["allow"].split(",")}
        headers["allow"] = ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))
    return [(name.encode(), value.encode("latin-1")) for name, value in [*headers.items(), *cookies]]


def _write(log: Any, scope: Any, context: Context, *, method: str, status: int, began: float) -> None:
    fields = {
        "request_id": context.request_id,
        "method": method,
        "path": scope.get("path_template", ""),
        **_ids(scope.get("path_params") or {}),
        "status": status,
        "milliseconds": round((time.perf_counter() - began) * 1000, 1),
        "association_id": context.association_id,
        "key_id": context.key.id if context.key else None,
        **context.noted,
    }
    if context.failure is None:
        log.info("request answered", **fields)
    else:
        log.error("request failed unexpectedly", **fields, error=_without_words(context.failure))


def _ids(parameters: Mapping[str, Any]) -> dict[str, str]:
    """What an address names; never a token or a code, which opens something to whoever reads it."""
    return {name: value[:36] for name, value in parameters.items() if isinstance(value, str) and name not in OPENERS}


def _without_words(error: BaseException) -> list[str]:
    """Classes and places only, the first cause last: an error's own words may quote a person's data."""
    lines = [type(error).__qualname__]
    lines += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    cause = error.__cause__ or error.__context__
    return lines + (_without_words(cause) if cause is not None else [])

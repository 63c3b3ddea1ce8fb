"""A child process that delivers mail as the worker does, by SMTP, until it is killed; its clock is ahead by a given time."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from functools import partial

from matchmaker.mail.compose import Envelope, compose
from matchmaker.model.ids import AttendeeId
from matchmaker.model.letter import Letter, Link
from matchmaker.model.message import LetterKind, Message
from matchmaker.services import gather
from matchmaker.services.address import post_of
from matchmaker.services.deliver import deliver
from matchmaker.settings import from_environment
from matchmaker.store.connection import Connection
from matchmaker.store.pool import open_pool


def run(dsn: str, environment: dict[str, str], ahead: timedelta) -> None:
    """Deliver for ever, as `environment` says."""
    os.environ.update(environment)
    asyncio.run(_run(dsn, ahead))


async def _run(dsn: str, ahead: timedelta) -> None:
    settings = from_environment()
    pool = await open_pool(dsn)
    post = post_of(settings, write=_write, exits_url=_exits_url)
    await deliver(pool, post, asyncio.Event(), now=lambda: datetime.now(UTC) + ahead)


async def _write(
    connection: Connection, message: Message, *, base_url: str, language: str | None, at: datetime
) -> Letter | None:
    if message.letter is LetterKind.DIGEST:
        return await gather.whole(
            connection, message, partial(_write, connection, base_url=base_url, language=language, at=at), at=at
        )
    return Link(event_name="Annual conference", page_url=f"{base_url}/m/token", expires_at=at)


async def _exits_url(connection: Connection, attendee_id: AttendeeId, *, base_url: str, at: datetime) -> str:
    return f"{base_url}/x/token"


def _warm() -> None:
    """What a letter needs is read once, in the process from which the others are forked."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    envelope = Envelope(
        sender_name="Association of Examples",
        sender_address="events@example.org",
        to_name="Ada",
        to_address="ada@example.org",
        message_id="<1@example.org>",
        at=at,
        unsubscribe_url="https://example.org/x/token",
        base_url="https://example.org",
    )
    compose(Link(event_name="Annual conference", page_url="https://example.org/m/token", expires_at=at), envelope)


_warm()

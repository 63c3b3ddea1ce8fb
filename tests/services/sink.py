"""A mail server on a real socket that keeps every letter it accepted; one that de-duplicates hands each Message-ID on once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


class Sink:
    """How often each letter was accepted, and how often it was handed on to its reader."""

    def __init__(self, *, deduplicates: bool, seconds: float) -> None:
        self.accepted: Counter[str] = Counter()
        self.handed_on: Counter[str] = Counter()
        self.port = 0
        self._deduplicates, self._seconds = deduplicates, seconds

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        mail_id = message_from_bytes(envelope.content, policy=default)["Message-ID"]
        await asyncio.sleep(self._seconds)
        self.accepted[mail_id] += 1
        if not (self._deduplicates and self.handed_on[mail_id]):
            self.handed_on[mail_id] += 1
        await asyncio.sleep(self._seconds)
        return "250 OK"


@asynccontextmanager
async def opened(*, deduplicates: bool, seconds: float = 0.0) -> AsyncIterator[Sink]:
    """A sink that takes `seconds` before it accepts a letter, and again before it says so."""
    sink = Sink(deduplicates=deduplicates, seconds=seconds)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", 0)
    sink.port = listening.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        listening.close()

"""A mail server on a real socket that takes letters, and can be awkward at each step."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP as Session
from aiosmtpd.smtp import Envelope

from matchmaker.mail.smtp import Security, Server

OK = "250 OK"
LAST_TURNS = 5  # the socket is closed, the other end reads that, and is told


@dataclass
class PostOffice:
    """What the server answers: `at_rcpt` and `at_dot` are replies, or `drop`, or `silence`."""

    at_greeting: str = ""
    at_mail: str = OK
    at_rcpt: str = OK
    at_data: str = ""
    at_dot: str = OK
    at_rset: str = ""
    port: int = 0
    begun: int = 0
    lines: int = 0
    forgotten: int = 0
    taken: list[Envelope] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        self.begun += 1
        envelope.mail_from = address
        return await self._answer(server, self.at_mail)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.rcpt_tos.append(address)
        return await self._answer(server, self.at_rcpt)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        self.taken.append(envelope)
        return await self._answer(server, self.at_dot)

    async def _answer(self, server: Any, reply: str) -> str:
        if reply == "drop":
            _cut(server)
        if reply == "silence":
            await asyncio.sleep(60)
        return reply

    async def line_is_over(self) -> None:
        """A line has ended, at both ends: on one machine the other hears it within a few turns of the loop."""
        async with asyncio.timeout(5):
            await self.over.wait()
        for _ in range(LAST_TURNS):
            await asyncio.sleep(0)

    def server(self, *, timeout_seconds: float = 5.0, bounce_address: str | None = None) -> Server:
        return Server(
            host="127.0.0.1", port=self.port, security=Security.NONE, timeout_seconds=timeout_seconds,
            bounce_address=bounce_address,
        )  # fmt: skip


class _Session(Session):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.lines += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.event_handler.over.set()

    async def smtp_RSET(self, arg: str) -> None:
        office: PostOffice = self.event_handler
        office.forgotten += 1
        if office.at_rset == "drop":
            _cut(self)
        elif office.at_rset == "silence":
            await asyncio.sleep(60)
        elif office.at_rset:
            await self.push(office.at_rset)
        else:
            await super().smtp_RSET(arg)

    async def smtp_DATA(self, arg: str) -> None:
        office: PostOffice = self.event_handler
        if office.at_data == "drop":
            _cut(self)
        elif office.at_data == "drop in the body":
            await self.push("354 Go ahead")
            await self._reader.readuntil(b"\r\n\r\n")
            _cut(self)
        elif office.at_data:
            await self.push(office.at_data)
        else:
            await super().smtp_DATA(arg)


def _cut(session: Session) -> None:
    assert isinstance(session.transport, asyncio.Transport)
    session.transport.abort()


@asynccontextmanager
async def opened(**replies: str) -> AsyncIterator[PostOffice]:
    """A post office that is open as long as the context."""
    office = PostOffice(**replies)  # type: ignore[arg-type]
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: _Session(office, loop=loop), "127.0.0.1", 0)
    office.port = listening.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        listening.close()

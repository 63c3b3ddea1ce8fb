"""Sends a letter by SMTP (RFC 5321), and says exactly what is known afterwards.

The steps are taken one by one, because the one that matters is the last: the body goes first, then `before_dot` is awaited,
and only then the final dot leaves. Plain SMTP cannot tell more than that: after the dot, a lost reply leaves us uncertain
(RFC 1047).
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.utils import parseaddr
from enum import Enum

import aiosmtplib
from msgspec import Struct

from matchmaker.errors import MatchmakerError
from matchmaker.mail.dkim import SigningKey, signed

BeforeDot = Callable[[], Awaitable[None]]

REPLY_CHARS_MAX = 300
LETTERS_A_LINE_MAX = 20
IDLE_SECONDS = 10.0
READY_SECONDS_MAX = 5.0
GOING_AWAY = 421
NO_CONNECTION = "the connection was lost or never made"

_LINE_BREAKS = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"(?m)^\.")
_ADDRESSES = re.compile(r"<?(?<![^\s<>@])[^\s<>@]+@[^\s<>]+>?")
_NO_SUCH_ADDRESS = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")


class Security(Enum):
    """How the line is kept private; certificates are always checked."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Server(Struct, frozen=True, kw_only=True):
    """The mail server that takes our letters. Bounces go to `bounce_address`, else to the address a letter is from."""

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = None
    bounce_address: str | None = None
    timeout_seconds: float = 60.0


class Refused(MatchmakerError):
    """The letter was surely not taken.

    `code` is the server's, 0 where there was none; `permanent` says that trying again is no use, and `address` that it is the
    reader's address which does not exist. Trouble with the server or with our own account is never permanent.
    """

    def __init__(self, *, permanent: bool, code: int, text: str, address: bool = False) -> None:
        super().__init__(f"{code} {text}" if code else text)
        self.permanent, self.code, self.text, self.address = permanent, code, text, address


class Uncertain(MatchmakerError):
    """The line broke after the final dot had left and before its reply: the letter may have been taken, or not."""


class Lines:
    """Lines to one server, each kept for a few letters, since making one costs more than sending a letter.

    A line is kept only after the server's reply to all that went over it, and asked (RSET) before the next letter: if it does
    not answer at once another is made, and nothing of the letter has left. So what is known after a letter's dot is the same as
    on a line of its own.
    """

    def __init__(self, server: Server, *, letters_max: int = LETTERS_A_LINE_MAX) -> None:
        self._server, self._letters_max = server, letters_max
        self._idle: list[_Line] = []

    async def send(self, message: EmailMessage, *, key: SigningKey | None = None, before_dot: BeforeDot) -> str:
        """Send to the one in To, and to nobody else; the server's reply. Raises `Refused` or `Uncertain`."""
        content = _on_the_line(message)
        content = signed(content, key) if key else content
        sender = self._server.bounce_address or parseaddr(str(message["From"]))[1]
        line = await self._line()
        kept = False
        try:
            await _begin(line.client, sender)
            await _name(line.client, parseaddr(str(message["To"]))[1])
            await _open_data(line.client)
            _write_body(line.client, content)
            await before_dot()
            reply = await _dot(line.client)
            kept = True
            return reply
        except Refused as refusal:
            kept = refusal.code not in (0, GOING_AWAY)
            raise
        finally:
            self._put_back(line, kept=kept)

    async def _line(self) -> "_Line":
        while self._idle:
            line = self._idle.pop()
            line.take()
            if await _is_ready(line.client):
                return line
            line.client.close()
        line = _Line(_client(self._server))
        try:
            await _connect(line.client)
        except BaseException:
            line.client.close()
            raise
        return line

    def _put_back(self, line: "_Line", *, kept: bool) -> None:
        line.letters += 1
        if kept and line.client.is_connected and line.letters < self._letters_max:
            self._idle.append(line)
            line.wait(lambda: self._end(line))
        else:
            line.client.close()  # without QUIT: the letter is taken, or not, whatever the server would say to that

    def _end(self, line: "_Line") -> None:
        self._idle.remove(line)
        line.client.close()


class _Line:
    """A connection, how many letters went over it, and the moment at which it is closed if none follows."""

    def __init__(self, client: aiosmtplib.SMTP) -> None:
        self.client, self.letters = client, 0
        self._end: asyncio.TimerHandle | None = None

    def wait(self, end: Callable[[], None]) -> None:
        self._end = asyncio.get_running_loop().call_later(IDLE_SECONDS, end)

    def take(self) -> None:
        if self._end is not None:
            self._end.cancel()


async def send(server: Server, message: EmailMessage, *, key: SigningKey | None = None, before_dot: BeforeDot) -> str:
    """Send one letter on a line of its own; the server's reply. Raises `Refused` or `Uncertain`."""
    return await Lines(server, letters_max=1).send(message, key=key, before_dot=before_dot)


def _on_the_line(message: EmailMessage) -> bytes:
    """The message's bytes with the line ends of SMTP, also at its end: what is signed is what arrives."""
    content = _LINE_BREAKS.sub(b"\r\n", message.as_bytes())
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _client(server: Server) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        username=server.username,
        password=server.password,
        timeout=server.timeout_seconds,
    )


async def _is_ready(client: aiosmtplib.SMTP) -> bool:
    """Whether a kept line still answers, and has forgotten the letter before."""
    try:
        reply = await client.execute_command(b"RSET", timeout=READY_SECONDS_MAX)
    except (aiosmtplib.SMTPException, OSError):
        return False
    return reply.code == 250


async def _connect(client: aiosmtplib.SMTP) -> None:
    try:
        await client.connect()
    except aiosmtplib.SMTPResponseException as error:
        raise Refused(permanent=False, code=error.code, text=_said(error.message)) from None
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _unreachable(error) from None


async def _begin(client: aiosmtplib.SMTP, sender: str) -> None:
    """MAIL: what goes wrong up to here is no fault of the reader, and so never permanent."""
    try:
        await client.mail(sender)
    except aiosmtplib.SMTPResponseException as error:
        raise Refused(permanent=False, code=error.code, text=_said(error.message)) from None
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _unreachable(error) from None


async def _name(client: aiosmtplib.SMTP, recipient: str) -> None:
    """RCPT: 5xx says that this address will never do, 4xx that it may later."""
    try:
        await client.rcpt(recipient)
    except aiosmtplib.SMTPResponseException as error:
        said = _said(error.message)
        permanent = error.code >= 500
        address = permanent and (error.code in (550, 551, 553) or _NO_SUCH_ADDRESS.search(said) is not None)
        raise Refused(
            permanent=permanent, code=error.code, text=said, address=address and not _is_policy(said)
        ) from None
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise _unreachable(error) from None


async def _open_data(client: aiosmtplib.SMTP) -> None:
    try:
        reply = await client.execute_command(b"DATA")
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _unreachable(error) from None
    if reply.code != 354:
        raise Refused(permanent=reply.code >= 500, code=reply.code, text=_said(reply.message))


def _write_body(client: aiosmtplib.SMTP, content: bytes) -> None:
    """Everything but the dot; a line that begins with a dot gets a second one."""
    try:
        _protocol(client).write(_DOTS.sub(b"..", content))
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _unreachable(error) from None


async def _dot(client: aiosmtplib.SMTP) -> str:
    """The final dot and its reply. A line known to be broken before the dot is no uncertainty."""
    if not client.is_connected:
        raise Refused(permanent=False, code=0, text=NO_CONNECTION)
    try:
        reply = await client.execute_command(b".")
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Uncertain(f"No reply to the final dot: {type(error).__name__}.") from None
    if reply.code == 250:
        return _said(reply.message)
    if 400 <= reply.code < 600:
        raise Refused(permanent=reply.code >= 500, code=reply.code, text=_said(reply.message))
    raise Uncertain(f"The reply to the final dot was {reply.code}.")


def _protocol(client: aiosmtplib.SMTP) -> aiosmtplib.protocol.SMTPProtocol:
    if client.protocol is None:
        raise aiosmtplib.SMTPServerDisconnected(NO_CONNECTION)
    return client.protocol


def _unreachable(error: Exception) -> Refused:
    return Refused(permanent=False, code=0, text=f"{NO_CONNECTION} ({type(error).__name__})")


def _is_policy(said: str) -> bool:
    """5.7.x: refused for what we are, not for whom we write to."""
    return re.search(r"\b5\.7\.\d+\b", said) is not None


def _said(text: str) -> str:
    """The server's words on one line, without any address."""
    return " ".join(_ADDRESSES.sub("…", text).split())[:REPLY_CHARS_MAX]

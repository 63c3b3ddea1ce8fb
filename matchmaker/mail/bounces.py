"""Understands what comes back: bounces (RFC 3464, and servers that never read it), complaints (RFC 5965), automatic replies
(RFC 3834).

Anyone can write a message that looks like a bounce, so the caller acts only on the Message-ID of a letter that it did send, and
those cannot be guessed. A hard bounce says that the address will never do; a refusal for what the letter or its sender is, a full
mailbox and a server that cannot be reached are soft.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from enum import Enum

from msgspec import Struct

BYTES_READ_MAX = 1_000_000
TEXT_CHARS_MAX = 20_000


class Kind(Enum):
    """What came back. `DELAYED` and `DELIVERED` say that a server still tries, or is done; `OTHER` is for a human to read."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    AUTO_REPLY = "auto_reply"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    OTHER = "other"


class Comeback(Struct, frozen=True, kw_only=True):
    """What a message that came back means; `message_id`, without brackets, is that of our letter, where it says so.

    `hard` is of bounces only. `status` is the enhanced code (RFC 3463), or the three digits where there is no other.
    """

    kind: Kind
    hard: bool = False
    status: str | None = None
    message_id: str | None = None


# Statuses that mean: this address will never do. 5.1.7 and 5.1.8 are about the sender's.
_NEVER = re.compile(r"5\.1\.(?:0|1|2|3|4|6|10)|5\.2\.1|5\.4\.4")
# Statuses that say little: there the words decide.
_VAGUE = re.compile(r"5\.(?:0\.\d+|3\.0|4\.[01]|5\.\d+)|5\d\d")
_WHO = r"(?:user|recipient|mailbox|account|address|person)"
_NO_SUCH = re.compile(
    rf"{_WHO}\W{{0,3}}(?:\S+ ){{0,4}}(?:is |was )?(?:unknown|not (?:found|known)|rejected|invalid|unavailable|disabled|inactive)|"
    rf"{_WHO}\W{{0,3}}(?:\S+ ){{0,4}}(?:does ?n[o']t exist|doesn't have|not exist|no longer)|"
    rf"(?:no such|unknown|invalid|bad) (?:local )?(?:{_WHO}|domain)|no mailbox (?:here )?by that name|not our customer|"
    r"not listed in|host (?:or domain name )?not found|unrouteable|couldn't be found|wasn't found|"
    r"nicht (?:gefunden|bekannt|vorhanden)|unbekannt",
    re.IGNORECASE,
)
_OTHER_CAUSE = re.compile(
    r"spam|blocked|block ?list|blacklist|policy|reputation|dmarc|\bspf\b|dkim|rate limit|too many|greylist|content|virus|relay|"
    r"too (?:large|big)|size|quota|\bfull\b|storage|timed? ?out|temporar",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
_MESSAGE_ID = re.compile(r"^[> \t]*(?:message-id|message id)\s*:\s*<([^<>\s]{3,250})>", re.IGNORECASE | re.MULTILINE)
_BRACKETED = re.compile(r"<([^<>\s]{3,250})>")
_BOUNCER = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system|mail-?daemon|mdaemon", re.IGNORECASE)
_BOUNCED = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|report|failed)|failure notice|returned mail|mail delivery failed|"
    r"delivery incomplete|nicht zugestellt|unzustellbar|could not be delivered|message not delivered",
    re.IGNORECASE,
)
_STILL_TRYING = re.compile(
    r"\bdelayed|still (?:being )?tr(?:y|ied)|will (?:be retried|retry|keep trying)|no action is required", re.IGNORECASE
)
_AWAY = re.compile(
    r"^\W*(?:re: ?)?(?:out of (?:the )?office|auto(?:matic)?[- ]?(?:reply|response)|automatische antwort|abwesen|"
    r"réponse automatique|respuesta automática|risposta automatica|on holiday|vacation)",
    re.IGNORECASE,
)


def read(content: bytes) -> Comeback:
    """What came back means. Never raises: what cannot be understood is `OTHER`."""
    try:
        message = message_from_bytes(content[:BYTES_READ_MAX], policy=compat32)
        return (
            _complaint(message) or _report(message) or _unreported(message) or _automatic(message) or _by_hand(message)
        )
    except (RecursionError, LookupError, ValueError):
        return Comeback(kind=Kind.OTHER)


def _complaint(message: Message) -> Comeback | None:
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            fields = _fields(part)
            kind = Kind.OTHER if fields.get("feedback-type") == "not-spam" else Kind.COMPLAINT
            return Comeback(kind=kind, message_id=_original(message))
    return None


def _report(message: Message) -> Comeback | None:
    """A delivery status notification: what it says of the one whom we wrote to, the worst first."""
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = [fields for fields in map(_headers, _blocks(part)) if "action" in fields or "status" in fields]
            for action in ("failed", "delayed", "delivered", "relayed", "expanded", ""):
                for block in blocks:
                    if block.get("action", "").partition(" ")[0].lower() == action:
                        return _of_block(message, action, block)
    return None


def _of_block(message: Message, action: str, block: dict[str, str]) -> Comeback:
    said = block.get("diagnostic-code", "")
    status = _status(block.get("status", "")) or _status(said)
    if action == "delayed":
        return Comeback(kind=Kind.DELAYED, status=status, message_id=_original(message))
    if action in ("delivered", "relayed", "expanded") or (not action and (status or "5").startswith("2")):
        return Comeback(kind=Kind.DELIVERED, status=status, message_id=_original(message))
    inner = _status(said)
    if status and _VAGUE.fullmatch(status) and inner and not _VAGUE.fullmatch(inner):
        status = inner
    return Comeback(kind=Kind.BOUNCE, hard=is_hard(status, said), status=status, message_id=_original(message))


def _unreported(message: Message) -> Comeback | None:
    """A bounce in words only, as some servers still write it."""
    sender = " ".join((_header(message, "from"), _header(message, "sender")))
    said = f"{_header(message, 'subject')}\n{_text(message)}"
    status = _status(said)
    from_nobody = _header(message, "return-path").strip() == "<>" or _BOUNCER.search(sender)
    if not from_nobody or not (_BOUNCED.search(said) or status):
        return None
    if _STILL_TRYING.search(said) and not (status or "4").startswith("5"):
        return Comeback(kind=Kind.DELAYED, status=status, message_id=_original(message))
    return Comeback(kind=Kind.BOUNCE, hard=is_hard(status, said), status=status, message_id=_original(message))


def _automatic(message: Message) -> Comeback | None:
    submitted = _header(message, "auto-submitted").partition(";")[0].strip().lower()
    marks = ("x-autoreply", "x-autorespond", "x-auto-response-suppress-reply", "x-vacation", "x-autogenerated")
    automatic = (
        submitted not in ("", "no")
        or any(_header(message, mark) for mark in marks)
        or _header(message, "precedence").strip().lower() in ("auto_reply", "bulk", "junk")
        or _AWAY.search(_header(message, "subject")) is not None
    )
    return Comeback(kind=Kind.AUTO_REPLY, message_id=_original(message)) if automatic else None


def _by_hand(message: Message) -> Comeback:
    return Comeback(kind=Kind.OTHER, message_id=_original(message))


def is_hard(status: str | None, said: str) -> bool:
    """Whether a refusal means that the address will never do."""
    if status is None or _VAGUE.fullmatch(status):
        return _NO_SUCH.search(said) is not None and not _OTHER_CAUSE.search(said)
    return _NEVER.fullmatch(status) is not None


def _original(message: Message) -> str | None:
    """The Message-ID of the letter that this is about: from the copy enclosed, else from the thread, else from the words."""
    for part in message.walk():
        if part is not message and (found := _MESSAGE_ID.search(f"Message-ID: {_header(part, 'message-id')}")):
            return found[1]
        enclosed = (
            _decoded(part) if part.get_content_type() in ("text/rfc822-headers", "message/global-headers") else ""
        )
        if found := _MESSAGE_ID.search(enclosed):
            return found[1]
    for header in ("in-reply-to", "references"):
        if ids := _BRACKETED.findall(_header(message, header)):
            return str(ids[-1])
    found = _MESSAGE_ID.search(_text(message))
    return found[1] if found else None


def _status(text: str) -> str | None:
    """The enhanced code in `text`, else the three digits."""
    found = _STATUS.search(text) or _CODE.search(text)
    return found[1] if found else None


def _blocks(part: Message) -> Iterator[str]:
    """The groups of fields of a delivery status, however the parser took them."""
    payload = part.get_payload()
    if isinstance(payload, list):
        for one in payload:
            if isinstance(one, Message):
                yield "\n".join(f"{name}: {value}" for name, value in one.items())
    else:
        yield from re.split(r"\r?\n\s*\r?\n", _decoded(part))


def _headers(block: str) -> dict[str, str]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", block)
    pairs = (line.partition(":") for line in unfolded.splitlines() if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _fields(part: Message) -> dict[str, str]:
    return {name: value.lower() for block in _blocks(part) for name, value in _headers(block).items()}


def _text(message: Message) -> str:
    """All plain words of a message, or those of its HTML where there is nothing else."""
    plain, html = (
        "\n".join(_decoded(part) for part in message.walk() if part.get_content_type() == wanted)[:TEXT_CHARS_MAX]
        for wanted in ("text/plain", "text/html")
    )
    return plain.strip() or re.sub(r"<[^<>]{1,500}>", " ", html)


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""


def _header(message: Message, name: str) -> str:
    value = str(message.get(name) or "")
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value

"""Secrets that strangers show us: made here, recognised here, and stored nowhere but as a hash.

An API key is `mm_live_<id>_<secret><check>`. The id names the association (22 characters) and the key (8), so that the
key is looked up inside its own association, under row-level security; the secret has 190 random bits; the check is a
CRC-32 of all before it, so that a mistyped key is refused without a look into the database.

The token of a link in a letter is `<association><link><secret>`, of 22, 12 and 43 characters: the secret has 256 random bits.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from uuid import UUID

from msgspec import Struct

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KINDS = ("live", "test")
ASSOCIATION_CHARS = 22
PUBLIC_ID_CHARS = 8
SECRET_CHARS = 32
LINK_ID_CHARS = 12
LINK_SECRET_CHARS = 43
CHECK_CHARS = 6

# Published, so that scanners of code and logs can find a key that got away.
API_KEY_PATTERN = r"mm_(?:live|test)_[0-9A-Za-z]{30}_[0-9A-Za-z]{38}"

_API_KEY = re.compile(r"(mm_(?:live|test)_([0-9A-Za-z]{22})([0-9A-Za-z]{8})_[0-9A-Za-z]{32})([0-9A-Za-z]{6})", re.ASCII)
_ASSOCIATION_CODE = re.compile("[0-9A-Za-z]{22}")
_EVENT_CODE = re.compile("[0-9A-Za-z]{44}")
_SESSION = re.compile("[0-9A-Za-z]{65}")

_LINK = re.compile(r"([0-9A-Za-z]{22})([0-9A-Za-z]{12})[0-9A-Za-z]{43}", re.ASCII)


class NewKey(Struct, frozen=True, kw_only=True):
    """A key just made: `text` is shown once, the rest is kept."""

    text: str
    public_id: str
    secret_hash: bytes
    last_four: str


class ShownKey(Struct, frozen=True, kw_only=True):
    """A well-formed key, or link's token, that somebody showed: whose it claims to be, and the hash to compare."""

    association_id: str
    public_id: str
    secret_hash: bytes


class NewLink(Struct, frozen=True, kw_only=True):
    """A link's token just made: `text` stands in one letter, the rest is kept."""

    text: str
    public_id: str
    secret_hash: bytes


def new_api_key(association_id: str, *, kind: str = "live") -> NewKey:
    """A new key of an association; `kind` is one of `KINDS`."""
    if kind not in KINDS:
        raise ValueError(f"A key is one of {KINDS}, not {kind!r}.")
    public_id = random_token(PUBLIC_ID_CHARS)
    named = f"mm_{kind}_{_in_base62(UUID(association_id).int, ASSOCIATION_CHARS)}{public_id}"
    unchecked = f"{named}_{random_token(SECRET_CHARS)}"
    text = unchecked + _check(unchecked)
    return NewKey(text=text, public_id=public_id, secret_hash=hash_of(text), last_four=text[-4:])


def read_api_key(text: str) -> ShownKey | None:
    """What a key says of itself; None when it is none, or mistyped."""
    found = _API_KEY.fullmatch(text)
    if found is None or _check(found[1]) != found[4]:
        return None
    association = _from_base62(found[2])
    if association >= 1 << 128:
        return None
    return ShownKey(association_id=str(UUID(int=association)), public_id=found[3], secret_hash=hash_of(text))


def new_link(association_id: str) -> NewLink:
    """The token of a new link of an association."""
    public_id = random_token(LINK_ID_CHARS)
    association = _in_base62(UUID(association_id).int, ASSOCIATION_CHARS)
    text = f"{association}{public_id}{random_token(LINK_SECRET_CHARS)}"
    return NewLink(text=text, public_id=public_id, secret_hash=hash_of(text))


def read_link(text: str) -> ShownKey | None:
    """What a link's token says of itself; None when it is none."""
    found = _LINK.fullmatch(text)
    association = _from_base62(found[1]) if found else 1 << 128
    if found is None or association >= 1 << 128:
        return None
    return ShownKey(association_id=str(UUID(int=association)), public_id=found[2], secret_hash=hash_of(text))


def random_token(chars: int = 43) -> str:
    """A random text of that many characters, 5.95 bits each; 43 of them hold 256 bits."""
    return "".join(secrets.choice(DIGITS) for _ in range(chars))


def hash_of(token: str) -> bytes:
    """SHA-256, 32 bytes: enough for a random token, which cannot be guessed; never for a password."""
    return hashlib.sha256(token.encode()).digest()


def is_same(first: bytes, second: bytes) -> bool:
    """Whether two hashes are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(first, second)


def comeback_secret(installation_secret: bytes, association_id: str) -> bytes:
    """The secret with which an association's mail provider signs its reports: of this installation, in hex, stored nowhere."""
    return hmac.new(installation_secret, f"comebacks:{association_id}".encode(), hashlib.sha256).hexdigest().encode()


def signature_of(secret: bytes, seconds: int, body: bytes) -> str:
    """The signature of a body at a moment, in hex."""
    return hmac.new(secret, b"%d." % seconds + body, hashlib.sha256).hexdigest()


def signs(secret: bytes, seconds: int, body: bytes, signature: str) -> bool:
    """Whether `signature` is that of a body at a moment."""
    return hmac.compare_digest(signature_of(secret, seconds, body), signature)


def _check(text: str) -> str:
    return _in_base62(zlib.crc32(text.encode()), CHECK_CHARS)


def _in_base62(number: int, chars: int) -> str:
    digits = []
    for _ in range(chars):
        number, digit = divmod(number, len(DIGITS))
        digits.append(DIGITS[digit])
    return "".join(reversed(digits))


def _from_base62(text: str) -> int:
    number = 0
    for digit in text:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number


def event_code(association_id: str, event_id: str) -> str:
    """The name of an event in a public address; it is no secret, and says in which association to look."""
    return (
        f"{_in_base62(UUID(association_id).int, ASSOCIATION_CHARS)}{_in_base62(UUID(event_id).int, ASSOCIATION_CHARS)}"
    )


def read_event_code(text: str) -> tuple[str, str] | None:
    """The association and the event that a public address names; None where it names none."""
    if _EVENT_CODE.fullmatch(text) is None:
        return None
    numbers = _from_base62(text[:ASSOCIATION_CHARS]), _from_base62(text[ASSOCIATION_CHARS:])
    if max(numbers) >= 1 << 128:
        return None
    return str(UUID(int=numbers[0])), str(UUID(int=numbers[1]))


def new_session(association_id: str) -> str:
    """A secret for a cookie: 256 random bits, and before them the association in which to look."""
    return f"{_in_base62(UUID(association_id).int, ASSOCIATION_CHARS)}{random_token()}"


def read_session(text: str) -> tuple[str, bytes] | None:
    """The association that a cookie names, and the hash of the whole; None where it is no session's."""
    if _SESSION.fullmatch(text) is None or (number := _from_base62(text[:ASSOCIATION_CHARS])) >= 1 << 128:
        return None
    return str(UUID(int=number)), hash_of(text)


def association_code(association_id: str) -> str:
    """The name of an association in an address; it is no secret."""
    return _in_base62(UUID(association_id).int, ASSOCIATION_CHARS)


def read_association_code(text: str) -> str | None:
    """The association that an address names; None where it names none."""
    if _ASSOCIATION_CODE.fullmatch(text) is None or (number := _from_base62(text)) >= 1 << 128:
        return None
    return str(UUID(int=number))

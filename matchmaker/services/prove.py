"""Prove who somebody is by what they know and what they hold: a password, and the code of an authenticator (RFC 6238).

A password is kept as argon2id only, whole however long it is. The authenticator's secret is made from a nonce and the
installation's own secret, so that a stolen copy of the database opens nothing.
"""

import asyncio
import base64
import hashlib
import hmac
import unicodedata
from datetime import datetime
from functools import cache
from importlib import resources

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from matchmaker import tokens

PASSWORD_CHARS_MIN = 12
PASSWORD_CHARS_MAX = 1_000
CODES = 8
CODE_CHARS = 16
STEP_SECONDS = 30
STEPS_APART = 1  # of clocks that go wrong, and of hands that type slowly
# As OWASP has it for argon2id: 19 MiB and two passes, some 20 ms, so that guesses cost and a crowd of them fits into memory.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def weakness(password: str, *own: str) -> str | None:
    """Why a password will not do: `short`, `long`, `common`, or `own` where it is one's own name or address; None if it does."""
    if len(password) > PASSWORD_CHARS_MAX:
        return "long"
    normal = _normal(password)
    if len(normal) < PASSWORD_CHARS_MIN:
        return "short"
    if len(normal) > PASSWORD_CHARS_MAX:
        return "long"
    plain = normal.casefold()
    if plain in common_passwords() or len(set(plain)) < 4:
        return "common"
    return "own" if plain in {one.casefold() for one in own} else None


async def hashed(password: str) -> str:
    """What is kept of a password; takes a while, beside the event loop."""
    return await asyncio.to_thread(HASHER.hash, _normal(password))


async def fits(password_hash: str | None, password: str) -> bool:
    """Whether that is the password. Without a hash it takes as long, so that nobody learns who has one; what is longer than any
    password is none, and is not made normal first."""
    if len(password) > PASSWORD_CHARS_MAX:
        password, password_hash = "", None
    return await asyncio.to_thread(_verified, password_hash or _nobodys(), _normal(password)) and bool(password_hash)


def totp_secret(installation_secret: bytes, nonce: bytes) -> str:
    """The secret of an authenticator, as it is typed: 32 letters and digits."""
    digest = hmac.new(installation_secret, b"authenticator\x00" + nonce, hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def totp_address(secret: str, *, email: str, association: str) -> str:
    """What stands in the QR code that an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=association)


def step_of(secret: str, code: str, at: datetime, *, after: int | None) -> int | None:
    """The half minute whose code that is, now or one to either side; None where it is none, or not later than `after`."""
    totp, digits = pyotp.TOTP(secret), "".join(code.split())
    now = totp.timecode(at)
    for step in range(now - STEPS_APART, now + STEPS_APART + 1):
        expected = totp.generate_otp(step)
        if (after is None or step > after) and hmac.compare_digest(expected.encode(), digits.encode()):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Codes of 95 random bits, in groups as people copy them."""
    made = [tokens.random_token(CODE_CHARS) for _ in range(CODES)]
    return ["-".join(one[place : place + 4] for place in range(0, CODE_CHARS, 4)) for one in made]


def recovery_hash(code: str) -> bytes:
    """What is kept of a recovery code, however it is spaced."""
    return tokens.hash_of("".join(code.replace("-", " ").split()))


@cache
def common_passwords() -> frozenset[str]:
    """Passwords that are tried first, and what people make of them to reach the length."""
    file = resources.files("matchmaker.services").joinpath("common_passwords.txt")
    lines = file.read_text("utf-8").splitlines()
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))


@cache
def _nobodys() -> str:
    return HASHER.hash(tokens.random_token())


def _verified(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same password however a keyboard makes its letters; nothing is cut off (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)

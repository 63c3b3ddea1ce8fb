"""A DKIM key for tests, made on the spot from a seed, so that no private key stands in the repository."""

import base64
import math
import random
from functools import cache

from matchmaker.mail.dkim import SigningKey

BITS = 1024
EXPONENT = 65_537
DOMAIN, SELECTOR = "bridges.example.org", "mm1"


@cache
def signing_key() -> tuple[SigningKey, bytes]:
    """A key, and the record that DNS would give for it."""
    rng = random.Random(6376)
    p, q = _prime(rng), _prime(rng)
    modulus, d = p * q, pow(EXPONENT, -1, math.lcm(p - 1, q - 1))
    private = _sequence(0, modulus, EXPONENT, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    rsa = bytes.fromhex("300d06092a864886f70d0101010500")
    public = _tagged(0x30, rsa + _tagged(0x03, b"\0" + _sequence(modulus, EXPONENT)))
    pem = b"-----BEGIN RSA PRIVATE KEY-----\n" + base64.encodebytes(private) + b"-----END RSA PRIVATE KEY-----\n"
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    return SigningKey(domain=DOMAIN, selector=SELECTOR, private=pem), record


def _prime(rng: random.Random) -> int:
    while True:
        candidate = rng.getrandbits(BITS // 2) | (3 << (BITS // 2 - 2)) | 1
        if math.gcd(candidate - 1, EXPONENT) == 1 and _is_prime(candidate, rng):
            return candidate


def _is_prime(n: int, rng: random.Random) -> bool:
    """Miller and Rabin, 20 rounds."""
    twos = ((n - 1) & -(n - 1)).bit_length() - 1
    return all(_passes(n, rng.randrange(2, n - 1), twos) for _ in range(20))


def _passes(n: int, base: int, twos: int) -> bool:
    power = pow(base, (n - 1) >> twos, n)
    return power == 1 or any(pow(power, 1 << i, n) == n - 1 for i in range(twos))


def _sequence(*numbers: int) -> bytes:
    return _tagged(0x30, b"".join(_tagged(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big")) for n in numbers))


def _tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([length]) if length < 128 else bytes([0x80 | len(size)]) + size) + content

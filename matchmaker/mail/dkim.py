"""Signs letters (RFC 6376), so that whoever receives one can see that it is ours and unchanged."""

import dkim
from msgspec import Struct

# Signed once more than they stand there (From, Subject), so that none can be added on the way; both of RFC 8058 are among them.
HEADERS = (
    b"from", b"from", b"to", b"reply-to", b"subject", b"subject", b"date", b"message-id", b"in-reply-to", b"references",
    b"list-unsubscribe", b"list-unsubscribe-post", b"auto-submitted", b"mime-version", b"content-type",
)  # fmt: skip


class SigningKey(Struct, frozen=True, kw_only=True):
    """An association's key: its public half stands in DNS at `selector._domainkey.domain`. `private` is RSA in PEM."""

    domain: str
    selector: str
    private: bytes


def signed(content: bytes, key: SigningKey) -> bytes:
    """The message's bytes with a signature before them. Raises `ValueError` for a key that cannot sign."""
    present = {line.partition(b":")[0].strip().lower() for line in content.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    try:
        signature = dkim.sign(
            content,
            selector=key.selector.encode(),
            domain=key.domain.encode(),
            privkey=key.private,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[header for header in HEADERS if header in present],
        )
    except dkim.DKIMException as error:
        raise ValueError(f"The DKIM key cannot sign: {error}.") from None
    return bytes(signature) + content

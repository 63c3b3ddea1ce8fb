"""What DNS must say so that our letters are taken: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), and a way back for replies.

Every finding has words for the operator. How names are looked up is an argument, so that all of this is arithmetic on records.
"""

import base64
import ipaddress
from collections.abc import Callable, Iterator

import dkim.crypto
import dns.exception
import dns.resolver
from msgspec import Struct

from matchmaker.errors import MatchmakerError
from matchmaker.mail.dkim import SigningKey

LOOKUPS_MAX = 10
KEY_BITS_LEAST = 1_024
SECONDS_MAX = 5.0

# (name, type of record) → the records as text; none where there are none.
Lookup = Callable[[str, str], list[str]]


class Unanswered(MatchmakerError):
    """The name server does not answer."""


class Finding(Struct, frozen=True, kw_only=True):
    """One thing looked at."""

    name: str
    good: bool
    said: str
    cure: str = ""


def look(domain: str, *, key: SigningKey | None, addresses: tuple[str, ...], lookup: Lookup) -> list[Finding]:
    """What is found for letters from `domain`, signed with `key`, that leave from one of our `addresses` (of the net)."""
    looks = [("spf", lambda: _spf(domain, addresses, lookup)), ("dkim", lambda: _dkim(domain, key, lookup))]
    looks += [("dmarc", lambda: _dmarc(domain, lookup)), ("mx", lambda: _mx(domain, lookup))]
    return [_tried(name, one) for name, one in looks]


class _Bad(MatchmakerError):
    """Something is not as it must be."""


def _tried(name: str, one: Callable[[], str]) -> Finding:
    try:
        return Finding(name=name, good=True, said=one())
    except (_Bad, Unanswered) as error:
        return Finding(name=name, good=False, said=error.detail, cure=error.cure or "")
    except ValueError as error:
        return Finding(name=name, good=False, said=f"A record cannot be read: {error}.", cure="Mend the record.")


def _spf(domain: str, addresses: tuple[str, ...], lookup: Lookup) -> str:
    terms = _spf_record(domain, lookup).split()[1:]
    if "+all" in terms or "all" in terms:
        raise _Bad("SPF lets anybody send in your name (+all).", cure="End the record with ~all or -all.")
    if not any(term in ("-all", "~all") or term.startswith("redirect=") for term in terms):
        raise _Bad("SPF does not say what holds for everyone else.", cure="End the record with ~all or -all.")
    count = sum(1 for _ in _spf_lookups(domain, lookup, frozenset()))
    if count > LOOKUPS_MAX:
        raise _Bad(
            f"SPF needs {count} look-ups, and receivers stop at {LOOKUPS_MAX}.", cure="Take out what you do not need."
        )
    for address in addresses:
        if not _allows(domain, ipaddress.ip_address(address), lookup, frozenset()):
            raise _Bad(
                f"SPF does not name {address}, from where our letters leave.", cure=f"Add {_spf_term(address)} to it."
            )
    return (
        f"names {', '.join(addresses)}"
        if addresses
        else "is there; say --from ADDRESS to see whether it names our server"
    )


def _spf_record(domain: str, lookup: Lookup) -> str:
    found = [text for text in lookup(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        raise _Bad(f"{domain} has no SPF record.", cure="Publish TXT v=spf1 … ~all with the server that sends for you.")
    if len(found) > 1:
        raise _Bad(f"{domain} has {len(found)} SPF records, which counts as none.", cure="Make one of them.")
    return found[0]


def _spf_lookups(domain: str, lookup: Lookup, seen: frozenset[str]) -> Iterator[str]:
    """Every term for which a receiver asks DNS, through includes."""
    for term in _spf_record(domain, lookup).split()[1:]:
        name, target = _term(term)
        if name in ("a", "mx", "ptr", "exists"):
            yield term
        if name in ("include", "redirect"):
            yield term
            if target not in seen and len(seen) <= LOOKUPS_MAX:
                yield from _spf_lookups(target, lookup, seen | {domain})


def _allows(
    domain: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address, lookup: Lookup, seen: frozenset[str]
) -> bool:
    if domain in seen or len(seen) > LOOKUPS_MAX:
        return False
    for term in _spf_record(domain, lookup).split()[1:]:
        name, target = _term(term)
        if term[0] in "-~?":
            continue
        if name in ("ip4", "ip6") and address in ipaddress.ip_network(target, strict=False):
            return True
        if name in ("include", "redirect") and _allows(target, address, lookup, seen | {domain}):
            return True
        if name in ("a", "mx"):
            hosts = [target or domain] if name == "a" else [_mx_host(one) for one in lookup(target or domain, "MX")]
            if any(str(address) in lookup(host, _type_of(address)) for host in hosts):
                return True
    return False


def _term(term: str) -> tuple[str, str]:
    bare = term.lstrip("+-~?")
    separator = "=" if bare.startswith("redirect=") else ":"
    name, _, target = bare.partition(separator)
    return name.lower(), target.rstrip(".").lower()


def _type_of(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return "A" if address.version == 4 else "AAAA"


def _spf_term(address: str) -> str:
    return f"ip{ipaddress.ip_address(address).version}:{address}"


def _dkim(domain: str, key: SigningKey | None, lookup: Lookup) -> str:
    if key is None:
        raise _Bad("Letters are not signed.", cure="Say --selector and --key, and publish the key's public half.")
    if domain != key.domain and not domain.endswith(f".{key.domain}"):
        raise _Bad(f"The key is of {key.domain}, and letters are from {domain}.", cure="Sign with the sender's domain.")
    name = f"{key.selector}._domainkey.{key.domain}"
    found = [_tags(text) for text in lookup(name, "TXT") if "p=" in text]
    if not found:
        raise _Bad(f"There is no key at {name}.", cure=f"Publish TXT {_dkim_record(key)} there.")
    if len(found) > 1:
        raise _Bad(
            f"There are {len(found)} keys at {name}.", cure="Leave one; a second key gets a selector of its own."
        )
    return _dkim_said(name, found[0], key)


def _dkim_said(name: str, tags: dict[str, str], key: SigningKey) -> str:
    if not tags["p"]:
        raise _Bad(f"The key at {name} is withdrawn (p= is empty).", cure=f"Publish TXT {_dkim_record(key)} there.")
    published, ours = _modulus(tags["p"]), _private(key)["modulus"]
    if published != ours:
        raise _Bad(f"The key at {name} is not ours.", cure=f"Publish TXT {_dkim_record(key)} there.")
    if ours.bit_length() < KEY_BITS_LEAST:
        raise _Bad(
            f"The key has {ours.bit_length()} bits; receivers want {KEY_BITS_LEAST} or more.", cure="Make a new one."
        )
    if "y" in tags.get("t", "").split(":"):
        raise _Bad(f"The key at {name} says that it is a test (t=y).", cure="Take t=y out of the record.")
    return f"our key of {ours.bit_length()} bits is at {name}"


def _modulus(published: str) -> int | None:
    try:
        parsed = dkim.crypto.parse_public_key(base64.b64decode("".join(published.split())))
    except (ValueError, TypeError, dkim.crypto.UnparsableKeyError):
        return None
    return int(parsed["modulus"])


def _private(key: SigningKey) -> dict[str, int]:
    try:
        parsed: dict[str, int] = dkim.crypto.parse_pem_private_key(key.private)
    except (ValueError, dkim.crypto.UnparsableKeyError):
        raise _Bad("The private key cannot be read.", cure="It is an RSA key in PEM.") from None
    return parsed


def _dkim_record(key: SigningKey) -> str:
    """The record that belongs to a private key."""
    private = _private(key)
    numbers = _der(0x30, b"".join(_der_whole(private[name]) for name in ("modulus", "publicExponent")))
    public = _der(0x30, bytes.fromhex("300d06092a864886f70d0101010500") + _der(0x03, b"\0" + numbers))
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def _der_whole(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _dmarc(domain: str, lookup: Lookup) -> str:
    name, found = f"_dmarc.{domain}", _dmarc_records(f"_dmarc.{domain}", lookup)
    parent = domain.partition(".")[2]
    if not found and "." in parent:
        name, found = f"_dmarc.{parent}", _dmarc_records(f"_dmarc.{parent}", lookup)
    if not found:
        raise _Bad(
            f"{domain} has no DMARC record.", cure=f"Publish TXT v=DMARC1; p=none at _dmarc.{domain}, then tighten it."
        )
    if len(found) > 1:
        raise _Bad(f"There are {len(found)} DMARC records at {name}, which counts as none.", cure="Leave one.")
    policy = _tags(found[0]).get("p", "").lower()
    if policy not in ("none", "quarantine", "reject"):
        raise _Bad(f"The DMARC record at {name} has no policy.", cure="Say p=none, p=quarantine or p=reject in it.")
    return f"{name} asks for {policy}"


def _dmarc_records(name: str, lookup: Lookup) -> list[str]:
    return [text for text in lookup(name, "TXT") if text.replace(" ", "").lower().startswith("v=dmarc1")]


def _mx(domain: str, lookup: Lookup) -> str:
    """Bounces and replies come back to the sender's domain, so it must take mail."""
    hosts = [_mx_host(one) for one in lookup(domain, "MX")]
    if hosts == [""]:
        raise _Bad(
            f"{domain} takes no mail (null MX).", cure="Replies and bounces need a mailbox: publish an MX record."
        )
    if not hosts:
        raise _Bad(f"{domain} has no MX record.", cure="Replies and bounces need a mailbox: publish an MX record.")
    lost = [host for host in hosts if not lookup(host, "A") and not lookup(host, "AAAA")]
    if lost:
        raise _Bad(f"The mail server {lost[0]} has no address.", cure="Mend its A or AAAA record, or the MX record.")
    return f"mail comes back by {', '.join(hosts)}"


def _mx_host(record: str) -> str:
    return record.split()[-1].rstrip(".").lower()


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def by_resolver(server: str | None = None, port: int = 53) -> Lookup:
    """Looks names up by the system's name server, or by `server`. Raises `Unanswered` when it is silent."""
    resolver = dns.resolver.Resolver(configure=server is None)
    if server is not None:
        resolver.nameservers, resolver.port = [server], port
    resolver.lifetime = SECONDS_MAX

    def lookup(name: str, kind: str) -> list[str]:
        try:
            answer = resolver.resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise Unanswered(
                f"No answer for {name}: {type(error).__name__}.", cure="Look at the network, or say --resolver."
            ) from None
        if kind == "TXT":
            return [b"".join(record.strings).decode("utf-8", errors="replace") for record in answer]
        return [record.to_text() for record in answer]

    return lookup

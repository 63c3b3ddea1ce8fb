"""`matchmaker doctor --mail DOMAIN`: whether DNS says what makes receivers take our letters."""

import ipaddress
from collections.abc import Callable
from pathlib import Path

import click

from matchmaker.cli.choices import existing
from matchmaker.errors import Invalid

OPTIONS = (
    click.option("--mail", metavar="DOMAIN", help="Look at what DNS says of the domain that letters are from."),
    click.option("--selector", help="Where the DKIM key stands: SELECTOR._domainkey.DOMAIN."),
    click.option("--key", "key_file", type=existing, help="The private DKIM key, RSA in PEM."),
    click.option("--from", "addresses", multiple=True, metavar="ADDRESS", help="The mail server's address of the net."),
    click.option("--resolver", metavar="ADDRESS[:PORT]", help="Ask this name server. [default: the system's]"),
)


def mail_options(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `OPTIONS`, in that order."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def mail_findings(
    domain: str, *, selector: str | None, key_file: Path | None, addresses: tuple[str, ...], resolver: str | None
) -> dict[str, tuple[bool, str]]:
    """What is found, by name: whether it is good, and words. Raises `Invalid` for what cannot be asked."""
    from matchmaker.mail import dns
    from matchmaker.mail.dkim import SigningKey

    if (selector is None) != (key_file is None):
        raise Invalid("--selector and --key belong together.")
    key = None
    if selector is not None and key_file is not None:
        key = SigningKey(domain=domain, selector=selector, private=key_file.read_bytes())
    for address in addresses:
        _address(address)
    server, _, port = (resolver or "").partition(":")
    lookup = dns.by_resolver(_address(server), int(port or 53)) if resolver else dns.by_resolver()
    found = dns.look(domain.lower().rstrip("."), key=key, addresses=addresses, lookup=lookup)
    return {one.name: (one.good, f"{one.said} {one.cure}".strip()) for one in found}


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Invalid(f"{text!r} is no address of the net.", cure="It looks like 203.0.113.5.") from None

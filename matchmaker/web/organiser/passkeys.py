"""Challenges for passkeys, which carry their own seal: nothing is kept of one until it comes back, and none comes back twice."""

import ipaddress
from datetime import datetime
from urllib.parse import urlsplit

from matchmaker import tokens
from matchmaker.services.attest import Party, Unattested, challenge_of
from matchmaker.services.sign_in import is_first_use
from matchmaker.web import forms
from matchmaker.web.forms import OPEN_MAX, Form, PageRequest


def party_of(request: PageRequest) -> Party | None:
    """Whom a passkey is for; None where browsers have none: at a bare number, or at a name elsewhere without https."""
    base_url: str = request.app.state.settings.base_url
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return (
            Party(host=host, origin=forms.origin(base_url)) if parts.scheme == "https" or host == "localhost" else None
        )
    return None


def new_challenge() -> str:
    """256 random bits, as base64url has them; a form carries it beside its seal."""
    return tokens.random_token()


def seal(request: PageRequest, challenge: str, purpose: str, at: datetime) -> str:
    """The seal of a challenge, made for a session or for the sign-in page."""
    return forms.seal(request, f"passkey/{purpose}/{challenge}", at)


async def taken(request: PageRequest, form: Form, purpose: str, at: datetime) -> bytes:
    """The challenge that a form carries, which is worth nothing from now on. Raises `Unattested`."""
    challenge = form.line("challenge")
    sealed = forms.sealed_at(request, form.line("challenge_seal"), f"passkey/{purpose}/{challenge}")
    if sealed is None or not 0 <= (at - sealed).total_seconds() <= OPEN_MAX.total_seconds():
        raise Unattested
    if not await is_first_use(request.app.state.pool, challenge, sealed + OPEN_MAX):
        raise Unattested
    return challenge_of(challenge)

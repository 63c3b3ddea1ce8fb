"""Is it you? Whoever is signed in proves it once more before they change who can sign in; what they were doing waits meanwhile.

The proof is a sign-in of the same person: it ends the session in which it was asked for and begins another, so that the cookie of
the old one, wherever it may have got to, opens nothing any more.
"""

from datetime import datetime
from typing import Any, cast

from litestar import Response, post

from matchmaker import tokens
from matchmaker.errors import Invalid
from matchmaker.model.association import Scope
from matchmaker.model.organiser import Way
from matchmaker.services import attest, sign_in
from matchmaker.services.sign_in import Entered, NotProven
from matchmaker.services.strangers import evenly
from matchmaker.store import organiser_sessions
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.organiser import kept, passkeys
from matchmaker.web.organiser.kept import Kept
from matchmaker.web.organiser.noted import Deed, note
from matchmaker.web.organiser.page import organiser_page
from matchmaker.web.organiser.sign_in import count_try, let_in
from matchmaker.web.organiser.trouble import FreshProofNeeded
from matchmaker.web.organiser.visit import STATE, purpose
from matchmaker.web.visit import At, acting, language

ARRIVAL = "/account"


def needed(request: PageRequest, error: FreshProofNeeded, at: datetime) -> Response[str]:
    """The page in place of one that needs a fresh proof; what was sent waits behind it."""
    return _page(request, kept.kept(error.path, error.form), at, status=403)


@post("/account/proof", scope=Scope.EVENTS_READ)
async def prove_by_password(request: PageRequest, at: At) -> Response[Any]:
    """Proves it by the password and a code, or one for recovery in its place."""
    entered, form = _entered(request), await forms.read(request)
    waiting = _waiting(form)
    if not forms.is_sealed(request, form.line(forms.SEAL), _purpose(entered, waiting), at):
        return _page(request, Kept(path=ARRIVAL), at, said="stale")
    me = entered.organiser
    await count_try(request, tokens.association_code(entered.association_id), me.email, at)
    try:
        async with evenly(), acting(request, entered.association_id) as connection:
            proven = await sign_in.by_password(
                connection,
                me.email,
                form.raw("password"),
                form.line("code"),
                secret=request.app.state.secret(),
                at=at,
            )
            if proven[0] != me.id:
                raise NotProven
            return await _go_on(request, connection, entered, proven[1], waiting, at)
    except NotProven:
        note(request, Deed.PROOF_REFUSED, way=Way.PASSWORD.value)
        return _page(request, waiting, at, said="unproven")


@post("/account/proof/passkey", scope=Scope.EVENTS_READ)
async def prove_by_passkey(request: PageRequest, at: At) -> Response[Any]:
    """Proves it by a passkey of one's own; a colleague's is none."""
    entered, form, party = _entered(request), await forms.read(request), passkeys.party_of(request)
    waiting = _waiting(form)
    if not forms.is_sealed(request, form.line(forms.SEAL), _purpose(entered, waiting), at) or party is None:
        return _page(request, Kept(path=ARRIVAL), at, said="stale")
    await count_try(request, tokens.association_code(entered.association_id), "", at)
    try:
        challenge = await passkeys.taken(request, form, purpose(entered), at)
        async with acting(request, entered.association_id) as connection:
            signer = await attest.signer(connection, party, form.raw("credential"), challenge, at)
            if signer != entered.organiser.id:
                raise attest.Unattested
            return await _go_on(request, connection, entered, Way.PASSKEY, waiting, at)
    except Invalid:
        note(request, Deed.PROOF_REFUSED, way=Way.PASSKEY.value)
        return _page(request, waiting, at, said="unattested")


async def _go_on(
    request: PageRequest, connection: Connection, entered: Entered, way: Way, waiting: Kept, at: datetime
) -> Response[Any]:
    """A new session in place of the one that asked, and back to what waited."""
    await organiser_sessions.remove(connection, entered.organiser.id, entered.session.id)
    return await let_in(request, connection, entered.association_id, entered.organiser.id, way, at, waiting)


def _page(request: PageRequest, waiting: Kept, at: datetime, *, said: str = "", status: int = 422) -> Response[str]:
    entered, party, challenge = _entered(request), passkeys.party_of(request), passkeys.new_challenge()
    return organiser_page(
        "proof",
        language(request),
        status=status,
        headers={"HX-Retarget": "body"} if request.headers.get("hx-request") else None,
        me=entered.organiser,
        kept=waiting,
        seal=forms.seal(request, _purpose(entered, waiting), at),
        said=said,
        options="" if party is None else attest.asking(party, attest.challenge_of(challenge)),
        challenge=challenge,
        challenge_seal=passkeys.seal(request, challenge, purpose(entered), at),
    )


def _waiting(form: Form) -> Kept:
    return Kept(path=form.line("kept_path"), fields=form.raw("kept_fields"))


def _purpose(entered: Entered, waiting: Kept) -> str:
    """For this session, and for what we let wait: nobody puts another address there."""
    return f"{purpose(entered)}/proof/{waiting.digest}"


def _entered(request: PageRequest) -> Entered:
    return cast(Entered, request.scope["state"][STATE])


HANDLERS = (prove_by_password, prove_by_passkey)

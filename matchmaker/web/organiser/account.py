"""How I sign in, and where I am signed in: passkeys, password and codes, sessions, and out."""

from typing import Any

import segno
from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker import tokens
from matchmaker.errors import Conflict, FieldError, InvalidFields, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.ids import PasskeyId, SessionId
from matchmaker.model.organiser import Way
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.services import attest, prove, sign_in
from matchmaker.services.attest import PASSKEYS_MAX, Unattested
from matchmaker.store import associations, organiser_sessions, recovery_codes
from matchmaker.store import passkeys as stored_passkeys
from matchmaker.web.organiser import cookies, passkeys
from matchmaker.web.organiser.noted import Deed, note
from matchmaker.web.organiser.sign_in import let_in
from matchmaker.web.organiser.visit import OrganiserVisit, Visit, purpose

LISTED_MAX = 50


class LastWay(Conflict):
    """There would be no way left to sign in."""


@get("/account", scope=Scope.EVENTS_READ, unproven=True)
async def show_account(visit: Visit) -> Response[str]:
    """How one signs in, and where one is signed in."""
    return await _account(visit)


@get("/account/passkeys", scope=Scope.EVENTS_READ, unproven=True, fresh=True)
async def show_passkeys(visit: Visit) -> Response[str]:
    """The same page, to whoever proved just now who they are, and so can add a passkey on it."""
    return await _account(visit)


@post("/account/passkeys", scope=Scope.EVENTS_READ, unproven=True, fresh=True)
async def add_passkey(visit: Visit) -> Response[Any]:
    """Keeps a passkey that the browser just made."""
    party, me = passkeys.party_of(visit.request), visit.organiser
    known = await stored_passkeys.find(visit.connection, me.id, limit=PASSKEYS_MAX)
    try:
        if party is None or len(known) >= PASSKEYS_MAX:
            raise Unattested
        challenge = await passkeys.taken(visit.request, visit.form, purpose(visit.entered), visit.at)
        label = visit.form.line("label")[:LINE_CHARS_MAX] or f"{visit.at:%Y-%m-%d}"
        credential = visit.form.raw("credential")
        await attest.keep(visit.connection, party, me.id, credential, challenge, label=label, at=visit.at)
    except Unattested:
        return await _account(visit, [FieldError("/passkey", "passkey_refused", "")])
    return await _proven(visit, Way.PASSKEY, "passkey_added", Deed.PASSKEY_ADDED)


@post("/account/passkeys/{passkey_id:str}/removal", scope=Scope.EVENTS_READ, fresh=True)
async def remove_passkey(visit: Visit, passkey_id: FromPath[str]) -> Response[Any]:
    """Forgets a passkey, unless it is the last way in; and ends all other sessions, since whoever lost one may have lost both."""
    known = await stored_passkeys.find(visit.connection, visit.organiser.id, limit=PASSKEYS_MAX)
    if len(known) == 1 and not visit.organiser.has_password:
        raise LastWay
    if not await stored_passkeys.remove(visit.connection, visit.organiser.id, PasskeyId(passkey_id)):
        raise NotFound
    await organiser_sessions.remove_others(visit.connection, visit.organiser.id, visit.entered.session.id)
    note(visit.request, Deed.PASSKEY_REMOVED)
    return visit.onward("/account", said="passkey_removed")


@get("/account/password", scope=Scope.EVENTS_READ, unproven=True, fresh=True)
async def show_password(visit: Visit) -> Response[str]:
    """The form for a password and an authenticator."""
    return await _password(visit)


@post("/account/password", scope=Scope.EVENTS_READ, unproven=True, fresh=True)
async def set_password(visit: Visit) -> Response[Any]:
    """Sets both, once a code shows that the authenticator works; shows the recovery codes this once.

    All other sessions end: who had the old password may be in one of them.
    """
    try:
        codes = await sign_in.set_password(
            visit.connection,
            visit.organiser,
            visit.form.raw("password"),
            visit.form.line("code"),
            nonce=_nonce(visit),
            secret=visit.request.app.state.secret(),
            at=visit.at,
        )
    except InvalidFields as error:
        return await _password(visit, error.fields)
    await organiser_sessions.remove_others(visit.connection, visit.organiser.id, None)
    answer = await _proven(visit, Way.PASSWORD, "", Deed.PASSWORD_SET)
    shown = visit.page("recovery", here="account", codes=codes)
    shown.cookies = answer.cookies
    return shown


@post("/account/sessions/{session_id:str}/removal", scope=Scope.EVENTS_READ, fresh=True)
async def end_session(visit: Visit, session_id: FromPath[str]) -> Response[Any]:
    """Ends one of one's sessions."""
    if not await organiser_sessions.remove(visit.connection, visit.organiser.id, SessionId(session_id)):
        raise NotFound
    note(visit.request, Deed.SESSION_ENDED)
    return visit.onward("/account", said="session_ended")


@post("/account/sign-out", scope=Scope.EVENTS_READ, unproven=True)
async def sign_out(visit: Visit) -> Response[Any]:
    """Ends this session, here and on the server."""
    await organiser_sessions.remove(visit.connection, visit.organiser.id, visit.entered.session.id)
    answer = visit.onward(f"/sign-in/{tokens.association_code(visit.association_id)}")
    answer.set_cookie(cookies.of_nobody(visit.request))
    note(visit.request, Deed.SIGNED_OUT)
    return answer


async def _proven(visit: OrganiserVisit, way: Way, said: str, deed: Deed) -> Response[Any]:
    """A new session in place of the one in which a way to sign in was set: whoever had the old one has nothing."""
    await organiser_sessions.remove(visit.connection, visit.organiser.id, visit.entered.session.id)
    answer = await let_in(
        visit.request,
        visit.connection,
        visit.association_id,
        visit.organiser.id,
        way,
        visit.at,
        arrival=f"/account?said={said}",
    )
    note(visit.request, deed)
    return answer


async def _account(visit: OrganiserVisit, problems: list[FieldError] | None = None) -> Response[str]:
    me, connection = visit.organiser, visit.connection
    known = await stored_passkeys.find(connection, me.id, limit=PASSKEYS_MAX)
    party, challenge = passkeys.party_of(visit.request), passkeys.new_challenge()
    options = "" if party is None else attest.making(
        party, visit.association_id, me, known, attest.challenge_of(challenge)
    )  # fmt: skip
    return visit.page(
        "account",
        here="account",
        problems=problems,
        passkeys=known,
        address=f"{visit.settings.base_url}/sign-in/{tokens.association_code(visit.association_id)}",
        sessions=await organiser_sessions.find(connection, me.id, visit.at, limit=LISTED_MAX),
        codes_left=await recovery_codes.count_left(connection, me.id),
        options=options,
        asks_for_proof=await sign_in.must_prove(connection, visit.entered, visit.at),
        challenge=challenge,
        challenge_seal=passkeys.seal(visit.request, challenge, purpose(visit.entered), visit.at),
    )


async def _password(visit: OrganiserVisit, problems: list[FieldError] | None = None) -> Response[str]:
    association = await associations.get(visit.connection)
    secret = prove.totp_secret(visit.request.app.state.secret(), _nonce(visit))
    address = prove.totp_address(
        secret, email=visit.organiser.email, association=association.name if association else "Matchmaker"
    )
    picture = segno.make(address, error="m", micro=False).svg_data_uri(
        scale=5, border=4, light="#ffffff", dark="#000000"
    )
    groups = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return visit.page("password", here="account", problems=problems, picture=picture, secret=groups)


def _nonce(visit: OrganiserVisit) -> bytes:
    """Of this session, so that the form that comes back is about the authenticator that was shown."""
    return tokens.hash_of(f"authenticator {visit.entered.secret_hash.hex()}")[: sign_in.NONCE_BYTES]


HANDLERS = (
    show_account,
    show_passkeys,
    add_passkey,
    remove_passkey,
    show_password,
    set_password,
    end_session,
    sign_out,
)

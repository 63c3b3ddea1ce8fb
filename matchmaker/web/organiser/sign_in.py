"""The sign-in page: by a passkey, or by a password and a code; and what was on the way when a session ended."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from matchmaker import tokens
from matchmaker.errors import Invalid
from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.model.organiser import Way
from matchmaker.model.text import clean_line
from matchmaker.services import attest, sign_in
from matchmaker.services.strangers import evenly
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.organiser import cookies, kept, passkeys
from matchmaker.web.organiser.kept import Kept
from matchmaker.web.organiser.noted import Deed, note, note_who
from matchmaker.web.organiser.page import organiser_page
from matchmaker.web.organiser.trouble import SignInNeeded
from matchmaker.web.organiser.visit import purpose_of
from matchmaker.web.trouble import TooOften
from matchmaker.web.visit import At, acting, language, onward

ARRIVAL = "/events"
PURPOSE = "sign-in"


class Asked(Struct, frozen=True, kw_only=True):
    """Who is asked to sign in: to which association, if that is known, and what waits behind the door."""

    association: str = ""
    kept: Kept = Kept()


@get("/", outside=True)
async def arrive(request: PageRequest) -> Redirect:
    """Whoever types no more than the server's address: to the events, or the sign-in before them."""
    return onward(ARRIVAL)


@get(["/sign-in", "/sign-in/{association:str}"], outside=True)
async def show_sign_in(request: PageRequest, at: At, association: FromPath[str] = "") -> Response[str]:
    """The sign-in page, of the association that the address names, else of the one signed in to last."""
    return _page(request, Asked(association=association or _remembered(request)), at)


@post("/sign-in", outside=True)
async def sign_in_by_password(request: PageRequest, at: At) -> Response[Any]:
    """Signs in by a password and the code of an authenticator, or a recovery code in its place."""
    form = await forms.read(request)
    asked, association_id = _asked(form), tokens.read_association_code(form.line("association"))
    if not forms.is_sealed(request, form.line(forms.SEAL), f"{PURPOSE}/{asked.kept.digest}", at):
        return _page(request, Asked(association=asked.association), at, said="stale")
    await count_try(request, asked.association, form.line("email"), at)
    note_who(request, None if association_id is None else AssociationId(association_id), None)
    if association_id is None:
        return _page(request, asked, at, said="unknown", form=form)
    try:
        async with evenly(), acting(request, AssociationId(association_id)) as connection:
            organiser_id, way = await sign_in.by_password(
                connection,
                form.line("email"),
                form.raw("password"),
                form.line("code"),
                secret=request.app.state.secret(),
                at=at,
            )
            return await let_in(request, connection, AssociationId(association_id), organiser_id, way, at, asked.kept)
    except sign_in.NotProven:
        note(request, Deed.SIGN_IN_REFUSED, way=Way.PASSWORD.value)
        return _page(request, asked, at, said="unproven", form=form)


@post("/sign-in/passkey", outside=True)
async def sign_in_by_passkey(request: PageRequest, at: At) -> Response[Any]:
    """Signs in by a passkey, which names its holder itself."""
    form = await forms.read(request)
    asked, party = _asked(form), passkeys.party_of(request)
    if not forms.is_sealed(request, form.line(forms.SEAL), f"{PURPOSE}/{asked.kept.digest}", at) or party is None:
        return _page(request, Asked(association=asked.association), at, said="stale")
    await count_try(request, asked.association, "", at)
    try:
        challenge = await passkeys.taken(request, form, PURPOSE, at)
        credential = form.raw("credential")
        association_id = attest.association_in(credential)
        async with acting(request, association_id) as connection:
            organiser_id = await attest.signer(connection, party, credential, challenge, at)
            return await let_in(request, connection, association_id, organiser_id, Way.PASSKEY, at, asked.kept)
    except Invalid:
        note(request, Deed.SIGN_IN_REFUSED, way=Way.PASSKEY.value)
        return _page(request, asked, at, said="unattested")


async def let_in(
    request: PageRequest,
    connection: Connection,
    association_id: AssociationId,
    organiser_id: OrganiserId,
    way: Way,
    at: datetime,
    waiting: Kept | None = None,
    *,
    arrival: str = ARRIVAL,
) -> Response[Any]:
    """A new session, and onward to where they wanted to go, else to `arrival`; or the button that sends what they had sent."""
    note_who(request, association_id, organiser_id)
    note(request, Deed.SIGNED_IN, way=way.value)
    browser = request.headers.get("user-agent", "")
    token = await sign_in.begin(connection, organiser_id, way, browser=clean_line(browser), at=at)
    waiting = waiting or Kept()
    answer: Response[Any] = onward(waiting.path or arrival)
    if waiting.fields:
        seal = forms.seal(request, purpose_of(tokens.hash_of(token)), at)
        answer = kept.nothing_lost(language(request), waiting.path, waiting.pairs, seal)
    for cookie in cookies.of_session(request, token, association_id):
        answer.set_cookie(cookie)
    return answer


def needed(request: PageRequest, error: SignInNeeded, at: datetime) -> Response[str]:
    """The sign-in page in place of one that needs a session; what was sent waits behind it."""
    code = "" if error.association_id is None else tokens.association_code(error.association_id)
    if error.has_files and error.form is not None:
        waiting, said = Kept(path=error.path), "over_files"
    else:
        waiting = kept.kept(error.path, error.form) if error.form is not None or request.method == "GET" else Kept()
        said = "over" if error.form is not None else ""
    return _page(request, Asked(association=code, kept=waiting), at, said=said, status=403)


def _page(
    request: PageRequest, asked: Asked, at: datetime, *, said: str = "", form: Form | None = None, status: int = 0
) -> Response[str]:
    party, challenge = passkeys.party_of(request), passkeys.new_challenge()
    return organiser_page(
        "sign_in",
        language(request),
        status=status or (422 if said else 200),
        headers={"HX-Retarget": "body"} if request.headers.get("hx-request") else None,
        association_code=asked.association,
        kept=asked.kept,
        seal=forms.seal(request, f"{PURPOSE}/{asked.kept.digest}", at),
        said=said,
        email="" if form is None else form.line("email"),
        options="" if party is None else attest.asking(party, attest.challenge_of(challenge)),
        challenge=challenge,
        challenge_seal=passkeys.seal(request, challenge, PURPOSE, at),
    )


def _asked(form: Form) -> Asked:
    return Asked(
        association=form.line("association"), kept=Kept(path=form.line("kept_path"), fields=form.raw("kept_fields"))
    )


def _remembered(request: PageRequest) -> str:
    found = cookies.association_in(request)
    return "" if found is None else tokens.association_code(found)


async def count_try(request: PageRequest, association: str, email: str, at: datetime) -> None:
    """Counts a try to prove who one is. Raises `TooOften`."""
    host = request.client.host if request.client else "unknown"
    wait = await sign_in.count(request.app.state.pool, association, email, host, at)
    if wait is not None:
        note(request, Deed.TOO_OFTEN)
        raise TooOften(int(wait.total_seconds()) + 1)


HANDLERS = (arrive, show_sign_in, sign_in_by_password, sign_in_by_passkey)

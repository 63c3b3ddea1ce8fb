"""The one-time link that lets somebody in: it sets up an association, takes up an invitation, or opens the demo."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker import tokens
from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.ids import OrganiserId
from matchmaker.model.organiser import Invitation, OrganiserInput, Way
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.services import invite
from matchmaker.store import associations, organisers
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.fields import mistakes
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.organiser.page import organiser_page
from matchmaker.web.organiser.sign_in import ARRIVAL, let_in
from matchmaker.web.visit import At, acting, count, language, looking

Token = FromPath[str]


class Door(Struct, frozen=True, kw_only=True):
    """What a link opens, to which association, and whether its holder is the first there."""

    invitation: Invitation
    association: str
    is_first: bool


@get("/start/{token:str}", outside=True)
async def show_start(request: PageRequest, token: Token, at: At) -> Response[str]:
    """What the link does; opening the page does not use it up."""
    async with looking(request, invite.association_in(token)) as connection:
        door = await _door(connection, token, at)
    return _page(request, token, door, Form({"association": [door.association] if not door.is_first else [""]}), at)


@post("/start/{token:str}", outside=True)
async def start(request: PageRequest, token: Token, at: At) -> Response[Any]:
    """Uses the link up, and begins a session. Of any number of presses at once, one does."""
    form, association_id = await forms.read(request), invite.association_in(token)
    await count(request, at)
    async with acting(request, association_id) as connection:
        door = await _door(connection, token, at)
        if not forms.is_sealed(request, form.line(forms.SEAL), _purpose(token), at):
            return _page(request, token, door, form, at, said="stale")
        try:
            organiser_id = await _let_in(connection, door, form, at)
        except InvalidFields as error:
            return _page(request, token, door, form, at, problems=error.fields)
        way = Way.INVITATION if door.invitation.organiser_id is None else Way.DEMO
        arrival = "/account" if way is Way.INVITATION else ARRIVAL
        return await let_in(request, connection, association_id, organiser_id, way, at, arrival=arrival)


async def _let_in(connection: Connection, door: Door, form: Form, at: datetime) -> OrganiserId:
    """Raises `InvalidFields`, `InvitationOver`, `AddressTaken`."""
    given = None if door.invitation.organiser_id is not None else _given(door, form)
    if door.is_first and given is not None:
        await associations.rename(connection, form.line("association"))
    return await invite.take_up(connection, door.invitation, given, at)


def _given(door: Door, form: Form) -> OrganiserInput:
    problems = []
    if door.is_first and not 1 <= len(form.line("association")) <= LINE_CHARS_MAX:
        problems.append(FieldError("/association", "empty", ""))
    try:
        given = invite.checked(form.line("name"), form.line("email"))
    except InvalidFields as error:
        raise InvalidFields([*problems, *error.fields]) from None
    if problems:
        raise InvalidFields(problems)
    return given


async def _door(connection: Connection, token: str, at: datetime) -> Door:
    invitation = await invite.shown(connection, token, at)
    association = await associations.get(connection)
    known = await organisers.find(connection, limit=1)
    return Door(invitation=invitation, association=association.name if association else "", is_first=not known)


def _page(
    request: PageRequest,
    token: str,
    door: Door,
    form: Form,
    at: datetime,
    *,
    said: str = "",
    problems: list[FieldError] | None = None,
) -> Response[str]:
    return organiser_page(
        "start",
        language(request),
        status=422 if said or problems else 200,
        door=door,
        path=f"/start/{token}",
        seal=forms.seal(request, _purpose(token), at),
        said=said,
        form=form,
        mistakes=mistakes(problems or []),
    )


def _purpose(token: str) -> str:
    return f"start/{tokens.hash_of(token).hex()}"


HANDLERS = (show_start, start)

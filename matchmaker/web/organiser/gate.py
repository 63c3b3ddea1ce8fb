"""The gate of an organiser's pages: a session that is alive, a role that has the page's scope, and a proof that is fresh.

A route with `fresh=True` asks for a proof of who it is that is no older than ten minutes, and so does by itself whatever is sent
for `keys:write`: what decides who can sign in is not to be changed by whoever found a session.

It stands on the whole router, so a page is closed until its route says otherwise; a page without a scope is no page.
"""

from datetime import datetime
from typing import Any, NoReturn, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from matchmaker import tokens
from matchmaker.errors import Forbidden
from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Way
from matchmaker.services import sign_in
from matchmaker.services.sign_in import Entered
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web import forms
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser import cookies, kept
from matchmaker.web.organiser.noted import note_who
from matchmaker.web.organiser.trouble import FreshProofNeeded, ProofNeeded, SignInNeeded
from matchmaker.web.organiser.visit import SAFE, STATE, address_of, purpose_of, seal_in, sent_form


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raises `SignInNeeded` with what was sent, `ProofNeeded`, `FreshProofNeeded`, or `Forbidden`."""
    if handler.opt.get("outside") or connection.scope.get("method") == "OPTIONS":
        return
    scope, request = cast(Scope, handler.opt["scope"]), cast(PageRequest, connection)
    at = connection.scope["state"]["context"].at
    entered = await sign_in.entered(request.app.state.pool, cookies.session_in(request), at)
    if entered is None:
        await _turn_away(request)
    note_who(request, entered.association_id, entered.organiser.id)
    if entered.session.way is Way.INVITATION and not handler.opt.get("unproven"):
        raise ProofNeeded
    if scope not in entered.organiser.scopes:
        raise Forbidden
    connection.scope["state"][STATE] = entered
    if handler.opt.get("fresh") or (scope is Scope.KEYS_WRITE and request.method not in SAFE):
        await _ask_for_proof(request, entered, at)


async def _ask_for_proof(request: PageRequest, entered: Entered, at: datetime) -> None:
    """Raises `FreshProofNeeded`; for a form that is none of ours `ForeignForm` or `FormOver`, as if nothing were asked."""
    async with tenant_transaction(request.app.state.pool, entered.association_id, readonly=True) as connection:
        if not await sign_in.must_prove(connection, entered, at):
            return
    form = None if request.method in SAFE else await sent_form(request, at)
    raise FreshProofNeeded(address_of(request), None if form is None or kept.holds_secrets(form) else form)


async def _turn_away(request: PageRequest) -> NoReturn:
    """Raises `SignInNeeded`; what was sent from a page of that very session goes along, so that nothing is lost."""
    token = cookies.session_in(request)
    shown = tokens.read_session(token)
    association_id = cookies.association_in(request) if shown is None else AssociationId(shown[0])
    if request.method in SAFE:
        raise SignInNeeded(association_id, address_of(request), None)
    form, files = await forms.read_with_files(request)
    ours = shown is not None and forms.sealed_at(request, seal_in(request, form), purpose_of(shown[1])) is not None
    raise SignInNeeded(association_id, address_of(request), form if ours else None, has_files=bool(files))

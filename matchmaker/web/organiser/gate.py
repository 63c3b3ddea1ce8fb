"""The gate of an organiser's pages: a session that is alive, and a role that has the page's scope.

It stands on the whole router, so a page is closed until its route says otherwise; a page without a scope is no page.
"""

from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from matchmaker import tokens
from matchmaker.errors import Forbidden
from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Way
from matchmaker.services import sign_in
from matchmaker.web import forms
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser import cookies
from matchmaker.web.organiser.trouble import ProofNeeded, SignInNeeded
from matchmaker.web.organiser.visit import SAFE, STATE, address_of, purpose_of, seal_in


async def admit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Raises `SignInNeeded` with what was sent, `ProofNeeded`, or `Forbidden`."""
    if handler.opt.get("outside") or connection.scope.get("method") == "OPTIONS":
        return
    scope, request = cast(Scope, handler.opt["scope"]), cast(PageRequest, connection)
    at = connection.scope["state"]["context"].at
    entered = await sign_in.entered(request.app.state.pool, cookies.session_in(request), at)
    if entered is None:
        await _turn_away(request)
    elif entered.session.way is Way.INVITATION and not handler.opt.get("unproven"):
        raise ProofNeeded
    elif scope not in entered.organiser.scopes:
        raise Forbidden
    connection.scope["state"][STATE] = entered


async def _turn_away(request: PageRequest) -> None:
    """Raises `SignInNeeded`; what was sent from a page of that very session goes along, so that nothing is lost."""
    token = cookies.session_in(request)
    shown = tokens.read_session(token)
    association_id = cookies.association_in(request) if shown is None else AssociationId(shown[0])
    if request.method in SAFE:
        raise SignInNeeded(association_id, address_of(request), None)
    form, files = await forms.read_with_files(request)
    ours = shown is not None and forms.sealed_at(request, seal_in(request, form), purpose_of(shown[1])) is not None
    raise SignInNeeded(association_id, address_of(request), form if ours else None, has_files=bool(files))

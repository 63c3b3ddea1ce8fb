"""An organiser's visit to one page: who it is, in which transaction, what they sent, and how the page answers.

A page that is opened gets a transaction that cannot write; a form gets one that is committed before anything is answered, and
forgotten where the handler raises. A form is there only if it came from a page of the same session.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect
from msgspec import Struct

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Organiser
from matchmaker.services.sign_in import Entered
from matchmaker.settings import Settings
from matchmaker.store import connection
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web import forms
from matchmaker.web.fields import mistakes
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.organiser import navigation
from matchmaker.web.organiser.page import organiser_page
from matchmaker.web.organiser.trouble import FormOver
from matchmaker.web.phrases import Phrases, phrases
from matchmaker.web.trouble import ForeignForm
from matchmaker.web.visit import language, onward, said_in

SAFE = ("GET", "HEAD", "OPTIONS")
SEAL_HEADER = "x-form"  # where htmx sends something without a form around it
STATE = "organiser"


class OrganiserVisit(Struct, frozen=True, kw_only=True):
    """What a page of an organiser is made with. `form` and `files` are what was sent; empty where a page is only opened."""

    request: PageRequest
    connection: connection.Connection
    entered: Entered
    at: datetime
    form: Form
    files: Mapping[str, UploadFile]

    @property
    def organiser(self) -> Organiser:
        return self.entered.organiser

    @property
    def association_id(self) -> AssociationId:
        return self.entered.association_id

    @property
    def settings(self) -> Settings:
        return cast(Settings, self.request.app.state.settings)

    @property
    def language(self) -> str:
        return language(self.request)

    @property
    def t(self) -> Phrases:
        return phrases(self.language)

    @property
    def seal(self) -> str:
        """What every form of this session carries; `{{ f.sealed(seal) }}` puts it there."""
        return forms.seal(self.request, purpose(self.entered), self.at)

    def sealed_for(self, what: str) -> str:
        """A seal for an address that holds what was typed, so that it shows only what a page of this session put there."""
        return forms.seal(self.request, f"{purpose(self.entered)}/{what}", self.at)

    def has_sealed(self, given: str, what: str) -> bool:
        """Whether that seal is of this session, and for just that."""
        return forms.is_sealed(self.request, given, f"{purpose(self.entered)}/{what}", self.at)

    def may(self, scope: Scope) -> bool:
        """Whether the organiser's role has that scope: for what a page offers. What it does is judged by the route's own."""
        return scope in self.organiser.scopes

    def page(
        self,
        name: str,
        *,
        event: Event | None = None,
        here: str = "",
        problems: list[FieldError] | None = None,
        status: int | None = None,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> Response[str]:
        """The page `organiser/<name>.html`, with navigation around it; with `problems` it is sent as one to mend (422).

        `here` is the key of the page in the navigation; `event` is the event that it belongs to.
        """
        return organiser_page(
            name,
            self.language,
            status=status or (422 if problems else 200),
            headers=headers,
            visit=self,
            organiser=self.organiser,
            event=event,
            here=here,
            navigation=navigation.shown(self.request.app, self.organiser.scopes, event),
            seal=self.seal,
            said=self._said(),
            form=self.form,
            mistakes=mistakes(problems or []),
            **values,
        )

    def fragment(self, name: str, **values: Any) -> Response[str]:
        """The part `organiser/<name>.html` of a page, without anything around it, for htmx to put in its place."""
        return organiser_page(name, self.language, visit=self, seal=self.seal, form=self.form, **values)

    def onward(self, path: str, *, said: str = "") -> Redirect:
        """To another page, after something was sent; there `organiser.said.<said>` stands on top."""
        return onward(f"{path}?said={said}" if said else path)

    def _said(self) -> str:
        key = said_in(self.request)
        return key if f"organiser.said.{key}" in self.t else ""


Visit = NamedDependency[SkipValidation[OrganiserVisit]]


async def provide_visit(request: PageRequest, at: NamedDependency[datetime]) -> AsyncIterator[OrganiserVisit]:
    """The visit of this request, in its transaction. Raises `ForeignForm`, `FormOver`."""
    entered: Entered = request.scope["state"][STATE]
    opened = request.method in SAFE
    form, files = (Form({}), {}) if opened else await _sent(request, entered, at)
    async with tenant_transaction(request.app.state.pool, entered.association_id, readonly=opened) as connection:
        yield OrganiserVisit(request=request, connection=connection, entered=entered, at=at, form=form, files=files)


@asynccontextmanager
async def looking_again(request: PageRequest, at: datetime) -> AsyncIterator[OrganiserVisit]:
    """A visit that only looks, for a handler that has something to wait for first, and so asks for no `visit` itself.

    A transaction that waits keeps its connection from everybody, and the server ends it after some seconds.
    """
    entered: Entered = request.scope["state"][STATE]
    async with tenant_transaction(request.app.state.pool, entered.association_id, readonly=True) as connection:
        yield OrganiserVisit(request=request, connection=connection, entered=entered, at=at, form=Form({}), files={})


async def sent_form(request: PageRequest, at: datetime) -> Form:
    """What was sent from a page of this session, for a handler that has something to wait for before it acts.

    Raises `ForeignForm`, `FormOver`.
    """
    entered: Entered = request.scope["state"][STATE]
    return (await _sent(request, entered, at))[0]


@asynccontextmanager
async def acting_on(request: PageRequest, form: Form, at: datetime) -> AsyncIterator[OrganiserVisit]:
    """A visit that acts on such a form, in a transaction that is committed at its end."""
    entered: Entered = request.scope["state"][STATE]
    async with tenant_transaction(request.app.state.pool, entered.association_id) as connection:
        yield OrganiserVisit(request=request, connection=connection, entered=entered, at=at, form=form, files={})


def association_in(request: PageRequest) -> AssociationId:
    """The association of whoever is signed in."""
    entered: Entered = request.scope["state"][STATE]
    return entered.association_id


def purpose(entered: Entered) -> str:
    """What the forms of this session are sealed for."""
    return purpose_of(entered.secret_hash)


def purpose_of(secret_hash: bytes) -> str:
    """What the forms of a session are sealed for."""
    return f"organiser/{secret_hash.hex()}"


def address_of(request: PageRequest) -> str:
    """The page that was asked for, with what stands after its question mark, on this server."""
    query = request.url.query
    return f"/{request.url.path.lstrip('/')}" + (f"?{query}" if query else "")


def seal_in(request: PageRequest, form: Form) -> str:
    """The seal that came, in a form or, where htmx sends something without one, in a header."""
    return form.line(forms.SEAL) or request.headers.get(SEAL_HEADER, "")


async def _sent(request: PageRequest, entered: Entered, at: datetime) -> tuple[Form, Mapping[str, UploadFile]]:
    """What was sent from a page of this session. What its browser says came from another page of ours may be sent again."""
    form, files = await forms.read_with_files(request)
    if forms.is_sealed(request, seal_in(request, form), purpose(entered), at):
        return form, files
    if request.headers.get("sec-fetch-site") != "same-origin":
        raise ForeignForm
    raise FormOver(address_of(request), form, forms.seal(request, purpose(entered), at))

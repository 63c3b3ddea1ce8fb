"""An organiser with a browser, signed in: for the tests of every organiser's page."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
import pyotp
from litestar import Litestar
from msgspec import Struct
from playwright.async_api import Page as BrowserPage

from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.model.organiser import OrganiserInput, Role, Way
from matchmaker.services import prove, sign_in
from matchmaker.store import organisers
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.letter_looks import FRAMED
from matchmaker.web.organiser.page import FRAMING, POLICY
from tests.web.browser import BASE_URL, Clock, Page

PASSWORD = "four quite unusual words"
NONCE = bytes(range(16))
EMAIL = "olga@example.org"
NETWORKS = itertools.count()
HOST = BASE_URL.partition("://")[2]
PRESSED = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1", "Origin": "null"}


class Desk(Struct, frozen=True, kw_only=True):
    """A browser in which somebody is signed in, or nobody."""

    browser: httpx.AsyncClient
    organiser_id: OrganiserId

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.browser.get(path, headers=headers)

    async def press(self, path: str, *, seal: str | None = None, **fields: Any) -> httpx.Response:
        """Sends a form as a person's press does, sealed as the pages of this session are unless another seal is given."""
        if seal is None:
            seal = Page((await self.get("/account")).text).fields["form"]
        return await self.browser.post(path, data={"form": seal, **fields}, headers=PRESSED)


async def an_organiser(
    pool: Pool, association_id: AssociationId, role: Role = Role.OWNER, *, name: str = "Olga", email: str = EMAIL
) -> OrganiserId:
    """Committed, and without a way to sign in."""
    async with tenant_transaction(pool, association_id) as connection:
        given = OrganiserInput(name=name, email=email)
        return (await organisers.add(connection, given, role, email_key=email, at=Clock.at)).id


async def with_password(pool: Pool, association_id: AssociationId, organiser_id: OrganiserId) -> None:
    """Gives an organiser `PASSWORD`, and an authenticator whose codes `code_at` tells."""
    async with tenant_transaction(pool, association_id) as connection:
        await organisers.set_password(
            connection, organiser_id, password_hash=await prove.hashed(PASSWORD), totp_nonce=NONCE, totp_step=0
        )


def code_at(app: Litestar, clock: Clock) -> str:
    """What the authenticator shows."""
    return pyotp.TOTP(prove.totp_secret(app.state.secret(), NONCE)).at(clock.at)


async def session_of(pool: Pool, association_id: AssociationId, organiser_id: OrganiserId, clock: Clock) -> str:
    """The token of a new session."""
    async with tenant_transaction(pool, association_id) as connection:
        return await sign_in.begin(connection, organiser_id, Way.PASSKEY, browser="Test", at=clock.at)


@asynccontextmanager
async def signed_in(
    app: Litestar,
    association_id: AssociationId,
    clock: Clock,
    role: Role = Role.OWNER,
    *,
    email: str = EMAIL,
    **headers: str,
) -> AsyncIterator[Desk]:
    """A browser in which a new organiser of that role is signed in; every page it sees is looked over."""
    organiser_id = await an_organiser(app.state.pool, association_id, role, email=email)
    token = await session_of(app.state.pool, association_id, organiser_id, clock)
    async with at_desk(app, **headers) as browser:
        browser.cookies.set("__Host-organiser", token, HOST)
        yield Desk(browser=browser, organiser_id=organiser_id)


@asynccontextmanager
async def at_desk(app: Litestar, *, address: str = "", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in; each in a network of its own, so that no test uses up another's tries."""
    number = next(NETWORKS)
    address = address or f"10.{number // 256 % 256}.{number % 256}.1"
    transport = httpx.ASGITransport(cast(Any, app), client=(address, 1234))
    async with httpx.AsyncClient(
        transport=transport,
        base_url=BASE_URL,
        headers={"Accept-Language": "en", **headers},
        event_hooks={"response": [look_over]},
    ) as browser:
        yield browser


async def sign_in_browser(
    page: BrowserPage,
    address: str,
    pool: Pool,
    association_id: AssociationId,
    clock: Clock,
    role: Role = Role.OWNER,
) -> OrganiserId:
    """Signs a new organiser in to a real browser's page of a server at `address`."""
    organiser_id = await an_organiser(pool, association_id, role)
    token = await session_of(pool, association_id, organiser_id, clock)
    await page.context.add_cookies([{"name": "organiser", "value": token, "url": address}])
    return organiser_id


async def look_over(response: httpx.Response) -> None:
    """What holds of every organiser's page: kept to itself, with scripts from our own files alone, whole, in a language."""
    await response.aread()
    kind = response.headers.get("content-type", "").partition(";")[0]
    assert response.status_code < 500
    if kind != "text/html" or not response.content:
        return
    headers, page = response.headers, Page(response.text)
    policy = headers["content-security-policy"]
    if response.url.path.endswith("/shown") and response.status_code == 200:  # a letter alone, in the frame of its page
        assert policy == FRAMED
        return
    assert policy == (FRAMING if "<iframe" in response.text else policy)
    assert policy in (POLICY, FRAMING)
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    if response.request.headers.get("hx-request"):
        return
    assert page.language in ("en", "de")
    assert (bool(page.title), page.unclosed, page.scripts, page.elsewhere, page.unlabelled) == (True, [], [], [], [])
    assert len(page.ids) == len(set(page.ids))
    assert page.headings[:1] == ["h1"]
    assert page.headings.count("h1") == 1

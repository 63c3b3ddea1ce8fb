"""Clients of the real application on the real database; every answer passes the referee."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar

from matchmaker.app import create_app
from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId
from matchmaker.services import keys
from matchmaker.settings import Settings
from matchmaker.store import embedded
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.contract.referee import Referee
from tests.factories import AT

BASE_URL = "https://matchmaker.example.org"

SHIFT = AT + timedelta(hours=1) - datetime.now(UTC)

MakeKey = Callable[..., Awaitable[str]]
Connect = Callable[..., Any]


def clock() -> datetime:
    """The hour of these tests: after all that the factories make, and going on."""
    return datetime.now(UTC) + SHIFT


@pytest.fixture(scope="session")
def settings(database: embedded.Server, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data=tmp_path_factory.mktemp("api"),
        database_url=database.dsn(embedded.APP),
        base_url=BASE_URL,
        log_level="error",
        rate_requests=1_000_000,
        rate_requests_anonymous=1_000_000,
    )


@pytest.fixture(scope="session")
def application(settings: Settings) -> Iterator[Litestar]:
    """One application a session, since making one takes half a second; each test gives it a pool."""
    application = create_app(settings, clock=clock)
    yield application
    application.state.questions.close()  # whose child would outlive us
    application.state.press.stop()


@pytest.fixture
def app(application: Litestar, pool: Pool) -> Litestar:
    application.state.pool = pool
    return application


@pytest.fixture(scope="session")
def referee(application: Litestar) -> Referee:
    return Referee(json.loads(application.state.openapi))


@pytest.fixture
def make_key(pool: Pool, association_id: AssociationId) -> MakeKey:
    """Makes a key: all scopes of this test's association, unless told otherwise."""

    async def make(owner: AssociationId = association_id, *, without: Scope | None = None, **fields: Any) -> str:
        scopes = [scope for scope in Scope if scope is not without]
        asked = factories.key_input(**{"scopes": scopes, **fields})
        async with tenant_transaction(pool, owner) as connection:
            return (await keys.create(connection, owner, asked, clock())).text

    return make


@pytest.fixture
def connect(app: Litestar, referee: Referee) -> Connect:
    """A client with a key, or none."""

    @asynccontextmanager
    async def connected(
        key: str | None = None, *, to: Litestar = app, address: str = "127.0.0.1"
    ) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = httpx.ASGITransport(cast(Any, to), client=(address, 1234))
        async with httpx.AsyncClient(
            transport=transport, base_url=BASE_URL, headers=headers, event_hooks={"response": [referee]}
        ) as client:
            yield client

    return connected


@pytest.fixture
async def client(connect: Connect, make_key: MakeKey) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key of all scopes."""
    async with connect(await make_key()) as client:
        yield client


@pytest.fixture
async def anonymous(connect: Connect) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a key."""
    async with connect() as client:
        yield client


@pytest.fixture
async def stranger(connect: Connect, make_key: MakeKey, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key of all scopes of another association."""
    async with connect(await make_key(await new_association(pool, "Others"))) as client:
        yield client


@pytest.fixture
async def event(client: httpx.AsyncClient) -> dict[str, Any]:
    return dict((await client.post("/v1/events", json={"name": "Annual conference"})).json())


@pytest.fixture
def root() -> Path:
    return Path(__file__).parents[2]

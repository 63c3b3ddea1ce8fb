"""Visitors of the real pages on the real database, in a world of two people who were offered an introduction."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from matchmaker.app import create_app
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.settings import Settings
from matchmaker.store import embedded
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.web.browser import BASE_URL, Clock, visiting
from tests.web.organiser import Desk, signed_in
from tests.web.world import World


@pytest.fixture(scope="session")
def page_clock() -> Clock:
    return Clock()


@pytest.fixture
def clock(page_clock: Clock) -> Clock:
    """An hour after all that the factories make."""
    page_clock.at = AT + timedelta(hours=1)
    return page_clock


@pytest.fixture(scope="session")
def page_settings(database: embedded.Server, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        data=tmp_path_factory.mktemp("pages"),
        database_url=database.dsn(embedded.APP),
        base_url=BASE_URL,
        log_level="error",
        rate_requests_anonymous=1_000_000,
        rate_links=1_000_000,
    )


@pytest.fixture(scope="session")
def page_application(page_settings: Settings, page_clock: Clock) -> Iterator[Litestar]:
    application = create_app(page_settings, clock=page_clock)
    yield application
    application.state.questions.close()
    application.state.press.stop()


@pytest.fixture
def app(page_application: Litestar, pool: Pool) -> Litestar:
    page_application.state.pool = pool
    return page_application


@pytest.fixture
def limited(page_settings: Settings, pool: Pool, clock: Clock) -> Litestar:
    """The same, with room for three forms a minute."""
    return create_app(structs.replace(page_settings, rate_requests_anonymous=3), pool, clock=clock)


@pytest.fixture
async def visitor(app: Litestar, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A person with a browser that speaks English."""
    async with visiting(app, **{"Accept-Language": "en-GB,en;q=0.8"}) as browser:
        yield browser


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId, clock: Clock) -> World:
    world = World(pool, association_id, clock)
    await world.build()
    return world


@pytest.fixture
async def event_id(pool: Pool, association_id: AssociationId) -> EventId:
    """An event that pages see: committed, and without anybody."""
    async with tenant_transaction(pool, association_id) as connection:
        return (await factories.event(connection, name="Spring day")).id


@pytest.fixture
async def desk(app: Litestar, association_id: AssociationId, clock: Clock) -> AsyncIterator[Desk]:
    """An owner's browser, signed in."""
    async with signed_in(app, association_id, clock) as desk:
        yield desk

"""One PostgreSQL a session, migrated once; every test has an association of its own, so it may commit what it likes."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from matchmaker.model.ids import AssociationId, EventId
from matchmaker.store import associations, embedded, migrate
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Server]:
    """A running server with the migrated database; `database.dsn(role)` says where."""
    with embedded.start(tmp_path_factory.mktemp("data")) as server:
        asyncio.run(migrate.migrate(server.dsn(embedded.OWNER)))
        yield server


@pytest.fixture
async def pool(database: embedded.Server) -> AsyncIterator[Pool]:
    """A pool as the app has it."""
    pool = await open_pool(database.dsn(embedded.APP), connections_max=5)
    yield pool
    await pool.close()


@pytest.fixture
async def association_id(pool: Pool) -> AssociationId:
    """An association that only this test knows."""
    return await new_association(pool)


@pytest.fixture
async def connection(pool: Pool, association_id: AssociationId) -> AsyncIterator[Connection]:
    """A transaction of the association, open during the whole test."""
    async with tenant_transaction(pool, association_id) as connection:
        yield connection


@pytest.fixture
async def event_id(connection: Connection) -> EventId:
    """An event of the association, in the transaction of `connection`."""
    return (await factories.event(connection)).id


async def new_association(pool: Pool, name: str = "Association of Examples") -> AssociationId:
    """One more association, committed."""
    association_id = factories.association_id()
    async with tenant_transaction(pool, association_id) as connection:
        await associations.add(connection, association_id, name, AT)
    return association_id

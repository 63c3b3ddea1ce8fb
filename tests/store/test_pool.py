"""Connections go round without carrying a tenant, a setting or a broken transaction along."""

import asyncio
import contextlib
import random
from typing import Any

import asyncpg
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store import embedded
from matchmaker.store.connection import Pool
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import NoConnection, tenant_transaction, untenanted_transaction
from tests import factories
from tests.conftest import new_association


async def test_nobody_ever_sees_another_association_under_cancellations(database: embedded.Server) -> None:
    """Two connections, eight tasks, two associations; a third of the transactions is cancelled or fails somewhere."""
    await _stress(database, transactions=150)


@pytest.mark.full
async def test_nobody_ever_sees_another_association_in_forty_thousand_transactions(database: embedded.Server) -> None:
    await _stress(database, transactions=5_000)


async def _stress(database: embedded.Server, *, transactions: int) -> None:
    pool = await open_pool(database.dsn(), connections_max=2)
    tenants = [await new_association(pool), await new_association(pool)]
    done = await asyncio.gather(
        *(_transactions(pool, tenants[task % 2], transactions, random.Random(task)) for task in range(8))
    )
    assert sum(done) > 4 * transactions
    async with untenanted_transaction(pool) as connection:
        assert await connection.fetchval("select count(*) from association") == 0
    assert pool.get_size() <= 2
    await asyncio.wait_for(pool.close(), 5)  # waits for every connection to come back


async def _transactions(pool: Pool, tenant: AssociationId, count: int, rng: random.Random) -> int:
    """How many of `count` saw what they should; the others were cancelled, failed or found no connection."""
    seen = 0
    for _ in range(count):
        work = asyncio.create_task(_look(pool, tenant, rng.random()))
        if rng.random() < 0.3:
            await asyncio.sleep(rng.random() * 0.005)
            work.cancel()
        try:
            assert await work == [tenant]
            seen += 1
        except (asyncio.CancelledError, NoConnection, ZeroDivisionError):
            pass
    return seen


async def _look(pool: Pool, tenant: AssociationId, chance: float) -> list[str]:
    async with tenant_transaction(pool, tenant) as connection:
        rows = await connection.fetch("select id from association")
        if chance < 0.1:
            raise ZeroDivisionError
        if chance < 0.2:
            await connection.execute("select pg_sleep(0.002)")
        return [row["id"] for row in rows]


async def test_a_wait_for_a_connection_ends(database: embedded.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matchmaker.store.tenant.ACQUIRE_SECONDS_MAX", 0.05)
    pool = await open_pool(database.dsn(), connections_max=1)
    async with untenanted_transaction(pool):
        with pytest.raises(NoConnection, match="No database connection became free"):
            async with untenanted_transaction(pool):
                pass
    await pool.close()


async def test_limits_are_set_and_an_exception_to_them_ends_with_its_transaction(
    database: embedded.Server,
) -> None:
    pool = await open_pool(database.dsn(), connections_max=1)
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    async with tenant_transaction(pool, factories.association_id(), statement_seconds_max=60) as connection:
        assert await connection.fetchval("show statement_timeout") == "1min"
    async with untenanted_transaction(pool) as connection:
        assert [await connection.fetchval(f"show {name}") for name in names] == ["5s", "2s", "10s"]
        assert await connection.fetchval("select current_setting('app.association', true)") == ""
    await pool.close()


async def test_a_repeatable_read_does_not_see_what_comes_later(pool: Pool, association_id: AssociationId) -> None:
    async with tenant_transaction(pool, association_id, isolation="repeatable_read", readonly=True) as reader:
        assert await reader.fetchval("select count(*) from event") == 0
        async with tenant_transaction(pool, association_id) as writer:
            await factories.event(writer)
        assert await reader.fetchval("select count(*) from event") == 0


async def test_ids_are_text(pool: Pool) -> None:
    given = factories.association_id()
    async with untenanted_transaction(pool) as connection:
        assert await connection.fetchval("select $1::uuid", given.upper()) == given
        assert await connection.fetchval("select $1::uuid[]", [given]) == [given]


class OneConnection:
    """A pool of one connection, which it gives out and takes back as it is, without cleaning it."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def acquire(self, *, timeout: float) -> Any:  # noqa: ASYNC109 - as asyncpg has it
        return self.connection

    async def release(self, connection: Any) -> None:
        pass


@pytest.mark.parametrize("fails", [False, True])
async def test_a_tenant_ends_with_its_transaction_whatever_the_pool_cleans(
    database: embedded.Server, association_id: AssociationId, fails: bool
) -> None:
    connection = await asyncpg.connect(database.dsn())
    carries_along: Any = OneConnection(connection)
    with contextlib.suppress(ZeroDivisionError):
        async with tenant_transaction(carries_along, association_id) as inside:
            assert await inside.fetchval("select current_setting('app.association')") == association_id
            if fails:
                raise ZeroDivisionError
    assert await connection.fetchval("select current_setting('app.association', true)") == ""
    await connection.close()

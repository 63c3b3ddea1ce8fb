"""The one way to the database: a transaction in which an association is set, or none, and row-level security does the rest."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal, cast

from matchmaker.errors import Unavailable
from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.pool import ACQUIRE_SECONDS_MAX

Isolation = Literal["read_committed", "repeatable_read", "serializable"]


class NoConnection(Unavailable):
    """No connection to the database became free in time."""


@asynccontextmanager
async def tenant_transaction(
    pool: Pool,
    association_id: AssociationId,
    *,
    isolation: Isolation = "read_committed",
    readonly: bool = False,
    statement_seconds_max: int | None = None,
) -> AsyncIterator[Connection]:
    """A transaction that sees the rows of one association only. Raises `NoConnection`."""
    async with _transaction(pool, isolation=isolation, readonly=readonly) as connection:
        await connection.execute("select set_config('app.association', $1, true)", association_id)
        if statement_seconds_max is not None:
            await allow_statements(connection, statement_seconds_max)
        yield connection


@asynccontextmanager
async def untenanted_transaction(pool: Pool) -> AsyncIterator[Connection]:
    """A transaction without an association: it sees no tenant's rows, only what belongs to none. Raises `NoConnection`."""
    async with _transaction(pool, isolation="read_committed", readonly=False) as connection:
        yield connection


async def association_of(connection: Connection) -> AssociationId:
    """The association of this transaction."""
    association_id: str = await connection.fetchval("select current_setting('app.association')")
    return AssociationId(association_id)


async def allow_statements(connection: Connection, seconds_max: int) -> None:
    """Let each statement of this transaction take so long: for imports and for saving a run."""
    await connection.execute("select set_config('statement_timeout', $1, true)", f"{seconds_max}s")


async def allow_waiting(connection: Connection, seconds_max: int) -> None:
    """Let this transaction wait so long for what is no statement: a workbook that is opened, a plan that is tried."""
    await connection.execute("select set_config('idle_in_transaction_session_timeout', $1, true)", f"{seconds_max}s")


@asynccontextmanager
async def _transaction(pool: Pool, *, isolation: Isolation, readonly: bool) -> AsyncIterator[Connection]:
    try:
        connection = await pool.acquire(timeout=ACQUIRE_SECONDS_MAX)
    except TimeoutError:
        raise NoConnection(f"No database connection became free in {ACQUIRE_SECONDS_MAX} seconds.") from None
    try:
        async with connection.transaction(isolation=isolation, readonly=readonly):
            yield cast(Connection, connection)
    finally:
        await pool.release(connection)

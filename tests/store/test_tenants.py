"""Row-level security keeps associations apart, table by table, verb by verb, whatever a statement asks for."""

from typing import Any

import asyncpg
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store import embedded
from matchmaker.store.connection import Pool
from matchmaker.store.pool import UnsafeRole, open_pool
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction
from tests.factories import association_id as fresh_id
from tests.store.catalogue import columns, tenant_column, tenant_tables
from tests.store.worlds import full_association

REFUSED = (asyncpg.InsufficientPrivilegeError,)
WRITTEN_ONCE = {
    *("association", "text_vector", "run_snapshot", "run_event", "encounter", "slot", "meeting_table"),
    *("run_group", "run_group_member", "run_bye", "run_ask", "run_connector", "weights", "reserve", "set_reserve"),
}


@pytest.fixture
async def other_id(pool: Pool) -> AssociationId:
    """Another association, whose rows nobody else may see."""
    return await full_association(pool)


@pytest.fixture
async def tables(database: embedded.Server) -> list[str]:
    owner = await asyncpg.connect(database.dsn(embedded.OWNER))
    try:
        return await tenant_tables(owner)
    finally:
        await owner.close()


async def count(connection: Any, table: str) -> int:
    number: int = await connection.fetchval(f"select count(*) from {table}")
    return number


async def test_the_world_has_a_row_in_every_table(pool: Pool, other_id: AssociationId, tables: list[str]) -> None:
    async with tenant_transaction(pool, other_id) as connection:
        assert [table for table in tables if await count(connection, table) == 0] == []


async def test_without_a_tenant_there_are_no_rows_and_no_error(
    pool: Pool, other_id: AssociationId, tables: list[str]
) -> None:
    async with tenant_transaction(pool, other_id) as connection:
        assert await count(connection, "event") == 1  # so the connections of the pool have had a tenant
    async with untenanted_transaction(pool) as connection:
        assert [table for table in tables if await count(connection, table) != 0] == []


async def test_without_a_tenant_nothing_can_be_written(pool: Pool, other_id: AssociationId, tables: list[str]) -> None:
    for table in tables:
        with pytest.raises((*REFUSED, asyncpg.NotNullViolationError)):
            async with untenanted_transaction(pool) as connection:
                await connection.execute(f"insert into {table} ({tenant_column(table)}) values ($1)", other_id)


async def test_another_tenant_reads_changes_and_removes_nothing(
    pool: Pool, association_id: AssociationId, other_id: AssociationId, tables: list[str]
) -> None:
    for table in tables:
        column = tenant_column(table)
        async with tenant_transaction(pool, association_id) as connection:
            assert await connection.fetch(f"select * from {table} where {column} = $1", other_id) == []
            copied: list[bytes] = []

            async def keep(data: bytes, kept: list[bytes] = copied) -> None:
                kept.append(data)

            await connection.copy_from_query(f"select {column} from {table}", output=keep)
            assert other_id.encode() not in b"".join(copied)
            for statement in (
                f"update {table} set {column} = {column} where {column} = $1 returning *",
                f"delete from {table} where {column} = $1 returning *",
            ):
                try:
                    async with connection.transaction():
                        assert await connection.fetch(statement, other_id) == []
                except REFUSED:
                    assert table in WRITTEN_ONCE
    async with tenant_transaction(pool, other_id) as connection:
        assert [table for table in tables if await count(connection, table) == 0] == []


async def test_another_tenants_row_can_neither_be_copied_in_nor_upserted(
    pool: Pool, database: embedded.Server, association_id: AssociationId, other_id: AssociationId, tables: list[str]
) -> None:
    """Each row of the other association, as a superuser sees it, is offered again under this association."""
    superuser = await asyncpg.connect(database.dsn(embedded.SUPERUSER))
    try:
        for table in tables:
            column = tenant_column(table)
            names = ", ".join(await columns(superuser, table))
            row = await superuser.fetchval(f"select to_json(t) from {table} as t where {column} = $1 limit 1", other_id)
            values = f"select {names} from json_populate_record(null::{table}, $1::json)"
            for statement in (
                f"insert into {table} ({names}) {values}",
                f"insert into {table} ({names}) {values} returning {names}",
                f"insert into {table} ({names}) {values} on conflict do nothing",
            ):
                with pytest.raises(REFUSED):
                    async with tenant_transaction(pool, association_id) as connection:
                        await connection.execute(statement, row)
            with pytest.raises(
                asyncpg.FeatureNotSupportedError, match="COPY FROM not supported with row-level security"
            ):
                async with tenant_transaction(pool, association_id) as connection:
                    await connection.copy_records_to_table(table, records=[(other_id,)], columns=[column])
    finally:
        await superuser.close()


async def test_a_row_cannot_be_given_to_another_tenant(
    pool: Pool, association_id: AssociationId, other_id: AssociationId, tables: list[str]
) -> None:
    mine = await full_association(pool)
    for table in tables:
        with pytest.raises(REFUSED):
            async with tenant_transaction(pool, mine) as connection:
                await connection.execute(f"update {table} set {tenant_column(table)} = $1", other_id)


async def test_a_foreign_key_cannot_reach_into_another_association(
    pool: Pool, association_id: AssociationId, other_id: AssociationId
) -> None:
    """Foreign keys are checked without row-level security, so they carry the association themselves."""
    async with tenant_transaction(pool, other_id) as connection:
        event_id = await connection.fetchval("select id from event")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with tenant_transaction(pool, association_id) as connection:
            await connection.execute(
                "insert into match_run (event_id, state, seed, policy, created_at, told_at) "
                "values ($1, 'queued', 1, '{}', now(), now())",
                event_id,
            )


async def test_an_association_is_added_only_in_its_own_transaction(pool: Pool, association_id: AssociationId) -> None:
    with pytest.raises(REFUSED):
        async with tenant_transaction(pool, association_id) as connection:
            await connection.execute(
                "insert into association (id, name, created_at) values ($1, 'x', now())", fresh_id()
            )


@pytest.mark.parametrize("policy_dropped", ["event", "contact", "pairing"])
async def test_a_dropped_policy_would_be_seen(database: embedded.Server, policy_dropped: str) -> None:
    """The check of the catalogue can fail."""
    owner = await asyncpg.connect(database.dsn(embedded.OWNER))
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute(f"drop policy own_{policy_dropped} on {policy_dropped}")
        rows = await owner.fetch("select tablename from pg_policies where schemaname = 'public'")
        assert {row["tablename"] for row in rows} == set(await tenant_tables(owner)) - {policy_dropped}
    finally:
        await transaction.rollback()
        await owner.close()


@pytest.mark.parametrize(
    ("role", "why"),
    [(embedded.OWNER, "owns tables"), (embedded.SUPERUSER, "is a superuser"), (embedded.OPS, "has bypassrls")],
)
async def test_the_pool_does_not_open_for_a_role_that_sees_everything(
    database: embedded.Server, role: str, why: str
) -> None:
    with pytest.raises(UnsafeRole, match=why):
        await open_pool(database.dsn(role))

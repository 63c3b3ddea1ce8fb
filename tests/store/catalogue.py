"""What the database's own catalogue says of the schema; the tests ask it, never the migration files."""

from collections.abc import Mapping
from typing import Any

import asyncpg

# Belong to no tenant, each for the reason given where it is made.
UNTENANTED = {
    "outbox",
    "rate_window",
    "pgqueuer",
    "pgqueuer_log",
    "pgqueuer_schedules",
    "pgqueuer_statistics",
    "schema_migrations",
    "tenant",
}


async def tables(connection: "asyncpg.Connection[Any]") -> Mapping[str, Any]:
    """Every table by name, with its owner and its row-level security."""
    rows = await connection.fetch(
        """
        select relname as name, relowner::regrole::text as owner, relrowsecurity as secured, relforcerowsecurity as forced
          from pg_class
         where relkind in ('r', 'p')
           and relnamespace = 'public'::regnamespace
        """
    )
    return {row["name"]: row for row in rows}


async def tenant_tables(connection: "asyncpg.Connection[Any]") -> list[str]:
    return sorted(set(await tables(connection)) - UNTENANTED)


async def columns(connection: "asyncpg.Connection[Any]", table: str) -> list[str]:
    """Those that can be written: not what the database makes of them."""
    rows = await connection.fetch(
        """
        select attname as name
          from pg_attribute
         where attrelid = $1::text::regclass
           and attnum > 0
           and not attisdropped
           and attgenerated = ''
         order by attnum
        """,
        table,
    )
    return [row["name"] for row in rows]


def tenant_column(table: str) -> str:
    return "id" if table == "association" else "association_id"

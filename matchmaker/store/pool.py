"""The pool of connections: ids as text, limits on every wait, and no start with a role that row-level security does not bind."""

from typing import Any
from uuid import UUID

import asyncpg
from asyncpg import Connection, Pool

from matchmaker.errors import MatchmakerError

CONNECTIONS_MAX = 10
CONNECT_SECONDS_MAX = 5
ACQUIRE_SECONDS_MAX = 2
STATEMENT_SECONDS_MAX = 5

# Session defaults, so `reset all` between users of a connection gives them back.
LIMITS = {
    "statement_timeout": f"{STATEMENT_SECONDS_MAX}s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    "application_name": "matchmaker",
}


class UnsafeRole(MatchmakerError):
    """The database role could see other associations' rows."""

    cure = "Connect as matchmaker_app, or as another role that is no superuser, has no bypassrls and owns nothing."


async def open_pool(dsn: str, *, connections_max: int = CONNECTIONS_MAX) -> "Pool[Any]":
    """A pool for `dsn`; raises `UnsafeRole`, or what asyncpg raises when the database does not answer."""
    pool = await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=connections_max,
        timeout=CONNECT_SECONDS_MAX,
        server_settings=LIMITS,
        init=ids_as_text,
    )
    try:
        await check_role(pool)
    except BaseException:
        pool.terminate()
        raise
    return pool


async def ids_as_text(connection: "Connection[Any]") -> None:
    """Read and write uuid as `str`; jsonb stays text, which each noun's module decodes into its type."""
    await connection.set_type_codec(
        "uuid",
        schema="pg_catalog",
        encoder=lambda value: UUID(str(value)).bytes,
        decoder=lambda value: str(UUID(bytes=bytes(value))),
        format="binary",
    )


async def check_role(pool: "Pool[Any]") -> None:
    """Raise `UnsafeRole` unless row-level security binds the role of this pool."""
    row = await pool.fetchrow(
        """
        select current_user::text as name,
               rolsuper as is_superuser,
               rolbypassrls as bypasses,
               exists (select
                         from pg_class
                        where relnamespace = 'public'::regnamespace
                          and pg_has_role(current_user, relowner, 'member')) as owns
          from pg_roles
         where rolname = current_user
        """
    )
    for unsafe, why in (("is_superuser", "is a superuser"), ("bypasses", "has bypassrls"), ("owns", "owns tables")):
        if row[unsafe]:
            raise UnsafeRole(f"The database role {row['name']} {why}, so row-level security does not bind it.")

"""The pool of connections: ids as text, limits on every wait, and no start with a role that row-level security does not bind."""

from uuid import UUID

import asyncpg

from matchmaker.errors import MatchmakerError
from matchmaker.settings import Settings
from matchmaker.store.connection import Connection, Pool, returned

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


async def create_pool(settings: Settings) -> Pool:
    """The pool of a process; `settings` names the database. Raises as `open_pool`."""
    return await open_pool(settings.database_url or "", connections_max=settings.pool_connections_max)


async def open_pool(dsn: str, *, connections_max: int = CONNECTIONS_MAX) -> Pool:
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


async def ids_as_text(connection: Connection) -> None:
    """Read and write uuid as `str`; jsonb stays text, which each noun's module decodes into its type."""
    await connection.set_type_codec(
        "uuid",
        schema="pg_catalog",
        encoder=lambda value: UUID(str(value)).bytes,
        decoder=lambda value: str(UUID(bytes=bytes(value))),
        format="binary",
    )


async def check_role(pool: Pool) -> None:
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
    role = returned(row)
    for unsafe, why in (("is_superuser", "is a superuser"), ("bypasses", "has bypassrls"), ("owns", "owns tables")):
        if role[unsafe]:
            raise UnsafeRole(f"The database role {role['name']} {why}, so row-level security does not bind it.")


async def server_version(connection: Connection) -> str:
    """The version of the PostgreSQL server, as it says it."""
    version: str = await connection.fetchval("show server_version")
    return version

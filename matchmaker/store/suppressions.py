"""Suppressions: addresses that nothing is sent to any more, kept as a hash; and the bounces that lead there."""

import hashlib
from datetime import datetime, timedelta

from matchmaker.model.sender import BOUNCE_DAYS, Cause
from matchmaker.store.connection import Connection
from matchmaker.store.tenant import association_of


async def email_hash(connection: Connection, email_key: str) -> bytes:
    """The hash of an address as it is compared; of an association, so that two cannot be joined."""
    return hashlib.sha256(f"{await association_of(connection)}:{email_key}".encode()).digest()


async def add(connection: Connection, email: bytes, cause: Cause, at: datetime) -> None:
    """Suppress an address, given by its hash; the first cause stays."""
    await connection.execute(
        """
        insert into suppression (email_hash, cause, created_at)
        values ($1, $2, $3)
            on conflict (association_id, email_hash) do nothing
        """,
        email,
        cause.value,
        at,
    )


async def get(connection: Connection, email: bytes) -> Cause | None:
    """Why nothing is sent to an address; None where something may be."""
    cause = await connection.fetchval("select cause from suppression where email_hash = $1", email)
    return None if cause is None else Cause(cause)


async def remove(connection: Connection, email: bytes) -> None:
    """Let an address have letters again: its reader asked for it."""
    await connection.execute("delete from suppression where email_hash = $1", email)


async def add_bounce(connection: Connection, email: bytes, code: str, at: datetime) -> None:
    """Keep that a letter to an address came back softly."""
    await connection.execute("insert into bounce (email_hash, code, created_at) values ($1, $2, $3)", email, code, at)


async def count_bounces(connection: Connection, email: bytes, at: datetime) -> int:
    """How many came back softly from an address in the days before."""
    count: int = await connection.fetchval(
        "select count(*) from bounce where email_hash = $1 and created_at > $2",
        email,
        at - timedelta(days=BOUNCE_DAYS),
    )
    return count

"""Comebacks: which signed reports have been taken back already."""

from datetime import datetime

from matchmaker.store.connection import Connection, changed


async def add(connection: Connection, digest: bytes, at: datetime) -> bool:
    """Whether a report is new, given by its hash; it is not from now on."""
    done = await connection.execute(
        """
        insert into comeback (digest, taken_at)
        values ($1, $2)
            on conflict (association_id, digest) do nothing
        """,
        digest,
        at,
    )
    return bool(changed(done))


async def remove_before(connection: Connection, before: datetime) -> int:
    """How many of before then are gone."""
    return changed(await connection.execute("delete from comeback where taken_at < $1", before))

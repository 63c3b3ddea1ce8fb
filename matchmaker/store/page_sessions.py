"""Sessions of attendees' pages: short, opened by a link that was used once, and stored as a hash."""

from datetime import datetime

from matchmaker.model.ids import AttendeeId
from matchmaker.store.connection import Connection, changed

REMOVED_AT_ONCE_MAX = 1_000


async def add(
    connection: Connection, attendee_id: AttendeeId, secret_hash: bytes, *, ends_at: datetime, at: datetime
) -> None:
    """A new session."""
    await connection.execute(
        "insert into page_session (attendee_id, secret_hash, began_at, ends_at) values ($1, $2, $3, $4)",
        attendee_id,
        secret_hash,
        at,
        ends_at,
    )


async def get(connection: Connection, secret_hash: bytes, at: datetime) -> AttendeeId | None:
    """Whose session that is; None when it is over."""
    found: AttendeeId | None = await connection.fetchval(
        "select attendee_id from page_session where secret_hash = $1 and ends_at > $2", secret_hash, at
    )
    return found


async def remove(connection: Connection, secret_hash: bytes) -> bool:
    """Whether there was such a session."""
    return bool(changed(await connection.execute("delete from page_session where secret_hash = $1", secret_hash)))


async def remove_before(connection: Connection, before: datetime) -> int:
    """How many sessions that ended earlier are gone."""
    done = await connection.execute(
        """
        delete from page_session
         where id in (select id
                        from page_session
                       where ends_at < $1
                       limit $2
                         for update skip locked)
        """,
        before,
        REMOVED_AT_ONCE_MAX,
    )
    return changed(done)

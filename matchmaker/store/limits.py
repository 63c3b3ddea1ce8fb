"""Requests counted by caller and window, in one place for all processes."""

from datetime import datetime

from matchmaker.store.connection import Connection, changed

REMOVED_AT_ONCE_MAX = 1_000


async def count(connection: Connection, bucket: str, window_start: datetime) -> int:
    """How many requests of `bucket` the window has seen, this one included."""
    number: int = await connection.fetchval(
        """
        insert into rate_window (bucket, window_start, count)
        values ($1, $2, 1)
            on conflict (bucket, window_start) do update
           set count = rate_window.count + 1
        returning count
        """,
        bucket,
        window_start,
    )
    return number


async def remove_before(connection: Connection, before: datetime) -> int:
    """How many windows that began earlier are gone; those that another process is removing are left to it."""
    done = await connection.execute(
        """
        delete from rate_window
         where (bucket, window_start) in (select bucket, window_start
                                            from rate_window
                                           where window_start < $1
                                           limit $2
                                             for update skip locked)
        """,
        before,
        REMOVED_AT_ONCE_MAX,
    )
    return changed(done)

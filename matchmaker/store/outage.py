"""Which errors say that the database does not answer just now; the doors answer them with 503, not as mistakes of ours."""

import asyncpg

OUTAGES: tuple[type[BaseException], ...] = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.DiskFullError,
    asyncpg.InternalClientError,  # what asyncpg says when a connection dies in the middle of its own step
    asyncpg.OutOfMemoryError,
)


def is_outage(error: BaseException) -> bool:
    """Whether to try again later. asyncpg's own `InterfaceError` means a closed connection, unless it is a `DataError`."""
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)
    return isinstance(error, OUTAGES) or type(error) is FileNotFoundError  # a socket that is not there

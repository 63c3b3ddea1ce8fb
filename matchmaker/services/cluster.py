"""Workers beyond this machine: a Dask scheduler's, for the heavy step of one huge run.

Needs the extra `dask`, here and on the workers, and the same versions. What travels is vectors and numbers, never a name or an
address; but whoever reaches a Dask scheduler can run code on its workers, so it belongs in a network of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from matchmaker.errors import Invalid, Unavailable

CONNECT_SECONDS_MAX = 30


class DaskMissing(Invalid):
    """Dask is not installed."""

    cure = "Install the extra: pip install 'matchmaker-events[dask]'."


class SchedulerUnreachable(Unavailable):
    """The Dask scheduler does not answer."""


@contextmanager
def workers_at(scheduler: str | None) -> Iterator[str | None]:
    """Connect to the scheduler at an address such as `tcp://10.0.0.5:8786`; gives the name of joblib's backend, None for none.

    Raises `DaskMissing`, `SchedulerUnreachable`.
    """
    if scheduler is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise DaskMissing from None
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS_MAX)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise SchedulerUnreachable(f"The Dask scheduler at {scheduler} does not answer: {error}.") from None
    with client:
        yield "dask"

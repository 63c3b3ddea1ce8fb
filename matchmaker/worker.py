"""The worker: takes jobs from the queue and calls the service each names.

At least once: a job whose worker died is taken by another after `LEASE_SECONDS`, so services find out for themselves
what is already done. Asked to stop, a worker gives an unfinished run back, for the next worker to begin at once.
"""

import asyncio
import signal
from collections.abc import Awaitable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from msgspec import json
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from matchmaker.errors import Unavailable
from matchmaker.services import encode, match
from matchmaker.services.calculate import Calculator
from matchmaker.settings import Settings
from matchmaker.store import jobs
from matchmaker.store.connection import Pool
from matchmaker.store.outage import is_outage
from matchmaker.store.pool import open_pool

LEASE_SECONDS = 10
POLL_SECONDS = 2
RECONNECT_SECONDS = 1
RETRY_SECONDS = 5

log = structlog.get_logger()


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; a database that goes away is waited for."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    calculator = Calculator()
    calculator.warm()
    try:
        while not stopping.is_set():
            try:
                await _work_connected(settings, calculator, stopping)
            except Exception as error:
                if not (is_outage(error) or isinstance(error, Unavailable)):
                    raise
                log.warning("the database went away; trying again", error=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), RECONNECT_SECONDS)
    finally:
        calculator.stop()


async def _work_connected(settings: Settings, calculator: Calculator, stopping: asyncio.Event) -> None:
    pool = await open_pool(settings.database_url or "")
    try:
        queue = PgQueuer(AsyncpgPoolDriver(pool))
        _register(queue, pool, calculator, stopping)
        running = asyncio.create_task(
            queue.qm.run(
                batch_size=1,
                max_concurrent_tasks=2,
                dequeue_timeout=timedelta(seconds=POLL_SECONDS),
                heartbeat_timeout=timedelta(seconds=LEASE_SECONDS),
                log_aggregation_interval=timedelta(0),
            )
        )
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
        queue.qm.shutdown.set()
        stop.cancel()
        await running
    finally:
        pool.terminate()


def _register(queue: PgQueuer, pool: Pool, calculator: Calculator, stopping: asyncio.Event) -> None:
    @queue.entrypoint(jobs.MATCH, on_failure="hold")
    async def carry_out_match(job: Job) -> None:
        task = json.decode(job.payload or b"", type=jobs.MatchJob)
        await _until_stopped(match.carry_out(pool, task, calculator, now=_now), stopping)

    @queue.entrypoint(jobs.ENCODE, concurrency_limit=1, on_failure="hold")
    async def carry_out_encode(job: Job) -> None:
        task = json.decode(job.payload or b"", type=jobs.EncodeJob)
        await _until_stopped(encode.carry_out(pool, task, calculator), stopping)


async def _until_stopped(work: Awaitable[None], stopping: asyncio.Event) -> None:
    """Do the work; when the worker is asked to stop, or the database goes away, give the job back to the queue."""
    task = asyncio.ensure_future(work)
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        raise RetryRequested(reason="the worker was asked to stop")
    try:
        task.result()
    except Exception as error:
        if not (is_outage(error) or isinstance(error, Unavailable)):
            raise
        raise RetryRequested(timedelta(seconds=RETRY_SECONDS), reason=type(error).__name__) from error


def _now() -> datetime:
    return datetime.now(UTC)

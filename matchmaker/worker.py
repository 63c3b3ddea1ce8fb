"""The worker: takes jobs from the queue and calls the service each names, and beside that delivers the mail that is due.

At least once: a job whose worker died is taken by another after `LEASE_SECONDS`, so services find out for themselves
what is already done. Asked to stop, a worker gives an unfinished run back, for the next worker to begin at once. A job
that fails is tried again, later and later; what ends that is the run itself, which counts how often it was begun.
"""

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from msgspec import json
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from matchmaker.errors import MatchmakerError, Unavailable
from matchmaker.services import bring_in, deliver, encode, learn, match, pick_up, plan_release, remind, tidy, write
from matchmaker.services.address import post_of
from matchmaker.services.calculate import Calculator
from matchmaker.settings import Settings
from matchmaker.store import jobs, migrate
from matchmaker.store.connection import Pool
from matchmaker.store.pool import open_pool

LEASE_SECONDS = 10
POLL_SECONDS = 2
RECONNECT_SECONDS = 1
RETRY_SECONDS = 5
RETRY_SECONDS_MAX = 300
ENCODE_TRIES_MAX = 3
JOBS_AT_ONCE = 3  # a run, the encoding of its texts, which may take minutes, and a list that somebody waits for
MATCHES_AT_ONCE = 2

log = structlog.get_logger()


class NotMigrated(Unavailable):
    """The database is not up to date; `matchmaker migrate` brings it there."""


async def work(settings: Settings, stopping: asyncio.Event) -> None:
    """Work until `stopping`; a database that goes away, or is not ready yet, is waited for.

    Raises the errors that waiting does not mend, such as `UnsafeRole`.
    """
    calculator = Calculator()
    calculator.warm()
    try:
        while not stopping.is_set():
            try:
                await _work_connected(settings, calculator, stopping)
            except Exception as error:
                if isinstance(error, MatchmakerError) and not isinstance(error, Unavailable):
                    raise
                log.warning("the worker is without its database; trying again", error=_without_words(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), RECONNECT_SECONDS)
    finally:
        calculator.stop()


async def _work_connected(settings: Settings, calculator: Calculator, stopping: asyncio.Event) -> None:
    dsn = settings.database_url or ""
    pool = await open_pool(dsn)
    try:
        if await migrate.pending(dsn):
            raise NotMigrated
        await jobs.take_up_held(pool)
        async with _delivering(settings, pool) as end_delivery:
            await _take_jobs(settings, pool, calculator, stopping, end_delivery)
    finally:
        pool.terminate()


class ListensFirst(AsyncpgPoolDriver):
    """Tells nothing before it listens.

    A queue that begins asks itself whether it hears what is told, and may do so on one connection before the other listens:
    it never hears that, and ends after ten seconds, on a busy machine again and again.
    """

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self._listening = asyncio.Event()

    async def add_listener(self, channel: str, callback: Callable[[str | bytes | bytearray], None]) -> None:
        await super().add_listener(channel, callback)
        self._listening.set()

    async def notify(self, channel: str, payload: str) -> None:
        await self._listening.wait()
        await super().notify(channel, payload)


@asynccontextmanager
async def _delivering(settings: Settings, pool: Pool) -> AsyncIterator[Callable[[], None]]:
    """Mail is delivered, what is due of introductions is swept up, and what is over removed, meanwhile.

    At the end, or once called to end, what is on its way has a few seconds to arrive.
    """
    ending = asyncio.Event()
    post = post_of(settings, write=write.write, exits_url=write.exits_url)
    delivering = asyncio.create_task(deliver.deliver(pool, post, ending, now=_now))
    sweeping = asyncio.create_task(remind.sweep_until(pool, ending, now=_now))
    tidying = asyncio.create_task(tidy.tidy_until(pool, _kept(settings), ending, now=_now))
    picking = asyncio.create_task(_pick_up(settings, pool, ending))
    try:
        yield ending.set
    finally:
        ending.set()
        await asyncio.gather(delivering, sweeping, tidying, picking)


async def _pick_up(settings: Settings, pool: Pool, ending: asyncio.Event) -> None:
    if settings.mail_drop is not None:
        await pick_up.pick_up_until(pool, settings.mail_drop, ending, now=_now)


def _kept(settings: Settings) -> tidy.Kept:
    return tidy.Kept(
        message_days=settings.keep_message_days,
        unverified_days=settings.keep_unverified_days,
        attendee_days=settings.keep_attendee_days or None,
    )


async def _take_jobs(
    settings: Settings, pool: Pool, calculator: Calculator, stopping: asyncio.Event, end_delivery: Callable[[], None]
) -> None:
    """Take jobs until asked to stop, or the queue fails."""
    queue = PgQueuer(ListensFirst(pool))
    _register(queue, settings, pool, calculator, stopping)
    running = asyncio.create_task(
        queue.qm.run(
            batch_size=1,
            max_concurrent_tasks=JOBS_AT_ONCE,
            dequeue_timeout=timedelta(seconds=POLL_SECONDS),
            heartbeat_timeout=timedelta(seconds=LEASE_SECONDS),
            log_aggregation_interval=timedelta(0),
            shutdown_on_listener_failure=True,
        )
    )
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
    end_delivery()
    queue.qm.shutdown.set()
    stop.cancel()
    await running


def _register(queue: PgQueuer, settings: Settings, pool: Pool, calculator: Calculator, stopping: asyncio.Event) -> None:
    # Held and not deleted: no job of ours ends that way but one that could not be put back, and that is taken up again.
    @queue.entrypoint(jobs.MATCH, concurrency_limit=MATCHES_AT_ONCE, on_failure="hold")
    async def carry_out_match(job: Job) -> None:
        task = json.decode(job.payload or b"", type=jobs.MatchJob)
        await _until_stopped(job, match.carry_out(pool, task, calculator, now=_now), stopping)

    @queue.entrypoint(jobs.ENCODE, concurrency_limit=1, on_failure="hold")
    async def carry_out_encode(job: Job) -> None:
        task = json.decode(job.payload or b"", type=jobs.EncodeJob)
        await _until_stopped(job, encode.carry_out(pool, task, calculator), stopping)

    @queue.entrypoint(jobs.LEARN, concurrency_limit=1, on_failure="hold")
    async def carry_out_learn(job: Job) -> None:
        task = json.decode(job.payload or b"", type=jobs.LearnJob)
        await _until_stopped(job, learn.carry_out(pool, task, calculator, now=_now), stopping)

    @queue.entrypoint(jobs.RELEASE, on_failure="hold")
    async def carry_out_release(job: Job) -> None:
        task = json.decode(job.payload or b"", type=jobs.ReleaseJob)
        await _until_stopped(job, plan_release.carry_out(pool, task, at=_now()), stopping)

    @queue.entrypoint(jobs.IMPORT, concurrency_limit=1, on_failure="hold")
    async def carry_out_import(job: Job) -> None:
        task = json.decode(job.payload or b"", type=jobs.ImportJob)
        bringing = bring_in.carry_out(pool, task, rows_max=settings.import_rows_max, now=_now)
        await _until_stopped(job, bringing, stopping)


async def _until_stopped(job: Job, work: Coroutine[Any, Any, None], stopping: asyncio.Event) -> None:
    """Do the work. Asked to stop, give the job back to the queue at once; after an error, for later.

    The queue keeps what is raised here in a table that belongs to no association, so it names nothing but the kind of error.
    """
    task = asyncio.create_task(work)
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
    asked_to_stop = not task.done()
    stop.cancel()
    task.cancel()
    (error,) = await asyncio.gather(task, return_exceptions=True)
    if asked_to_stop and error is not None:
        raise RetryRequested(reason="the worker was asked to stop")
    if error is not None:
        _try_again(job, error)


def _try_again(job: Job, error: BaseException) -> None:
    """Raises `RetryRequested`, unless it is only an encoding that failed too often: a run does without."""
    again = job.entrypoint != jobs.ENCODE or job.attempts + 1 < ENCODE_TRIES_MAX
    log.warning(
        "a job failed; it is tried again" if again else "a job failed; it is given up",
        job=job.id,
        kind=job.entrypoint,
        tries=job.attempts + 1,
        error=_without_words(error),
    )
    if again:
        delay = min(RETRY_SECONDS * 2.0 ** min(job.attempts, 10), RETRY_SECONDS_MAX)
        raise RetryRequested(timedelta(seconds=delay), reason=type(error).__name__) from None


def _without_words(error: BaseException) -> list[str]:
    """The kind and the places of an error: its own words may quote a person's data."""
    return [
        type(error).__qualname__,
        *(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)),
    ]


def _now() -> datetime:
    return datetime.now(UTC)

"""Bring in a long file beside the server: whoever asked may leave the page, come back, and see how far it is.

What is asked stands with the held file until it is done, in the transaction that does it. So a worker that dies on the way
leaves everything as it was, and the next one begins anew; rows are never taken in twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import structs

from matchmaker.intake.table import Tell, Unusable
from matchmaker.model.held_file import STARTS_MAX, Asked, HeldFile, Refusal
from matchmaker.services import hold
from matchmaker.services.hold import ChangedMeanwhile, part
from matchmaker.services.take_in import EventFull
from matchmaker.store import held_files, jobs
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction

ROWS_AT_ONCE_MAX = 2_000  # so many are done within a second or two, while the page waits
TELL_SECONDS = 0.5

Clock = Callable[[], datetime]


def is_long(held: HeldFile) -> bool:
    """Whether a file has too many rows for a page to wait."""
    return held.rows > ROWS_AT_ONCE_MAX


async def ask(connection: Connection, held: HeldFile, asked: Asked, *, at: datetime) -> None:
    """Asks a worker for it, in the caller's transaction. Raises `ChangedMeanwhile`."""
    if not await held_files.ask(connection, held.id, asked, version=held.version, at=at):
        raise ChangedMeanwhile
    await jobs.add_import(connection, held.id)


async def carry_out(pool: Pool, job: jobs.ImportJob, *, rows_max: int, now: Clock) -> None:
    """Do what is asked of a held file, if it still is. Why it cannot be done is kept with the file, and nothing else changes.

    Cancelled itself, this gives the work back; what fails otherwise is raised, to be tried again, until it was begun three times.
    """
    async with tenant_transaction(pool, job.association_id) as connection:
        held = await held_files.begin(connection, job.held_id, now())
    if held is not None:
        await _Bringing(pool, job, held, rows_max, now).out()


class _Bringing:
    """One start of the work on one file."""

    def __init__(self, pool: Pool, job: jobs.ImportJob, held: HeldFile, rows_max: int, now: Clock) -> None:
        self.pool, self.job, self.held, self.rows_max, self.now = pool, job, held, rows_max, now
        self.share = 0.0

    async def out(self) -> None:
        if self.held.starts > STARTS_MAX:
            return await self._refuse(_begun_too_often())
        try:
            await self._told(self._work())
        except ChangedMeanwhile:
            return None
        except (Unusable, EventFull) as error:
            await self._refuse(_refusal(error))
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back())
            raise
        except Exception:
            if self.held.starts < STARTS_MAX:
                raise
            await self._refuse(_begun_too_often())

    async def _work(self) -> None:
        """Each step is a transaction of its own, so that the row can be told how far it is meanwhile."""
        if self.held.asked is Asked.TAKE:
            await self._take(self.held, self.tell)
        elif self.held.asked is Asked.CHECK:
            await self._try_out(self.tell)
        elif await self._try_out(part(self.tell, 0, 0.5)):
            await self._take(structs.replace(self.held, asked=Asked.TAKE), part(self.tell, 0.5, 1))

    async def _try_out(self, tell: Tell) -> bool:
        """Whether it goes on, every row being right, if that was what the taking in hung on."""
        async with tenant_transaction(self.pool, self.job.association_id) as connection:
            tried = await hold.try_out(connection, self.held, rows_max=self.rows_max, at=self.now(), tell=tell)
            if self.held.asked is not Asked.TAKE_IF_RIGHT or tried.failed:
                return False
            return await held_files.ask(connection, self.held.id, Asked.TAKE, version=self.held.version, at=self.now())

    async def _take(self, held: HeldFile, tell: Tell) -> None:
        async with tenant_transaction(self.pool, self.job.association_id) as connection:
            await hold.take(connection, held, rows_max=self.rows_max, at=self.now(), tell=tell)

    def tell(self, share: float) -> None:
        """Heard from any thread."""
        self.share = share

    async def _told(self, work: Awaitable[None]) -> None:
        """Do the work, and note every half second how far it is. Raises `ChangedMeanwhile` once nobody asks for it any more."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait((task,), timeout=TELL_SECONDS))[0]:
                if not await self._note():
                    raise ChangedMeanwhile
            task.result()
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def _note(self) -> bool:
        async with tenant_transaction(self.pool, self.job.association_id) as connection:
            return await held_files.note_progress(connection, self.held.id, min(self.share, 1))

    async def _refuse(self, refusal: Refusal) -> None:
        async with tenant_transaction(self.pool, self.job.association_id) as connection:
            await held_files.end(connection, self.held.id, refusal)

    async def _give_back(self) -> None:
        async with tenant_transaction(self.pool, self.job.association_id) as connection:
            await held_files.give_back(connection, self.held.id)


def _refusal(error: Unusable | EventFull) -> Refusal:
    return Refusal(code=error.code, detail=error.detail, cure=error.cure)


def _begun_too_often() -> Refusal:
    return Refusal(
        code="begun_too_often",
        detail=f"This was begun {STARTS_MAX} times and never finished; it is not tried again by itself.",
        cure="Try it once more later, or in parts of fewer rows.",
    )

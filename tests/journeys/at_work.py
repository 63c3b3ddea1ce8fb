"""Runs are calculated and releases carried out beside a browser, by the clock of a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from matchmaker.model.ids import AssociationId
from matchmaker.services import bring_in, match, plan_release
from matchmaker.services.calculate import Calculator
from matchmaker.store import jobs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.web.browser import Clock

POLL_SECONDS = 0.1
ROWS_MAX = 20_000


@asynccontextmanager
async def at_work(pool: Pool, association_id: AssociationId, clock: Clock) -> AsyncIterator[None]:
    """What a worker does for one association; where it fails, the test does."""
    calculator = Calculator()
    calculator.warm()
    working = asyncio.create_task(_work(pool, association_id, clock, calculator))
    try:
        yield
        if working.done():
            working.result()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        calculator.stop()


async def _work(pool: Pool, association_id: AssociationId, clock: Clock, calculator: Calculator) -> None:
    while True:
        async with tenant_transaction(pool, association_id) as connection:
            queued = await connection.fetch("select id from match_run where state = 'queued'")
            due = await connection.fetch(
                "select id from planned_release where ended_at is null and due_at <= $1", clock.at
            )
            asked = await connection.fetch("select id from held_file where asked is not null")
        for row in asked:
            importing = jobs.ImportJob(association_id=association_id, held_id=row["id"])
            await bring_in.carry_out(pool, importing, rows_max=ROWS_MAX, now=clock)
        for row in queued:
            job = jobs.MatchJob(association_id=association_id, run_id=row["id"])
            await match.carry_out(pool, job, calculator, now=clock)
        for row in due:
            await plan_release.carry_out(
                pool, jobs.ReleaseJob(association_id=association_id, planned_id=row["id"]), at=clock.at
            )
        await asyncio.sleep(POLL_SECONDS)

"""A job is queued in the transaction of its cause, and taken over the app's own pool."""

import asyncio
from datetime import timedelta

import pytest
from msgspec import json
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.models import Job

from matchmaker.model.ids import AssociationId, EventId, RunId
from matchmaker.store import jobs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction
from tests import factories


async def waiting(pool: Pool, entrypoint: str, association_id: AssociationId) -> int:
    """Jobs of this association."""
    async with untenanted_transaction(pool) as connection:
        rows = await connection.fetch("select payload from pgqueuer where entrypoint = $1", entrypoint)
    return sum(association_id.encode() in row["payload"] for row in rows)


async def test_a_job_of_a_transaction_that_failed_was_never_queued(pool: Pool, association_id: AssociationId) -> None:
    with pytest.raises(ZeroDivisionError):
        await _add_match(pool, association_id, fails=True)
    assert await waiting(pool, jobs.MATCH, association_id) == 0
    await _add_match(pool, association_id)
    assert await waiting(pool, jobs.MATCH, association_id) == 1


async def _add_match(pool: Pool, association_id: AssociationId, *, fails: bool = False) -> jobs.MatchJob:
    run_id = RunId(factories.association_id())
    async with tenant_transaction(pool, association_id) as connection:
        await jobs.add_match(connection, run_id)
        if fails:
            raise ZeroDivisionError
    return jobs.MatchJob(association_id=association_id, run_id=run_id)


async def test_an_event_waits_once_to_be_encoded(pool: Pool, association_id: AssociationId) -> None:
    event_id = EventId(factories.association_id())
    async with tenant_transaction(pool, association_id) as connection:
        await jobs.add_encode(connection, event_id)
        await jobs.add_encode(connection, event_id)
    assert await waiting(pool, jobs.ENCODE, association_id) == 1


async def test_a_job_is_taken_over_the_pool_of_the_app(pool: Pool, association_id: AssociationId) -> None:
    asked = await _add_match(pool, association_id)
    taken: list[jobs.MatchJob] = []
    queue = PgQueuer(AsyncpgPoolDriver(pool))

    @queue.entrypoint(jobs.MATCH, on_failure="hold")
    async def take(job: Job) -> None:
        taken.append(json.decode(job.payload or b"", type=jobs.MatchJob))
        if taken[-1] == asked:
            queue.qm.shutdown.set()

    await asyncio.wait_for(queue.qm.run(dequeue_timeout=timedelta(seconds=1), batch_size=1), 20)
    assert asked in taken
    assert await waiting(pool, jobs.MATCH, association_id) == 0

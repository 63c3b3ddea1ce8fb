"""Texts are encoded ahead: a job goes with the change that brought them, and a run after it finds every vector."""

import asyncio
import os
import signal

import pytest

from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.model.policy import MODEL_VERSIONS, Model
from matchmaker.model.text import text_hash
from matchmaker.services import encode, enrol
from matchmaker.services.calculate import Calculator, CalculatorDied
from matchmaker.services.take_in import take_in
from matchmaker.store import vectors
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.jobs import EncodeJob
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, attendee_input, import_row, table
from tests.services.conftest import held

MODEL = MODEL_VERSIONS[Model.USEM3]
WORDS = {"seeks": ["quartz"], "offers": ["fjord"], "interests": ["nymph"]}


async def jobs_of(connection: Connection, event_id: EventId) -> int:
    """How many encodings of the event wait."""
    count: int = await connection.fetchval(
        "select count(*) from pgqueuer where entrypoint = 'encode' and dedupe_key like '%' || $1", event_id
    )
    return count


async def forget_jobs(connection: Connection) -> None:
    await connection.execute("delete from pgqueuer where entrypoint = 'encode'")


async def known(connection: Connection, *texts: str) -> set[str]:
    found = await vectors.find(connection, MODEL, [text_hash(text) for text in texts])
    return {text for text in texts if text_hash(text) in found}


async def test_who_comes_with_words_brings_one_job_an_event(connection: Connection, event_id: EventId) -> None:
    await factories.attendee(connection, event_id, "Without words")
    assert await jobs_of(connection, event_id) == 0
    await factories.attendee(connection, event_id, "Ada", **WORDS)
    await factories.attendee(connection, event_id, "Bob", **WORDS)
    assert await jobs_of(connection, event_id) == 1


async def test_only_new_words_bring_a_job(connection: Connection, event_id: EventId) -> None:
    ada = await factories.attendee(connection, event_id, "Ada", **WORDS)
    await forget_jobs(connection)

    async def saved(version: int, **fields: object) -> int:
        given = attendee_input("Ada", **{**WORDS, **fields})
        assert await enrol.update(connection, event_id, AttendeeId(ada.id), given, version=version, at=AT) is not None
        return await jobs_of(connection, event_id)

    assert await saved(1, role="Engineer") == 0
    assert await saved(2, interests=[]) == 0
    assert await saved(3, seeks=["vexing"]) == 1


async def test_an_import_that_changes_something_brings_a_job(connection: Connection, event_id: EventId) -> None:
    rows = table(import_row("Ada", **WORDS), import_row("Bob", **WORDS))
    await take_in(connection, event_id, rows, dry_run=True, at=AT)
    assert await jobs_of(connection, event_id) == 0
    await take_in(connection, event_id, rows, dry_run=False, at=AT)
    assert await jobs_of(connection, event_id) == 1
    await forget_jobs(connection)
    await take_in(connection, event_id, rows, dry_run=False, at=AT)
    assert await jobs_of(connection, event_id) == 0


async def test_a_change_that_is_rolled_back_leaves_no_job(pool: Pool, association_id: AssociationId) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        undone = connection.transaction()
        await undone.start()
        await factories.attendee(connection, event.id, "Ada", **WORDS)
        assert await jobs_of(connection, event.id) == 1
        await undone.rollback()
    async with tenant_transaction(pool, association_id) as connection:
        assert await jobs_of(connection, event.id) == 0


async def test_every_text_has_its_vector_and_those_that_came_meanwhile(
    pool: Pool, association_id: AssociationId, calculator: Calculator
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.attendee(connection, event.id, "Ada", **WORDS)
    job = EncodeJob(association_id=association_id, event_id=event.id)
    with held(calculator) as child:
        task = asyncio.create_task(encode.carry_out(pool, job, calculator))
        await _until_busy(calculator)
        async with tenant_transaction(pool, association_id) as connection:
            await factories.attendee(connection, event.id, "Bob", seeks=["vexing"])
        os.kill(child, signal.SIGCONT)
        await task
    async with tenant_transaction(pool, association_id) as connection:
        assert await known(connection, "quartz", "fjord", "nymph", "vexing", "dodo") == {
            "quartz", "fjord", "nymph", "vexing",
        }  # fmt: skip


async def test_what_is_known_needs_no_child(pool: Pool, association_id: AssociationId, calculator: Calculator) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.attendee(connection, event.id, "Ada", seeks=["quartz"])
        await vectors.add_all(connection, MODEL, {text_hash("quartz"): b"four"})
    with held(calculator):
        async with asyncio.timeout(60):
            await encode.carry_out(pool, EncodeJob(association_id=association_id, event_id=event.id), calculator)


async def test_a_child_that_dies_is_for_the_worker_to_try_again(
    pool: Pool, association_id: AssociationId, calculator: Calculator
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.attendee(connection, event.id, "Ada", **WORDS)
    job = EncodeJob(association_id=association_id, event_id=event.id)
    with held(calculator) as child:
        task = asyncio.create_task(encode.carry_out(pool, job, calculator))
        await _until_busy(calculator)
        os.kill(child, signal.SIGKILL)
        with pytest.raises(CalculatorDied):
            await task
    await encode.carry_out(pool, job, calculator)
    async with tenant_transaction(pool, association_id) as connection:
        assert await known(connection, "quartz") == {"quartz"}


async def _until_busy(calculator: Calculator) -> None:
    async with asyncio.timeout(60):
        while not calculator._lock.locked():  # noqa: ASYNC110 - a lock can be waited for, but not for being taken
            await asyncio.sleep(0.02)

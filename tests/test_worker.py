# ruff: noqa: ASYNC110 - what is waited for is another process's doing, or in the database
"""The worker's loop on a database of its own: it does what waits, gives back what it is asked to leave, loses nothing."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from matchmaker import worker
from matchmaker.intake import csv
from matchmaker.mail import folder
from matchmaker.model.held_file import Asked
from matchmaker.model.ids import AssociationId, EventId, IntroductionId
from matchmaker.model.introduction import IntroductionState, ReleaseInput
from matchmaker.model.message import LetterKind
from matchmaker.model.policy import MODEL_VERSIONS, Model, Policy
from matchmaker.model.run import MatchRun, RunInput, RunState
from matchmaker.model.text import text_hash
from matchmaker.services import bring_in, hold, match, plan_release
from matchmaker.settings import Settings
from matchmaker.store import attendees, embedded, introductions, jobs, messages, migrate, runs, vectors
from matchmaker.store.connection import Pool
from matchmaker.store.pool import UnsafeRole, open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT
from tests.services.introduced import offered

DEADLINE_SECONDS = 120


@pytest.fixture(scope="module")
def own_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Server]:
    """Not the session's, whose queue is full of the other tests' jobs."""
    with embedded.start(tmp_path_factory.mktemp("worker")) as server:
        asyncio.run(migrate.migrate(server.dsn(embedded.OWNER)))
        yield server


@pytest.fixture
async def pool(own_database: embedded.Server) -> AsyncIterator[Pool]:
    pool = await open_pool(own_database.dsn(embedded.APP), connections_max=5)
    yield pool
    await pool.close()


@pytest.fixture
async def event_id(pool: Pool, association_id: AssociationId) -> EventId:
    """An event of two who may meet; a job to encode their words waits."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await factories.attendee(connection, event.id, "Ada", seeks=["quartz"], offers=["fjord"])
        await factories.attendee(connection, event.id, "Bob", seeks=["fjord"], offers=["quartz"])
    return event.id


@asynccontextmanager
async def working(server: embedded.Server, **fields: Any) -> AsyncIterator["asyncio.Task[None]"]:
    """A worker meanwhile; at the end it is asked to stop, and does."""
    stopping = asyncio.Event()
    task = asyncio.create_task(worker.work(Settings(database_url=server.dsn(embedded.APP), **fields), stopping))
    try:
        yield task
    finally:
        stopping.set()
        async with asyncio.timeout(DEADLINE_SECONDS):
            await task


async def requested(pool: Pool, association_id: AssociationId, event_id: EventId) -> MatchRun:
    asked = RunInput(policy=Policy(model=Model.TFIDF))
    async with tenant_transaction(pool, association_id) as connection:
        return await match.request(connection, event_id, asked, at=datetime.now(UTC))


async def read(pool: Pool, association_id: AssociationId, run: MatchRun) -> MatchRun:
    async with tenant_transaction(pool, association_id) as connection:
        found = await runs.get_by_id(connection, run.id)
    assert found is not None
    return found


async def until(pool: Pool, association_id: AssociationId, run: MatchRun, state: RunState) -> MatchRun:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while (found := await read(pool, association_id, run)).state is not state:
            await asyncio.sleep(0.05)
    return found


async def waiting(pool: Pool) -> list[tuple[str, str]]:
    """Every job that is not done, by kind and state."""
    rows = await pool.fetch("select entrypoint, status::text from pgqueuer order by id")
    return [(row["entrypoint"], row["status"]) for row in rows]


async def test_a_worker_does_what_waits_and_leaves_an_empty_queue(
    own_database: embedded.Server, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    run = await requested(pool, association_id, event_id)
    assert await waiting(pool) == [("encode", "queued"), ("match", "queued")]
    async with working(own_database):
        assert (await until(pool, association_id, run, RunState.DRAFTED)).starts == 1
        async with asyncio.timeout(DEADLINE_SECONDS):
            while await waiting(pool):
                await asyncio.sleep(0.05)
    async with tenant_transaction(pool, association_id) as connection:
        hashes = {text_hash("quartz"), text_hash("fjord")}
        assert set(await vectors.find(connection, MODEL_VERSIONS[Model.USEM3], list(hashes))) == hashes


async def test_a_planned_release_begins_when_it_is_due(
    own_database: embedded.Server,
    pool: Pool,
    association_id: AssociationId,
    event_id: EventId,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan_release, "WAIT", timedelta(seconds=1))
    async with tenant_transaction(pool, association_id) as connection:
        run = await factories.drafted_run(connection, event_id)
        await plan_release.plan(connection, event_id, run.id, ReleaseInput(), at=datetime.now(UTC))
    async with working(own_database):
        await until(pool, association_id, run, RunState.RELEASED)
    async with tenant_transaction(pool, association_id) as connection:
        planned = await plan_release.latest(connection, event_id, run.id)
    assert planned is not None
    assert planned.outcome is not None


async def test_a_long_file_is_taken_in(
    own_database: embedded.Server, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    at = datetime.now(UTC)
    async with tenant_transaction(pool, association_id) as connection:
        sheet = csv.sheet_of(b"name\nCy\n", rows_max=1)
        held = await hold.hold(connection, event_id, sheet, file_name="list.csv", at=at)
        await bring_in.ask(connection, held, Asked.TAKE, at=at)
    async with working(own_database), asyncio.timeout(DEADLINE_SECONDS):
        while await waiting(pool):
            await asyncio.sleep(0.05)
    async with tenant_transaction(pool, association_id) as connection:
        assert sorted(one.name for one in await attendees.find(connection, event_id, limit=9)) == ["Ada", "Bob", "Cy"]


async def test_a_worker_asked_to_stop_gives_its_run_back_and_leaves_no_child(
    own_database: embedded.Server, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    before = {child.pid for child in multiprocessing.active_children()}
    async with working(own_database):
        while not (born := {child.pid for child in multiprocessing.active_children()} - before):
            await asyncio.sleep(0.05)
        os.kill(born.pop() or 0, signal.SIGSTOP)
        run = await requested(pool, association_id, event_id)
        await until(pool, association_id, run, RunState.RUNNING)
    given_back = await read(pool, association_id, run)
    assert (given_back.state, given_back.starts) == (RunState.QUEUED, 0)
    assert {child.pid for child in multiprocessing.active_children()} == before
    assert ("match", "queued") in await waiting(pool)
    async with working(own_database):
        assert (await until(pool, association_id, run, RunState.DRAFTED)).starts == 1


async def test_what_could_not_be_put_back_is_taken_up_by_who_comes_next(
    own_database: embedded.Server, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    run = await requested(pool, association_id, event_id)
    await pool.execute("update pgqueuer set status = 'failed' where entrypoint = 'match'")
    async with working(own_database):
        await until(pool, association_id, run, RunState.DRAFTED)


async def test_the_job_of_a_run_that_is_over_is_done_at_once(
    own_database: embedded.Server, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    run = await requested(pool, association_id, event_id)
    async with tenant_transaction(pool, association_id) as connection:
        await match.cancel(connection, event_id, run.id, at=datetime.now(UTC))
        await jobs.add_match(connection, run.id)
    async with working(own_database), asyncio.timeout(DEADLINE_SECONDS):
        while await waiting(pool):
            await asyncio.sleep(0.05)
    assert (await read(pool, association_id, run)).starts == 0


async def test_a_worker_delivers_what_is_due(
    own_database: embedded.Server, pool: Pool, association_id: AssociationId, event_id: EventId, tmp_path: Path
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        attendee = await factories.attendee(connection, event_id, "Cy", email="cy@example.org")
        asked = factories.message(attendee.id, letter=LetterKind.LINK, asked_for=True)
        assert await messages.add(connection, [asked], AT) == 1
    async with working(own_database, mail_folder=tmp_path), asyncio.timeout(DEADLINE_SECONDS):
        while not (files := folder.letters(tmp_path)) or await waiting(pool):
            await asyncio.sleep(0.05)
    letter = message_from_bytes(files[0].read_bytes(), policy=default)
    assert "cy@example.org" in letter["To"]
    assert letter["From"] == "Association of Examples <letters@matchmaker.invalid>"
    assert "/m/" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    async with tenant_transaction(pool, association_id) as connection:
        assert await messages.count(connection) == {"sent": 1}


async def test_a_worker_expires_what_nobody_answered(
    own_database: embedded.Server, pool: Pool, association_id: AssociationId, event_id: EventId
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        introduction = await offered(connection, event_id)
        long_ago = datetime.now(UTC) - timedelta(days=9), datetime.now(UTC) - timedelta(days=1)
        await connection.execute("update introduction set offered_at = $1, expires_at = $2", *long_ago)
    async with working(own_database, mail="hold"), asyncio.timeout(DEADLINE_SECONDS):
        while await state_of(pool, association_id, introduction.id) is not IntroductionState.EXPIRED:
            await asyncio.sleep(0.05)


async def state_of(pool: Pool, association_id: AssociationId, introduction_id: IntroductionId) -> IntroductionState:
    async with tenant_transaction(pool, association_id) as connection:
        found = await introductions.get(connection, introduction_id)
    assert found is not None
    return found.state


async def test_what_is_told_before_anybody_listens_is_heard(pool: Pool) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    async with worker.ListensFirst(pool) as driver:
        telling = asyncio.create_task(driver.notify("worker_test", "early"))
        await asyncio.sleep(0.05)
        await driver.add_listener("worker_test", heard.put_nowait)
        async with asyncio.timeout(10):
            await telling
            assert await heard.get() == "early"


async def test_a_role_that_sees_too_much_ends_the_worker(own_database: embedded.Server) -> None:
    settings = Settings(database_url=own_database.dsn(embedded.OWNER))
    with pytest.raises(UnsafeRole):
        await worker.work(settings, asyncio.Event())


@pytest.mark.parametrize(("tries", "delay"), [(0, 5), (1, 10), (2, 20), (9, 300), (1_000, 300)])
def test_a_run_is_tried_again_later_and_later(tries: int, delay: int) -> None:
    with pytest.raises(RetryRequested) as asked:
        worker._try_again(_job(jobs.MATCH, tries), ValueError("Key (email)=(ada@example.org)"))
    assert asked.value.delay == timedelta(seconds=delay)
    assert (asked.value.reason, asked.value.__cause__, asked.value.__suppress_context__) == ("ValueError", None, True)


def test_an_encoding_is_given_up_after_three_tries() -> None:
    for tries in (0, 1):
        with pytest.raises(RetryRequested):
            worker._try_again(_job(jobs.ENCODE, tries), ValueError())
    worker._try_again(_job(jobs.ENCODE, 2), ValueError())


def _job(entrypoint: str, attempts: int) -> Any:
    return Job.model_construct(id=1, entrypoint=entrypoint, attempts=attempts)


@pytest.fixture
async def association_id(pool: Pool) -> AssociationId:
    return await new_association(pool)

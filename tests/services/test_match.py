"""A match run on the real database, calculated in a real child: its life, and what becomes of it when something dies."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.exclusion import Exclusion
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing
from matchmaker.model.policy import MODEL_VERSIONS, Model, Policy
from matchmaker.model.run import STARTS_MAX, MatchRun, RunInput, RunProgress, RunState
from matchmaker.model.text import text_hash
from matchmaker.services import enrol, match
from matchmaker.services.calculate import Calculator, CalculatorDied
from matchmaker.store import events, exclusions, pairings, progress, runs, snapshots, vectors
from matchmaker.store.connection import Pool
from matchmaker.store.jobs import MatchJob
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.services.conftest import held

DEADLINE_SECONDS = 120
TFIDF = Policy(model=Model.TFIDF)
# Each gives what the next one seeks, and a second word goes the other way round: any two who meet both gain.
PEOPLE = {"Ada": ("quartz", "fjord"), "Bob": ("fjord", "quartz"), "Cy": ("quartz", "fjord")}


class Clock:
    """A tenth of a second passes at every look."""

    def __init__(self) -> None:
        self.at = factories.AT

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=100)
        return self.at


class World:
    """An event of one association, and the steps of its runs, each committed."""

    def __init__(self, pool: Pool, association_id: AssociationId, event_id: EventId) -> None:
        self.pool, self.association_id, self.event_id = pool, association_id, event_id
        self.clock = Clock()
        self.people: dict[str, AttendeeId] = {}

    def transaction(self) -> Any:
        return tenant_transaction(self.pool, self.association_id)

    async def enrol(self, *names: str, **fields: Any) -> None:
        async with self.transaction() as connection:
            for name in names:
                seek, offer = PEOPLE[name]
                asked = {"seeks": [seek], "offers": [offer], **fields}
                self.people[name] = (await factories.attendee(connection, self.event_id, name, **asked)).id

    async def request(self, **asked: Any) -> MatchRun:
        async with self.transaction() as connection:
            return await match.request(
                connection, self.event_id, RunInput(**{"policy": TFIDF, **asked}), at=self.clock()
            )

    async def carry_out(self, run: MatchRun, calculator: Calculator) -> MatchRun:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await match.carry_out(self.pool, self.job(run), calculator, now=self.clock)
        return await self.read(run)

    async def carried_out(self, calculator: Calculator, **asked: Any) -> MatchRun:
        return await self.carry_out(await self.request(**asked), calculator)

    @asynccontextmanager
    async def under_way(self, run: MatchRun, calculator: Calculator) -> AsyncIterator["asyncio.Task[MatchRun]"]:
        """The run's work in a task, once its child has it; never left behind."""
        task = asyncio.create_task(self.carry_out(run, calculator))
        try:
            await _until_busy(calculator)
            yield task
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def read(self, run: MatchRun) -> MatchRun:
        async with self.transaction() as connection:
            found = await runs.get(connection, self.event_id, run.id)
        assert found is not None
        return found

    async def cancel(self, run: MatchRun) -> MatchRun:
        async with self.transaction() as connection:
            return await match.cancel(connection, self.event_id, run.id, at=self.clock())

    async def pairings(self, run: MatchRun) -> list[Pairing]:
        async with self.transaction() as connection:
            return await pairings.find(connection, run.id, limit=1_000)

    async def pairs(self, run: MatchRun) -> set[frozenset[str]]:
        names = {id_: name for name, id_ in self.people.items()}
        return {frozenset((names[one.first], names[one.second])) for one in await self.pairings(run)}

    async def unmatched(self, run: MatchRun) -> dict[str, str]:
        names = {id_: name for name, id_ in self.people.items()}
        async with self.transaction() as connection:
            return {names[one.id]: one.code for one in await runs.unmatched(connection, run.id) or []}

    async def told(self, run: MatchRun) -> list[RunProgress]:
        async with self.transaction() as connection:
            return await progress.progress_after(connection, run.id, 0, limit=1_000)

    def job(self, run: MatchRun) -> MatchJob:
        return MatchJob(association_id=self.association_id, run_id=run.id)


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId) -> World:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
    return World(pool, association_id, event.id)


async def test_a_run_keeps_what_it_could_have_proposed_in_reserve(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob", "Cy", quota=1)
    run = await world.carried_out(calculator)
    async with world.transaction() as connection:
        kept = await connection.fetch("select first_id, second_id, first_quota, second_quota from reserve")
        proposed = await connection.fetch("select first_id, second_id, 1, 1 from pairing where run_id = $1", run.id)
    bob = world.people["Bob"]
    pairs = {(*sorted((bob, world.people[other])), 1, 1) for other in ("Ada", "Cy")}
    assert {tuple(row) for row in (*kept, *proposed)} == pairs
    assert (len(kept), len(proposed)) == (1, 1)


async def test_a_run_is_queued_then_drafted_with_all_that_belongs_to_it(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    queued = await world.request(seed=7)
    run = await world.carry_out(queued, calculator)
    assert (queued.state, queued.starts, queued.report) == (RunState.QUEUED, 0, None)
    assert (run.state, run.starts, run.progress, run.error, run.seed) == (RunState.DRAFTED, 1, 1.0, None, 7)
    assert await world.pairs(run) == {frozenset(("Ada", "Bob"))}
    assert await world.unmatched(run) == {}
    assert run.report is not None
    assert (run.report.people, run.report.pairings, run.report.input_hash) == (2, 1, run.input_hash)
    assert run.output_hash is not None
    async with world.transaction() as connection:
        data = await snapshots.get(connection, run.id)
    assert data is not None


async def test_a_run_tells_its_way_in_order(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    told = await world.told(await world.carried_out(calculator))
    assert [one.number for one in told] == list(range(1, len(told) + 1))
    assert (told[0].state, told[-1].state) == (RunState.QUEUED, RunState.DRAFTED)
    assert {one.state for one in told[1:-1]} == {RunState.RUNNING}
    stages = [one.stage for one in told if one.stage is not None]
    assert list(dict.fromkeys(stages)) == ["vectors", "candidates", "assignment", "ranking", "reasons"]


@pytest.mark.parametrize(("names", "pairs"), [((), 0), (("Ada",), 0), (("Ada", "Bob"), 1), (("Ada", "Bob", "Cy"), 2)])
async def test_a_room_may_be_small(world: World, calculator: Calculator, names: tuple[str, ...], pairs: int) -> None:
    await world.enrol(*names)
    run = await world.carried_out(calculator)
    assert (run.state, len(await world.pairings(run))) == (RunState.DRAFTED, pairs)
    assert run.report is not None
    assert (run.report.people, run.report.pairings) == (len(names), pairs)


async def test_where_everyone_is_excluded_nobody_is_paired(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    async with world.transaction() as connection:
        one, other = world.people["Ada"], world.people["Bob"]
        excluded = Exclusion(attendee_id=one, other_id=other)
        assert await exclusions.add(connection, world.event_id, excluded, world.clock()) is not None
    run = await world.carried_out(calculator)
    assert (run.state, await world.pairings(run)) == (RunState.DRAFTED, [])
    assert set(await world.unmatched(run)) == {"Ada", "Bob"}


async def test_who_wants_none_gets_none(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    await world.enrol("Cy", quota=0)
    run = await world.carried_out(calculator)
    assert await world.pairs(run) == {frozenset(("Ada", "Bob"))}
    assert await world.pairings(await world.carried_out(calculator, policy=Policy(model=Model.TFIDF, quota=0))) == []


async def test_a_second_run_is_refused_while_one_is_under_way(world: World, calculator: Calculator) -> None:
    first = await world.request()
    with pytest.raises(match.RunAlreadyActive):
        await world.request()
    await world.carry_out(first, calculator)
    second = await world.carried_out(calculator)
    assert (second.state, (await world.read(first)).state) == (RunState.DRAFTED, RunState.SUPERSEDED)


async def test_a_run_cancelled_before_it_began_never_begins(world: World, calculator: Calculator) -> None:
    run = await world.request()
    assert (await world.cancel(run)).state is RunState.CANCELLED
    after = await world.carry_out(run, calculator)
    assert (after.state, after.starts) == (RunState.CANCELLED, 0)
    with pytest.raises(match.RunNotActive):
        await world.cancel(run)


async def test_a_run_cancelled_on_its_way_ends_though_its_child_says_nothing(
    world: World, calculator: Calculator
) -> None:
    await world.enrol("Ada", "Bob")
    run = await world.request()
    with held(calculator) as child:
        async with world.under_way(run, calculator) as task:
            assert (await world.cancel(run)).state is RunState.RUNNING
            after = await task
        assert not _exists(child)
    assert (after.state, await world.pairings(run)) == (RunState.CANCELLED, [])
    assert (await world.carried_out(calculator)).state is RunState.DRAFTED


async def test_what_the_core_raises_fails_the_run_in_words(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    broken = {text_hash("quartz"): b"four"}
    async with world.transaction() as connection:
        await vectors.add_all(connection, MODEL_VERSIONS[Model.USEM3], broken)
    run = await world.carried_out(calculator, policy=Policy())
    assert (run.state, run.starts) == (RunState.FAILED, 1)
    assert run.error is not None
    assert run.error.startswith("The calculation stopped with an error of its own (ValueError: ")
    assert "Traceback" not in run.error
    assert (await world.carried_out(calculator)).state is RunState.DRAFTED


async def test_a_run_whose_child_died_is_begun_again(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    run = await world.request()
    await _with_its_child_killed(world, run, calculator)
    assert ((await world.read(run)).state, (await world.read(run)).starts) == (RunState.RUNNING, 1)
    after = await world.carry_out(run, calculator)
    assert (after.state, after.starts, len(await world.pairings(run))) == (RunState.DRAFTED, 2, 1)


async def test_a_run_that_ends_its_child_each_time_is_failed_after_three_starts(
    world: World, calculator: Calculator
) -> None:
    run = await world.request()
    for _ in range(STARTS_MAX - 1):
        await _with_its_child_killed(world, run, calculator)
    with held(calculator) as child:
        async with world.under_way(run, calculator) as task:
            os.kill(child, signal.SIGKILL)
            after = await task
    assert (after.state, after.starts) == (RunState.FAILED, STARTS_MAX)
    assert after.error == "The run was begun 3 times and never finished; it is not tried again."
    assert (await world.carried_out(calculator)).state is RunState.DRAFTED


async def test_a_run_that_ends_its_worker_each_time_is_failed_after_three_starts(
    world: World, calculator: Calculator
) -> None:
    run = await world.request()
    async with world.transaction() as connection:
        for _ in range(STARTS_MAX):
            assert await runs.start(connection, run.id, world.clock()) is not None
    after = await world.carry_out(run, calculator)
    assert (after.state, after.starts) == (RunState.FAILED, STARTS_MAX)


async def test_a_worker_asked_to_stop_gives_the_run_back_uncounted(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    run = await world.request()
    with held(calculator):
        async with world.under_way(run, calculator) as task:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    waiting = await world.read(run)
    assert (waiting.state, waiting.starts) == (RunState.QUEUED, 0)
    assert (await world.carry_out(run, calculator)).state is RunState.DRAFTED


async def test_a_run_that_another_worker_gave_back_is_begun_again_and_not_failed(
    world: World, calculator: Calculator
) -> None:
    await world.enrol("Ada", "Bob")
    run = await world.request()
    with held(calculator) as child:
        async with world.under_way(run, calculator) as task:
            async with world.transaction() as connection:
                assert await runs.give_back(connection, run.id, world.clock())
            os.kill(child, signal.SIGCONT)
            with pytest.raises(match.TakenOver):
                await task
    assert (await world.carry_out(run, calculator)).state is RunState.DRAFTED


async def test_two_workers_on_one_run_draft_it_once(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob", "Cy")
    run = await world.request()
    other = Calculator()
    try:
        with held(calculator) as first, held(other) as second:
            async with world.under_way(run, calculator) as one, world.under_way(run, other) as two:
                assert (await world.read(run)).starts == 2
                os.kill(first, signal.SIGCONT)
                os.kill(second, signal.SIGCONT)
                await asyncio.gather(one, two)
    finally:
        other.stop()
    after = await world.read(run)
    assert (after.state, len(await world.pairings(run))) == (RunState.DRAFTED, 2)
    assert [one.state for one in await world.told(run)].count(RunState.DRAFTED) == 1


async def test_a_replay_gives_the_same_though_people_have_changed(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob", "Cy")
    first = await world.carried_out(calculator, seed=3)
    before = await world.pairings(first)
    async with world.transaction() as connection:
        ada = factories.attendee_input("Ada", seeks=["mango"], offers=["dodo"])
        await enrol.update(connection, world.event_id, world.people["Ada"], ada, version=1, at=world.clock())
        await factories.attendee(connection, world.event_id, "Dee", seeks=["quartz"], offers=["fjord"])
    replay = await world.carried_out(calculator, replay_of=first.id, seed=9, policy=None)
    anew = await world.carried_out(calculator, seed=3)
    assert (replay.input_hash, replay.output_hash, replay.seed) == (first.input_hash, first.output_hash, 3)
    assert await world.pairings(replay) == before
    assert anew.input_hash != first.input_hash
    assert anew.output_hash != first.output_hash


async def test_a_run_that_read_nothing_or_is_unknown_cannot_be_repeated(world: World) -> None:
    with pytest.raises(NotFound):
        await world.request(replay_of=RunId("00000000-0000-4000-8000-000000000000"))
    queued = await world.request()
    await world.cancel(queued)
    with pytest.raises(NotFound):
        await world.request(replay_of=queued.id)


async def test_a_job_that_comes_again_changes_nothing(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    run = await world.carried_out(calculator)
    told, paired = await world.told(run), await world.pairings(run)
    assert await world.carry_out(run, calculator) == run
    assert (await world.told(run), await world.pairings(run)) == (told, paired)


async def test_a_second_run_finds_every_vector_that_the_first_one_made(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    first = await world.carried_out(calculator, policy=Policy())
    made = await _vectors(world)
    second = await world.carried_out(calculator, policy=Policy())
    assert set(made) == {text_hash("quartz"), text_hash("fjord")}
    assert await _vectors(world) == made
    assert (await _encoded(world, first), await _encoded(world, second)) == (True, False)
    assert second.output_hash == first.output_hash


async def test_who_leaves_during_a_run_is_in_no_pairing(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob", "Cy")
    run = await world.request()
    with held(calculator) as child:
        async with world.under_way(run, calculator) as task:
            async with world.transaction() as connection:
                assert await enrol.remove(connection, world.event_id, world.people["Ada"], version=1, at=factories.AT)
            os.kill(child, signal.SIGCONT)
            after = await task
    assert after.state is RunState.DRAFTED
    assert await world.pairs(run) == {frozenset(("Bob", "Cy"))}


async def test_a_run_whose_event_is_deleted_ends_quietly(world: World, calculator: Calculator) -> None:
    await world.enrol("Ada", "Bob")
    run = await world.request()
    with held(calculator) as child:
        async with asyncio.timeout(DEADLINE_SECONDS):
            task = asyncio.create_task(match.carry_out(world.pool, world.job(run), calculator, now=world.clock))
            await _until_busy(calculator)
            async with world.transaction() as connection:
                assert await events.remove(connection, world.event_id, version=1)
            os.kill(child, signal.SIGCONT)
            await task


async def _with_its_child_killed(world: World, run: MatchRun, calculator: Calculator) -> None:
    with held(calculator) as child:
        async with world.under_way(run, calculator) as task:
            os.kill(child, signal.SIGKILL)
            with pytest.raises(CalculatorDied):
                await task


async def _until_busy(calculator: Calculator) -> None:
    """Until the child has a task."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not calculator._lock.locked():  # noqa: ASYNC110 - a lock can be waited for, but not for being taken
            await asyncio.sleep(0.02)


async def _encoded(world: World, run: MatchRun) -> bool:
    """Whether the run told of texts being encoded, which it does after each portion."""
    return any(one.stage == "vectors" and one.progress > 0 for one in await world.told(run))


async def _vectors(world: World) -> dict[bytes, bytes]:
    hashes = [text_hash(text) for text in ("quartz", "fjord", "mango")]
    async with world.transaction() as connection:
        return await vectors.find(connection, MODEL_VERSIONS[Model.USEM3], hashes)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

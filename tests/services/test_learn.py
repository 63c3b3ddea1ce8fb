"""Weights learned on the real database in a real child: better ones are used, runs name them, and one can go back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from matchmaker.errors import NotFound
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, WeightsId
from matchmaker.model.learning import WeightsState, WeightsVersion
from matchmaker.model.policy import Model, Policy
from matchmaker.model.run import RunInput, RunState
from matchmaker.model.weights import BUILTIN
from matchmaker.services import learn, match
from matchmaker.services.calculate import AskedLesson, CalculationFailed, Calculator, CalculatorDied
from matchmaker.services.learn import LearningUnderWay, NoBetter
from matchmaker.store import events, feedback, pairings, runs, weights
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.jobs import LearnJob, MatchJob
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER

TFIDF = Policy(model=Model.TFIDF, warmth=0)
UNKNOWN = WeightsId("00000000-0000-4000-8000-000000000000")


class World:
    """Ten people, alike in words, come to event after event; the odd ones are wanted by nine in ten, the even by one."""

    def __init__(self, pool: Pool, association_id: AssociationId) -> None:
        self.pool, self.association_id = pool, association_id
        self.rng = np.random.default_rng(1)
        self.persons: list[str] = []

    def transaction(self) -> Any:
        return tenant_transaction(self.pool, self.association_id)

    async def gather(self, connection: Connection) -> tuple[EventId, list[AttendeeId]]:
        event = await events.add(connection, factories.event_input(policy=TFIDF), AT)
        made = [
            (await factories.attendee(connection, event.id, f"P{row}", seeks=["quartz"], offers=["quartz"])).id
            for row in range(10)
        ]
        if not self.persons:
            rows = await connection.fetch("select person_id from attendee where event_id = $1 order by id", event.id)
            persons = {row["person_id"] for row in rows}
            assert len(persons) == 10
            self.persons = [
                await connection.fetchval("select person_id from attendee where id = $1", one) for one in made
            ]
        for person, one in zip(self.persons, made, strict=True):
            await connection.execute("update attendee set person_id = $2 where id = $1", one, person)
        return event.id, made

    async def answer(self, connection: Connection, event_id: EventId, people: Sequence[AttendeeId]) -> None:
        given = [
            factories.feedback(one, other, accepted=bool(self.rng.random() < (0.9 if row % 2 else 0.1)))
            for one in people
            for row, other in enumerate(people)
            if one != other
        ]
        await feedback.put_all(connection, event_id, given, AT)

    async def learned(self, calculator: Any) -> WeightsVersion:
        async with self.transaction() as connection:
            queued = await learn.request(connection, at=AT)
        return await self.carried_out(queued, calculator)

    async def carried_out(self, queued: WeightsVersion, calculator: Any) -> WeightsVersion:
        job = LearnJob(association_id=self.association_id, weights_id=queued.id)
        await learn.carry_out(self.pool, job, calculator, now=lambda: LATER)
        async with self.transaction() as connection:
            found = await weights.get(connection, queued.id)
        assert found is not None
        return found


@pytest.fixture
def world(pool: Pool, association_id: AssociationId) -> World:
    return World(pool, association_id)


async def test_what_is_better_is_used_and_runs_name_it(world: World, calculator: Calculator) -> None:
    async with world.transaction() as connection:
        for _ in range(3):
            event_id, people = await world.gather(connection)
            await world.answer(connection, event_id, people)
        event_id, people = await world.gather(connection)
    first = await world.learned(calculator)
    assert (first.version, first.state, first.active) == (1, WeightsState.LEARNED, True)
    assert first.figures is not None
    assert first.learned is not None
    assert (first.figures.events, first.figures.answers, first.learned.version) == (3, 270, 1)
    second = await world.learned(calculator)
    assert (second.version, second.active) == (2, True)
    run = await _run(world, event_id, calculator)
    assert run.weights_id == second.id
    assert run.report.versions["weights"] == f"{BUILTIN[Model.TFIDF].version}+learned-2"
    async with world.transaction() as connection:
        assert (await weights.get(connection, first.id)) == structs.replace(first, active=False)
        await learn.activate(connection, first.id)
    assert (await _run(world, event_id, calculator)).report.versions[
        "weights"
    ] == f"{BUILTIN[Model.TFIDF].version}+learned-1"
    again = await _run(world, event_id, calculator, replay_of=run.id)
    assert (again.weights_id, again.output_hash) == (second.id, run.output_hash)
    async with world.transaction() as connection:
        await weights.deactivate(connection)
        best = (await pairings.find(connection, again.id, limit=1))[0]
        assert {best.first, best.second} < set(people[1::2])  # whom others wanted, at other events
    assert (await _run(world, event_id, calculator)).weights_id is None


async def _run(world: World, event_id: EventId, calculator: Calculator, **asked: Any) -> Any:
    async with world.transaction() as connection:
        run = await match.request(connection, event_id, RunInput(**asked), at=AT)
    job = MatchJob(association_id=world.association_id, run_id=run.id)
    await match.carry_out(world.pool, job, calculator, now=lambda: LATER)
    async with world.transaction() as connection:
        found = await runs.get(connection, event_id, run.id)
    assert found is not None
    assert found.state is RunState.DRAFTED, found.error
    return found


async def test_new_answers_are_learned_from_once_a_day(world: World) -> None:
    day, second = timedelta(days=1), timedelta(seconds=1)
    async with world.transaction() as connection:
        event_id, people = await world.gather(connection)
        await world.answer(connection, event_id, people)
        assert not await learn.keep_up(connection, at=AT + day)  # one event teaches nothing
        other_id, others = await world.gather(connection)
        await world.answer(connection, other_id, others)
        assert await learn.keep_up(connection, at=AT + day)
        (queued,) = await weights.find(connection, limit=9)
        assert not await learn.keep_up(connection, at=AT + 9 * day)  # one is queued
        await weights.finish(connection, queued.id, WeightsState.NO_BETTER, factories.taught(), AT + day)
        assert not await learn.keep_up(connection, at=AT + 9 * day)  # nothing new was said
        later = factories.feedback(people[0], people[1], accepted=None, useful=5)
        await feedback.put_all(connection, event_id, [later], AT + day + second)
        assert not await learn.keep_up(connection, at=AT + day + 2 * second)  # today was one
        assert await learn.keep_up(connection, at=AT + 2 * day + second)


async def test_who_went_back_to_an_earlier_version_stays_there(world: World, calculator: Calculator) -> None:
    async with world.transaction() as connection:
        for _ in range(3):
            event_id, people = await world.gather(connection)
            await world.answer(connection, event_id, people)
    first = await world.learned(calculator)
    await world.learned(calculator)
    async with world.transaction() as connection:
        said = factories.feedback(people[0], people[1], accepted=None, useful=5)
        await feedback.put_all(connection, event_id, [said], LATER)
        await learn.activate(connection, first.id)
        assert not await learn.keep_up(connection, at=LATER + timedelta(days=9))
        await learn.activate(connection, (await weights.find(connection, limit=1))[0].id)
        assert await learn.keep_up(connection, at=LATER + timedelta(days=9))


async def test_one_event_is_too_few_and_nothing_changes(world: World, calculator: Calculator) -> None:
    async with world.transaction() as connection:
        event_id, people = await world.gather(connection)
        await world.answer(connection, event_id, people)
    found = await world.learned(calculator)
    assert (found.state, found.active, found.learned) == (WeightsState.TOO_FEW, False, None)
    assert found.figures is not None
    assert (found.figures.answers, found.figures.auc) == (90, None)
    async with world.transaction() as connection:
        with pytest.raises(NoBetter):
            await learn.activate(connection, found.id)


class Teacher:
    """Answers with what it is told to, or raises it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    async def teach(self, asked: AskedLesson) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_what_is_no_better_is_kept_and_not_used(world: World) -> None:
    figures = structs.replace(factories.taught().figures, auc=0.6, auc_unsupervised=0.6)
    found = await world.learned(Teacher(factories.taught(figures=figures)))
    assert (found.state, found.active) == (WeightsState.NO_BETTER, False)
    assert found.learned is not None
    better = await world.learned(Teacher(factories.taught()))
    assert better.active
    async with world.transaction() as connection:
        with pytest.raises(NoBetter):
            async with connection.transaction():
                await learn.activate(connection, found.id)
        assert (await weights.active(connection)) == better
        with pytest.raises(NotFound):
            await learn.activate(connection, UNKNOWN)


async def test_a_fault_of_the_calculation_is_told_and_not_tried_again(world: World) -> None:
    found = await world.learned(Teacher(CalculationFailed("It stopped.")))
    assert (found.state, found.error) == (WeightsState.FAILED, "It stopped.")
    assert (await world.carried_out(found, Teacher(factories.taught()))).state is WeightsState.FAILED


async def test_what_dies_is_begun_three_times(world: World) -> None:
    async with world.transaction() as connection:
        queued = await learn.request(connection, at=AT)
        with pytest.raises(LearningUnderWay):
            await learn.request(connection, at=AT)
    for _ in range(2):
        with pytest.raises(CalculatorDied):
            await world.carried_out(queued, Teacher(CalculatorDied()))
    found = await world.carried_out(queued, Teacher(CalculatorDied()))
    assert (found.state, found.error) == (WeightsState.FAILED, "Learning was begun 3 times and never finished.")
    assert (await world.learned(Teacher(factories.taught()))).active

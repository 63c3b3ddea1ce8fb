"""Ask a run why, and what if: the question goes with what the run read to a calculating child of its own.

One question at a time, so that no number of questions holds more than one snapshot, or more than one processor.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import structs

from matchmaker.errors import FieldError, Invalid, InvalidFields, NotFound, Unavailable
from matchmaker.model import snapshot as snapshots_
from matchmaker.model.fairness import Characteristic, Fairness, Treatment
from matchmaker.model.ids import AssociationId, EventId, RunId
from matchmaker.model.network_effect import NetworkEffect, Tied
from matchmaker.model.policy import MODEL_VERSIONS, Policy
from matchmaker.model.run import Format, MatchRun, Report
from matchmaker.model.seating import SeatsQuestion
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import (
    Answer,
    CoverageQuestion,
    PairQuestion,
    Question,
    RulesQuestion,
    SwapQuestion,
    TimeQuestion,
)
from matchmaker.services import encode, review
from matchmaker.services.calculate import Asked, AskedQuestion, CalculationFailed, Calculator, decoded
from matchmaker.services.match import learned_by
from matchmaker.services.review import InputForgotten
from matchmaker.store import events, feedback, network_effects, pairings, snapshots, weights
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction

ANSWER_SECONDS_MAX = 20
PAIRINGS_MAX = 1_000_000
NOT_OF_PAIRS = frozenset({Format.TABLES, Format.SETS})
TRIED_MAX = 1_000
PEOPLE_MAX: dict[type[Question], int] = {
    PairQuestion: 3_000,
    TimeQuestion: 3_000,
    SwapQuestion: 3_000,
    RulesQuestion: 1_000,
    CoverageQuestion: 5_000,
    SeatsQuestion: 5_000,
}


class TooManyToAsk(Invalid):
    """The room is too large for an answer while one waits."""

    cure = (
        "Export the attendees as CSV, and ask `matchmaker match FILE` with --why or --relaxations, or "
        "`matchmaker coverage FILE`."
    )


class NotOfPairs(Invalid):
    """A run of tables or sets plans no pairs of which one could ask."""

    cure = "Ask a run of introductions or rounds."


class AnswerTookTooLong(Unavailable):
    """The answer was not found in time, or other questions came first."""


class AnswerFailed(Exception):
    """The calculation of an answer stopped with an error of its own."""


class Questions:
    """Answers questions, one at a time. The calculator's child is started with the first one."""

    def __init__(self, calculator: Calculator) -> None:
        self._calculator = calculator
        self._turn = asyncio.Lock()

    async def ask(
        self, pool: Pool, association_id: AssociationId, event_id: EventId, run_id: RunId, question: Question
    ) -> Answer:
        """The answer, from what the run read.

        Raises `NotFound`, `RunNotDrafted`, `InputForgotten`, `NotOfPairs`, `TooManyToAsk`, `InvalidFields` for strangers,
        `AnswerTookTooLong`.
        """
        return await self._answered(_asked(pool, association_id, event_id, run_id, question))

    async def coverage(self, pool: Pool, association_id: AssociationId, event_id: EventId) -> Answer:
        """What an event seeks and offers, as it is now. Raises `NotFound`, `TooManyToAsk`, `AnswerTookTooLong`."""
        return await self._answered(_of_event(pool, association_id, event_id))

    async def _answered(self, asking: Coroutine[Any, Any, AskedQuestion]) -> Answer:
        try:
            with _in_time():
                async with asyncio.timeout(ANSWER_SECONDS_MAX), self._turn:
                    return await self._calculator.answer(await asking)
        finally:
            asking.close()  # where another question took all the time there was

    async def weigh(
        self, pool: Pool, association_id: AssociationId, event_id: EventId, run_id: RunId, by: Characteristic
    ) -> Fairness:
        """How a run treats the groups of its people.

        Raises `NotFound`, `RunNotDrafted`, `InputForgotten`, `NotOfPairs`, `AnswerTookTooLong`.
        """
        with _in_time():
            async with asyncio.timeout(ANSWER_SECONDS_MAX), self._turn:
                treatment = await _treatment(pool, association_id, event_id, run_id, by)
                return await self._calculator.weigh(treatment)

    async def connect(self, pool: Pool, association_id: AssociationId, event_id: EventId) -> NetworkEffect:
        """What an event added to the network of its people. Raises `NotFound`, `AnswerTookTooLong`."""
        with _in_time():
            async with asyncio.timeout(ANSWER_SECONDS_MAX), self._turn:
                return await self._calculator.connect(await _tied(pool, association_id, event_id))

    async def try_out(
        self, pool: Pool, association_id: AssociationId, event_id: EventId, policy: Policy, format: Format
    ) -> Report:
        """What a run of that policy would come to with the people there are now; nothing is kept.

        Raises `NotFound`, `TooManyToAsk`, `AnswerTookTooLong`.
        """

        async def hear(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
            pass

        with _in_time():
            async with asyncio.timeout(ANSWER_SECONDS_MAX), self._turn:
                trial = await _trial(pool, association_id, event_id, policy, format)
                return decoded(await self._calculator.propose(trial, hear)).report

    def warm(self) -> None:
        """Start the calculator's child, which takes seconds, for whoever is about to ask."""
        self._calculator.warm()

    def close(self) -> None:
        """End the calculator's child."""
        self._calculator.stop()


@contextmanager
def _in_time() -> Iterator[None]:
    """Says in our words that an answer took too long, or failed."""
    try:
        yield
    except TimeoutError:
        raise AnswerTookTooLong from None
    except CalculationFailed as error:
        raise AnswerFailed from error


async def _asked(
    pool: Pool, association_id: AssociationId, event_id: EventId, run_id: RunId, question: Question
) -> AskedQuestion:
    async with tenant_transaction(pool, association_id, readonly=True) as connection:
        run = await review.run(connection, event_id, run_id)
        _check_run(run, question)
        data = await _read(connection, run_id)
    snapshot = snapshots_.decode(data)
    _check_people(snapshot, question)
    memory = await encode.known(pool, association_id, MODEL_VERSIONS[run.policy.model], snapshot)
    return AskedQuestion(
        question=question,
        snapshot=data,
        policy=run.policy,
        seed=run.seed,
        format=run.format,
        memory=memory,
        learned=await learned_by(pool, association_id, run),
    )


async def _treatment(
    pool: Pool, association_id: AssociationId, event_id: EventId, run_id: RunId, by: Characteristic
) -> Treatment:
    async with tenant_transaction(pool, association_id, readonly=True) as connection:
        run = await review.run(connection, event_id, run_id)
        if run.format in NOT_OF_PAIRS:
            raise NotOfPairs
        return Treatment(
            by=by,
            snapshot=await _read(connection, run_id),
            pairs=await pairings.gains(connection, run_id, limit=PAIRINGS_MAX),
            answers=await feedback.answers_to_run(connection, run_id, limit=PAIRINGS_MAX),
        )


async def _read(connection: Connection, run_id: RunId) -> bytes:
    """What the run read. Raises `InputForgotten`."""
    data = await snapshots.get(connection, run_id)
    if data is None:
        raise InputForgotten
    return data


async def _tied(pool: Pool, association_id: AssociationId, event_id: EventId) -> Tied:
    async with tenant_transaction(pool, association_id, isolation="repeatable_read", readonly=True) as connection:
        if await events.get(connection, event_id) is None:
            raise NotFound
        people = await network_effects.people(connection, event_id, limit=snapshots.ATTENDEES_MAX)
        before = await network_effects.before(connection, event_id, limit=PAIRINGS_MAX)
        since = await network_effects.since(connection, event_id, limit=PAIRINGS_MAX)
    there = {one for one, _ in people}
    return Tied(
        people=people,
        before=[pair for pair in before if there.issuperset(pair)],
        since=[pair for pair in since if there.issuperset(pair)],
    )


async def _of_event(pool: Pool, association_id: AssociationId, event_id: EventId) -> AskedQuestion:
    async with tenant_transaction(pool, association_id, isolation="repeatable_read", readonly=True) as connection:
        event = await events.get(connection, event_id)
        if event is None:
            raise NotFound("There is no such event.")
        snapshot = await snapshots.read(connection, event_id)
    most = PEOPLE_MAX[CoverageQuestion]
    if len(snapshot.attendees) > most:
        raise TooManyToAsk(
            f"The event has {len(snapshot.attendees)} people, and this is answered here for up to {most}."
        )
    memory = await encode.known(pool, association_id, MODEL_VERSIONS[event.policy.model], snapshot)
    return AskedQuestion(
        question=CoverageQuestion(),
        snapshot=snapshots_.encode(snapshot),
        policy=event.policy,
        seed=1,
        format=Format.INTRODUCTIONS,
        memory=memory,
    )


async def _trial(pool: Pool, association_id: AssociationId, event_id: EventId, policy: Policy, format: Format) -> Asked:
    async with tenant_transaction(pool, association_id, isolation="repeatable_read", readonly=True) as connection:
        if await events.get(connection, event_id) is None:
            raise NotFound("There is no such event.")
        snapshot = await snapshots.read(connection, event_id)
        active = await weights.active(connection)
    if len(snapshot.attendees) > TRIED_MAX:
        raise TooManyToAsk(f"The event has {len(snapshot.attendees)} people, and this is tried for up to {TRIED_MAX}.")
    return Asked(
        snapshot=snapshots_.encode(snapshot),
        policy=policy,
        seed=1,
        format=format,
        memory=await encode.known(pool, association_id, MODEL_VERSIONS[policy.model], snapshot),
        learned=None if active is None else active.learned,
    )


def _check_run(run: MatchRun, question: Question) -> None:
    if run.format in NOT_OF_PAIRS and not isinstance(question, SeatsQuestion):
        raise NotOfPairs
    most = PEOPLE_MAX[type(question)]
    if run.report is not None and run.report.people > most:
        raise TooManyToAsk(f"The run has {run.report.people} people, and this is answered here for up to {most}.")


def _check_people(snapshot: Snapshot, question: Question) -> None:
    """Who is named must have been there when the run read its input."""
    there = {attendee.id for attendee in snapshot.attendees}
    if isinstance(question, TimeQuestion) and question.attendee_id not in there:
        raise NotFound
    if isinstance(question, SeatsQuestion) and not there.issuperset(one for pair in question.pairs for one in pair):
        raise NotFound
    named = {}
    if isinstance(question, PairQuestion):
        named = {"first": question.first, "second": question.second}
    if isinstance(question, SwapQuestion):
        named = structs.asdict(question)
    strangers = [name for name, one in named.items() if one not in there]
    if strangers:
        words = "This run has no such attendee."
        raise InvalidFields([FieldError(f"?{name}", "unknown-id", words) for name in strangers])

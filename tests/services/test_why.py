"""Questions about a stored run: answered from what it read, one at a time, and refused where that would take too long."""

import asyncio
import subprocess
import sys

import numpy as np
import pytest
from msgspec import structs

from matchmaker.errors import InvalidFields, NotFound
from matchmaker.matching.encoder import DIMENSIONS
from matchmaker.model import snapshot as snapshots_
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, RunId
from matchmaker.model.policy import MODEL_VERSIONS, Acquainted, Model, Policy
from matchmaker.model.run import Format, RunInput
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import text_hash
from matchmaker.model.whatif import (
    Answer,
    PairQuestion,
    Question,
    Relaxations,
    Rule,
    RulesQuestion,
    TimeQuestion,
    WhyNot,
)
from matchmaker.services import why
from matchmaker.services.calculate import Calculator
from matchmaker.services.review import RunNotDrafted
from matchmaker.services.why import AnswerFailed, AnswerTookTooLong, NotOfPairs, Questions, TooManyToAsk
from matchmaker.store import runs, snapshots, vectors
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services.conftest import held
from tests.worlds import attendee, room

A, B = AttendeeId("a"), AttendeeId("b")
EQUAL = Policy(model=Model.TFIDF, warmth=0)
WHY = PairQuestion(first=A, second=B)
TWO = room(
    attendee("a", seeks="quartz", offers="fjord", organisation="Acme"),
    attendee("b", seeks="fjord", offers="quartz", organisation="Acme"),
)


class Asker:
    """Stores runs and asks about them."""

    def __init__(self, pool: Pool, association_id: AssociationId, questions: Questions) -> None:
        self.pool, self.association_id, self.questions = pool, association_id, questions

    async def stored(
        self,
        snapshot: Snapshot | None = TWO,
        policy: Policy = EQUAL,
        *,
        people: int = 2,
        format: Format = Format.INTRODUCTIONS,
    ) -> tuple[EventId, RunId]:
        """A drafted run that read this."""
        async with tenant_transaction(self.pool, self.association_id) as connection:
            event = await factories.event(connection)
            run = await runs.add(connection, event.id, RunInput(format=format), policy=policy, at=AT)
            assert run is not None
            await runs.start(connection, run.id, AT)
            if snapshot is not None:
                await snapshots.add(connection, run.id, snapshots_.encode(snapshot))
            await _draft(connection, run.id, people)
        return event.id, run.id

    async def ask(self, run: tuple[EventId, RunId], question: Question = WHY) -> Answer:
        return await self.questions.ask(self.pool, self.association_id, *run, question)


async def _draft(connection: Connection, run_id: RunId, people: int) -> None:
    await runs.draft(
        connection,
        run_id,
        report=factories.report(people=people),
        unmatched=[],
        input_hash=factories.HASH,
        output_hash=factories.HASH,
        at=AT,
    )


@pytest.fixture
def asker(pool: Pool, association_id: AssociationId, calculator: Calculator) -> Asker:
    return Asker(pool, association_id, Questions(calculator))


async def test_a_question_is_answered_from_what_the_run_read(asker: Asker) -> None:
    run = await asker.stored(policy=structs.replace(EQUAL, colleagues=Acquainted.APART))
    found = await asker.ask(await asker.stored())
    assert isinstance(found, WhyNot)
    assert (found.code, found.value_to_first) == ("chosen", 50)
    rules = await asker.ask(run, RulesQuestion())
    assert isinstance(rules, Relaxations)
    more = {one.rule: one.objective_more for one in rules.relaxations}
    assert more[Rule.COLLEAGUES] == 100
    assert (await asker.ask(run)).code == "colleagues_apart"  # type: ignore[union-attr]


async def test_vectors_that_are_kept_are_not_encoded_again(asker: Asker) -> None:
    """Two who would not fit, did not the vectors that are kept say that kiwi is quartz."""
    two = room(attendee("a", seeks="quartz", offers="fjord"), attendee("b", seeks="fjord", offers="kiwi"))
    strict = Policy(floor=60)
    assert (await asker.ask(await asker.stored(two, strict))).code == "one_way"  # type: ignore[union-attr]
    one, other = (np.eye(1, DIMENSIONS, at, np.float32).tobytes() for at in (0, 1))
    async with tenant_transaction(asker.pool, asker.association_id) as connection:
        kept = {text_hash("quartz"): one, text_hash("kiwi"): one, text_hash("fjord"): other}
        await vectors.add_all(connection, MODEL_VERSIONS[Model.USEM3], kept)
    assert (await asker.ask(await asker.stored(two, strict))).code == "chosen"  # type: ignore[union-attr]


async def test_a_run_in_rounds_is_planned_within_them(asker: Asker) -> None:
    three = structs.replace(TWO, attendees=[*TWO.attendees, structs.replace(TWO.attendees[0], id=AttendeeId("c"))])
    policy = structs.replace(EQUAL, rounds=1)
    in_rounds = await asker.ask(await asker.stored(three, policy, format=Format.ROUNDS), RulesQuestion())
    at_once = await asker.ask(await asker.stored(three, policy), RulesQuestion())
    assert (in_rounds.outcome.pairings, at_once.outcome.pairings) == (1, 2)  # type: ignore[union-attr]


@pytest.mark.parametrize("format", [Format.TABLES, Format.SETS])
async def test_a_run_without_pairs_is_not_asked_about_pairs(asker: Asker, format: Format) -> None:
    with pytest.raises(NotOfPairs):
        await asker.ask(await asker.stored(format=format))


async def test_strangers_are_named_each(asker: Asker) -> None:
    run = await asker.stored()
    with pytest.raises(InvalidFields) as refused:
        await asker.ask(run, PairQuestion(first=AttendeeId("x"), second=AttendeeId("y")))
    assert [field.pointer for field in refused.value.fields] == ["?first", "?second"]
    with pytest.raises(InvalidFields) as refused:
        await asker.ask(run, PairQuestion(first=A, second=AttendeeId("y")))
    assert [field.pointer for field in refused.value.fields] == ["?second"]
    with pytest.raises(NotFound):
        await asker.ask(run, TimeQuestion(attendee_id=AttendeeId("x")))
    assert (await asker.ask(run, TimeQuestion(attendee_id=B))).introductions == 1  # type: ignore[union-attr]


async def test_a_run_that_is_unknown_unfinished_or_without_its_input_has_no_answer(asker: Asker) -> None:
    event_id, _ = await asker.stored()
    with pytest.raises(NotFound):
        await asker.ask((event_id, RunId("00000000-0000-4000-8000-000000000000")))
    async with tenant_transaction(asker.pool, asker.association_id) as connection:
        queued = await factories.run(connection, event_id)
    with pytest.raises(RunNotDrafted):
        await asker.ask((event_id, queued.id))
    with pytest.raises(NotFound):
        await asker.ask(await asker.stored(None))


@pytest.mark.parametrize(
    ("question", "most"), [(WHY, 3_000), (TimeQuestion(attendee_id=A), 3_000), (RulesQuestion(), 1_000)]
)
async def test_a_room_may_be_too_large_to_wait_for(asker: Asker, question: Question, most: int) -> None:
    await asker.ask(await asker.stored(people=most), question)
    with pytest.raises(TooManyToAsk, match=f"has {most + 1} people, and this is answered here for up to {most}"):
        await asker.ask(await asker.stored(people=most + 1), question)


async def test_an_answer_that_takes_too_long_is_not_waited_for_and_the_next_is_given(
    asker: Asker, calculator: Calculator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await asker.stored()
    await asker.ask(run)
    with monkeypatch.context() as patch, held(calculator):
        patch.setattr(why, "ANSWER_SECONDS_MAX", 0.5)
        answers = await asyncio.gather(asker.ask(run), asker.ask(run), return_exceptions=True)
        assert [type(one) for one in answers] == [AnswerTookTooLong, AnswerTookTooLong]
    assert (await asker.ask(run)).code == "chosen"  # type: ignore[union-attr]


async def test_two_questions_at_once_are_answered_one_after_the_other(asker: Asker) -> None:
    run = await asker.stored()
    first, second = await asyncio.gather(asker.ask(run), asker.ask(run))
    assert first == second


async def test_an_error_of_the_core_is_no_fault_of_the_client(asker: Asker) -> None:
    run = await asker.stored(policy=Policy())
    async with tenant_transaction(asker.pool, asker.association_id) as connection:
        await vectors.add_all(connection, MODEL_VERSIONS[Model.USEM3], {text_hash("quartz"): b"four"})
    with pytest.raises(AnswerFailed):
        await asker.ask(run)


def test_the_server_imports_no_arithmetic() -> None:
    words = "import sys, matchmaker.app; print({'numpy', 'scipy', 'sklearn', 'numba'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

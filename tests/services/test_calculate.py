"""The calculating child: what it answers, what it tells on the way, and that nothing it may suffer spoils the next task."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping

import pytest

from matchmaker.matching.pipeline import propose
from matchmaker.model import snapshot as snapshots
from matchmaker.model.policy import Model, Policy
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import text_hash
from matchmaker.services.calculate import Asked, CalculationFailed, Calculator, CalculatorDied, decoded
from tests.services.conftest import child_of, held
from tests.worlds import attendee, room

DEADLINE_SECONDS = 120
TFIDF = Policy(model=Model.TFIDF)
TWO = room(attendee("a", seeks="quartz", offers="fjord"), attendee("b", seeks="fjord", offers="quartz"))


def asked(snapshot: Snapshot = TWO, policy: Policy = TFIDF, memory: Mapping[bytes, bytes] | None = None) -> Asked:
    return Asked(
        snapshot=snapshots.encode(snapshot), policy=policy, seed=1, format=Format.ROUNDS, memory=dict(memory or {})
    )


class Ear:
    """Keeps what the child tells."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.vectors: dict[bytes, bytes] = {}

    async def __call__(self, stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
        self.stages.append(stage)
        self.vectors.update(vectors)


async def answers(calculator: Calculator) -> bool:
    """Whether the next task is answered, and with its own answer."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        return decoded(await calculator.propose(asked(), Ear())) == propose(TWO, TFIDF, seed=1, format=Format.ROUNDS)


async def test_the_child_proposes_what_the_core_proposes(calculator: Calculator) -> None:
    ear = Ear()
    assert decoded(await calculator.propose(asked(), ear)) == propose(TWO, TFIDF, seed=1, format=Format.ROUNDS)
    assert list(dict.fromkeys(ear.stages)) == ["vectors", "candidates", "assignment", "rounds", "ranking", "reasons"]


async def test_new_vectors_are_told_and_known_ones_are_not(calculator: Calculator) -> None:
    first, second = Ear(), Ear()
    before = await calculator.propose(asked(policy=Policy()), first)
    after = await calculator.propose(asked(policy=Policy(), memory=first.vectors), second)
    assert set(first.vectors) == {text_hash("quartz"), text_hash("fjord")}
    assert second.vectors == {}
    assert after == before
    assert await calculator.encode(["quartz", "fjord"]) == first.vectors


async def test_what_the_core_raises_is_told_in_words(calculator: Calculator) -> None:
    child = child_of(calculator)
    with pytest.raises(CalculationFailed) as failed:
        await calculator.propose(asked(policy=Policy(), memory={text_hash("quartz"): b"four"}), Ear())
    assert failed.value.detail.startswith("The calculation stopped with an error of its own (ValueError: ")
    assert "Traceback" not in failed.value.detail
    assert await answers(calculator)
    assert child_of(calculator) == child


async def test_a_child_that_is_killed_is_known_to_have_died(calculator: Calculator) -> None:
    with held(calculator) as child:
        proposing = asyncio.create_task(calculator.propose(asked(), Ear()))
        await asyncio.sleep(0.1)
        os.kill(child, signal.SIGKILL)
        with pytest.raises(CalculatorDied):
            await proposing
    assert await answers(calculator)


async def test_a_child_that_died_of_idleness_is_replaced(calculator: Calculator) -> None:
    os.kill(child_of(calculator), signal.SIGKILL)
    assert calculator._child is not None
    calculator._child.join()
    assert await answers(calculator)


async def test_whoever_is_cancelled_ends_the_child(calculator: Calculator) -> None:
    with held(calculator) as child:
        proposing = asyncio.create_task(calculator.propose(asked(), Ear()))
        await asyncio.sleep(0.1)
        proposing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await proposing
        assert not _exists(child)
    assert await answers(calculator)


async def test_a_listener_that_fails_leaves_no_answer_for_the_next(calculator: Calculator) -> None:
    async def fail(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
        raise ConnectionResetError("the listener's own")

    with pytest.raises(ConnectionResetError):
        await calculator.propose(asked(room()), fail)
    assert await answers(calculator)


async def test_one_task_at_a_time_and_who_waits_for_a_turn_may_leave() -> None:
    calculator = Calculator()
    try:
        with held(calculator) as child:
            tasks = [asyncio.create_task(calculator.propose(asked(one), Ear())) for one in (TWO, TWO, room(), TWO)]
            await asyncio.sleep(0.1)
            tasks[1].cancel()
            with pytest.raises(asyncio.CancelledError):
                await tasks[1]
            assert _exists(child)
        answered = [decoded(await one) for one in (tasks[0], *tasks[2:])]
        assert [len(one.pairings) for one in answered] == [1, 0, 1]
    finally:
        calculator.stop()


def test_the_parent_imports_no_arithmetic() -> None:
    words = "import sys, matchmaker.worker; print({'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

"""The arithmetic runs in one warm child process: the event loop beside it stays free, and a cancelled run is simply ended.

The child is spawned, imports the core once, and waits for work at the end of a pipe; it ends when its parent does. Only
this project's own values cross the pipe. The parent imports neither numpy nor scikit-learn.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection, wait
from typing import Any, ClassVar

from msgspec import Struct, msgpack

from matchmaker.errors import Unavailable
from matchmaker.model.fairness import Fairness, Treatment
from matchmaker.model.learning import EventAnswers, Taught
from matchmaker.model.network_effect import NetworkEffect, Tied
from matchmaker.model.policy import Model, Policy
from matchmaker.model.run import Format, Proposal
from matchmaker.model.weights import Learned, weights_with
from matchmaker.model.whatif import ANSWERS, Answer, Question

VECTORS_EACH_MESSAGE = 500
NICENESS = 5


class Asked(Struct, frozen=True, kw_only=True):
    """A run to calculate: a snapshot's canonical bytes, and what else decides the result."""

    snapshot: bytes
    policy: Policy
    seed: int
    format: Format
    memory: dict[bytes, bytes]
    learned: Learned | None = None


class AskedQuestion(Struct, frozen=True, kw_only=True):
    """A question about a run: what the run read, and what else decided its result."""

    question: Question
    snapshot: bytes
    policy: Policy
    seed: int
    format: Format
    memory: dict[bytes, bytes]
    learned: Learned | None = None


class AskedLesson(Struct, frozen=True, kw_only=True):
    """Answers to learn from, and the vectors there are."""

    events: list[EventAnswers]
    memory: dict[bytes, bytes]


class CalculationFailed(Unavailable):
    """The calculation stopped with an error of its own."""


class CalculatorDied(Unavailable):
    """The calculating process ended before its work was done."""


class Child:
    """One child, one task at a time. What it tells on the way is handed on as it comes."""

    name: ClassVar[str]

    @staticmethod
    def work(pipe: Connection) -> None:
        """What the child does."""
        raise NotImplementedError

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._lock = asyncio.Lock()
        self._child: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def warm(self) -> Connection:
        """Our end of the pipe to the child, which is started if there is none."""
        if self._child is not None and self._pipe is not None and self._child.is_alive():
            return self._pipe
        self.stop()
        self._pipe, theirs = self._context.Pipe()
        self._child = self._context.Process(
            target=self.work, args=(theirs,), name=f"matchmaker-{self.name}", daemon=True
        )
        self._child.start()
        theirs.close()
        return self._pipe

    async def _ask(self, task: tuple[str, Any], hear: Callable[[str, float, Mapping[bytes, bytes]], Any]) -> bytes:
        async with self._lock:
            pipe, kind, said = self.warm(), "heard", []
            try:
                await self._talk(pipe.send, task)
                while kind == "heard":
                    kind, *said = await self._talk(pipe.recv)
                    if kind == "heard":
                        await hear(*said)
            finally:
                if kind == "heard":  # what it would still say is nobody's answer
                    self.stop()
        if kind == "failed":
            raise CalculationFailed(said[0])
        return bytes(said[0])

    async def _talk(self, talk: Callable[..., Any], *words: Any) -> Any:
        """Send or receive in a thread, which is done with the pipe when this returns."""
        talking = asyncio.get_running_loop().run_in_executor(None, talk, *words)
        try:
            return await asyncio.shield(talking)
        except (EOFError, OSError):
            raise CalculatorDied from None
        finally:
            if not talking.done():
                self._end_child()
                await asyncio.wait((talking,))
                talking.exception()  # that the pipe broke is no news

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        self._end_child()
        pipe, self._child, self._pipe = self._pipe, None, None
        if pipe is not None:
            pipe.close()

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join()


class Calculator(Child):
    """The child that calculates. Progress and new vectors are handed on as they come."""

    name = "calculation"

    @staticmethod
    def work(pipe: Connection) -> None:
        serve(pipe)

    async def propose(self, asked: Asked, hear: Callable[[str, float, Mapping[bytes, bytes]], Any]) -> bytes:
        """The proposal as MessagePack. `await hear(stage, share, new vectors)` is called on the way.

        Raises `CalculationFailed` with the child's words, `CalculatorDied`, or what `hear` raises. If the caller is cancelled,
        or does not hear the task to its end, the child is ended.
        """
        return await self._ask(("propose", asked), hear)

    async def encode(self, texts: list[str]) -> dict[bytes, bytes]:
        """The vectors of `texts` by text hash, by the default model. Raises `CalculationFailed`, `CalculatorDied`."""
        found: dict[bytes, bytes] = {}

        async def hear(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
            found.update(vectors)

        await self._ask(("encode", texts), hear)
        return found

    async def answer(self, asked: AskedQuestion) -> Answer:
        """The answer to a question. Raises and ends as `propose`."""

        async def hear(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
            pass

        data = await self._ask(("answer", asked), hear)
        return msgpack.decode(data, type=ANSWERS[type(asked.question)])

    async def teach(self, asked: AskedLesson) -> Taught:
        """What answers teach. Raises and ends as `propose`."""

        async def hear(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
            pass

        return msgpack.decode(await self._ask(("teach", asked), hear), type=Taught)

    async def weigh(self, treatment: Treatment) -> Fairness:
        """How a run treats groups of people. Raises and ends as `propose`."""

        async def hear(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
            pass

        return msgpack.decode(await self._ask(("weigh", treatment), hear), type=Fairness)

    async def connect(self, tied: Tied) -> NetworkEffect:
        """What an event added to a network. Raises and ends as `propose`."""

        async def hear(stage: str, share: float, vectors: Mapping[bytes, bytes]) -> None:
            pass

        return msgpack.decode(await self._ask(("connect", tied), hear), type=NetworkEffect)


def serve(pipe: Connection) -> None:
    """The child: work through what the pipe brings until the parent is gone."""
    stand_behind()
    from matchmaker.matching import pipeline  # noqa: F401 - warm before the first task

    attend(pipe, DOES)


def stand_behind() -> None:
    """A child's place: it ends with its parent and by nobody else's signal, and leaves the processor to the event loop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICENESS)


def attend(pipe: Connection, does: Mapping[str, Callable[[Any, Connection], bytes]]) -> None:
    """Do one task after the other, as its kind says, until the pipe is closed."""
    while True:
        try:
            kind, task = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("done", does[kind](task, pipe)))
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            pipe.send(
                ("failed", f"The calculation stopped with an error of its own ({type(error).__name__}: {error}).")
            )


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(0)


def _proposed(asked: Asked, pipe: Connection) -> bytes:
    from matchmaker.matching.pipeline import propose
    from matchmaker.matching.reserves import RESERVES_EACH
    from matchmaker.model.snapshot import decode

    memory = _Told(asked.memory, pipe)

    def progress(stage: str, share: float) -> None:
        pipe.send(("heard", stage, share, {}))

    proposal = propose(
        decode(asked.snapshot),
        asked.policy,
        seed=asked.seed,
        format=asked.format,
        weights=weights_with(asked.policy.model, asked.learned),
        memory=memory,
        progress=progress,
        reserves_each=RESERVES_EACH,
    )
    return msgpack.encode(proposal)


def _answered(asked: AskedQuestion, pipe: Connection) -> bytes:
    from matchmaker.matching.questions import answer
    from matchmaker.model.snapshot import decode

    found = answer(
        decode(asked.snapshot),
        asked.policy,
        asked.question,
        seed=asked.seed,
        format=asked.format,
        weights=weights_with(asked.policy.model, asked.learned),
        memory=dict(asked.memory),
    )
    return msgpack.encode(found)


def _taught(asked: AskedLesson, pipe: Connection) -> bytes:
    from matchmaker.matching.gathering import teach

    return msgpack.encode(teach(asked.events, memory=dict(asked.memory)))


def _weighed(treatment: Treatment, pipe: Connection) -> bytes:
    from matchmaker.matching.fairness import fairness_with

    return msgpack.encode(fairness_with(treatment, seed=1))


def _connected(tied: Tied, pipe: Connection) -> bytes:
    from matchmaker.matching.network_effect import network_effect

    return msgpack.encode(network_effect(tied))


def _encoded(texts: list[str], pipe: Connection) -> bytes:
    from matchmaker.matching.vectors import vectors_of

    memory = _Told({}, pipe)
    vectors_of(texts, Model.USEM3, memory=memory, progress=lambda stage, share: None)
    return b""


DOES: dict[str, Callable[[Any, Connection], bytes]] = {
    "propose": _proposed,
    "answer": _answered,
    "encode": _encoded,
    "teach": _taught,
    "weigh": _weighed,
    "connect": _connected,
}


class _Told(dict[bytes, bytes]):
    """A memory that sends what is new through the pipe, a few hundred vectors at a time."""

    def __init__(self, known: Mapping[bytes, bytes], pipe: Connection) -> None:
        super().__init__(known)
        self._pipe = pipe

    def update(self, new: Any = (), /, **named: Any) -> None:
        items = list(dict(new).items())
        for begin in range(0, len(items), VECTORS_EACH_MESSAGE):
            self._pipe.send(("heard", "vectors", 1.0, dict(items[begin : begin + VECTORS_EACH_MESSAGE])))
        super().update(items)


def decoded(proposal: bytes) -> Proposal:
    """The proposal that the child sent."""
    return msgpack.decode(proposal, type=Proposal)

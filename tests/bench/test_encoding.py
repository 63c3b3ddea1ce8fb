"""What encoding costs is measured on the same texts whichever way, and figures belong together."""

import time

import pytest

from matchmaker.bench.encoding import TEXTS_MOST, WAYS, Way, measure, texts_of_lessons


def test_there_are_as_many_texts_as_one_may_ask_for_and_each_once() -> None:
    texts = texts_of_lessons(TEXTS_MOST)
    assert len(set(texts)) == len(texts) == TEXTS_MOST
    assert texts_of_lessons(7) == texts[:7]


def test_portions_threads_and_processes_are_all_measured() -> None:
    assert len({way.texts_at_once for way in WAYS}) >= 4
    assert {(way.threads, way.processes) for way in WAYS} == {(1, 1), (2, 1), (1, 2)}
    assert all(way.ours for way in WAYS if way.threads == 1 and way != Way(ours=False))


def test_figures_belong_together() -> None:
    ways = (
        Way(texts_at_once=3),
        Way(texts_at_once=8, processes=2),
        Way(texts_at_once=4, processes=2),
        Way(ours=False, threads=2),
    )
    heard: list[float] = []
    found = measure(8, clock=time.perf_counter, ways=ways, progress=lambda stage, share: heard.append(share))
    assert heard == pytest.approx([0, 1 / 4, 1 / 2, 3 / 4])
    assert found.texts == 8
    assert found.words_mean > 1
    assert [(one.ours, one.texts_at_once, one.threads, one.processes) for one in found.results] == [
        (one.ours, one.texts_at_once, one.threads, one.processes) for one in ways
    ]
    first = found.results[0].cpu_seconds
    for one in found.results:
        assert one.seconds > 0
        assert one.texts_per_cpu_second == pytest.approx(8 / one.cpu_seconds, rel=0.05)
        assert one.ratio == pytest.approx(one.cpu_seconds / first, rel=0.05)

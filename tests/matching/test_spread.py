"""A candidate pass spread over workers gives the bytes of one machine, also when a worker is lost on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from distributed import Client

from matchmaker.errors import Unavailable
from matchmaker.matching import plan
from matchmaker.matching.candidates import Scan, scan
from matchmaker.matching.directed import Words, scale_of
from matchmaker.matching.pairs import Room
from matchmaker.matching.plan import best_plan
from matchmaker.matching.roster import Floats
from matchmaker.matching.rules import pair_keys, plain_rules, special_of
from matchmaker.matching.spread import scan_spread, super_tiles
from matchmaker.model.weights import Weights
from matchmaker.services import cluster

COLUMNS = ("first", "second", "mutual", "to_first", "to_second")


def crowd(people: int, statements: int = 2, dimensions: int = 24) -> Room:
    """People with a few seeks and offers each, some of them barred from each other."""
    rng = np.random.default_rng(people)

    def unit() -> Floats:
        vectors = rng.standard_normal((people * statements, dimensions)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    starts, strength = np.arange(people + 1) * statements, np.ones(people * statements, np.float32)
    words = Words(
        seeks=unit(),
        offers=unit(),
        interests=np.zeros((people, dimensions), np.float32),
        seek_strength=strength,
        offer_strength=strength,
        seek_starts=starts,
        offer_starts=starts,
    )
    weights = Weights(version="test", cosine_least=0.0, cosine_full=1.0, steepness=1.0)
    barred = pair_keys(rng.integers(0, people, (3 * people, 2)), people)
    rules = plain_rules(rng.integers(1, 5, people))
    special = special_of(people=people, excluded=barred)
    scale = scale_of(weights, warmth=0.0, top=1.0, seeks_most=statements)
    return Room(words=words, scale=scale, rules=replace(rules, special=special))


def heard(stage: str, share: float) -> None:
    assert stage == "candidates"
    assert 0 < share <= 1


def same(one: Scan, other: Scan) -> bool:
    return one.excess == other.excess and all(
        getattr(one.edges, name).tobytes() == getattr(other.edges, name).tobytes() for name in COLUMNS
    )


@pytest.mark.parametrize("backend", ["threading", "loky"])
@pytest.mark.parametrize("stretch", [1, 600, 10_000])
def test_super_tiles_give_the_bytes_of_one_machine(backend: str, stretch: int) -> None:
    room = crowd(700)
    price = np.random.default_rng(2).random(700, np.float32) / np.float32(4)
    alone = scan(room, price, 8, heard)
    assert len(alone.edges) > 2_000
    assert alone.excess > 0
    assert same(alone, scan_spread(room, price, 8, heard, backend=backend, stretch=stretch))


def test_every_pair_is_in_one_super_tile() -> None:
    room = crowd(700)
    seen = np.zeros((700, 700), np.int64)
    for part in super_tiles(room, np.zeros(700, np.float32), 300):
        for task in part.tasks:
            for begin, end in task.columns:
                rows, columns = part.people[slice(*task.rows)], part.people[begin:end]
                seen[np.ix_(rows, columns)] += 1
    assert (np.triu(seen, 1) == np.triu(np.ones_like(seen), 1)).all()


def test_a_plan_spread_over_workers_is_the_plan_of_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "EVERY_PAIR_PEOPLE_MAX", 100)
    monkeypatch.setattr(plan, "BEST_EACH", 6)
    room = crowd(300)
    alone, spread = (
        best_plan(room, np.random.default_rng(1), lambda stage, share: None, backend=backend)
        for backend in (None, "threading")
    )
    assert alone.objective == spread.objective
    assert alone.upper_bound == spread.upper_bound
    assert alone.chosen.tobytes() == spread.chosen.tobytes()


def test_a_lost_worker_of_a_dask_cluster_changes_nothing() -> None:
    room, price = crowd(900), np.zeros(900, np.float32)
    alone = scan(room, price, 8, heard)
    with dask_cluster() as (scheduler, workers):
        killed = False

        def kill_one(stage: str, share: float) -> None:
            nonlocal killed
            if not killed:
                workers[0].send_signal(signal.SIGKILL)
                killed = True

        with cluster.workers_at(scheduler) as backend:
            assert backend == "dask"
            spread = scan_spread(room, price, 8, kill_one, backend=backend, stretch=200)
        assert killed
        assert workers[0].wait(10) == -signal.SIGKILL
    assert same(alone, spread)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS_MAX", 1)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9"), cluster.workers_at("tcp://127.0.0.1:9"):
        pass


@contextmanager
def dask_cluster() -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and two workers, each a process, on this machine."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    scheduler = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "distributed.cli.dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    workers: list[subprocess.Popen[str]] = []
    try:
        address = _address(scheduler)
        workers += [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "distributed.cli.dask_worker",
                    address,
                    "--nthreads",
                    "1",
                    "--no-nanny",
                    "--no-dashboard",
                ],
                stderr=subprocess.DEVNULL,
                text=True,
                env=environment,
            )
            for _ in range(2)
        ]
        _wait_for_two(address)
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def _address(scheduler: subprocess.Popen[str]) -> str:
    assert scheduler.stderr is not None
    for line in scheduler.stderr:
        if "tcp://127.0.0.1:" in line:
            return "tcp://127.0.0.1:" + line.split("tcp://127.0.0.1:")[1].split()[0]
    raise AssertionError("the scheduler said no address")


def _wait_for_two(address: str) -> None:
    with Client(address) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(2, timeout=60)

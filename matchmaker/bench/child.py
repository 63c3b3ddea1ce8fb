"""What runs in a process of its own, with one thread: the bare products, the pairs peers are given, one contestant.

Everyone warms up in a room of twenty first, so that neither imports nor compilation are counted.
"""

import math
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import structs
from threadpoolctl import threadpool_limits

from matchmaker.bench.figures import Figures
from matchmaker.bench.peers import Given, Peer
from matchmaker.bench.referee import best_pairs, judged
from matchmaker.bench.rooms import Recipe, made, made_up
from matchmaker.matching.edges import Edges

TILE = 2_048
FLOOR_SECONDS_LEAST = 0.5
WARM_PEOPLE = 20


def serve(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Do the work and send `("done", answer)`, or `("failed", why)` in words."""
    try:
        with threadpool_limits(1):
            pipe.send(("done", work(*arguments)))
    except ModuleNotFoundError as error:
        pipe.send(("failed", f"{error.name} is not installed"))
    except Exception as error:
        pipe.send(("failed", f"stopped with an error of its own ({type(error).__name__}: {error})"))


def contest(name: str, peer: Peer, recipe: Recipe, pairs: Path, cpu_seconds_most: int) -> Figures:
    """One contestant's figures. The process dies by SIGXCPU when warming up or solving takes more than `cpu_seconds_most`."""
    room = made(recipe)
    given = Given(room=room, edges=_read(pairs) if peer.takes_pairs else _none(), seed=recipe.seed)
    with _limited(cpu_seconds_most):
        _warm(peer, recipe.seed)
    with _limited(cpu_seconds_most):
        before = _cpu_seconds()
        result = peer.solve(given)
        took = _cpu_seconds() - before
    peak_mb = max(used.ru_maxrss for used in _used()) / 1_024
    edges = _read(pairs)
    fits = np.bincount(np.concatenate([edges.first, edges.second]), minlength=len(room)) > 0
    figures = judged(room, result, fits)
    return structs.replace(figures, name=name, cpu_seconds=round(took, 4), peak_mb=round(peak_mb, 1), how=peer.how)


def write_pairs(recipe: Recipe, each: int, file: Path) -> float:
    """The eligible pairs among the `each` best of either side, written to `file`; the CPU seconds that took."""
    room = made(recipe)
    before = _cpu_seconds()
    edges = best_pairs(room, each)
    took = _cpu_seconds() - before
    np.savez(file, allow_pickle=False, **vars(edges))
    return took


def bare_products(recipe: Recipe) -> tuple[int, float]:
    """How many people a room has, and the CPU seconds of all its seeks times all its offers, in tiles, and nothing else."""
    room = made(recipe)
    seeks, offers = (np.asarray(matrix) for matrix in (room.words.seeks, room.words.offers))
    out = np.empty((TILE, TILE), np.float32)
    times, before = 0, _cpu_seconds()
    while _cpu_seconds() - before < FLOOR_SECONDS_LEAST:
        for row in range(0, len(seeks), TILE):
            tile = seeks[row : row + TILE]
            for column in range(0, len(offers), TILE):
                other = offers[column : column + TILE]
                np.matmul(tile, other.T, out=out[: len(tile), : len(other)])
        times += 1
    return len(room), (_cpu_seconds() - before) / times


def _warm(peer: Peer, seed: int) -> None:
    room = made_up(WARM_PEOPLE, seed)
    peer.solve(Given(room=room, edges=best_pairs(room, WARM_PEOPLE), seed=seed))


@contextmanager
def _limited(cpu_seconds: int) -> Iterator[None]:
    """For the length of the block, the kernel ends this process after so many CPU seconds, without a core file."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(_cpu_seconds()) + cpu_seconds, most))
    yield
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))


def _cpu_seconds() -> float:
    """User and system time of this process and of the children it waited for."""
    return sum(used.ru_utime + used.ru_stime for used in _used())


def _used() -> list[resource.struct_rusage]:
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def _read(pairs: Path) -> Edges:
    with np.load(pairs, allow_pickle=False) as columns:
        return Edges(**columns)


def _none() -> Edges:
    ends, values = np.empty(0, np.int64), np.empty(0, np.float32)
    return Edges(first=ends, second=ends, mutual=values, to_first=values, to_second=values, weight=values)

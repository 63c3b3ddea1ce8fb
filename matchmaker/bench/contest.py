"""The contest: every room, every contestant in a fresh process of its own, one after the other, and a table of it all."""

import math
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import structs

from matchmaker.bench import child, ours
from matchmaker.bench.figures import OURS, Bench, Figures, RoomFigures
from matchmaker.bench.peers import PEERS, Given, Peer
from matchmaker.bench.referee import Result
from matchmaker.bench.rooms import Recipe
from matchmaker.errors import Unavailable

BEST_EACH = 64
CPU_SECONDS_MOST = 120
PRODUCTS_MOST = 10  # or so many times the bare products of the room, where that is more
CLOCK_SECONDS_LEAST = 600  # a contestant that sleeps is ended too: after this, or
CLOCK_TIMES = 10  # so many times its CPU seconds, by the clock

Progress = Callable[[str, float], None]


class BenchStopped(Unavailable):
    """The benchmark could not prepare a room."""


class NoAnswer(Exception):
    """A process gave no answer; the words say why."""


class TookTooLong(NoAnswer):
    """It used up its CPU seconds."""


def we(given: Given) -> Result:
    """Ours, which finds its own pairs."""
    return ours.solve(given.room, given.seed)


CONTESTANTS: dict[str, Peer] = {
    OURS: Peer(solve=we, how="from the vectors on", takes_pairs=False),
    **PEERS,
}


def hold(
    recipes: Iterable[Recipe],
    contestants: Mapping[str, Peer] = CONTESTANTS,
    *,
    cpu_seconds_most: int | None = None,
    progress: Progress = lambda stage, share: None,
) -> Bench:
    """All contestants in all rooms. Whoever takes more than `cpu_seconds_most` (120, or ten times the room's bare products) is
    ended and listed as such. Raises `BenchStopped` where a room cannot be made."""
    return Bench(rooms=[_room(recipe, contestants, cpu_seconds_most, progress) for recipe in recipes])


def _room(
    recipe: Recipe, contestants: Mapping[str, Peer], cpu_seconds_most: int | None, progress: Progress
) -> RoomFigures:
    with TemporaryDirectory() as folder:
        try:
            progress("the bare matrix products", 0.0)
            people, gemm_seconds = answer(child.bare_products, recipe)
            files = _pair_files(recipe, people, contestants, Path(folder), progress)
        except NoAnswer as error:
            raise BenchStopped(f"A room could not be made: the process {error}.") from None
        most = cpu_seconds_most or max(CPU_SECONDS_MOST, math.ceil(PRODUCTS_MOST * gemm_seconds))
        results = []
        for name, peer in contestants.items():
            progress(f"{people:,} people: {name}", 0.0)
            each = _each(peer, people)
            file, took = files[each]
            figures = _figures(name, peer, recipe, people, file, most)
            if peer.takes_pairs and figures.skipped is None:
                given = "every pair" if each == people else f"{each} best each"
                figures = structs.replace(figures, pairs_given=given, pairs_seconds=round(took, 2))
            results.append(figures)
    return _summed(people, gemm_seconds, results)


def _pair_files(
    recipe: Recipe, people: int, contestants: Mapping[str, Peer], folder: Path, progress: Progress
) -> dict[int, tuple[Path, float]]:
    """The pairs handed out, by how many of each person's best they hold: the file, and the CPU seconds it took."""
    progress(f"{people:,} people: the pairs that peers are given", 0.0)
    files = {}
    for each in sorted({_each(peer, people) for peer in contestants.values()}):
        file = folder / f"best-{each}.npz"
        files[each] = file, answer(child.write_pairs, recipe, each, file)
    return files


def _each(peer: Peer, people: int) -> int:
    return people if people <= peer.every_pair_to else BEST_EACH


def _figures(name: str, peer: Peer, recipe: Recipe, people: int, pairs: Path, cpu_seconds_most: int) -> Figures:
    if peer.people_most is not None and people > peer.people_most:
        return Figures(
            name=name, how=peer.how, skipped=f"takes too long with more than {peer.people_most:,} people; not tried"
        )
    clock_seconds = max(CLOCK_SECONDS_LEAST, CLOCK_TIMES * cpu_seconds_most)
    try:
        figures: Figures = answer(
            child.contest, name, peer, recipe, pairs, cpu_seconds_most, clock_seconds=clock_seconds
        )
    except TookTooLong:
        return Figures(name=name, how=peer.how, skipped=f"gave up after {cpu_seconds_most} CPU seconds")
    except NoAnswer as error:
        return Figures(name=name, how=peer.how, skipped=str(error))
    return figures


def _summed(people: int, gemm_seconds: float, results: list[Figures]) -> RoomFigures:
    """The room with its bound: the least that anyone proved who saw every pair."""
    saw_all = (one for one in results if one.name == OURS or one.pairs_given == "every pair")
    bound = min((one.proved for one in saw_all if one.proved is not None), default=None)
    return RoomFigures(
        people=people,
        gemm_seconds=round(gemm_seconds, 6),
        upper_bound=bound,
        results=[_compared(one, gemm_seconds, bound) for one in results],
    )


def _compared(figures: Figures, gemm_seconds: float, bound: float | None) -> Figures:
    if figures.objective is None or figures.cpu_seconds is None:
        return figures
    return structs.replace(
        figures,
        upper_bound=bound,
        share_of_bound=round(figures.objective / bound, 5) if bound else None,
        gemm_ratio=round(figures.cpu_seconds / gemm_seconds, 2),
    )


def answer(work: Callable[..., Any], *arguments: Any, clock_seconds: float | None = None) -> Any:
    """What `work(*arguments)` returns in a process of its own. Raises `NoAnswer`; after `clock_seconds` by the clock at the
    latest, where they are given."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([child.__name__])  # a process a contestant, without two seconds of imports each
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=child.serve, args=(there, work, arguments), daemon=True)
    process.start()
    there.close()
    try:
        if not here.poll(clock_seconds):
            raise NoAnswer(f"gave up after {clock_seconds:g} seconds by the clock")
        kind, said = here.recv()
    except EOFError:
        process.join()
        raise _death(process.exitcode or 0) from None
    finally:
        process.kill()
        process.join()
        here.close()
    if kind == "failed":
        raise NoAnswer(said)
    return said


def _death(code: int) -> NoAnswer:
    if code == -signal.SIGXCPU:
        return TookTooLong()
    return NoAnswer(f"was ended by signal {-code}" if code < 0 else f"left with code {code}")

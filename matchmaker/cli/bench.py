"""`matchmaker bench`: ours beside its peers, measured in one run."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from msgspec import json
from rich.table import Table as Screen

from matchmaker.bench.chart import chart as drawn
from matchmaker.bench.chart import share_of
from matchmaker.bench.contest import CONTESTANTS, CPU_SECONDS_MOST, hold
from matchmaker.bench.encoding import TEXTS_MOST, EncodingFigures, WayFigures, measure
from matchmaker.bench.figures import OURS, Bench, Figures, RoomFigures
from matchmaker.bench.peers import PEERS, Peer
from matchmaker.bench.rooms import Recipe
from matchmaker.cli.files import read_table
from matchmaker.cli.progress import out as screen
from matchmaker.cli.progress import stages
from matchmaker.errors import Invalid
from matchmaker.intake.table import Table
from matchmaker.model.counting import counted
from matchmaker.model.text import INT4_MAX

PEOPLE = (200, 2_000, 10_000)
PEOPLE_LARGE = 100_000
PEOPLE_LEAST, PEOPLE_MOST = 2, 200_000
SECONDS_MOST = 86_400

existing = click.Path(exists=True, dir_okay=False, path_type=Path)
written = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("file", type=existing, required=False)
@click.option("--map", "mapping", metavar="SOURCE=TARGET,…", help="Columns of yours as ours: bio=offers+interests.")
@click.option("--people", metavar="N,…", help="Sizes of made-up rooms. [default: 200,2000,10000; none beside a FILE]")
@click.option("--large", is_flag=True, help="Add a room of 100,000 people.")
@click.option("--seed", type=click.IntRange(0, INT4_MAX), default=1, show_default=True, help="Makes the rooms up.")
@click.option("--peers", metavar="NAME,…", help=f"Only these beside ours: {', '.join(PEERS)}. [default: all]")
@click.option(
    "--most",
    type=click.IntRange(1, SECONDS_MOST),
    help=f"CPU seconds a contestant may take. [default: {CPU_SECONDS_MOST}, or ten times the bare products]",
)
@click.option(
    "--encode", is_flag=True, help="Measure instead what encoding texts costs, by portions, threads and processes."
)
@click.option(
    "--texts",
    type=click.IntRange(1, TEXTS_MOST),
    default=2_000,
    show_default=True,
    help="How many texts --encode encodes.",
)
@click.option("--out", type=written, help="Write the figures here, as .json.")
@click.option("--chart", type=written, help="Draw the figures here, as .svg.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
def bench(
    file: Path | None,
    mapping: str | None,
    people: str | None,
    large: bool,
    seed: int,
    peers: str | None,
    most: int | None,
    encode: bool,
    texts: int,
    out: Path | None,
    chart: Path | None,
    as_json: bool,
) -> None:
    """Match the same rooms by Matchmaker and by its peers, and compare: what all pairings are worth together beside what is
    proven to be the most, people left out, one-way pairings, load, CPU seconds and memory.

    Rooms are made up, or read from FILE (CSV). Every contestant runs in a process of its own, on one thread. Peers that are
    not installed are named: `pip install -e '.[bench]'` brings them.
    """
    for written_to in filter(None, (out, chart)):
        if not written_to.parent.is_dir():
            raise Invalid(f"There is no folder {written_to.parent} to write to.", cure="Make it, or choose another.")
    if encode:
        if file or people or large or peers or chart:
            raise Invalid(
                "--encode knows neither rooms, peers nor a chart.", cure="Give it --texts, --out and --json alone."
            )
        with stages() as progress:
            costs = measure(texts, clock=time.perf_counter, progress=progress)
        _put(costs, _show_costs, out, as_json)
        return
    contestants = _contestants(peers)
    table = _table(file, mapping) if file else None
    sizes = _sizes(people, large, file)
    with TemporaryDirectory() as folder, stages() as progress:
        recipes = [Recipe(seed=seed, people=size) for size in sizes]
        if table is not None:
            recipes.insert(0, Recipe(seed=seed, table=table, memory=str(Path(folder) / "vectors.bin")))
        found = hold(recipes, contestants, cpu_seconds_most=most, progress=progress)
    if chart is not None:
        chart.write_text(drawn(found), "utf-8")
    _put(found, _show, out, as_json)


def _put(found: Any, show: Callable[[Any], None], out: Path | None, as_json: bool) -> None:
    """Figures into a file, and as JSON or as a table to the terminal."""
    if out is not None:
        out.write_bytes(_json(found))
    if as_json:
        click.echo(_json(found), nl=False)
    else:
        show(found)


def _contestants(peers: str | None) -> dict[str, Peer]:
    """Ours, and the peers asked for; all unless some are named."""
    wanted = [name.strip() for name in (peers or ",".join(CONTESTANTS)).split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in CONTESTANTS]:
        raise Invalid(f"There is no peer {unknown[0]!r}.", cure=f"Choose of {', '.join(CONTESTANTS)}.")
    return {name: peer for name, peer in CONTESTANTS.items() if name == OURS or name in wanted}


def _sizes(people: str | None, large: bool, file: Path | None) -> list[int]:
    default = () if file else PEOPLE
    sizes = [_size(part) for part in people.split(",")] if people else list(default)
    return [*sizes, PEOPLE_LARGE] if large else sizes


def _size(part: str) -> int:
    if not part.strip().isdecimal() or not PEOPLE_LEAST <= int(part) <= PEOPLE_MOST:
        raise Invalid(
            f"--people has {part!r}, which is no size of a room.",
            cure=f"Write sizes from {PEOPLE_LEAST} to {PEOPLE_MOST:,} as 200,2000.",
        )
    return int(part)


def _table(file: Path, mapping: str | None) -> Table:
    table = read_table(file, mapping)
    cure = f"`matchmaker match {file.name}` names what is wrong with each."
    if len(table.rows) < PEOPLE_LEAST:
        raise Invalid(
            f"{file.name} has {counted(len(table.rows), 'row', 'rows')} of use; a room has two at least.", cure=cure
        )
    if table.failed:
        click.echo(
            f"Left out of {file.name}, since it cannot be used: {counted(len(table.failed), 'row', 'rows')}. {cure}",
            err=True,
        )
    return table


def _json(found: Bench | EncodingFigures) -> bytes:
    return json.format(json.encode(found), indent=2) + b"\n"


def _show(found: Bench) -> None:
    """A table a room, for a person at a terminal, and what must be known to read it."""
    for room in found.rooms:
        bound = "no bound is proven" if room.upper_bound is None else f"no plan exceeds {room.upper_bound:,.0f}"
        products = f"the bare products take {room.gemm_seconds:.3g} CPU seconds"
        screen.print(f"{counted(room.people, 'person', 'people')}: {bound}; {products}", style="bold", soft_wrap=True)
        shown = Screen(box=None, padding=(0, 1, 0, 0))
        shown.add_column("", no_wrap=True)
        for head in ("objective", "share", "left out", "one way", "Gini", "CPU s", "× bare", "MB"):
            shown.add_column(head, justify="right", no_wrap=True)
        for figures in room.results:
            if figures.skipped is None:
                shown.add_row(figures.name, *_cells(figures, room))
        screen.print(shown)
        for remark in _remarks(room):
            screen.print(f"  {remark}", style="dim")
        screen.print()


def _cells(figures: Figures, room: RoomFigures) -> tuple[str, ...]:
    return (
        f"{figures.objective:,.0f}",
        f"{share_of(figures, room):.2%}",
        f"{figures.left_out:,}",
        f"{figures.one_way_share:.1%}",
        f"{figures.load_gini:.2f}",
        f"{figures.cpu_seconds:,.2f}",
        f"{figures.gemm_ratio:,.1f}",
        f"{figures.peak_mb:,.0f}",
    )


def _remarks(room: RoomFigures) -> Iterator[str]:
    """Who was given which pairs, and who gave no answer and why."""
    given = {(one.pairs_given, one.pairs_seconds) for one in room.results if one.pairs_given is not None}
    for pairs, seconds in sorted(given):
        names = ", ".join(one.name for one in room.results if one.pairs_given == pairs)
        yield f"Given {pairs} (found in {seconds:.1f} CPU seconds): {names}."
    for figures in room.results:
        if figures.skipped is not None:
            yield f"{figures.name}: {figures.skipped}."


def _show_costs(found: EncodingFigures) -> None:
    """A table of the ways."""
    screen.print(f"{counted(found.texts, 'text', 'texts')} of {found.words_mean:g} words", style="bold", soft_wrap=True)
    shown = Screen(box=None, padding=(0, 1, 0, 0))
    shown.add_column("", no_wrap=True)
    for head in ("at once", "threads", "processes", "CPU s", "texts / CPU s", "× first", "by the clock"):
        shown.add_column(head, justify="right", no_wrap=True)
    for way in found.results:
        shown.add_row("ours" if way.ours else "as it comes", *_costs(way))
    screen.print(shown)


def _costs(way: WayFigures) -> tuple[str, ...]:
    return (
        f"{way.texts_at_once:,}",
        f"{way.threads}",
        f"{way.processes}",
        f"{way.cpu_seconds:,.2f}",
        f"{way.texts_per_cpu_second:,.0f}",
        f"{way.ratio:,.2f}",
        f"{way.seconds:,.1f} s",
    )

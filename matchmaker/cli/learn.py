"""`matchmaker learn --evaluate FILE`: how well answers are foretold, at events that were not learned from."""

from pathlib import Path

import click
from msgspec import json
from rich.table import Table as Screen

from matchmaker.cli.choices import existing
from matchmaker.cli.progress import out as screen
from matchmaker.intake import decisions
from matchmaker.model.learning import Foretold
from matchmaker.model.text import INT4_MAX
from matchmaker.services.learn import evaluate

WAYS = {
    "ours": "ours",
    "in_run": "as a run weighs it",
    "unsupervised": "without learning",
    "popularity": "popularity",
    "random": "random",
}


@click.command()
@click.option("--evaluate", "file", type=existing, required=True, help="Decisions as CSV, or a ZIP of one.")
@click.option("--seed", type=click.IntRange(0, INT4_MAX), default=1, show_default=True, help="Of the random order.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
def learn(file: Path, seed: int, as_json: bool) -> None:
    """Foretell the answers in FILE, each event by what the others taught: AUC of a yes from both, before people met and after
    each person's first 2 and 4 meetings, beside the score without learning, popularity and random."""
    read = decisions.read(file.read_bytes())
    if read.left_out:
        click.echo(f"{len(read.left_out)} lines cannot be used; the first is line {read.left_out[0]}.", err=True)
    found = evaluate(read, seed=seed)
    if as_json:
        click.echo(json.format(json.encode(found), indent=2))
    else:
        _show(found)


def _show(found: list[Foretold]) -> None:
    shown = Screen(box=None, padding=(0, 2, 0, 0))
    shown.add_column("AUC of a yes from both", no_wrap=True)
    for one in found:
        shown.add_column(f"after {one.after}" if one.after else "before", justify="right")
    for way, words in WAYS.items():
        shown.add_row(words, *(f"{one.auc[way]:.3f}" for one in found))
    shown.add_row("calibration error", *(f"{one.calibration_error:.3f}" for one in found), style="dim")
    shown.add_row("pairs", *(f"{one.pairs:,}" for one in found), style="dim")
    shown.add_row("yes from both", *(f"{one.yes_share:.1%}" for one in found), style="dim")
    screen.print(shown)

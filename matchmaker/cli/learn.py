"""`matchmaker learn`: from answers, now; or how well they are foretold. `matchmaker uplift`: what holding back could show."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click
from msgspec import json
from rich.table import Table as Screen

from matchmaker.cli.admin import _uuid
from matchmaker.cli.choices import existing
from matchmaker.cli.database import data_option, database, settings_of
from matchmaker.cli.progress import out as screen
from matchmaker.errors import Invalid, NotFound
from matchmaker.intake import decisions
from matchmaker.matching.uplift import power_of
from matchmaker.model.counting import counted
from matchmaker.model.ids import AssociationId
from matchmaker.model.learning import Foretold, WeightsState, WeightsVersion
from matchmaker.model.text import INT4_MAX
from matchmaker.services.calculate import Calculator
from matchmaker.services.learn import evaluate, learn_now
from matchmaker.store import associations
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction

WAYS = {
    "ours": "ours",
    "in_run": "as a run weighs it",
    "unsupervised": "without learning",
    "popularity": "popularity",
    "random": "random",
}


@click.command()
@click.option("--evaluate", "file", type=existing, help="Decisions as CSV, or a ZIP of one; no database.")
@click.option("--association", "association_id", help="Learn from the feedback of this association's events, now.")
@data_option
@click.option("--seed", type=click.IntRange(0, INT4_MAX), default=1, show_default=True, help="Of the random order.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
def learn(file: Path | None, association_id: str | None, data: Path | None, seed: int, as_json: bool) -> None:
    """Learn from answers, or see how well they are foretold.

    Of an association the next version of its weights is learned, and used if it beats the score without learning. Of a FILE
    each event is foretold by what the others taught: AUC of a yes from both, before people met and after each person's first
    2 and 4 meetings, beside the score without learning, popularity and random.
    """
    if (file is None) == (association_id is None):
        raise Invalid("Say what to learn from.", cure="Give one of --evaluate FILE and --association ID.")
    if association_id is not None:
        _say_learned(_learned(_uuid(association_id, "association"), data), as_json)
    elif file is not None:
        read = decisions.read(file.read_bytes())
        if read.left_out:
            click.echo(
                f"Of no use: {counted(len(read.left_out), 'line', 'lines')}; the first is line {read.left_out[0]}.",
                err=True,
            )
        found = evaluate(read, seed=seed)
        if as_json:
            click.echo(json.format(json.encode(found), indent=2))
        else:
            _show(found)


def _learned(association_id: str, data: Path | None) -> WeightsVersion:
    async def connected(dsn: str) -> WeightsVersion:
        pool, calculator = await open_pool(dsn), Calculator()
        try:
            async with tenant_transaction(pool, AssociationId(association_id)) as connection:
                if await associations.get(connection) is None:
                    raise NotFound("There is no such association.")
            return await learn_now(pool, AssociationId(association_id), calculator, now=lambda: datetime.now(UTC))
        finally:
            calculator.stop()
            await pool.close()

    with database(settings_of(data)) as settings:
        return asyncio.run(connected(settings.database_url or ""))


def _say_learned(found: WeightsVersion, as_json: bool) -> None:
    if as_json:
        click.echo(json.format(json.encode(found), indent=2))
        return
    figures = found.figures
    said = {
        WeightsState.LEARNED: "is used from now on",
        WeightsState.NO_BETTER: "is no better than no learning, and is not used",
        WeightsState.TOO_FEW: "is empty: there are too few answers. It takes two events with both yes and no",
    }
    click.echo(f"Version {found.version} {said.get(found.state, found.error or found.state.value)}.")
    if figures is not None:
        click.echo(f"{counted(figures.answers, 'answer', 'answers')} of {counted(figures.events, 'event', 'events')}.")
    if figures is not None and figures.auc is not None and figures.auc_unsupervised is not None:
        click.echo(f"AUC at the newest event: {figures.auc:.3f}, without learning {figures.auc_unsupervised:.3f}.")


@click.command()
@click.option(
    "--pairs", type=click.IntRange(1, 1_000_000), required=True, help="Introductions, those held back included."
)
@click.option("--held-back", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="Share held back.")
@click.option("--yes-share", type=click.FloatRange(0, 1), default=0.3, show_default=True, help="Yes without matching.")
@click.option("--difference", type=click.FloatRange(0, 1), default=0.1, show_default=True, help="What matching brings.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
def uplift(pairs: int, held_back: float, yes_share: float, difference: float, as_json: bool) -> None:
    """Say before an event whether holding back a random share of introductions could show what matching adds."""
    found = power_of(pairs=pairs, held_back=held_back, yes_share=yes_share, uplift=difference)
    if as_json:
        click.echo(json.format(json.encode(found), indent=2))
        return
    click.echo(f"Held back: {found.held_back:,} of {counted(found.pairs, 'introduction', 'introductions')}.")
    click.echo(f"A difference of {difference:.0%} is told from chance in {found.power:.0%} of such events.")
    if found.difference_least is None:
        click.echo("No difference is found in four of five.")
    else:
        click.echo(f"One of {found.difference_least:.0%} is found in four of five.")


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

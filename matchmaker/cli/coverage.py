"""`coverage`: what the people of a file seek against what they offer, by topic, with no database."""

from pathlib import Path
from typing import Any

import click
from msgspec import json
from rich.console import Console
from rich.table import Table as Screen

from matchmaker.cli.choices import existing
from matchmaker.cli.files import columns_said, read_usable
from matchmaker.cli.memory import kept_in, remembering
from matchmaker.cli.progress import stages
from matchmaker.cli.summary import say_rows
from matchmaker.model.coverage import Coverage, Unmatchable
from matchmaker.model.policy import Model, Policy
from matchmaker.services.match_file import Who, cover_file

SHOWN_MAX = 10


@click.command()
@click.argument("file", type=existing)
@columns_said
@click.option("--model", type=click.Choice([one.value for one in Model]), default="usem3", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")
@kept_in
def coverage(
    file: Path,
    mapping: str | None,
    mapping_from: Path | None,
    sheet: str | None,
    model: str,
    as_json: bool,
    data: Path,
) -> None:
    """Read attendees from FILE (CSV or a workbook), and say what they seek that nobody offers, and offer that nobody seeks."""
    policy = Policy(model=Model(model))
    with remembering(data, policy.model) as memory, stages() as progress:
        progress("reading", 0.0)
        table = read_usable(file, mapping, mapping_from, sheet)
        answered = cover_file(table, policy, seed=1, memory=memory, progress=progress)
    found: Any = answered.answer
    if as_json:
        click.echo(json.format(json.encode(found), indent=2))
    else:
        _show(found, answered.who)
    say_rows(table)


def _show(found: Coverage, who: Who) -> None:
    screen = Screen("topic", "sought", "offered", "unmet", "idle", "for example")
    for topic in found.topics:
        counts = (topic.seeks, topic.offers, topic.unmet, topic.idle)
        screen.add_row(topic.label, *map(str, counts), topic.example)
    console = Console(markup=False, highlight=False)
    console.print(screen)
    console.print(f"{found.unmet} of {found.seeks} seeks are answered by nobody:")
    _list(console, found.unmet_seeks, who)
    console.print(f"{found.idle} of {found.offers} offers answer nobody:")
    _list(console, found.idle_offers, who)


def _list(console: Console, texts: list[Unmatchable], who: Who) -> None:
    for one in texts[:SHOWN_MAX]:
        console.print(f"  {who[one.attendee_id][0].name}: {one.text}")
    if len(texts) > SHOWN_MAX:
        console.print(f"  … and {len(texts) - SHOWN_MAX} more; --json has them.")

"""`matchmaker mapping suggest FILE`: which columns seem to be what, as a mapping to look at, change and use."""

from pathlib import Path

import click

from matchmaker.cli.choices import existing
from matchmaker.cli.files import open_sheet
from matchmaker.errors import Invalid
from matchmaker.intake import mapping_file
from matchmaker.intake.recognise import suggestion_of
from matchmaker.intake.sheet import Sheet
from matchmaker.model.mapping import Field, MappingInput


@click.group()
def mapping() -> None:
    """Say what the columns of a file are."""


@mapping.command()
@click.argument("file", type=existing)
@click.option("--sheet", help="The sheet of a workbook; else the first that holds anything.")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write it here, as .toml.")
def suggest(file: Path, sheet: str | None, out: Path | None) -> None:
    """Suggest a mapping for FILE, from its headers and what stands under them. Look at it before you use it."""
    found = open_sheet(file, sheet)
    suggestion = suggestion_of(found)
    if not suggestion.rules:
        raise Invalid("No column looks like one of ours.", cure="Write a mapping by hand: a name and [[rules]].")
    text = mapping_file.written(MappingInput(name=file.stem[:200] or "mapping", rules=suggestion.rules))
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
    if suggestion.tool is not None:
        click.echo(f"This is an export of {suggestion.tool.value.capitalize()}.", err=True)
    if any(rule.field is Field.GROUPS and rule.column for rule in suggestion.rules):
        click.echo(
            "Who is what makes a group: with [[group_rules]] in a policy each side meets the other alone.", err=True
        )
    _say_unused(found, {rule.column for rule in suggestion.rules})


def _say_unused(sheet: Sheet, used: set[str | None]) -> None:
    left = [name for name in (" ".join(header.split()) for header in sheet.header) if name and name not in used]
    for name in left:
        click.echo(f"kept, but not matched on: {name[:100]}", err=True)

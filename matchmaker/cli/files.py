"""Files of attendees on the command line: CSV or a workbook, with columns as `--map` or a mapping's file says."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click

from matchmaker.cli.summary import say_rows
from matchmaker.errors import Invalid
from matchmaker.intake import mapping_file, meaning
from matchmaker.intake.sheet import Sheet
from matchmaker.intake.table import Table, Unusable
from matchmaker.model.mapping import MappingInput, columns_of
from matchmaker.services.open_file import open_now

ROWS_MAX = 100_000

OPTIONS = (
    click.option("--map", "mapping", metavar="SOURCE=TARGET,…", help="Columns of yours as ours: bio=offers+interests."),
    click.option(
        "--mapping",
        "mapping_from",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A mapping, as `matchmaker mapping suggest` writes one: .toml or .json.",
    ),
    click.option("--sheet", help="The sheet of a workbook; else the first that holds anything."),
)


def columns_said(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with the options that say what columns are."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def read_table(file: Path, mapping: str | None, mapping_from: Path | None = None, sheet: str | None = None) -> Table:
    """The attendees of a file. Raises `Invalid`."""
    if mapping is not None and mapping_from is not None:
        raise Invalid("Both --map and --mapping say what columns are.", cure="Leave one of them out.")
    given = mapped(mapping)
    rules = None if mapping_from is None else read_mapping(mapping_from).rules
    known = [*given, *columns_of(rules or ())]
    return meaning.read(open_sheet(file, sheet, known), given=given, rules=rules, rows_max=ROWS_MAX)


def read_usable(file: Path, mapping: str | None, mapping_from: Path | None, sheet: str | None) -> Table:
    """The attendees of a file, of whom there is at least one. Raises `Invalid`, after what is wrong with the rows is said."""
    table = read_table(file, mapping, mapping_from, sheet)
    if not table.rows:
        say_rows(table)
        raise Invalid(f"{file.name} has no row that can be used.", cure="See the rows above.")
    return table


def open_sheet(file: Path, sheet: str | None, known: Collection[str] = ()) -> Sheet:
    """The cells of a file. Raises `Unusable`."""
    return open_now(file.read_bytes(), sheet=sheet, rows_max=ROWS_MAX, known=known)


def read_mapping(file: Path) -> MappingInput:
    """A mapping from its file. Raises `Invalid`."""
    try:
        return mapping_file.read(file.read_bytes(), toml=file.suffix != ".json")
    except Unusable as error:
        raise Invalid(f"{file.name}: {error.detail}", cure=error.cure) from None


def mapped(text: str | None) -> dict[str, str]:
    """What `--map` says: columns of the file and ours. Raises `Invalid`."""
    pairs = [part.partition("=") for part in (text or "").split(",") if part.strip()]
    for source, equals, target in pairs:
        if not (source.strip() and equals and target.strip()):
            raise Invalid(
                f"--map has {source!r} without a target.", cure="Write it as source=target,other=offers+interests."
            )
    return {source.strip(): target.strip() for source, _, target in pairs}

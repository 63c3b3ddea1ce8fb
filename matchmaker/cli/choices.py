"""What the organiser chooses for a run on a file: the policy, the programme, the format, and what overrides them."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec import ValidationError, convert, structs

from matchmaker.errors import Invalid
from matchmaker.intake import programme
from matchmaker.intake.programme import Programme
from matchmaker.intake.table import Unusable
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format
from matchmaker.model.text import GROUP_PEOPLE_MAX, QUOTA_MAX, ROUNDS_MAX

existing = click.Path(exists=True, dir_okay=False, path_type=Path)

IN_ROUNDS = frozenset({Format.ROUNDS, Format.TABLES, Format.SETS})
# Which formats read a choice, where not all do, and which part of the programme settles the same.
READ_BY: dict[str, tuple[str, frozenset[Format], str]] = {
    "rounds": ("--rounds", IN_ROUNDS, "slots"),
    "tables_most": ("--tables", frozenset({Format.ROUNDS, Format.TABLES}), "tables"),
    "table_seats": ("--seats", frozenset({Format.TABLES}), "tables"),
}


def _share(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:
        raise click.BadParameter(f"{value} is not in the range 0<=x<=1.")
    return value


OPTIONS = (
    click.option(
        "--format",
        type=click.Choice([format.value for format in Format]),
        default=Format.INTRODUCTIONS.value,
        show_default=True,
        help="Introductions, introductions in rounds, rotating tables, or action-learning sets.",
    ),
    click.option("--policy", "policy_file", type=existing, help="A TOML file with the policy."),
    click.option("--programme", "programme_file", type=existing, help="A TOML file with [[slot]] and [[table]]."),
    click.option("--quota", type=click.IntRange(0, QUOTA_MAX), help="Most introductions a person. [default: 3]"),
    click.option("--least", type=click.IntRange(0, QUOTA_MAX), help="Least introductions a person. [default: 1]"),
    click.option(
        "--dial",
        "inclusion",
        type=float,
        callback=_share,
        help="From best scores (0) to nobody left out (1). [default: 1]",
    ),
    click.option("--rounds", type=click.IntRange(1, ROUNDS_MAX), help="Rounds. [default: 6]"),
    click.option("--tables", "tables_most", type=click.IntRange(1, 100_000), help="Most tables at a time."),
    click.option(
        "--seats",
        "table_seats",
        type=click.IntRange(3, GROUP_PEOPLE_MAX),
        help="People at a rotating table. [default: 4]",
    ),
)


def chosen(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `OPTIONS`, in that order."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def policy_of(file: Path | None, overrides: Mapping[str, Any]) -> Policy:
    """The policy in a file, else the default, with what the command line says above it. Raises `Invalid`."""
    try:
        policy = convert(tomllib.loads(file.read_text("utf-8")) if file else {}, Policy)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        shown = file.name if file else "policy"
        fields = ", ".join(Policy.__struct_fields__)
        raise Invalid(f"{shown} is not a policy: {error}.", cure=f"It is TOML with any of: {fields}.") from None
    return structs.replace(policy, **{field: value for field, value in overrides.items() if value is not None})


def programme_of(file: Path | None) -> Programme:
    """The programme in a file, else an empty one. Raises `Invalid`."""
    if file is None:
        return Programme()
    try:
        return programme.read(file.read_bytes())
    except Unusable as error:
        raise Invalid(f"{file.name}: {error.detail}", cure=error.cure) from None


def check_read(format: Format, overrides: Mapping[str, Any], given: Programme) -> None:
    """Raises `Invalid` where a choice would say nothing of the format, or the programme says the same already."""
    for field, (option, formats, part) in READ_BY.items():
        if overrides[field] is None:
            continue
        if format not in formats:
            fitting = " or ".join(f"--format {one.value}" for one in Format if one in formats)
            raise Invalid(f"{option} says nothing of {format.value}.", cure=f"Add {fitting}, or leave {option} out.")
        if getattr(given, part):
            raise Invalid(
                f"Both {option} and the programme's {part} say how it is to be.",
                cure=f"Leave out {option}, or the {part}.",
            )
    if format not in IN_ROUNDS and (given.slots or given.tables):
        raise Invalid("A programme says nothing of introductions.", cure="Add --format rounds, tables or sets.")

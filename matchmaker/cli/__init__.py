"""The command line: `matchmaker COMMAND`. Exit codes: 0 done, 2 the input cannot be used, 1 our fault."""

import sys

import click

from matchmaker.cli.match import match
from matchmaker.errors import MatchmakerError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matchmaker-events")
def cli() -> None:
    """Introductions of mutual value for the events of professional associations."""


cli.add_command(match)


def main() -> None:
    """Run a command; an error of ours is said in one or two lines and leaves with 2."""
    try:
        cli()
    except MatchmakerError as error:
        click.echo(f"{error.detail}" + (f"\n{error.cure}" if error.cure else ""), err=True)
        sys.exit(2)

"""The command line: `matchmaker COMMAND`. Exit codes: 0 done, 2 the input cannot be used, 1 our fault."""

import importlib
import sys
from typing import Any

import click

from matchmaker.errors import InvalidFields, MatchmakerError

# A command's module is imported when it is asked for: `match` needs no web server, `key` no arithmetic.
COMMANDS = {
    "association": "admin:association",
    "bench": "bench:bench",
    "bounce": "outbox:bounce",
    "coverage": "coverage:coverage",
    "demo": "demo:demo",
    "doctor": "admin:doctor",
    "judge": "judge:judge",
    "key": "admin:key",
    "learn": "learn:learn",
    "letters": "letters:letters",
    "mapping": "mapping:mapping",
    "match": "match:match",
    "migrate": "admin:migrate_command",
    "openapi": "admin:openapi",
    "outbox": "outbox:outbox",
    "serve": "serve:serve",
    "teach": "judge:teach",
    "uplift": "learn:uplift",
    "work": "serve:work",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: Any = getattr(importlib.import_module(f"matchmaker.cli.{module}"), name)
        return command if isinstance(command, click.Command) else None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matchmaker-events")
def cli() -> None:
    """Introductions of mutual value for the events of professional associations."""


def main() -> None:
    """Run a command. What we foresaw is said with its cure and leaves with 2, anything else with 1."""
    try:
        cli()
    except MatchmakerError as error:
        fields = error.fields if isinstance(error, InvalidFields) else []
        said = [error.detail, *(f"{field.pointer.strip('/')}: {field.detail}" for field in fields), error.cure]
        click.echo("\n".join(filter(None, said)), err=True)
        sys.exit(2)
    except Exception as error:
        click.echo(f"Something went wrong inside Matchmaker: {type(error).__name__}: {error}", err=True)
        sys.exit(1)

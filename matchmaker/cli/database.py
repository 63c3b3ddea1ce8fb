"""The database of a command: the embedded one in the data directory, or any PostgreSQL that `DATABASE_URL` names."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from msgspec import structs

from matchmaker.settings import PREFIX, Settings, from_environment
from matchmaker.store import embedded, migrate

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the data lives. [default: MATCHMAKER_DATA, else ./data]",
)


def settings_of(data: Path | None, **given: object) -> Settings:
    """The settings of the environment, with `--data` and other options above them."""
    named = {"data": data, **given}
    return from_environment(given={f"{PREFIX}{k.upper()}": str(v) for k, v in named.items() if v is not None})


@contextmanager
def database(settings: Settings, *, migrated: bool = True) -> Iterator[Settings]:
    """The settings with both database URLs set, roles made and migrations applied; the embedded server runs meanwhile."""
    if settings.database_url is None:
        with embedded.start(settings.data) as server:
            urls = structs.replace(
                settings, database_url=server.dsn(embedded.APP), owner_database_url=server.dsn(embedded.OWNER)
            )
            if migrated:
                asyncio.run(migrate.migrate(server.dsn(embedded.OWNER)))
            yield urls
    else:
        if migrated and settings.owner_database_url is not None:
            asyncio.run(migrate.prepare_roles(settings.owner_database_url))
            asyncio.run(migrate.migrate(settings.owner_database_url))
        yield settings

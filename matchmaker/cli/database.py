"""The database of a command: the embedded one in the data directory, or any PostgreSQL that `DATABASE_URL` names."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from msgspec import structs

from matchmaker.errors import MatchmakerError, Unavailable
from matchmaker.settings import PREFIX, Settings, from_environment
from matchmaker.store import embedded, migrate
from matchmaker.store.pool import open_pool

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
    """The settings with both database URLs set, roles made and migrations applied; the embedded server runs meanwhile.

    Raises `Unavailable` where no database answers, `UnsafeRole` where row-level security would not bind the app.
    """
    if settings.database_url is None:
        with embedded.start(settings.data) as server:
            settings = structs.replace(
                settings, database_url=server.dsn(embedded.APP), owner_database_url=server.dsn(embedded.OWNER)
            )
            if migrated:
                asyncio.run(migrate.migrate(server.dsn(embedded.OWNER)))
            yield settings
    else:
        if migrated and settings.owner_database_url is not None:
            asyncio.run(_answers(f"{PREFIX}OWNER_DATABASE_URL", _migrated(settings.owner_database_url)))
        asyncio.run(_answers("DATABASE_URL", _tried(settings.database_url)))
        yield settings


def say_what_waits(settings: Settings) -> None:
    """Tell whoever starts a server of migrations that wait: until they are applied it is not ready."""
    waiting = asyncio.run(migrate.pending(settings.database_url or ""))
    if waiting:
        click.echo(
            f"Not ready: {len(waiting)} migrations wait. Set {PREFIX}OWNER_DATABASE_URL and run `matchmaker migrate`.",
            err=True,
        )


async def _migrated(owner_dsn: str) -> None:
    await migrate.prepare_roles(owner_dsn)
    await migrate.migrate(owner_dsn)


async def _tried(dsn: str) -> None:
    pool = await open_pool(dsn)
    await pool.close()


async def _answers(name: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except MatchmakerError:
        raise
    except Exception as error:
        raise Unavailable(
            f"The database that {name} names cannot be used: {str(error) or type(error).__name__}.",
            cure="Look whether it runs, and at the address, the role and the password.",
        ) from None

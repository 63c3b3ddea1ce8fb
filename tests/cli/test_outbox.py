"""`matchmaker outbox` counts messages, lists the development mailbox and lets held mail go; `bounce` takes what comes back."""

import asyncio
import io
import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from matchmaker import cli
from matchmaker.mail import folder
from matchmaker.store import embedded, messages
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT
from tests.mail import comebacks

Say = Callable[..., str]


@pytest.fixture
def say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database: embedded.Server, tmp_path: Path
) -> Say:
    monkeypatch.setenv("DATABASE_URL", database.dsn(embedded.APP))
    monkeypatch.setenv("MATCHMAKER_MAIL_FOLDER", str(tmp_path))

    def said(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["matchmaker", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        assert not left.value.code
        return " ".join(capsys.readouterr().out.split())

    return said


def test_letters_of_the_mailbox_are_listed(say: Say, tmp_path: Path) -> None:
    async def leave() -> None:
        letter = EmailMessage()
        letter["To"], letter["Subject"], letter["Message-ID"] = "ada@example.org", "Meet Bob", "<1@example.org>"
        await folder.send(tmp_path, letter, before_dot=lambda: asyncio.sleep(0))

    assert "0 letters in" in say("outbox")
    asyncio.run(leave())
    said = say("outbox")
    assert "1 letter in" in said
    assert "ada@example.org Meet Bob" in said
    assert "Meet Bob" not in say("outbox", "--letters", "0")


def test_held_mail_is_let_go(say: Say, database: embedded.Server) -> None:
    async def held() -> None:
        pool = await open_pool(database.dsn(embedded.APP))
        async with tenant_transaction(pool, association_id := await new_association(pool)) as connection:
            event = await factories.event(connection)
            await messages.add(connection, [factories.message((await factories.attendee(connection, event.id)).id)], AT)
            await connection.execute("update message set state = 'held'")
            await connection.execute("update outbox set home = 'elsewhere' where association_id = $1", association_id)
        await pool.close()

    asyncio.run(held())
    assert " held" in say("outbox")
    assert " let go" in (said := say("outbox", "--release"))
    assert " held" not in said


def test_what_came_back_is_read_from_standard_input(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    for text, said in (
        (comebacks.report("5.1.1", "550 5.1.1 User unknown"), "bounce (hard): nothing to do."),
        ("Subject: Lunch?\n\nToday?\n", "other: nothing to do."),
    ):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert say("bounce") == said

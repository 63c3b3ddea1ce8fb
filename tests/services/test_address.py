"""A letter goes from the association's sender to its reader, in a language and a time of theirs, and signed if it was to be."""

from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from matchmaker.mail import folder
from matchmaker.model.ids import AssociationId, AttendeeId
from matchmaker.model.letter import Letter, Link
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.sender import SenderInput
from matchmaker.services.address import NoSigningKey, language_for, mailbox, post_of
from matchmaker.services.deliver import deliver_some
from matchmaker.settings import Settings
from matchmaker.store import messages, outbox, senders
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT

PRIVATE = b"the key"
SIGNING = {"dkim_domain": "example.org", "dkim_selector": "one", "dkim_key": "example"}


class Desk:
    """Sends one letter to Ada, and remembers in which language it was to be."""

    def __init__(self, pool: Pool, association_id: AssociationId, folder: Path) -> None:
        self.pool, self.association_id = pool, association_id
        self.settings = Settings(data=folder, base_url="https://example.org")
        self.language: str | None = None

    async def send(
        self, sender: SenderInput | None = None, *, verified: bool = True, **fields: Any
    ) -> list[EmailMessage]:
        """The letters that arrived in the mailbox, in the order in which they were composed."""
        composed: list[Any] = []
        post = post_of(self.settings, write=self._write, exits_url=self._exits_url)

        def compose(written: Any) -> Any:
            composed.append(post.compose(written))
            return composed[-1]

        async with tenant_transaction(self.pool, self.association_id) as connection:
            if sender is not None:
                await senders.put(connection, sender, AT)
                if verified:
                    await senders.verify(connection, AT)
            event = await factories.event(connection, time_zone="Asia/Tokyo")
            ada = await factories.attendee(connection, event.id, "Ada", email="ada@example.org", **fields)
            asked = factories.message(ada.id, letter=LetterKind.LINK, asked_for=True)
            await messages.add(connection, [asked], AT)
        await deliver_some(self.pool, self.association_id, structs.replace(post, compose=compose), now=lambda: AT)
        return [one.message for one in composed]

    async def _write(
        self, connection: Connection, message: Message, *, base_url: str, language: str | None, at: datetime
    ) -> Letter | None:
        self.language = language
        return Link(event_name="Annual conference", page_url=f"{base_url}/m/token", expires_at=at)

    async def _exits_url(self, connection: Connection, attendee_id: AttendeeId, *, base_url: str, at: datetime) -> str:
        return f"{base_url}/x/token"


@pytest.fixture
async def desk(pool: Pool, association_id: AssociationId, tmp_path: Path) -> Desk:
    return Desk(pool, association_id, tmp_path)


async def test_a_letter_comes_from_the_associations_sender(desk: Desk) -> None:
    (letter,) = await desk.send(factories.sender(reply_to="desk@example.org", language="de"))
    assert str(letter["From"]) == "Association of Examples <events@example.org>"
    assert str(letter["Reply-To"]) == "Association of Examples <desk@example.org>"
    assert str(letter["To"]) == "Ada <ada@example.org>"
    assert letter["List-Unsubscribe"] == "<https://example.org/x/token>"
    assert (letter["Content-Language"], desk.language) == ("de", "de")
    assert "21:00" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert len(folder.letters(mailbox(desk.settings))) == 1


async def test_without_a_sender_it_comes_from_the_servers_address_in_the_associations_name(desk: Desk) -> None:
    (letter,) = await desk.send()
    assert str(letter["From"]) == "Association of Examples <letters@matchmaker.invalid>"


async def test_nobody_writes_in_the_name_of_an_address_that_is_not_verified(desk: Desk) -> None:
    (letter,) = await desk.send(factories.sender(**SIGNING, language="de"), verified=False)
    assert str(letter["From"]) == "Association of Examples <letters@matchmaker.invalid>"
    assert str(letter["Reply-To"]) == "Association of Examples <events@example.org>"
    assert letter["Content-Language"] == "de"


async def test_the_reader_is_written_to_in_a_language_of_theirs(desk: Desk) -> None:
    (letter,) = await desk.send(languages=["fr", "de-CH"])
    assert (letter["Content-Language"], desk.language) == ("de", "de")


@pytest.mark.parametrize(
    ("languages", "default", "chosen"),
    [
        ([], "en", "en"),
        ([], "de-AT", "de"),
        (["de", "en"], "en", "en"),
        (["EN-gb"], "de", "en"),
        (["fr", "de"], "en", "de"),
        (["fr"], "de", "de"),
        (["fr"], "fr", "en"),
    ],
)
def test_a_language_is_chosen_that_both_have(languages: list[str], default: str, chosen: str) -> None:
    assert language_for(languages, default) == chosen


async def test_a_letter_that_was_to_be_signed_does_not_leave_unsigned(desk: Desk, tmp_path: Path) -> None:
    sender = factories.sender(**SIGNING)
    for keys, name in ((None, "example"), (tmp_path, "example"), (tmp_path, "../example")):
        desk.settings = structs.replace(desk.settings, dkim_keys=keys)
        assert await desk.send(structs.replace(sender, dkim_key=name), external_id=f"{keys}{name}"[:200]) == []
    async with tenant_transaction(desk.pool, desk.association_id) as connection:
        assert await messages.count(connection) == {"queued": 3}


async def test_a_letter_is_given_the_key_that_its_sender_names(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "example.pem").write_bytes(PRIVATE)
    desk.settings = structs.replace(desk.settings, dkim_keys=tmp_path)
    post = post_of(desk.settings, write=desk._write, exits_url=desk._exits_url)
    async with tenant_transaction(desk.pool, desk.association_id) as connection:
        await senders.put(connection, factories.sender(**SIGNING), AT)
        await senders.verify(connection, AT)
        event = await factories.event(connection)
        ada = await factories.attendee(connection, event.id, "Ada", email="ada@example.org")
        await messages.add(connection, [factories.message(ada.id)], AT)
        (waiting,) = await outbox.due(connection, AT, limit=1)
        (message,) = await outbox.claim(connection, [waiting.id], [False], AT)
        reader = await outbox.reader(connection, message)
        assert reader is not None
        key = post.compose(await post.write(connection, message, reader, AT)).key
    assert (key.domain, key.selector, key.private) == ("example.org", "one", PRIVATE)


@pytest.mark.parametrize(("mail", "left"), [("folder", 1), ("smtp", 0)])
async def test_at_night_a_letter_is_put_into_the_mailbox_and_sent_to_nobody(desk: Desk, mail: str, left: int) -> None:
    settings = structs.replace(desk.settings, mail=mail, smtp_host="127.0.0.1", smtp_port=1)
    async with tenant_transaction(desk.pool, desk.association_id) as connection:
        event = await factories.event(connection, time_zone="Asia/Tokyo")
        ada = await factories.attendee(connection, event.id, "Ada", email="ada@example.org")
        await messages.add(connection, [factories.message(ada.id)], AT)
    post = post_of(settings, write=desk._write, exits_url=desk._exits_url)
    await deliver_some(desk.pool, desk.association_id, post, now=lambda: AT)
    assert len(folder.letters(mailbox(desk.settings))) == left
    async with tenant_transaction(desk.pool, desk.association_id) as connection:
        assert await messages.count(connection) == ({"sent": 1} if left else {"queued": 1})


def test_a_missing_key_says_what_to_do() -> None:
    assert "MATCHMAKER_DKIM_KEYS" in (NoSigningKey().cure or "")

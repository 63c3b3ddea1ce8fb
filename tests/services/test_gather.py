"""A digest says what its letters say, each in its own words and with its own links, and has one envelope."""

from email.message import EmailMessage
from typing import Any

import pytest
from msgspec import structs

from matchmaker.model.ids import AssociationId
from matchmaker.model.introduction import Answer, Introduction
from matchmaker.model.message import LetterKind
from matchmaker.services import respond, write
from matchmaker.services.address import post_of
from matchmaker.services.deliver import deliver_some
from matchmaker.settings import Settings
from matchmaker.store import introductions, letter_texts, messages
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.mail.reading import part, received, urls
from tests.services.introduced import offered
from tests.services.test_deliver import DAY, TUESDAY

SETTINGS = Settings(mail="smtp", smtp_host="127.0.0.1", smtp_port=1, base_url="https://events.example.org")


class Desk:
    """Ada, to whom introductions to Bob and Cy are offered, and the letters that leave for her."""

    def __init__(self, pool: Pool, association_id: AssociationId) -> None:
        self.pool, self.association_id = pool, association_id
        self.left: list[EmailMessage] = []

    async def begin(self) -> "Desk":
        async with tenant_transaction(self.pool, self.association_id) as connection:
            event = await factories.event(connection)
            self.ada, bob, cy = [
                (await factories.attendee(connection, event.id, name, email=f"{name.lower()}@example.org")).id
                for name in ("Ada", "Bob", "Cy")
            ]
            pairs = [(min(self.ada, one), max(self.ada, one)) for one in (bob, cy)]
            await offered(connection, event.id, *pairs)
            self.offers = await introductions.find(connection, event.id, attendee_id=self.ada, limit=2)
            await messages.cancel(connection, attendee_id=bob, at=AT)
            await messages.cancel(connection, attendee_id=cy, at=AT)
        return self

    def other_of(self, one: Introduction) -> Any:
        return one.second_id if one.first_id == self.ada else one.first_id

    async def answer(self, one: Introduction, *who: Any, given: Answer = Answer.YES) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            for each in who:
                await respond.answer(connection, one.id, each, given, at=AT)

    async def deliver(self, at: Any = AT) -> list[EmailMessage]:
        """What left for Ada, as it was received."""
        post = post_of(SETTINGS, write=write.write, exits_url=write.exits_url)
        before = len(self.left)
        post = structs.replace(post, send=self._send)
        while await deliver_some(self.pool, self.association_id, post, now=lambda: at):
            pass
        return [received(one) for one in self.left[before:]]

    async def _send(self, composed: Any, before_dot: Any) -> str:
        await before_dot()
        if "ada@" in composed.message["To"]:
            self.left.append(composed.message)
        return "250 OK"


@pytest.fixture
async def desk(pool: Pool, association_id: AssociationId) -> Desk:
    return await Desk(pool, association_id).begin()


async def test_a_digest_has_each_letters_heading_words_and_link_and_one_way_out(desk: Desk) -> None:
    async with tenant_transaction(desk.pool, desk.association_id) as connection:
        own = {"close": "No hurry, {to}."}
        await letter_texts.add_all(connection, LetterKind.OFFERED, "en", own, AT)
        await letter_texts.add_all(connection, LetterKind.DIGEST, "en", {"lead": "Two at once."}, AT)
    (letter,) = await desk.deliver()
    assert letter["Subject"] == "Annual conference: 2 letters for you in one"
    text, html = part(letter, "plain"), part(letter, "html")
    for said in (text, html):
        assert said.count("No hurry, Ada.") == 2
        assert said.count("Two at once.") >= 1
        assert said.count("Hello Ada") == 1
    links = {url for url in urls(text) if "/i/" in url}
    assert len(links) == 2
    assert {url for url in urls(text) if "/x/" in url} == {letter["List-Unsubscribe"].strip("<>")}
    assert all(url in html for url in urls(text))
    assert letter["In-Reply-To"] is None


async def test_a_later_letter_answers_the_digest_in_which_its_introduction_began(desk: Desk) -> None:
    (letter,) = await desk.deliver()
    one = desk.offers[0]
    await desk.answer(one, desk.ada, desk.other_of(one))
    (later,) = await desk.deliver(TUESDAY)
    assert "both said yes" in later["Subject"]
    assert later["In-Reply-To"] == later["References"] == letter["Message-ID"]


async def test_what_is_left_of_a_digest_leaves_as_itself(desk: Desk) -> None:
    """The other declined after it was claimed, which a reader must not learn; no part of it is told."""
    post = post_of(SETTINGS, write=write.write, exits_url=write.exits_url)

    async def decline_first(connection: Any, message: Any, reader: Any, at: Any) -> Any:
        one = desk.offers[0]
        if message.letter is LetterKind.DIGEST:
            await respond.answer(connection, one.id, desk.other_of(one), Answer.NO, at=AT)
        return await post.write(connection, message, reader, at)

    await deliver_some(
        desk.pool,
        desk.association_id,
        structs.replace(post, write=decline_first, send=desk._send),
        now=lambda: AT,
    )
    (letter,) = [received(one) for one in desk.left]
    assert "letters for you" not in letter["Subject"]
    assert len([url for url in urls(part(letter, "plain")) if "/i/" in url]) == 1


async def test_a_digest_about_one_introduction_answers_its_first_letter(desk: Desk) -> None:
    first, second = desk.offers
    await desk.answer(second, desk.ada, given=Answer.NO)
    (offer,) = await desk.deliver()
    async with tenant_transaction(desk.pool, desk.association_id) as connection:
        about: dict[str, Any] = {"attendee_id": desk.ada, "introduction_id": first.id, "not_before": AT}
        again = [factories.message(letter=LetterKind.REMINDER, edition=edition, **about) for edition in "12"]
        await messages.add(connection, again, AT)
    (letter,) = await desk.deliver(AT + DAY)
    assert "2 letters" in letter["Subject"]
    assert letter["In-Reply-To"] == offer["Message-ID"]

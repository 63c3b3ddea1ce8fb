"""An introduction from release to reconnect, by e-mail alone: letters are read as they arrive, and answered by their links."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from msgspec import structs

from matchmaker.mail import folder
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.introduction import Answer, IntroductionState, ReleaseInput
from matchmaker.model.link import Link, LinkScope
from matchmaker.model.pairing import Reason
from matchmaker.model.promise import PromiseInput
from matchmaker.services import deliver, follow_up, release, remind, respond, write
from matchmaker.services.address import post_of
from matchmaker.settings import Settings
from matchmaker.store import introductions, links, pairings, snapshots
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT

BASE = "https://events.example.org"
DAY = timedelta(days=1)
ADA, BOB = "ada@example.org", "bob@example.org"


class Mailbox:
    """Where the letters of one association arrive, and the clock by which they leave."""

    def __init__(self, pool: Pool, association_id: AssociationId, path: Path) -> None:
        self.pool, self.association_id, self.path, self.at = pool, association_id, path, AT
        settings = Settings(mail="folder", mail_folder=path, base_url=BASE)
        post = post_of(settings, write=write.write, exits_url=write.exits_url)
        self.post = structs.replace(post, disturbs=True)  # as if people read here, one letter a day
        self.read: set[Path] = set()

    async def arrive(self) -> dict[str, EmailMessage]:
        """What is new, by its reader; at most one letter each."""
        while await deliver.deliver_some(self.pool, self.association_id, self.post, now=lambda: self.at):
            pass
        new = set(folder.letters(self.path)) - self.read
        self.read |= new
        found = [message_from_bytes(file.read_bytes(), policy=default) for file in new]
        by_reader = {str(letter["To"].addresses[0].addr_spec): letter for letter in found}
        assert len(by_reader) == len(found)
        return by_reader

    async def after(self, days: timedelta) -> dict[str, EmailMessage]:
        """What is new so much later, the sweep having run."""
        self.at += days
        async with tenant_transaction(self.pool, self.association_id) as connection:
            await remind.sweep(connection, at=self.at)
        return await self.arrive()


def texts(letter: EmailMessage) -> Iterator[str]:
    for part in letter.walk():
        if part.get_content_maintype() == "text":
            yield str(part.get_content())


async def opened(connection: Connection, letter: EmailMessage, at: datetime) -> Link:
    """What the letter's button opens."""
    (text, *_) = texts(letter)
    found = re.search(rf"{BASE}/i/(\w+)", text)
    assert found is not None
    link = await links.open(connection, found[1], LinkScope.INTRODUCTION, at)
    assert link is not None
    assert link.introduction_id is not None
    return link


async def prepared(connection: Connection) -> EventId:
    event = await factories.event(connection)
    people = [
        await factories.attendee(connection, event.id, name, email=email)
        for name, email in (("Ada", ADA), ("Bob", BOB))
    ]
    first, second = sorted(one.id for one in people)
    run = await factories.drafted_run(connection, event.id)
    reasons = [
        Reason(to=first, seek="an oven", offer="ovens by the hour", share=1.0),
        Reason(to=second, seek="a recipe", offer="old recipes", share=1.0),
    ]
    await pairings.add_all(connection, run.id, [factories.pairing(first, second, reasons=reasons)])
    await release.release(connection, event.id, run.id, ReleaseInput(), at=AT)
    return event.id


async def test_two_people_are_glad_they_met_by_e_mail_alone(pool: Pool, tmp_path: Path) -> None:
    association_id = await new_association(pool)
    mailbox = Mailbox(pool, association_id, tmp_path)
    async with tenant_transaction(pool, association_id) as connection:
        event_id = await prepared(connection)

    offers = await mailbox.arrive()
    assert {one: letter["Subject"] for one, letter in offers.items()} == {
        ADA: "Would you like to meet Bob?",
        BOB: "Would you like to meet Ada?",
    }
    assert not any(BOB in text for text in texts(offers[ADA]))
    assert not any(ADA in text for text in texts(offers[BOB]))

    for who in (ADA, BOB):
        async with tenant_transaction(pool, association_id) as connection:
            link = await opened(connection, offers[who], mailbox.at)
            assert link.introduction_id is not None
            told = await respond.answer(connection, link.introduction_id, link.attendee_id, Answer.YES, at=mailbox.at)
    assert told.state is IntroductionState.INTRODUCED
    at_once, next_day = await mailbox.arrive(), await mailbox.after(DAY)
    assert (list(at_once), list(next_day)) == ([BOB], [ADA])  # Bob answered just now; Ada had a letter that day already
    assert all(ADA in text for text in texts(at_once[BOB]))
    assert all(BOB in text for text in texts(next_day[ADA]))
    assert next_day[ADA]["Reply-To"].addresses[0].addr_spec == BOB

    asked = await mailbox.after(remind.ASK_AFTER)
    assert {letter["Subject"] for letter in asked.values()} == {"Did you meet Ada?", "Did you meet Bob?"}
    async with tenant_transaction(pool, association_id) as connection:
        link = await opened(connection, asked[ADA], mailbox.at)
        assert link.introduction_id is not None
        await follow_up.say(connection, link.introduction_id, link.attendee_id, met=True, useful=5, at=mailbox.at)
        promised = PromiseInput(attendee_id=link.attendee_id, words="To bring bread.")
        made = await follow_up.promise(connection, link.introduction_id, promised, at=mailbox.at)
    thanks = await mailbox.after(DAY)
    assert (list(thanks), BOB in next(texts(thanks[ADA]))) == ([ADA], True)

    mailbox.at = made.due_at - DAY
    reminded = await mailbox.after(DAY)
    assert "To bring bread." in next(texts(reminded[ADA]))
    async with tenant_transaction(pool, association_id) as connection:
        await follow_up.close(connection, link.introduction_id, made.id, kept=True, at=mailbox.at)
        met = (await introductions.find(connection, event_id, limit=2))[0]
        assert met.state is IntroductionState.MET
        assert len((await snapshots.read(connection, event_id)).encounters) == 1

    again = await mailbox.after(remind.RECONNECT_AFTER - remind.ASK_AFTER + DAY)  # a Monday: letters rest at weekends
    assert set(again) == {ADA, BOB}
    assert (await mailbox.after(DAY), await mailbox.after(30 * DAY)) == ({}, {})

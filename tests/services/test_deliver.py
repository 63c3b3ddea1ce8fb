"""Messages leave once, within their windows; what is refused, late, suppressed or uncertain is kept as such."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from matchmaker.mail.smtp import Refused, Uncertain
from matchmaker.model.ids import AssociationId
from matchmaker.model.message import LetterKind
from matchmaker.model.sender import Cause
from matchmaker.services.choose import LEASE, TRIES_MAX, choose
from matchmaker.services.deliver import RETRY, RETRY_MAX, deliver, retry_at
from matchmaker.services.take_back import bounced
from matchmaker.store import messages, outbox, senders
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services.outbox import World

# AT is a Monday at noon, in UTC and in the reader's time.
TUESDAY = datetime.fromisoformat("2026-11-24T08:00Z")
DAY = timedelta(days=1)
TURNS = 20  # of the event loop
FULL = Refused(permanent=False, code=452, text="4.2.2 Mailbox of ada@example.org full")
NOBODY = Refused(permanent=True, code=550, text="5.1.1 <ada@example.org>: no ADA at example.org", address=True)
AWAY = Refused(permanent=False, code=0, text="the connection was lost or never made")
BAD = Refused(permanent=True, code=554, text="5.7.1 Message looks like spam")


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId) -> World:
    return await World(pool, association_id).begin()


async def test_a_message_that_is_due_leaves_once_with_its_own_id(world: World) -> None:
    await world.add(factories.message(world.ada), factories.message(world.bob, not_before=AT + timedelta(hours=1)))
    assert await world.deliver() == ["ada@example.org"]
    assert await world.deliver(AT + timedelta(minutes=59)) == []
    assert await world.deliver(AT + timedelta(hours=1)) == ["bob@example.org"]
    assert await world.deliver(AT + DAY) == []
    rows = await world.rows()
    assert {row["state"] for row in rows} == {"sent"}
    assert sorted(world.mailbox.ids()) == sorted(row["mail_id"] for row in rows)


async def test_one_letter_a_day_by_deadline_but_those_asked_for(world: World) -> None:
    hours = {"1": None, "2": 24 * 9, "3": 24 * 8}
    await world.add(
        *(
            factories.message(
                world.ada,
                letter=LetterKind.INTRODUCED,
                edition=n,
                deadline=None if left is None else AT + timedelta(hours=left),
            )
            for n, left in hours.items()
        ),
        factories.message(world.ada, letter=LetterKind.LINK, asked_for=True),
    )
    assert len(await world.deliver()) == 2
    assert sorted(letter["Subject"] for letter in world.mailbox.letters) == ["introduced", "link"]
    assert await world.deliver(TUESDAY - timedelta(minutes=1)) == []
    assert len(await world.deliver(TUESDAY)) == 1
    assert len(await world.deliver(TUESDAY + DAY)) == 1
    left = sorted(await world.rows(), key=lambda row: row["transmitting_at"])
    assert [row["edition"] for row in left if row["letter"] == "introduced"] == ["3", "2", "1"]
    assert not any(row["overrode"] for row in left)


async def test_a_deadline_overrides_and_that_is_kept(world: World) -> None:
    await world.add_plain(edition="1", letter=LetterKind.INTRODUCED)
    await world.add_plain(edition="2", deadline=AT + timedelta(hours=10))
    assert len(await world.deliver()) == 1, "the one with the deadline, for which there is time"
    await world.add_plain(edition="3", deadline=AT + timedelta(hours=10))
    assert len(await world.deliver()) == 1, "a second one today"
    assert [(row["state"], row["overrode"]) for row in await world.rows()] == [
        ("queued", False),
        ("sent", False),
        ("sent", True),
    ]


async def test_who_is_elsewhere_gets_letters_in_their_own_day(world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        there = await factories.attendee(
            connection, world.event_id, "Cy", email="cy@example.org", extra={"time_zone": "Asia/Tokyo"}
        )
    await world.add(factories.message(there.id))
    assert await world.deliver() == []
    assert await world.deliver(AT + timedelta(hours=10, minutes=59)) == []
    assert await world.deliver(AT + timedelta(hours=11)) == ["cy@example.org"]


async def test_an_associations_own_hours_count(world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await senders.put(connection, factories.sender(opens_hour=14, closes_hour=15), AT)
    await world.add_plain()
    assert await world.deliver() == []
    assert len(await world.deliver(AT + timedelta(hours=2))) == 1


async def test_what_is_too_late_is_dropped_and_listed(world: World) -> None:
    await world.add_plain(deadline=AT - timedelta(seconds=1))
    assert await world.deliver() == []
    row = await world.row()
    assert (row["state"], row["reason"]) == ("dropped", "late")


async def test_what_is_no_longer_true_is_dropped(world: World) -> None:
    world.mailbox.untrue.add("1")
    await world.add_plain()
    assert await world.deliver() == []
    row = await world.row()
    assert (row["state"], row["reason"], row["transmitting_at"]) == ("dropped", "untrue", None)


async def test_who_has_no_address_gets_no_letter(world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        nowhere = (await factories.attendee(connection, world.event_id, "Cy")).id
    await world.add(factories.message(nowhere))
    assert await world.deliver() == []
    assert (await world.row())["reason"] == "no_address"


async def test_nothing_goes_to_an_address_that_was_suppressed_after_the_message_was_written(world: World) -> None:
    await world.add_plain(asked_for=True)
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await bounced(connection, "ada@example.org", permanent=True, code="5.1.1", at=AT)
    assert await world.deliver() == []
    assert ((await world.row())["reason"], await world.suppressed()) == ("suppressed", Cause.BOUNCED)


async def test_a_temporary_refusal_is_tried_again_later_with_the_same_id(world: World) -> None:
    world.mailbox.answers["ada@example.org"] = [FULL]
    await world.add_plain()
    assert await world.deliver() == []
    row = await world.row()
    assert (row["state"], row["code"], row["due_at"]) == ("queued", 452, AT + RETRY)
    assert row["words"] == "4.2.2 Mailbox of … full"
    assert len(await world.deliver(AT + RETRY)) == 1
    assert world.mailbox.ids() == [row["mail_id"]]
    assert await world.suppressed() is None


async def test_what_is_refused_again_and_again_is_given_up(world: World) -> None:
    world.mailbox.answers["ada@example.org"] = [FULL] * 100
    await world.add_plain(asked_for=True)
    for _ in range(TRIES_MAX):
        await world.deliver(world.at + RETRY_MAX)
    row = await world.row()
    assert (row["state"], row["reason"], row["tries"], row["code"]) == ("failed", "given_up", TRIES_MAX, 452)
    assert len(world.mailbox.answers["ada@example.org"]) == 100 - TRIES_MAX


async def test_who_is_not_there_is_not_written_to_again(world: World) -> None:
    world.mailbox.answers["ada@example.org"] = [NOBODY]
    await world.add_plain(edition="1")
    assert await world.deliver() == []
    row = await world.row()
    assert (row["state"], row["reason"], row["code"]) == ("failed", "refused", 550)
    assert row["words"] == "5.1.1 <…>: no … at …"
    assert await world.suppressed() is Cause.REFUSED
    await world.add_plain(edition="2")
    assert await world.deliver(TUESDAY) == []
    assert [row["reason"] for row in await world.rows()] == ["refused", "suppressed"]


async def test_a_letter_that_is_refused_for_what_it_is_does_not_suppress_its_reader(world: World) -> None:
    world.mailbox.answers["ada@example.org"] = [BAD]
    await world.add_plain()
    await world.deliver()
    assert ((await world.row())["state"], await world.suppressed()) == ("failed", None)


async def test_a_refusal_after_the_dot_is_one_too(world: World) -> None:
    world.mailbox.after_dot = True
    world.mailbox.answers = {"ada@example.org": [FULL], "bob@example.org": [BAD]}
    await world.add(factories.message(world.ada), factories.message(world.bob))
    assert await world.deliver() == []
    assert sorted(await world.states()) == ["failed", "queued"]
    assert await world.deliver(AT + RETRY) == ["ada@example.org"]


@pytest.mark.parametrize("error", [Uncertain(), OSError("the line broke"), ValueError("what is this")])
async def test_a_line_that_breaks_after_the_dot_leaves_the_message_uncertain(world: World, error: Exception) -> None:
    world.mailbox.after_dot = True
    world.mailbox.answers["ada@example.org"] = [error]
    await world.add_plain()
    assert await world.deliver() == []
    assert await world.states() == ["uncertain"]
    assert await world.deliver(TUESDAY) == []
    assert await world.states() == ["uncertain"]


@pytest.mark.parametrize("way", ["asked for", "transport"])
async def test_an_uncertain_message_is_sent_again_if_it_was_asked_for_or_does_no_harm(world: World, way: str) -> None:
    world.mailbox.after_dot = True
    world.mailbox.answers["ada@example.org"] = [Uncertain()]
    post = world.mailbox.post(deduplicates=way == "transport")
    await world.add_plain(asked_for=way == "asked for")
    assert await world.deliver(post=post) == ["ada@example.org"]
    row = await world.row()
    assert (row["state"], row["repeats"], world.mailbox.ids()) == ("sent", 1, [row["mail_id"]])


async def test_a_failure_before_the_dot_is_tried_again(world: World) -> None:
    world.mailbox.answers["ada@example.org"] = [AWAY, OSError("no route"), RuntimeError("a mistake of ours")]
    await world.add_plain()
    for _ in range(3):
        assert await world.deliver() == []
        assert await world.states() == ["queued"]
        world.at = (await world.row())["due_at"]
    assert await world.deliver() == ["ada@example.org"]


async def test_a_claim_that_lapsed_is_anothers_and_the_first_can_do_nothing_more(world: World) -> None:
    await world.add_plain()
    async with tenant_transaction(world.pool, world.association_id) as connection:
        (slow,) = (await choose(connection, world.association_id, holds=False, deduplicates=False, at=AT)).messages
    assert await world.deliver(AT + LEASE - timedelta(seconds=1)) == []
    assert await world.deliver(AT + LEASE) == ["ada@example.org"]
    async with tenant_transaction(world.pool, world.association_id) as connection:
        assert not await outbox.transmit(connection, slow, until=world.at, at=world.at)
        assert not await outbox.end_sent(connection, slow, world.at)
    assert (await world.row())["claim"] == 2


async def test_of_two_that_claimed_a_message_only_the_later_may_let_it_leave(world: World) -> None:
    await world.add_plain()
    async with tenant_transaction(world.pool, world.association_id) as connection:
        first, second = [
            (await choose(connection, world.association_id, holds=False, deduplicates=False, at=at)).messages[0]
            for at in (AT, AT + LEASE)
        ]
        assert not await outbox.transmit(connection, first, until=AT + 2 * LEASE, at=AT + LEASE)
        assert await outbox.transmit(connection, second, until=AT + 2 * LEASE, at=AT + LEASE)
        assert not await outbox.end_sent(connection, first, AT + LEASE)
        await outbox.try_later(connection, first, due_at=AT, code=None, words=None)
        await outbox.end_uncertain(connection, first)
    assert await world.states() == ["transmitting"]


async def test_a_worker_that_is_slow_to_say_that_it_sent_is_believed(world: World) -> None:
    await world.add_plain()
    async with tenant_transaction(world.pool, world.association_id) as connection:
        (slow,) = (await choose(connection, world.association_id, holds=False, deduplicates=False, at=AT)).messages
        assert await outbox.transmit(connection, slow, until=AT + LEASE, at=AT)
    assert await world.deliver(AT + LEASE) == []
    assert await world.states() == ["uncertain"]
    async with tenant_transaction(world.pool, world.association_id) as connection:
        assert await outbox.end_sent(connection, slow, world.at)
    assert await world.states() == ["sent"]


async def test_what_is_taken_back_between_claim_and_dot_does_not_leave(world: World) -> None:
    await world.add_plain()

    async def write(connection: Any, message: Any, reader: Any, at: datetime) -> Any:
        await messages.cancel(connection, attendee_id=world.ada, at=at)
        return message, reader, ""

    assert await world.deliver(post=world.mailbox.post(write=write)) == []
    row = await world.row()
    assert (row["state"], row["reason"]) == ("dropped", "cancelled")


async def test_a_copy_holds_its_mail_until_it_is_released(world: World) -> None:
    await world.add_plain()
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("update outbox set home = 'elsewhere' where association_id = $1", world.association_id)
    assert await world.deliver() == []
    assert await world.states() == ["held"]
    assert await world.deliver() == []
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await outbox.settle(connection)
        assert await outbox.release(connection, AT) == 1
    assert len(await world.deliver()) == 1


async def test_a_post_that_holds_sends_nothing(world: World) -> None:
    await world.add_plain()
    assert await world.deliver(post=world.mailbox.post(holds=True)) == []
    assert await world.states() == ["held"]


async def test_two_workers_never_send_one_message_twice_nor_one_reader_two(world: World) -> None:
    await world.add(*(factories.message(world.ada, edition=str(n)) for n in range(5)))
    await world.add(*(factories.message(world.bob, edition=str(n), asked_for=True) for n in range(20)))
    await asyncio.gather(*(world.deliver() for _ in range(4)))
    assert sorted(world.mailbox.to()) == ["ada@example.org"] + ["bob@example.org"] * 20
    assert len(set(world.mailbox.ids())) == 21


async def test_deliver_goes_round_until_it_is_stopped(world: World) -> None:
    await world.add_plain()
    stopping = asyncio.Event()
    task = asyncio.create_task(deliver(world.pool, world.mailbox.post(), stopping, now=lambda: world.at))
    async with asyncio.timeout(20):
        while await world.states() != ["sent"]:  # noqa: ASYNC110 - what is waited for is another's doing
            await asyncio.sleep(0.01)
        stopping.set()
        await task
    assert "ada@example.org" in world.mailbox.to()


@pytest.mark.parametrize(("patience", "arrives", "state"), [(60, True, "sent"), (0.01, False, "transmitting")])
async def test_asked_to_stop_it_lets_what_is_on_its_way_arrive_for_a_while(
    world: World, monkeypatch: pytest.MonkeyPatch, patience: float, arrives: bool, state: str
) -> None:
    monkeypatch.setattr("matchmaker.services.deliver.STOP_SECONDS", patience)
    stopping, arrival = asyncio.Event(), asyncio.Event()
    await world.add_plain()
    async with tenant_transaction(world.pool, world.association_id) as connection:
        own = await connection.fetchval("select mail_id from message")

    async def send(letter: Any, before_dot: Any) -> str:
        await before_dot()
        if letter["Message-ID"] != own:  # another association's, since a worker goes to all of them
            return "250 OK"
        stopping.set()
        for _ in range(TURNS):  # until whoever waits for the stop has heard of it
            await asyncio.sleep(0)
        if arrives:
            arrival.set()
        await arrival.wait()
        return "250 OK"

    async with asyncio.timeout(50):
        await deliver(world.pool, world.mailbox.post(send=send), stopping, now=lambda: world.at)
    assert await world.states() == [state]


@pytest.mark.parametrize(
    ("tries", "left", "minutes"),
    [(1, None, 5), (2, None, 10), (3, None, 20), (50, None, 360), (3, 60, 20), (3, 30, 15), (3, 10, 5)],
)
def test_tries_come_later_and_later_and_once_more_before_the_deadline(
    tries: int, left: int | None, minutes: int
) -> None:
    deadline = None if left is None else AT + timedelta(minutes=left)
    assert retry_at(tries, AT, deadline) == AT + timedelta(minutes=minutes)

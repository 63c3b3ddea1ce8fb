"""What may leave for one reader today leaves as one letter, and what becomes of that becomes of all that it says."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from matchmaker.mail.smtp import Uncertain
from matchmaker.model import digest
from matchmaker.model.ids import AssociationId, MessageId
from matchmaker.model.message import LetterKind, Message, Outcome
from matchmaker.model.sender import Cause
from matchmaker.services import choose as choosing
from matchmaker.services.choose import LEASE, TRIES_MAX, choose
from matchmaker.services.deliver import RETRY
from matchmaker.store import digests, messages, outbox
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services.outbox import World
from tests.services.test_deliver import DAY, FULL, NOBODY, TUESDAY

HOUR = timedelta(hours=1)
ADA = "ada@example.org"


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId) -> World:
    return await World(pool, association_id).begin()


async def add(world: World, *editions: str, **fields: Any) -> None:
    await world.add(*(factories.message(world.ada, edition=edition, **fields) for edition in editions))


async def whole(world: World) -> Any:
    (row,) = [row for row in await world.rows() if row["letter"] == "digest"]
    return row


async def parts(world: World) -> list[tuple[str, str, str | None]]:
    """(edition, state, reason) of all but the digests."""
    return [(row["edition"], row["state"], row["reason"]) for row in await world.rows() if row["letter"] != "digest"]


def said(world: World) -> list[str]:
    return [letter["Subject"] for letter in world.mailbox.letters]


async def claimed(world: World, at: Any = AT) -> list[Message]:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        return (await choose(connection, world.association_id, holds=False, deduplicates=False, at=at)).messages


async def decide(world: World, message_id: MessageId, outcome: Outcome) -> Any:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        return await messages.decide(connection, world.event_id, message_id, outcome, world.at)


async def take_back(world: World, edition: str) -> None:
    """As a decline or a newer letter does, which is this statement."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute(
            "update message set state = 'dropped', reason = 'cancelled', claimed_until = null, ended_at = $2 "
            "where edition = $1 and state in ('queued', 'held', 'claimed')",
            edition,
            world.at,
        )


def test_of_every_letter_it_is_said_whether_it_joins_or_why_not() -> None:
    assert digest.JOINS | digest.WHY_ALONE.keys() == set(LetterKind)
    assert digest.JOINS & digest.WHY_ALONE.keys() == set()


async def test_what_is_due_for_one_reader_leaves_as_one(world: World) -> None:
    await add(world, "1", "2")
    await add(world, "3", deadline=AT + 3 * DAY)
    await world.add(factories.message(world.bob, edition="4"))
    assert sorted(await world.deliver()) == [ADA, "bob@example.org"]
    assert sorted(said(world)) == ["digest 1 2 3", "offered"]
    assert await world.deliver(TUESDAY) == []
    row = await whole(world)
    assert {part["state"] for part in await world.rows()} == {"sent"}
    assert {part["digest_id"] for part in await world.rows() if part["attendee_id"] == world.ada} == {None, row["id"]}
    assert row["mail_id"] in world.mailbox.ids()
    assert (row["deadline"], row["overrode"]) == (AT + 3 * DAY, False)


async def test_who_must_answer_first_is_read_first(world: World) -> None:
    await add(world, "1", "2")
    await add(world, "3", deadline=AT + 3 * DAY)
    await add(world, "4", deadline=AT + 2 * DAY)
    (message,) = await claimed(world)
    async with tenant_transaction(world.pool, world.association_id) as connection:
        found = await digests.parts(connection, message.id, limit=9)
    assert [part.edition for part in found][:2] == ["4", "3"]


async def test_what_came_after_todays_letter_leaves_together_tomorrow(world: World) -> None:
    await add(world, "1")
    await world.deliver()
    await add(world, "2")
    assert await world.deliver(AT + HOUR) == []
    await add(world, "3")
    assert await world.deliver(AT + 2 * HOUR) == []
    assert len(await world.deliver(TUESDAY)) == 1
    assert said(world) == ["offered", "digest 2 3"]


async def test_letters_that_stand_alone_go_alone_one_a_day(world: World) -> None:
    await add(world, "1", "2", letter=LetterKind.AGENDA, deadline=AT + 9 * DAY)
    await add(world, "3", "4")
    await add(world, "5", "6", letter=LetterKind.LINK, asked_for=True)
    assert len(await world.deliver()) == 3
    assert len(await world.deliver(TUESDAY)) == 1
    assert len(await world.deliver(TUESDAY + DAY)) == 1
    assert sorted(said(world)[:3]) == ["agenda", "link", "link"]
    assert said(world)[3:] == ["agenda", "digest 3 4"]


async def test_two_events_of_one_person_stay_apart(world: World) -> None:
    """Each has its own exits, so the letters of one do not stand over those of the other."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        other = (await factories.event(connection, name="Another")).id
        await connection.execute(
            "insert into attendee (event_id, person_id, languages, groups, interests, seeks, offers, opted_in, extra, "
            "created_at, updated_at) select $1, person_id, '{}', '{}', '{}', '{}', '{}', true, '{}', $2, $2 "
            "from attendee where id = $3",
            other,
            AT,
            world.ada,
        )
        there = await connection.fetchval("select id from attendee where event_id = $1", other)
    await add(world, "1", "2")
    await world.add(*(factories.message(there, edition=edition) for edition in "34"))
    assert len(await world.deliver()) == 1
    assert len(await world.deliver(TUESDAY)) == 1
    assert sorted(said(world)) == ["digest 1 2", "digest 3 4"]


async def test_a_digest_has_so_many_parts_and_the_rest_leaves_tomorrow(world: World) -> None:
    await add(world, *"12345678")
    await world.deliver()
    await world.deliver(TUESDAY)
    assert [len(one.split()) - 1 for one in said(world)] == [digest.PARTS_MAX, 8 - digest.PARTS_MAX]


async def test_those_that_were_not_considered_yet_go_along_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "CONSIDERED_MAX", 3)
    await add(world, "1", deadline=AT + 2 * DAY)
    agendas = [factories.message(world.bob, letter=LetterKind.AGENDA, edition=n, deadline=AT + 3 * DAY) for n in "23"]
    await world.add(*agendas)
    await add(world, "4", "5")
    await world.deliver()
    assert sorted(said(world)) == ["agenda", "digest 1 4 5"]


async def test_a_letter_that_overrides_takes_nothing_along_that_could_wait(world: World) -> None:
    await add(world, "0")
    await world.deliver()
    await add(world, "1", "2", deadline=AT + 10 * HOUR)
    await add(world, "3", "4")
    assert len(await world.deliver(AT + HOUR)) == 1
    assert len(await world.deliver(TUESDAY)) == 1
    assert said(world) == ["offered", "digest 1 2", "digest 3 4"]
    assert [row["overrode"] for row in await world.rows() if row["letter"] != "digest"] == [
        False, True, True, False, False,
    ]  # fmt: skip


async def test_what_disturbs_nobody_is_not_put_together(world: World) -> None:
    await add(world, "1", "2")
    assert len(await world.deliver(post=world.mailbox.post(disturbs=False))) == 2
    assert said(world) == ["offered", "offered"]


@pytest.mark.parametrize(
    ("untrue", "arrived"), [("1", ["digest 2 3"]), ("12", ["digest 3"]), ("123", [])], ids=["two left", "one", "none"]
)
async def test_what_is_no_longer_true_drops_out(world: World, untrue: str, arrived: list[str]) -> None:
    world.mailbox.untrue = set(untrue)
    await add(world, "1", "2", "3")
    await world.deliver()
    assert said(world) == arrived
    assert [state for _, state, _ in await parts(world)] == [
        "dropped" if edition in untrue else "sent" for edition in "123"
    ]
    assert (await whole(world))["reason"] == (None if arrived else "untrue")


async def test_what_is_taken_back_after_the_digest_was_written_is_not_in_it(world: World) -> None:
    await add(world, "1", "2", "3")
    send = world.mailbox.post().send
    taken: list[str] = []

    async def late_send(letter: Any, before_dot: Any) -> str:
        if not taken:
            taken.append(letter["Subject"])
            await take_back(world, "2")
        return await send(letter, before_dot)

    assert await world.deliver(post=world.mailbox.post(send=late_send)) == [ADA]
    assert taken == ["digest 1 2 3"]
    assert said(world) == ["digest 1 3"]
    assert await parts(world) == [("1", "sent", None), ("2", "dropped", "cancelled"), ("3", "sent", None)]


async def test_a_part_that_somebody_is_taking_back_is_not_waited_for(world: World) -> None:
    """Two that wait for each other's rows would end in one of them failing."""
    await add(world, "1", "2")
    (message,) = await claimed(world)
    async with tenant_transaction(world.pool, world.association_id) as other:
        own = [part.id for part in await digests.parts(other, message.id, limit=9)]
        await other.execute("select from message where id = $1 for update", own[0])
        async with tenant_transaction(world.pool, world.association_id) as connection:
            assert not await digests.hold(connection, message, own)
    async with tenant_transaction(world.pool, world.association_id) as connection:
        assert await digests.hold(connection, message, own)
        assert not await digests.hold(connection, message, [*own, message.id])


async def test_who_pauses_between_claim_and_dot_gets_nothing(world: World) -> None:
    await add(world, "1", "2")
    send = world.mailbox.post().send

    async def late_send(letter: Any, before_dot: Any) -> str:
        async with tenant_transaction(world.pool, world.association_id) as connection:
            await messages.cancel(connection, attendee_id=world.ada, at=AT)
        return await send(letter, before_dot)

    assert await world.deliver(post=world.mailbox.post(send=late_send)) == []
    assert {(row["state"], row["reason"]) for row in await world.rows()} == {("dropped", "cancelled")}


async def test_a_temporary_refusal_is_tried_again_as_the_same_letter(world: World) -> None:
    world.mailbox.answers[ADA] = [FULL]
    await add(world, "1", "2")
    assert await world.deliver() == []
    row = await whole(world)
    assert {(one["state"], one["code"], one["due_at"]) for one in await world.rows()} == {("queued", 452, AT + RETRY)}
    await add(world, "3")
    assert await world.deliver(AT + RETRY) == [ADA], "one of the two, since they are not put together any more"
    assert await world.deliver(AT + DAY) == [ADA]
    assert sorted(said(world)) == ["digest 1 2", "offered"]
    assert row["mail_id"] in world.mailbox.ids()


async def test_a_final_refusal_is_that_of_all_parts(world: World) -> None:
    world.mailbox.answers[ADA] = [NOBODY]
    await add(world, "1", "2")
    assert await world.deliver() == []
    assert {(row["state"], row["reason"], row["code"]) for row in await world.rows()} == {("failed", "refused", 550)}
    assert await world.suppressed() is Cause.REFUSED
    await add(world, "3", "4")
    assert await world.deliver(TUESDAY) == []
    assert [row["reason"] for row in await world.rows() if row["edition"] in ("3", "4")] == ["suppressed"] * 2


async def test_what_is_refused_again_and_again_is_given_up_as_one(world: World) -> None:
    world.mailbox.answers[ADA] = [FULL] * 100
    await add(world, "1", "2")
    await world.deliver()
    while "queued" in await world.states():
        await world.deliver((await whole(world))["due_at"])
    assert {(row["state"], row["reason"], row["tries"]) for row in await world.rows()} == {
        ("failed", "given_up", TRIES_MAX)
    }


@pytest.mark.parametrize(("outcome", "state"), [(Outcome.SEND_AGAIN, "sent"), (Outcome.LEAVE, "dropped")])
async def test_an_uncertain_digest_is_decided_as_one(world: World, outcome: Outcome, state: str) -> None:
    world.mailbox.after_dot = True
    world.mailbox.answers[ADA] = [Uncertain()]
    await add(world, "1", "2")
    assert await world.deliver() == []
    assert set(await world.states()) == {"uncertain"}
    row = await whole(world)
    for part in await world.rows():
        if part["id"] != row["id"]:
            assert await decide(world, part["id"], outcome) is None, "a part is not decided alone"
    world.at = TUESDAY
    decided = await decide(world, row["id"], outcome)
    assert (decided.id, decided.digest_id) == (row["id"], None)
    await world.deliver(TUESDAY)
    assert {(one["state"], one["repeats"]) for one in await world.rows()} == {(state, int(state == "sent"))}
    assert world.mailbox.ids() == ([row["mail_id"]] if state == "sent" else [])


async def test_what_is_no_longer_true_when_an_uncertain_digest_is_sent_again_is_not_in_it(world: World) -> None:
    world.mailbox.after_dot = True
    world.mailbox.answers[ADA] = [Uncertain()]
    await add(world, "1", "2", "3")
    await world.deliver()
    world.mailbox.untrue = {"2"}
    await decide(world, (await whole(world))["id"], Outcome.SEND_AGAIN)
    await take_back(world, "3")
    await add(world, "4")
    await world.deliver(TUESDAY)
    assert said(world)[0] == "digest 1", "nor is what came later: the first may have arrived, and would hide it"
    assert await parts(world) == [
        ("1", "sent", None), ("2", "dropped", "untrue"), ("3", "dropped", "cancelled"), ("4", "queued", None),
    ]  # fmt: skip


async def test_a_letter_that_may_have_left_keeps_its_own_id(world: World) -> None:
    world.mailbox.after_dot = True
    world.mailbox.answers[ADA] = [Uncertain()]
    await add(world, "1")
    await world.deliver()
    row = await world.row()
    await decide(world, row["id"], Outcome.SEND_AGAIN)
    await add(world, "2", "3")
    await world.deliver(TUESDAY)
    await world.deliver(TUESDAY + DAY)
    assert sorted(said(world)) == ["digest 2 3", "offered"]
    assert row["mail_id"] in world.mailbox.ids()


async def test_where_the_transport_drops_the_second_an_uncertain_digest_leaves_again_at_once(world: World) -> None:
    world.mailbox.after_dot = True
    world.mailbox.answers[ADA] = [Uncertain()]
    await add(world, "1", "2")
    assert await world.deliver(post=world.mailbox.post(deduplicates=True)) == [ADA]
    assert {(row["state"], row["repeats"]) for row in await world.rows()} == {("sent", 1)}


async def test_a_part_that_is_too_late_drops_out_of_a_waiting_digest_and_the_others_leave(world: World) -> None:
    world.mailbox.answers[ADA] = [FULL] * 2
    await add(world, "1", deadline=AT + HOUR)
    await add(world, "2", deadline=AT + 9 * HOUR)
    await add(world, "3")
    assert await world.deliver() == []
    assert await world.deliver(AT + HOUR + RETRY) == []
    assert (await whole(world))["deadline"] == AT + 9 * HOUR
    assert await world.deliver(AT + 2 * HOUR) == [ADA]
    assert await parts(world) == [("1", "dropped", "late"), ("2", "sent", None), ("3", "sent", None)]


async def test_a_digest_is_held_and_let_go_as_one(world: World) -> None:
    world.mailbox.answers[ADA] = [FULL]
    await add(world, "1", "2")
    await world.deliver()
    await world.deliver(post=world.mailbox.post(holds=True))
    assert set(await world.states()) == {"held"}
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await outbox.release(connection, AT)
    assert await world.deliver() == [ADA]
    assert set(await world.states()) == {"sent"}


async def test_a_claim_that_lapsed_is_anothers_for_all_parts(world: World) -> None:
    await add(world, "1", "2")
    (slow,) = await claimed(world)
    (quick,) = await claimed(world, AT + LEASE)
    assert (slow.id, slow.claim, quick.claim) == (quick.id, 1, 2)
    async with tenant_transaction(world.pool, world.association_id) as connection:
        own = [part.id for part in await digests.parts(connection, slow.id, limit=9)]
        assert not await digests.hold(connection, slow, own)
        assert not await outbox.transmit(connection, slow, until=AT + 2 * LEASE, at=AT + LEASE)
        await outbox.try_later(connection, slow, due_at=AT, code=None, words=None)
        assert await digests.hold(connection, quick, own)
        assert await outbox.transmit(connection, quick, until=AT + 2 * LEASE, at=AT + LEASE)
    assert set(await world.states()) == {"transmitting"}


async def test_a_digest_whose_worker_is_gone_is_said_to_be_uncertain_once(world: World) -> None:
    await add(world, "1", "2")
    (message,) = await claimed(world)
    async with tenant_transaction(world.pool, world.association_id) as connection:
        assert await outbox.transmit(connection, message, until=AT + LEASE, at=AT)
        assert await outbox.doubt(connection, AT + LEASE) == [message.id]
    assert set(await world.states()) == {"uncertain"}


async def test_no_part_is_another_readers_nor_a_digest_nor_asked_for(world: World) -> None:
    await add(world, "1", "2")
    await world.add(factories.message(world.bob, edition="3"))
    await claimed(world)
    row = await whole(world)
    for wrong, error in (
        ("edition = '3'", asyncpg.ForeignKeyViolationError),
        ("letter = 'digest'", asyncpg.CheckViolationError),
    ):
        with pytest.raises(error):
            async with tenant_transaction(world.pool, world.association_id) as connection:
                await connection.execute(f"update message set digest_id = $1 where {wrong}", row["id"])


async def test_who_is_gone_takes_digest_and_parts_along(world: World) -> None:
    await add(world, "1", "2")
    await world.deliver()
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute("delete from attendee where id = $1", world.ada)
    assert await world.rows() == []

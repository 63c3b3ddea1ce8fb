"""What becomes of a digest becomes of all its parts: tried again, refused, uncertain, decided, held, gone."""

from datetime import timedelta

import asyncpg
import pytest

from matchmaker.mail.smtp import Uncertain
from matchmaker.model.ids import AssociationId
from matchmaker.model.message import Outcome
from matchmaker.model.sender import Cause
from matchmaker.services.choose import LEASE, TRIES_MAX
from matchmaker.services.deliver import RETRY
from matchmaker.store import digests, outbox
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services.digests import ADA, add, claimed, decide, parts, said, take_back, whole
from tests.services.outbox import World
from tests.services.test_deliver import DAY, FULL, NOBODY, TUESDAY

HOUR = timedelta(hours=1)


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId) -> World:
    return await World(pool, association_id).begin()


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
    for day in (TUESDAY, TUESDAY + DAY):
        await world.deliver(day)
    assert sorted(said(world)) == ["digest 1", "offered"], "nor is what came later: the first may hide it"
    assert await parts(world) == [
        ("1", "sent", None),
        ("2", "dropped", "untrue"),
        ("3", "dropped", "cancelled"),
        ("4", "sent", None),
    ]


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

"""What may leave for one reader today leaves as one letter, and what becomes of that becomes of all that it says."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.model import digest
from matchmaker.model.ids import AssociationId
from matchmaker.model.message import LetterKind
from matchmaker.services import choose as choosing
from matchmaker.store import digests, messages
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services.digests import ADA, add, claimed, parts, said, take_back, whole
from tests.services.outbox import World
from tests.services.test_deliver import DAY, TUESDAY

HOUR = timedelta(hours=1)


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId) -> World:
    return await World(pool, association_id).begin()


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

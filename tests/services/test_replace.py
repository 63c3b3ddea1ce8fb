# ruff: noqa: ASYNC110 - what is waited for is in the database
"""Who loses an introduction through no silence of their own is offered the best reserve, once, and cannot tell why."""

import asyncio
from datetime import timedelta

import pytest
from msgspec import structs

from matchmaker.model.exclusion import Exclusion
from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.model.introduction import LATER_DAYS, Answer
from matchmaker.model.introduction import respond as answered
from matchmaker.model.letter import Offered
from matchmaker.model.message import LetterKind
from matchmaker.model.pause import PauseScope
from matchmaker.model.wish import Verdict
from matchmaker.services import pause, respond
from matchmaker.services.remind import sweep
from matchmaker.services.replace import LATELY, replace
from matchmaker.store import decisions, exclusions, introductions, pairings, reserves
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER
from tests.services.introduced import letters, offered
from tests.services.written import letters_to

Pair = tuple[AttendeeId, AttendeeId]
SECOND = timedelta(seconds=1)


class World:
    """Ada and Bob are introduced; Cy, then Dee, are Ada's reserves; everyone has one place."""

    def __init__(self, connection: Connection, event_id: EventId) -> None:
        self.connection, self.event_id = connection, event_id

    async def begin(self) -> "World":
        self.ada, self.bob, self.cy, self.dee = [
            (await factories.attendee(self.connection, self.event_id, name)).id for name in ("Ada", "Bob", "Cy", "Dee")
        ]
        self.one = await offered(self.connection, self.event_id, ordered(self.ada, self.bob))
        self.over = self.one.expires_at
        await self.keep((self.ada, self.cy), (self.ada, self.dee))
        await self.connection.execute(
            "update message set state = 'sent', claim = 1, transmitting_at = $1, ended_at = $1", AT
        )
        return self

    async def keep(self, *pairs: Pair) -> None:
        given = [factories.reserve(*ordered(*pair), rank=rank) for rank, pair in enumerate(pairs, start=1)]
        await reserves.add_all(self.connection, self.one.run_id, given)

    async def answer(self, attendee_id: AttendeeId, answer: Answer) -> None:
        await respond.answer(self.connection, self.one.id, attendee_id, answer, at=LATER)

    async def pass_over(self) -> int:
        """The time to answer is over, and what is due is swept up; gives how many introductions are new."""
        await sweep(self.connection, at=self.over)
        return await replace(self.connection, at=self.over)

    async def new(self) -> set[Pair]:
        """Whom was offered to whom since."""
        found = await introductions.find(self.connection, self.event_id, limit=100)
        return {(one.first_id, one.second_id) for one in found if one.id != self.one.id}


def ordered(one: AttendeeId, other: AttendeeId) -> Pair:
    return min(one, other), max(one, other)


@pytest.fixture
async def world(connection: Connection, event_id: EventId) -> World:
    return await World(connection, event_id).begin()


async def test_who_said_yes_to_a_silent_person_is_offered_the_best_reserve_once(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    assert await replace(world.connection, at=world.over - SECOND) == 0
    assert await world.pass_over() == 1
    assert await world.new() == {ordered(world.ada, world.cy)}
    assert await letters(world.connection, world.ada) == ["offered"]
    assert await letters(world.connection, world.cy) == ["offered"]
    assert await letters(world.connection, world.bob) == []
    for late in (world.over, world.over + LATELY, world.over + 2 * LATELY):
        assert await replace(world.connection, at=late) == 0


async def test_what_is_offered_is_a_pairing_of_the_run_with_its_reasons_and_recorded(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    await world.pass_over()
    found = await pairings.of_two(world.connection, world.one.run_id, *ordered(world.ada, world.cy))
    assert found is not None
    assert (found.rank, found.told, len(found.reasons)) == (2, True, 1)
    (row,) = await world.connection.fetch("select introduction_id, attendee_id, offered_id from replacement")
    (new,) = [
        one for one in await introductions.find(world.connection, world.event_id, limit=9) if one.id != world.one.id
    ]
    assert tuple(row) == (world.one.id, world.ada, new.id)
    assert new.expires_at - new.offered_at == timedelta(days=10)


async def test_who_lost_an_introduction_reads_in_place_of_which_this_one_comes_and_the_other_does_not(
    world: World,
) -> None:
    await world.answer(world.ada, Answer.YES)
    await world.pass_over()
    found = {}
    for name, who in (("ada", world.ada), ("cy", world.cy)):
        (letter,) = await letters_to(world.connection, who, LetterKind.OFFERED, world.over)
        assert isinstance(letter, Offered)
        found[name] = letter.instead_of
    assert found == {"ada": "Bob", "cy": None}


@pytest.mark.parametrize("how", ["silent", "no", "pause"])
async def test_a_silence_a_no_and_a_pause_look_the_same_to_the_other(world: World, how: str) -> None:
    await world.answer(world.ada, Answer.YES)
    if how == "no":
        await world.answer(world.bob, Answer.NO)
    if how == "pause":
        await pause.pause(world.connection, world.event_id, world.bob, PauseScope.PROGRAMME, at=LATER)
    before = world.over - SECOND
    await sweep(world.connection, at=before)
    assert await replace(world.connection, at=before) == 0
    assert await world.pass_over() == 1
    assert await world.new() == {ordered(world.ada, world.cy)}


@pytest.mark.parametrize("other", [None, Answer.NO])
async def test_who_was_asked_and_said_nothing_gets_nothing_whatever_the_other_did(
    world: World, other: Answer | None
) -> None:
    if other is not None:
        await world.answer(world.bob, other)
    assert await world.pass_over() == 0


async def test_who_was_never_written_to_is_not_taken_for_silent(world: World) -> None:
    await world.connection.execute(
        "update message set state = 'dropped', reason = 'cancelled', transmitting_at = null where attendee_id = $1",
        world.ada,
    )
    assert await world.pass_over() == 1


@pytest.mark.parametrize("purpose", ["opted_in", "matched", "introduced"])
async def test_who_wants_no_introductions_is_no_replacement(world: World, purpose: str) -> None:
    await world.answer(world.ada, Answer.YES)
    await world.connection.execute(
        f"update attendee set {purpose} = false where id not in ($1, $2)", world.ada, world.bob
    )
    assert await world.pass_over() == 0


@pytest.mark.parametrize("before", [None, Answer.YES, Answer.OTHER_TIME])
async def test_who_declined_is_offered_nothing_in_its_stead(world: World, before: Answer | None) -> None:
    if before is not None:
        await world.answer(world.ada, before)
    await world.answer(world.ada, Answer.NO)
    world.over = LATER + timedelta(days=LATER_DAYS)
    assert await world.pass_over() == 0


async def test_the_next_best_is_offered_where_the_best_may_not_be(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    await pause.pause(world.connection, world.event_id, world.cy, PauseScope.ROUND, at=LATER)
    assert await world.pass_over() == 1
    assert await world.new() == {ordered(world.ada, world.dee)}


async def test_no_pair_that_is_excluded_or_rejected_is_offered(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    apart = Exclusion(attendee_id=world.cy, other_id=world.ada)
    await exclusions.add(world.connection, world.event_id, apart, LATER)
    rejected = factories.decision(*ordered(world.ada, world.dee), Verdict.REJECTED)
    await decisions.put(world.connection, world.event_id, rejected, LATER)
    assert await world.pass_over() == 0


async def test_an_organisation_that_someone_keeps_apart_from_is_not_offered(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    await world.connection.execute("update attendee set organisation = 'Example LTD' where id = $1", world.cy)
    apart = Exclusion(attendee_id=world.ada, organisation="example ltd")
    await exclusions.add(world.connection, world.event_id, apart, LATER)
    await world.pass_over()
    assert await world.new() == {ordered(world.ada, world.dee)}


async def test_two_who_were_asked_about_each_other_before_are_not_asked_again(world: World) -> None:
    run = await factories.drafted_run(world.connection, world.event_id)
    earlier = await factories.half_accepted(world.connection, run, *ordered(world.ada, world.cy))
    await introductions.save(world.connection, answered(earlier, earlier.first_id, Answer.NO, LATER))
    await world.answer(world.ada, Answer.YES)
    await world.pass_over()
    assert await world.new() == {ordered(world.ada, world.cy), ordered(world.ada, world.dee)}


async def test_who_has_no_place_left_is_not_offered(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    run = await factories.drafted_run(world.connection, world.event_id)
    taken = await factories.half_accepted(world.connection, run, *ordered(world.bob, world.cy))
    await world.connection.execute(
        "update introduction set expires_at = $2 where id = $1", taken.id, world.over + SECOND
    )
    await world.pass_over()
    assert ordered(world.ada, world.cy) not in await world.new()
    assert ordered(world.ada, world.dee) in await world.new()


async def test_what_was_declined_takes_a_place_until_it_would_have_expired(world: World) -> None:
    """Else something new, long before that, would tell of a no."""
    run = await factories.drafted_run(world.connection, world.event_id)
    declined = await factories.half_accepted(world.connection, run, *ordered(world.bob, world.cy))
    after = answered(declined, declined.first_id, Answer.NO, LATER)
    await introductions.save(world.connection, structs.replace(after, expires_at=world.over + SECOND))
    await world.answer(world.ada, Answer.YES)
    assert await world.pass_over() == 1
    assert ordered(world.ada, world.cy) not in await world.new()


async def test_a_replacement_is_not_replaced(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    await world.pass_over()
    (new,) = [
        one for one in await introductions.find(world.connection, world.event_id, limit=9) if one.id != world.one.id
    ]
    await respond.answer(world.connection, new.id, world.ada, Answer.YES, at=world.over)
    await sweep(world.connection, at=new.expires_at)
    assert await replace(world.connection, at=new.expires_at) == 0


async def test_a_run_that_another_took_the_place_of_replaces_nothing(world: World) -> None:
    await world.answer(world.ada, Answer.YES)
    await world.connection.execute("update match_run set state = 'superseded'")
    assert await world.pass_over() == 0


async def test_of_several_sweeps_at_once_one_offers(pool: Pool, association_id: AssociationId) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        world = await World(connection, (await factories.event(connection)).id).begin()
        await world.answer(world.ada, Answer.YES)
        await sweep(connection, at=world.over)

    async def once() -> int:
        async with tenant_transaction(pool, association_id) as connection:
            return await replace(connection, at=world.over)

    assert sum(await asyncio.gather(*(once() for _ in range(4)))) == 1


async def test_a_pause_that_came_first_is_seen(pool: Pool, association_id: AssociationId) -> None:
    """The replacement waits for the event, which the pause holds, and looks only then who may be offered."""
    async with tenant_transaction(pool, association_id) as connection:
        world = await World(connection, (await factories.event(connection)).id).begin()
        await world.answer(world.ada, Answer.YES)
        await sweep(connection, at=world.over)

    async def replaced() -> int:
        async with tenant_transaction(pool, association_id) as connection:
            return await replace(connection, at=world.over)

    async with tenant_transaction(pool, association_id) as connection:
        await pause.pause(connection, world.event_id, world.cy, PauseScope.ROUND, at=LATER)
        task = asyncio.create_task(replaced())
        async with asyncio.timeout(30):
            while not await connection.fetchval("select exists (select from pg_locks where not granted)"):
                await asyncio.sleep(0)
    assert await task == 1
    async with tenant_transaction(pool, association_id) as connection:
        world.connection = connection
        assert await world.new() == {ordered(world.ada, world.dee)}

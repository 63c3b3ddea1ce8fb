"""On the day: who is absent leaves the rounds that remain, who came late gets a place, and only they hear of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec import msgpack, structs

from matchmaker.errors import InvalidFields
from matchmaker.matching.pipeline import propose
from matchmaker.model import snapshot as snapshots_
from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format, MatchRun, RunState
from matchmaker.services import compare, release
from matchmaker.services.calculate import Asked, Calculator
from matchmaker.store import check_ins, placements
from tests import factories
from tests.services.test_match import TFIDF, World, world

__all__ = ["world"]  # the fixture

ROUNDS = structs.replace(TFIDF, rounds=4, quota=4, busy=True, trios=False, floor=0)
TABLES = structs.replace(TFIDF, rounds=3, quota=4, table_seats=4, floor=0)
POLICY = {Format.ROUNDS: ROUNDS, Format.TABLES: TABLES}


class Here(Calculator):
    """Calculates without a child, which takes a while to start."""

    async def propose(self, asked: Asked, hear: Callable[[str, float, Mapping[bytes, bytes]], Any]) -> bytes:
        snapshot = snapshots_.decode(asked.snapshot)
        return msgpack.encode(propose(snapshot, asked.policy, seed=asked.seed, format=asked.format))


@pytest.fixture
async def twelve(world: World) -> list[AttendeeId]:
    """Twelve who all suit each other."""
    return [await enrolled(world, f"P{number:02}") for number in range(12)]


async def enrolled(world: World, name: str) -> AttendeeId:
    async with world.transaction() as connection:
        made = await factories.attendee(connection, world.event_id, name, seeks=["quartz"], offers=["quartz"])
    return made.id


async def made(world: World, format: Format, **asked: Any) -> MatchRun:
    """A run, drafted and released."""
    run = await world.carried_out(Here(), **{"format": format, "policy": POLICY[format], **asked})
    assert run.state is RunState.DRAFTED, run.error
    return run


async def released(world: World, run: MatchRun) -> int:
    """How many letters its release wrote."""
    async with world.transaction() as connection:
        return (await release.release(connection, world.event_id, run.id, ReleaseInput(), at=world.clock())).announced


async def seats(world: World, run: MatchRun, rounds: range = range(1, 9)) -> dict[tuple[int, AttendeeId], int | None]:
    async with world.transaction() as connection:
        found = await placements.of_run(connection, run.id, limit=1_000)
    return {(one.round, one.attendee_id): one.table for one in found if one.round in rounds}


@pytest.mark.parametrize("format", [Format.ROUNDS, Format.TABLES])
async def test_who_came_late_sits_where_the_absent_would_have(
    world: World, twelve: list[AttendeeId], format: Format
) -> None:
    first = await made(world, format)
    assert await released(world, first) == 12
    before = await seats(world, first)
    zoe, yan = await enrolled(world, "Zoe"), await enrolled(world, "Yan")
    async with world.transaction() as connection:
        await check_ins.mark_absent(connection, world.event_id, twelve[0], world.clock())
        await check_ins.check_in(connection, world.event_id, zoe, world.clock())
    second = await made(world, format, builds_on=first.id, from_round=3)
    after = await seats(world, second)
    assert {place: table for place, table in after.items() if place[0] < 3} == {
        place: table for place, table in before.items() if place[0] < 3
    }
    later = {place: table for place, table in before.items() if place[0] > 2}
    assert {place: table for place, table in after.items() if place[0] > 2} == {
        (round_, zoe if who == twelve[0] else who): table for (round_, who), table in later.items()
    }
    assert yan not in {who for _, who in after}, "who is neither here nor seated is waited for no more"
    async with world.transaction() as connection:
        compared = await compare.compare(connection, world.event_id, second.id, first.id)
    partners = {who for (round_, who), table in later.items() if later.get((round_, twelve[0])) == table}
    assert set(compared.affected) == partners | {zoe}
    assert await released(world, second) == len(partners | {zoe})
    async with world.transaction() as connection:
        assert (await connection.fetchval("select count(*) from placement where released")) == len(after)


async def test_a_later_run_remembers_what_was_kept(world: World, twelve: list[AttendeeId]) -> None:
    """Anew at round 2, then at round 3: the second builds on the first, and nobody meets twice in all."""
    first = await made(world, Format.ROUNDS)
    await released(world, first)
    async with world.transaction() as connection:
        await check_ins.mark_absent(connection, world.event_id, twelve[0], world.clock())
    second = await made(world, Format.ROUNDS, builds_on=first.id, from_round=2)
    await released(world, second)
    async with world.transaction() as connection:
        await check_ins.check_in(connection, world.event_id, twelve[0], world.clock())
    third = await made(world, Format.ROUNDS, builds_on=second.id, from_round=3)
    met = Counter((one.first, one.second) for one in await world.pairings(third))
    assert set(met.values()) == {1}
    found = await seats(world, third)
    assert [(round_, twelve[0]) in found for round_ in range(1, 5)] == [True, False, True, True]
    again = await world.carried_out(Here(), replay_of=third.id)
    assert (again.from_round, again.output_hash) == (3, third.output_hash)


async def test_who_is_absent_is_seated_by_no_run_and_introduced_all_the_same(
    world: World, twelve: list[AttendeeId]
) -> None:
    async with world.transaction() as connection:
        await check_ins.mark_absent(connection, world.event_id, twelve[0], world.clock())
    for format, takes_part in ((Format.ROUNDS, False), (Format.TABLES, False), (Format.INTRODUCTIONS, True)):
        policy: Policy = POLICY.get(format, TFIDF)
        run = await world.carried_out(Here(), format=format, policy=policy)
        people = {who for one in await world.pairings(run) for who in (one.first, one.second)}
        assert (twelve[0] in people) is takes_part, format


async def test_only_rounds_and_tables_begin_anew_and_only_on_one_of_their_own(
    world: World, twelve: list[AttendeeId]
) -> None:
    rounds = await made(world, Format.ROUNDS)
    for asked in (
        {"format": Format.ROUNDS},
        {"format": Format.TABLES, "builds_on": rounds.id},
        {"format": Format.INTRODUCTIONS, "builds_on": rounds.id},
    ):
        with pytest.raises(InvalidFields) as caught:
            await world.request(from_round=2, **asked)
        assert [field.pointer for field in caught.value.fields] == ["/from_round"]

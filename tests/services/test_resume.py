"""Rounds begun anew by one press: from the right run, by its rules, and what is said to change is what changes."""

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import Format
from matchmaker.services import resume
from matchmaker.services.review import RunNotDrafted
from matchmaker.store import check_ins
from tests.services.test_match import World, world
from tests.services.test_resumed import Here, enrolled, made, released, seats, twelve

__all__ = ["twelve", "world"]  # the fixtures


@pytest.mark.parametrize("format", [Format.ROUNDS, Format.TABLES])
async def test_what_is_said_to_change_is_what_changes(world: World, twelve: list[AttendeeId], format: Format) -> None:
    first = await made(world, format)
    await released(world, first)
    late = await enrolled(world, "Zoe")
    async with world.transaction() as connection:
        await check_ins.mark_absent(connection, world.event_id, twelve[0], world.clock())
        await check_ins.check_in(connection, world.event_id, late, world.clock())
        told = await resume.released(connection, world.event_id)
        assert told is not None
        standing = await resume.standing(connection, world.event_id, told, round=3, at=world.clock())
        run = await resume.request(connection, world.event_id, round=3, at=world.clock())
        with pytest.raises(RunNotDrafted):
            await resume.changes(connection, world.event_id, run)
    assert (told.id, run.builds_on, run.from_round, run.policy) == (first.id, first.id, 3, first.policy)
    assert {(one.attendee_id, one.seated) for one in standing.out_of_step} == {(twelve[0], True), (late, False)}
    second = await world.carry_out(run, Here())
    before, after = await seats(world, first), await seats(world, second)
    async with world.transaction() as connection:
        changes = await resume.changes(connection, world.event_id, second)
    said = {(one.round, one.attendee_id): one for one in changes}
    assert {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)} <= said.keys()
    assert min(number for number, _ in said) >= 3
    for key, one in said.items():
        had, gets = one.before, one.after
        assert (had is None, gets is None) == (key not in before, key not in after)
        assert had is None or had.table == before[key]
        assert gets is None or gets.table == after[key]
        assert twelve[0] not in (gets.others if gets else ())


async def test_where_nothing_is_released_there_is_nothing_to_begin_anew(world: World, twelve: list[AttendeeId]) -> None:
    run = await made(world, Format.ROUNDS)
    async with world.transaction() as connection:
        assert await resume.released(connection, world.event_id) is None
        with pytest.raises(NotFound):
            await resume.request(connection, world.event_id, round=1, at=world.clock())
        with pytest.raises(NotFound):
            await resume.changes(connection, world.event_id, run)

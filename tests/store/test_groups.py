"""What a run proposes beyond pairs comes back in its order, page by page, without whom the event has lost."""

from typing import Any

import asyncpg
import pytest

from matchmaker.model.group import Bye, Connector, Group, GroupKind, Route
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.run import Format
from matchmaker.store import attendees, groups, runs
from matchmaker.store.connection import Connection
from tests import factories


@pytest.fixture
async def people(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Four of them, by id."""
    return sorted([(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy", "Dee")])


@pytest.fixture
async def run_id(connection: Connection, event_id: EventId) -> RunId:
    return (await factories.drafted_run(connection, event_id)).id


async def _write(connection: Connection, run_id: RunId, given: list[Group]) -> None:
    assert await groups.add_all(connection, run_id, given) == len(given)
    assert await groups.add_members(connection, run_id, given) == sum(len(group.members) for group in given)


async def test_groups_of_every_kind_come_back_whole_in_the_runs_order(
    connection: Connection, run_id: RunId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    given = [
        factories.group([dee, ada], round=2, number=7),
        factories.group([cy, ada, bob], kind=GroupKind.CIRCLE, round=None),
        factories.group(people, kind=GroupKind.SET, round=None, rounds=[1, 4], challenge="Growing, slowly"),
        factories.group([bob, cy, dee], kind=GroupKind.TRIO, round=3),
    ]
    await _write(connection, run_id, given)
    assert await groups.find(connection, run_id, limit=10) == list(enumerate(given, start=1))
    assert await groups.find(connection, run_id, after=1, limit=2) == [(2, given[1]), (3, given[2])]
    assert await groups.find(connection, run_id, attendee_id=dee, limit=10) == [
        (1, given[0]),
        (3, given[2]),
        (4, given[3]),
    ]
    assert await groups.find(connection, run_id, attendee_id=bob, after=2, limit=1) == [(3, given[2])]


async def test_who_leaves_leaves_their_groups_and_one_alone_is_none(
    connection: Connection, event_id: EventId, run_id: RunId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await _write(connection, run_id, [factories.group([ada, bob]), factories.group([cy, bob, dee], number=2)])
    await attendees.remove(connection, event_id, bob, version=1)
    assert await groups.find(connection, run_id, limit=10) == [(2, factories.group([cy, dee], number=2))]
    other = await factories.drafted_run(connection, event_id)
    late = [factories.group([ada, bob, cy])]
    assert await groups.add_all(connection, other.id, late) == 1
    assert await groups.add_members(connection, other.id, late) == 2
    assert await groups.add_byes(connection, other.id, [Bye(attendee_id=bob, round=1)]) == 0
    assert await groups.add_asks(connection, other.id, [factories.ask(ada, expert_id=bob), factories.ask(bob)]) == 0
    assert await groups.add_connectors(connection, other.id, [Connector(first=ada, second=cy, connector_id=bob)]) == 0


async def test_byes_come_by_round(connection: Connection, run_id: RunId, people: list[AttendeeId]) -> None:
    ada, bob, cy, _ = people
    given = [Bye(attendee_id=who, round=round) for who, round in ((cy, 1), (bob, 2), (ada, 1), (bob, 3))]
    assert await groups.add_byes(connection, run_id, given) == 4
    ordered = [given[2], given[0], given[1], given[3]]
    assert await groups.find_byes(connection, run_id, limit=10) == ordered
    assert await groups.find_byes(connection, run_id, after=(1, ada), limit=2) == ordered[1:3]
    assert await groups.find_byes(connection, run_id, attendee_id=bob, limit=10) == ordered[2:]


async def test_nobody_sits_out_a_round_twice(connection: Connection, run_id: RunId, people: list[AttendeeId]) -> None:
    with pytest.raises(asyncpg.UniqueViolationError):
        await groups.add_byes(connection, run_id, [Bye(attendee_id=people[0], round=1)] * 2)


async def test_asks_come_by_rank_of_and_for_someone(
    connection: Connection, run_id: RunId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    given = [
        factories.ask(ada, route=Route.CLINIC, expert_id=cy, offer="mentoring", value=40.0),
        factories.ask(bob, route=Route.HOST, expert_id=ada),
        factories.ask(cy),
    ]
    assert await groups.add_asks(connection, run_id, given) == 3
    assert await groups.find_asks(connection, run_id, limit=10) == list(enumerate(given, start=1))
    assert await groups.find_asks(connection, run_id, after=1, limit=1) == [(2, given[1])]
    assert await groups.find_asks(connection, run_id, attendee_id=cy, limit=10) == [(1, given[0]), (3, given[2])]


async def test_connectors_come_by_rank_of_any_of_the_three(
    connection: Connection, run_id: RunId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    given = [Connector(first=bob, second=dee, connector_id=ada), Connector(first=ada, second=cy, connector_id=dee)]
    assert await groups.add_connectors(connection, run_id, given) == 2
    assert await groups.find_connectors(connection, run_id, limit=10) == list(enumerate(given, start=1))
    assert await groups.find_connectors(connection, run_id, after=1, limit=5) == [(2, given[1])]
    for attendee_id, ranks in ((ada, [1, 2]), (bob, [1]), (cy, [2]), (dee, [1, 2])):
        found = await groups.find_connectors(connection, run_id, attendee_id=attendee_id, limit=5)
        assert [rank for rank, _ in found] == ranks


@pytest.mark.parametrize(
    "fields",
    [
        {"round": None},
        {"kind": GroupKind.SET},
        {"kind": GroupKind.CIRCLE},
        {"kind": GroupKind.TRIO, "round": None},
        {"rounds": [0]},
        {"number": 0},
        {"value_least": 101.0},
    ],
)
async def test_half_a_group_is_refused(
    connection: Connection, run_id: RunId, people: list[AttendeeId], fields: dict[str, Any]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await groups.add_all(connection, run_id, [factories.group(people, **fields)])


async def test_a_run_keeps_what_it_makes_and_builds_on(connection: Connection, event_id: EventId) -> None:
    before = await factories.drafted_run(connection, event_id)
    after = await factories.run(connection, event_id, format=Format.TABLES, builds_on=before.id)
    assert (before.format, before.builds_on) == (Format.INTRODUCTIONS, None)
    assert (after.format, after.builds_on) == (Format.TABLES, before.id)
    assert await runs.get(connection, event_id, after.id) == after

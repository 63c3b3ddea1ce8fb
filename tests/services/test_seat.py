"""Nobody sits at two places at a time: within a run, and among all that an event has released (F45)."""

from datetime import datetime, timedelta

import pytest

from matchmaker.model.group import Group, GroupKind
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing
from matchmaker.model.programme import Slot
from matchmaker.model.run import Proposal
from matchmaker.services import seat
from matchmaker.store import attendees, placements
from matchmaker.store.connection import Connection
from matchmaker.store.placements import DoubleBooked
from tests import factories
from tests.factories import AT

Hours = tuple[datetime, datetime]


def hours(minute: int) -> Hours:
    """Twenty minutes from that minute on."""
    return AT + timedelta(minutes=minute), AT + timedelta(minutes=minute + 20)


@pytest.fixture
async def people(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Four of them, by id."""
    return sorted([(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy", "Dee")])


async def drafted(
    connection: Connection, event_id: EventId, *proposed: Pairing | Group, at: dict[int, Hours] | None = None
) -> RunId:
    """A run that proposes this, with everyone placed at the hours of their rounds. Raises `DoubleBooked`."""
    run = await factories.drafted_run(connection, event_id)
    proposal = Proposal(
        pairings=[one for one in proposed if isinstance(one, Pairing)],
        groups=[one for one in proposed if isinstance(one, Group)],
        unmatched=[],
        report=factories.report(),
    )
    slots = [Slot(number=n, starts_at=both[0], ends_at=both[1]) for n, both in (at or {}).items()]
    await seat.everyone(connection, run.id, proposal, slots)
    return run.id


def pair(first: AttendeeId, second: AttendeeId, rank: int, round: int | None, table: int | None = None) -> Pairing:
    return factories.pairing(first, second, rank=rank, round=round, table=table)


async def test_everyone_with_a_round_is_placed(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    run_id = await drafted(
        connection,
        event_id,
        pair(ada, bob, 1, 1, 4),
        pair(cy, dee, 2, None),
        factories.group([cy, dee], number=5),
        factories.group(people, round=2, number=9),
        factories.group([ada, cy, dee], kind=GroupKind.CIRCLE, round=None),
        at={1: hours(0)},
    )
    rows = await connection.fetch(
        "select attendee_id, round, table_number, lower(during) as starts_at from placement where run_id = $1", run_id
    )
    assert sorted(map(tuple, rows)) == sorted(
        [(ada, 1, 4, AT), (bob, 1, 4, AT), (cy, 1, 5, AT), (dee, 1, 5, AT)] + [(one, 2, 9, None) for one in people],
    )
    assert await placements.count(connection, run_id) == 8


async def test_a_pair_that_a_third_joins_sits_there_once(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    trio = factories.group([ada, bob, cy], kind=GroupKind.TRIO, number=4)
    run_id = await drafted(connection, event_id, pair(ada, bob, 1, 1, 4), trio)
    assert await placements.count(connection, run_id) == 3


async def test_nobody_has_two_meetings_in_a_round(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    for twice in (
        [pair(ada, bob, 1, 1), pair(ada, cy, 2, 1)],
        [pair(ada, bob, 1, 1, 4), pair(ada, cy, 2, 1, 4)],
        [pair(ada, bob, 1, 1, 4), factories.group([ada, cy], number=5)],
        [factories.group([ada, bob]), factories.group([ada, cy], number=2)],
    ):
        with pytest.raises(DoubleBooked):
            async with connection.transaction():
                await drafted(connection, event_id, *twice)


async def test_nobody_has_two_meetings_at_a_time_within_a_run(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    both = [pair(ada, bob, 1, 1), pair(ada, cy, 2, 2)]
    with pytest.raises(DoubleBooked):
        async with connection.transaction():
            await drafted(connection, event_id, *both, at={1: hours(0), 2: hours(19)})
    await drafted(connection, event_id, *both, pair(bob, dee, 3, 2), at={1: hours(0), 2: hours(20)})


async def test_drafts_do_not_stand_in_each_others_way(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    for at in (None, None, {1: hours(0)}, {1: hours(0)}):
        await drafted(connection, event_id, pair(people[0], people[1], 1, 1), at=at)


@pytest.mark.parametrize("at", [None, {1: hours(0)}])
async def test_what_is_released_stands_in_the_way_of_a_second_release(
    connection: Connection, event_id: EventId, people: list[AttendeeId], at: dict[int, Hours] | None
) -> None:
    ada, bob, cy, _ = people
    first = await drafted(connection, event_id, pair(ada, bob, 1, 1), at=at)
    second = await drafted(connection, event_id, pair(ada, cy, 1, 1), at=at)
    await placements.release(connection, first)
    with pytest.raises(DoubleBooked):
        async with connection.transaction():
            await placements.release(connection, second)


async def test_releases_at_other_hours_of_other_people_or_of_other_events_are_free(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    elsewhere = (await factories.event(connection)).id
    one, other = await factories.two_attendees(connection, elsewhere)
    for run_id in (
        await drafted(connection, event_id, pair(ada, bob, 1, 1), at={1: hours(0)}),
        await drafted(connection, event_id, pair(ada, cy, 1, 1), at={1: hours(20)}),
        await drafted(connection, event_id, pair(cy, dee, 1, 2), at={2: hours(0)}),
        await drafted(connection, elsewhere, pair(one, other, 1, 1), at={1: hours(0)}),
    ):
        await placements.release(connection, run_id)


async def test_who_leaves_gives_their_place_up(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    run_id = await drafted(connection, event_id, pair(people[0], people[1], 1, 1))
    await attendees.remove(connection, event_id, people[0], version=1)
    assert await placements.count(connection, run_id) == 1

"""The programme of an event: slots that cannot overlap, tables with seats, and a version of the event for each change."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from matchmaker.errors import InvalidFields
from matchmaker.model.ids import EventId
from matchmaker.model.programme import ProgrammeInput, SlotReply, TableInput, TableReply
from matchmaker.services import arrange
from matchmaker.store import events, programmes
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER, slot

HOUR = timedelta(hours=1)


async def test_a_programme_is_replaced_as_a_whole_and_the_event_gets_a_version(
    connection: Connection, event_id: EventId
) -> None:
    window = TableInput(number=2, seats=8, accessible=False, name="Window", place="Hall 1")
    given = ProgrammeInput(slots=[slot(2), slot(1)], tables=[window, TableInput(number=1)])
    event = await arrange.replace(connection, event_id, given, version=1, at=LATER)
    assert event is not None
    assert (event.version, event.updated_at) == (2, LATER)
    found = await arrange.programme(connection, event_id)
    assert found.slots == [
        SlotReply(event_id=event_id, number=n, starts_at=slot(n).starts_at, ends_at=slot(n).ends_at) for n in (1, 2)
    ]
    assert found.tables == [
        TableReply(event_id=event_id, number=1, seats=2, accessible=True, name=None, place=None),
        TableReply(event_id=event_id, number=2, seats=8, accessible=False, name="Window", place="Hall 1"),
    ]
    assert await arrange.replace(connection, event_id, ProgrammeInput(), version=1, at=LATER) is None
    assert await arrange.programme(connection, event_id) == found
    assert await arrange.replace(connection, event_id, ProgrammeInput(slots=[slot(1)]), version=2, at=LATER)
    assert await arrange.programme(connection, event_id) == type(found)(slots=found.slots[:1], tables=[])


async def test_events_have_programmes_of_their_own(connection: Connection, event_id: EventId) -> None:
    other = (await factories.event(connection)).id
    for event in (event_id, other):
        given = ProgrammeInput(slots=[slot(1)], tables=[TableInput(number=1)])
        assert await arrange.replace(connection, event, given, version=1, at=AT)
    assert await arrange.replace(connection, other, ProgrammeInput(), version=2, at=AT)
    found = await arrange.programme(connection, event_id)
    assert (len(found.slots), len(found.tables)) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"slots": [slot(1), slot(1)]}, [("/slots/1/number", "repeated")]),
        ({"tables": [TableInput(number=3), TableInput(number=3)]}, [("/tables/1/number", "repeated")]),
        ({"slots": [slot(1, ends_at=slot(1).starts_at)]}, [("/slots/0/ends_at", "ends-before-start")]),
        (
            {"slots": [slot(1), slot(2, ends_at=AT)], "tables": [TableInput(number=1)] * 2},
            [("/tables/1/number", "repeated"), ("/slots/1/ends_at", "ends-before-start")],
        ),
        (
            {"slots": [slot(2), slot(1, ends_at=slot(2).starts_at + timedelta(seconds=1))]},
            [("/slots/0/starts_at", "overlaps")],
        ),
        ({"slots": [slot(1), slot(2, starts_at=AT - HOUR, ends_at=AT)]}, [("/slots/1/starts_at", "overlaps")]),
        (
            {"slots": [slot(1, starts_at=AT.replace(year=1), ends_at=AT.replace(year=9999))]},
            [("/slots/0/starts_at", "out-of-range"), ("/slots/0/ends_at", "out-of-range")],
        ),
    ],
)
async def test_what_is_no_programme_is_refused_where_it_is_wrong(
    connection: Connection, event_id: EventId, fields: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    with pytest.raises(InvalidFields) as caught:
        await arrange.replace(connection, event_id, ProgrammeInput(**fields), version=1, at=AT)
    assert [(field.pointer, field.code) for field in caught.value.fields] == errors


async def test_one_slot_may_begin_as_another_ends(connection: Connection, event_id: EventId) -> None:
    given = ProgrammeInput(slots=[slot(1), slot(2, starts_at=slot(1).ends_at)])
    assert await arrange.replace(connection, event_id, given, version=1, at=AT)


async def test_the_database_lets_no_slots_overlap_nor_end_before_they_start(
    connection: Connection, event_id: EventId
) -> None:
    for wrong, error in (
        ([slot(1), slot(2, starts_at=slot(1).starts_at)], programmes.SlotsOverlap),
        ([slot(1, ends_at=AT)], programmes.EndsBeforeStart),
    ):
        with pytest.raises(error):
            async with connection.transaction():
                await programmes.add_slots(connection, event_id, wrong)


@pytest.mark.parametrize("seats", [-1, 0, 1, 201])
async def test_the_database_lets_no_table_be_without_seats(
    connection: Connection, event_id: EventId, seats: int
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="meeting_table_seats_range"):
        await programmes.add_tables(connection, event_id, [TableInput(number=1, seats=seats)])


async def test_an_event_is_touched_under_its_version(connection: Connection, event_id: EventId) -> None:
    touched = await events.touch(connection, event_id, version=1, at=LATER)
    assert touched == await events.get(connection, event_id)
    assert touched is not None
    assert (touched.version, touched.updated_at) == (2, LATER)
    assert await events.touch(connection, event_id, version=1, at=LATER) is None

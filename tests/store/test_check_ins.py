"""A code is everyone's own, stays as it is, and is found at its event only."""

import re

import asyncpg
import pytest

from matchmaker.model.check_in import Attendance
from matchmaker.model.ids import EventId
from matchmaker.store import attendees, check_ins
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER


async def test_everyone_has_a_code_of_their_own_that_stays(connection: Connection, event_id: EventId) -> None:
    people = [await factories.attendee(connection, event_id, f"P{number}") for number in range(20)]
    codes = await check_ins.codes(connection, event_id, limit=50)
    assert codes.keys() == {one.id for one in people}
    assert len(set(codes.values())) == 20
    assert all(re.fullmatch("[0-9A-F]{20}", code) for code in codes.values())
    one = people[0]
    asked = factories.attendee_input("Another name")
    await attendees.save(connection, event_id, one.id, asked, person_id=one.person_id, version=1, at=LATER)
    assert await check_ins.codes(connection, event_id, limit=50) == codes


async def test_a_code_names_somebody_and_their_event(connection: Connection, event_id: EventId) -> None:
    ada = await factories.attendee(connection, event_id, "Ada")
    (code,) = (await check_ins.codes(connection, event_id, limit=2)).values()
    assert await check_ins.whose(connection, code) == (event_id, ada.id)
    assert await check_ins.whose(connection, "0" * 20) is None


async def test_nobody_is_here_and_absent(connection: Connection, event_id: EventId) -> None:
    ada, bob = await factories.two_attendees(connection, event_id)
    await check_ins.check_in(connection, event_id, ada, AT)
    await check_ins.mark_absent(connection, event_id, bob, AT)
    assert await check_ins.count(connection, event_id) == Attendance(expected=0, checked_in=1, absent=1)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("update attendee set absent_at = $1", AT)

"""After an introduction: whether they met is remembered, what they say is theirs, a promise is made once and closed once."""

from datetime import timedelta

import pytest

from matchmaker.errors import InvalidFields, NotFound
from matchmaker.model.ids import EventId, PromiseId
from matchmaker.model.introduction import IntroductionState, NotIntroduced
from matchmaker.model.promise import DUE_DAYS, AlreadyPromised, PromiseClosed, PromiseInput
from matchmaker.services import follow_up
from matchmaker.store import encounters, feedback, promises
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER
from tests.services.introduced import introduced, letters, offered


async def test_who_met_is_remembered_and_rated(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    after = await follow_up.say(connection, one.id, one.first_id, met=True, useful=4, reason="Kind.", at=LATER)
    assert after.state is IntroductionState.MET
    (memory,) = await encounters.find(connection, event_id, limit=10)
    assert (memory.first_id, memory.second_id, memory.kind.value) == (one.first_id, one.second_id, "met")
    said = next(row for row in await feedback.find(connection, event_id, limit=10) if row.attendee_id == one.first_id)
    assert (said.accepted, said.met, said.useful, said.reason) == (True, True, 4, "Kind.")
    assert await letters(connection, one.first_id) == ["introduced", "thanks"]
    await follow_up.say(connection, one.id, one.second_id, met=True, useful=1, at=LATER)
    assert len(await encounters.find(connection, event_id, limit=10)) == 1
    assert await letters(connection, one.second_id) == ["introduced"]


async def test_who_did_not_meet_leaves_no_memory(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    after = await follow_up.say(connection, one.id, one.first_id, met=False, at=LATER)
    assert after.state is IntroductionState.MISSED
    assert await encounters.find(connection, event_id, limit=10) == []


async def test_nothing_is_said_of_a_meeting_before_both_said_yes(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    with pytest.raises(NotIntroduced):
        await follow_up.say(connection, one.id, one.first_id, met=True, at=LATER)
    with pytest.raises(NotIntroduced):
        await follow_up.promise(connection, one.id, PromiseInput(attendee_id=one.first_id, words="To call."), at=LATER)


async def test_what_contradicts_itself_or_comes_from_a_stranger_is_refused(
    connection: Connection, event_id: EventId
) -> None:
    one = await introduced(connection, event_id)
    stranger = (await factories.attendee(connection, event_id, "Cy")).id
    with pytest.raises(InvalidFields):
        await follow_up.say(connection, one.id, one.first_id, met=False, useful=3, at=LATER)
    with pytest.raises(NotFound):
        await follow_up.say(connection, one.id, stranger, met=True, at=LATER)
    with pytest.raises(NotFound):
        await follow_up.promise(connection, one.id, PromiseInput(attendee_id=stranger, words="To call."), at=LATER)


async def test_each_side_promises_once_and_closes_it_once(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    given = PromiseInput(attendee_id=one.first_id, words="To send the plans.")
    made = await follow_up.promise(connection, one.id, given, at=LATER)
    assert (made.words, made.due_at, made.kept) == (given.words, LATER + timedelta(days=DUE_DAYS), None)
    with pytest.raises(AlreadyPromised):
        await follow_up.promise(connection, one.id, given, at=LATER)
    other = PromiseInput(attendee_id=one.second_id, words="To read them.", due_at=AT - timedelta(days=1))
    assert (await follow_up.promise(connection, one.id, other, at=LATER)).due_at == LATER
    closed = await follow_up.close(connection, one.id, made.id, kept=True, at=LATER)
    assert (closed.kept, closed.closed_at) == (True, LATER)
    with pytest.raises(PromiseClosed):
        await follow_up.close(connection, one.id, made.id, kept=False, at=LATER)
    with pytest.raises(NotFound):
        await follow_up.close(connection, one.id, PromiseId(one.id), kept=True, at=LATER)
    assert {one.words for one in await promises.find(connection, one.id)} == {given.words, other.words}

"""Whoever pauses is left alone from that moment, and comes back by one step."""

from datetime import timedelta

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Answer, IntroductionState, Standing, standing
from matchmaker.model.pause import ROUND_DAYS, PauseCause, PauseScope
from matchmaker.services import pause, respond
from matchmaker.store import introductions, pauses
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER
from tests.services.introduced import introduced, letters, offered


@pytest.mark.parametrize("scope", PauseScope)
async def test_open_introductions_end_and_only_the_goodbye_leaves(
    connection: Connection, event_id: EventId, scope: PauseScope
) -> None:
    one = await offered(connection, event_id)
    await pause.pause(connection, event_id, one.first_id, scope, at=LATER)
    assert await letters(connection) == ["goodbye"]
    after = await introductions.get(connection, one.id)
    assert after is not None
    assert after.state is IntroductionState.DECLINED
    assert standing(after, one.second_id, LATER) is Standing.OPEN
    assert await connection.fetchval("select count(*) from feedback") == 0


async def test_who_was_introduced_stays_so(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    await pause.pause(connection, event_id, one.first_id, PauseScope.EVERYTHING, at=LATER)
    assert await introductions.get(connection, one.id) == one
    assert await letters(connection, one.first_id) == ["goodbye"]
    assert await letters(connection, one.second_id) == ["introduced"]


async def test_everything_reaches_all_events_and_a_programme_one(connection: Connection, event_id: EventId) -> None:
    here = await offered(connection, event_id)
    elsewhere = (await factories.event(connection)).id
    there = await offered(connection, elsewhere)
    same = "update attendee set person_id = (select person_id from attendee where id = $2) where id = $1"
    await connection.execute(same, there.first_id, here.first_id)
    await connection.execute("update message set person_id = a.person_id from attendee as a where a.id = attendee_id")
    await pause.pause(connection, event_id, here.first_id, PauseScope.PROGRAMME, at=LATER)
    assert await introductions.get(connection, there.id) == there
    await pause.pause(connection, event_id, here.first_id, PauseScope.EVERYTHING, at=LATER)
    after = await introductions.get(connection, there.id)
    assert after is not None
    assert after.state is IntroductionState.DECLINED
    assert await letters(connection, there.first_id) == []


async def test_a_round_has_an_end_and_the_others_only_if_asked(connection: Connection, event_id: EventId) -> None:
    who = (await factories.attendee(connection, event_id)).id
    made = {scope: await pause.pause(connection, event_id, who, scope, at=AT) for scope in PauseScope}
    assert made[PauseScope.ROUND].ends_at == AT + timedelta(days=ROUND_DAYS)
    assert (made[PauseScope.PROGRAMME].ends_at, made[PauseScope.EVERYTHING].ends_at) == (None, None)
    until = await pause.pause(connection, event_id, who, PauseScope.PROGRAMME, ends_at=LATER, at=AT)
    assert until.ends_at == LATER


async def test_one_step_comes_back_from_all_of_them(connection: Connection, event_id: EventId) -> None:
    who = (await factories.attendee(connection, event_id)).id
    for scope in PauseScope:
        await pause.pause(connection, event_id, who, scope, at=AT)
    assert await pauses.of_attendee(connection, who, LATER) is not None
    assert await pause.come_back(connection, event_id, who, at=LATER) == 3
    assert await pauses.of_attendee(connection, who, LATER) is None
    assert await pause.come_back(connection, event_id, who, at=LATER) == 0


async def test_a_pause_for_silence_says_so(connection: Connection, event_id: EventId) -> None:
    who = (await factories.attendee(connection, event_id)).id
    await pause.pause(connection, event_id, who, PauseScope.EVERYTHING, cause=PauseCause.SILENT, at=AT)
    assert await letters(connection) == ["paused"]


async def test_strangers_cannot_pause(connection: Connection, event_id: EventId) -> None:
    for step in (
        pause.pause(connection, event_id, AttendeeId(event_id), PauseScope.ROUND, at=AT),
        pause.come_back(connection, event_id, AttendeeId(event_id), at=AT),
    ):
        with pytest.raises(NotFound):
            await step


async def test_an_expired_offer_is_left_as_it_is(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.second_id, Answer.YES, at=LATER)
    await pause.pause(connection, event_id, one.first_id, PauseScope.ROUND, at=one.expires_at)
    after = await introductions.get(connection, one.id)
    assert after is not None
    assert after.state is IntroductionState.HALF_ACCEPTED

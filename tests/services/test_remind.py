"""Whatever is due is written once, however often and late the sweep runs; silent people are left in peace, and told."""

import asyncio
from datetime import datetime, timedelta

import pytest

from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.model.introduction import Answer, Introduction, IntroductionState
from matchmaker.model.pause import SILENT_DAYS, PauseScope
from matchmaker.model.promise import PromiseInput
from matchmaker.services import follow_up, pause, remind, respond
from matchmaker.services.remind import Swept, sweep
from matchmaker.store import introductions, pauses
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER
from tests.services.introduced import introduced, letters, offered

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
NOTHING = Swept()


async def test_a_reminder_goes_to_who_is_silent_once_and_three_days_before(
    connection: Connection, event_id: EventId
) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=LATER)
    due = one.expires_at - remind.REMIND_BEFORE
    assert await sweep(connection, at=due - SECOND) == NOTHING
    assert await sweep(connection, at=due) == Swept(letters=1)
    for late in (due, due + SECOND, one.expires_at - SECOND):
        assert await sweep(connection, at=late) == NOTHING
    assert await letters(connection, one.second_id) == ["offered", "reminder"]
    assert await letters(connection, one.first_id) == []
    assert await connection.fetchval("select deadline from message where letter = 'reminder'") == one.expires_at


async def test_a_short_offer_is_reminded_of_at_half_its_time(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await connection.execute("update introduction set expires_at = offered_at + interval '2 days'")
    assert await sweep(connection, at=one.offered_at + DAY - SECOND) == NOTHING
    assert await sweep(connection, at=one.offered_at + DAY) == Swept(letters=2)


async def test_another_time_is_reminded_of_again(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    due = one.expires_at - remind.REMIND_BEFORE
    assert await sweep(connection, at=due) == Swept(letters=2)
    after = await respond.answer(connection, one.id, one.first_id, Answer.OTHER_TIME, at=due)
    assert await sweep(connection, at=due + DAY) == NOTHING
    assert await sweep(connection, at=after.expires_at - remind.REMIND_BEFORE) == Swept(letters=2)


async def test_silence_expires_and_is_told_to_nobody(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    assert await sweep(connection, at=one.expires_at) == Swept(expired=1)
    after = await introductions.get(connection, one.id)
    assert after is not None
    assert after.state is IntroductionState.EXPIRED
    assert await sweep(connection, at=one.expires_at) == NOTHING


@pytest.mark.parametrize("starts_in_days", [None, -1, 0, 30])
async def test_did_you_meet_is_asked_after_the_event_or_two_weeks(
    connection: Connection, event_id: EventId, starts_in_days: int | None
) -> None:
    one = await introduced(connection, event_id)
    midnight = datetime(AT.year, AT.month, AT.day, tzinfo=AT.tzinfo)
    if starts_in_days is not None:
        on = (midnight + starts_in_days * DAY).date()
        await connection.execute("update event set starts_on = $1", on)
    in_time = starts_in_days is not None and starts_in_days >= 0
    due = midnight + ((starts_in_days or 0) + 1) * DAY if in_time else AT + remind.ASK_AFTER
    assert await sweep(connection, at=due - SECOND) == NOTHING
    assert await sweep(connection, at=due) == Swept(letters=2)
    assert await sweep(connection, at=due + DAY) == NOTHING
    assert await letters(connection, one.first_id) == ["did_you_meet", "introduced"]


async def test_who_said_so_already_is_not_asked(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    await follow_up.say(connection, one.id, one.first_id, met=False, at=LATER)
    assert await sweep(connection, at=AT + remind.ASK_AFTER) == Swept(letters=1)
    assert "did_you_meet" not in await letters(connection, one.first_id)


async def test_an_open_promise_is_reminded_of_once(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    for who in (one.first_id, one.second_id):
        await follow_up.say(connection, one.id, who, met=False, at=LATER)
    made = [
        await follow_up.promise(connection, one.id, PromiseInput(attendee_id=who, words="To call."), at=LATER)
        for who in (one.first_id, one.second_id)
    ]
    await follow_up.close(connection, one.id, made[0].id, kept=True, at=LATER)
    assert await sweep(connection, at=made[1].due_at - SECOND) == NOTHING
    assert await sweep(connection, at=made[1].due_at) == Swept(letters=1)
    assert await sweep(connection, at=made[1].due_at + DAY) == NOTHING
    assert await letters(connection, one.second_id) == ["introduced", "promise"]


async def test_two_who_met_reconnect_after_seventy_five_days(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    for who in (one.first_id, one.second_id):
        await follow_up.say(connection, one.id, who, met=True, at=LATER)
    due = LATER + remind.RECONNECT_AFTER
    assert await sweep(connection, at=due - SECOND) == NOTHING
    assert await sweep(connection, at=due) == Swept(letters=2)
    assert await sweep(connection, at=due + DAY) == NOTHING
    assert timedelta(days=60) <= remind.RECONNECT_AFTER
    assert await connection.fetchval("select max(deadline) from message") == LATER + timedelta(days=90)


async def test_who_met_long_ago_is_not_written_to_out_of_the_blue(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    for who in (one.first_id, one.second_id):
        await follow_up.say(connection, one.id, who, met=True, at=LATER)
    assert await sweep(connection, at=LATER + remind.RECONNECT_UNTIL) == NOTHING


# Silent people


async def passed_in_silence(
    connection: Connection, event_id: EventId, who: AttendeeId, times: int
) -> list[Introduction]:
    """Introductions of `who` with that many others, at once, of which `who` says nothing; each of the others says yes."""
    others = [(await factories.attendee(connection, event_id, f"Other {n}")).id for n in range(times)]
    await offered(connection, event_id, *((min(who, other), max(who, other)) for other in others))
    made = await introductions.find(connection, event_id, attendee_id=who, state=IntroductionState.OFFERED, limit=50)
    for one in made:
        other = one.second_id if one.first_id == who else one.first_id
        await respond.answer(connection, one.id, other, Answer.YES, at=LATER)
    return made


async def test_after_three_silences_they_are_paused_and_told_once(connection: Connection, event_id: EventId) -> None:
    who = (await factories.attendee(connection, event_id)).id
    made = await passed_in_silence(connection, event_id, who, 3)
    at = made[0].expires_at
    assert await sweep(connection, at=at) == Swept(expired=3, paused=1)
    assert await sweep(connection, at=at + SECOND) == NOTHING
    assert await letters(connection, who) == ["paused"]
    found = await pauses.of_attendee(connection, who, at)
    assert found is not None
    assert (found.scope, found.ends_at) == (PauseScope.PROGRAMME, at + timedelta(days=SILENT_DAYS))
    assert await pause.come_back(connection, event_id, who, at=at) == 1
    for one in made:
        other = one.second_id if one.first_id == who else one.first_id
        assert await pauses.of_attendee(connection, other, at) is None


async def test_two_silences_or_one_answer_among_three_pause_nobody(connection: Connection, event_id: EventId) -> None:
    quiet, careful = [(await factories.attendee(connection, event_id, name)).id for name in ("Quiet", "Careful")]
    (one, *_) = await passed_in_silence(connection, event_id, careful, 3)
    elsewhere = (await factories.event(connection)).id
    there = (await factories.attendee(connection, elsewhere, "Quiet there")).id
    await passed_in_silence(connection, elsewhere, there, 2)
    await respond.answer(connection, one.id, careful, Answer.NO, at=LATER)
    assert await sweep(connection, at=one.expires_at) == Swept(expired=4)
    assert await pauses.of_attendee(connection, quiet, one.expires_at) is None


async def test_silences_count_across_events(connection: Connection, event_id: EventId) -> None:
    elsewhere = (await factories.event(connection)).id
    here, there = [(await factories.attendee(connection, event, "Ada")).id for event in (event_id, elsewhere)]
    same = "update attendee set person_id = (select person_id from attendee where id = $2) where id = $1"
    await connection.execute(same, there, here)
    await passed_in_silence(connection, event_id, here, 2)
    (one,) = await passed_in_silence(connection, elsewhere, there, 1)
    swept = await sweep(connection, at=one.expires_at)
    assert (swept.expired, swept.paused) == (3, 2)  # at each of the two events


async def test_of_two_sweeps_at_once_one_does_it(pool: Pool, association_id: AssociationId) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        who = (await factories.attendee(connection, event.id)).id
        (one, *_) = await passed_in_silence(connection, event.id, who, 3)

    async def once() -> Swept:
        async with tenant_transaction(pool, association_id) as connection:
            return await sweep(connection, at=one.expires_at)

    swept = await asyncio.gather(*(once() for _ in range(4)))
    assert (sum(one.expired for one in swept), sum(one.paused for one in swept)) == (3, 1)


async def test_every_association_is_swept_until_it_is_time_to_stop(pool: Pool, association_id: AssociationId) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        one = await offered(connection, (await factories.event(connection)).id)
    stopping = asyncio.Event()
    task = asyncio.create_task(remind.sweep_until(pool, stopping, now=lambda: one.expires_at))
    async with asyncio.timeout(30):
        while True:
            async with tenant_transaction(pool, association_id) as connection:
                found = await introductions.get(connection, one.id)
            if found is not None and found.state is IntroductionState.EXPIRED:
                break
            await asyncio.sleep(0.05)
        stopping.set()
        await task

"""Two yeses introduce, once, however they race; a no is told to nobody and heard by learning."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import (
    AlreadyAnswered,
    Answer,
    Introduction,
    IntroductionOver,
    IntroductionState,
    ReleaseInput,
)
from matchmaker.model.pause import PauseScope
from matchmaker.services import pause, release, respond
from matchmaker.store import feedback, introductions, messages, pairings
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import LATER
from tests.services.introduced import letters, offered


async def answer(
    connection: Connection, one: Introduction, attendee_id: AttendeeId, given: Answer, **said: Any
) -> Introduction:
    return await respond.answer(connection, one.id, attendee_id, given, at=said.pop("at", LATER), **said)


async def test_two_yeses_introduce_and_both_are_told(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    half = await answer(connection, one, one.first_id, Answer.YES)
    assert half.state is IntroductionState.HALF_ACCEPTED
    assert await letters(connection) == ["offered"]
    done = await answer(connection, one, one.second_id, Answer.YES)
    assert (done.state, done.introduced_at) == (IntroductionState.INTRODUCED, LATER)
    assert await letters(connection) == ["introduced", "introduced"]
    assert await introductions.get(connection, one.id) == done
    waits = dict(await connection.fetch("select attendee_id, asked_for from message where letter = 'introduced'"))
    assert waits == {one.first_id: False, one.second_id: True}


async def test_a_no_stops_both_letters_and_is_told_to_nobody(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await answer(connection, one, one.first_id, Answer.NO, reason="Not my field.")
    assert await letters(connection) == []
    after = await answer(connection, one, one.second_id, Answer.YES)
    assert after.state is IntroductionState.DECLINED
    assert await letters(connection) == []


async def test_learning_hears_both_answers(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await answer(connection, one, one.first_id, Answer.YES)
    await answer(connection, one, one.second_id, Answer.NO, reason="We talk every week.")
    rows = await connection.fetch("select attendee_id, accepted, reason from feedback")
    assert {row["attendee_id"]: (row["accepted"], row["reason"]) for row in rows} == {
        one.first_id: (True, None),
        one.second_id: (False, "We talk every week."),
    }


async def test_a_list_of_feedback_does_not_tell_who_said_no(connection: Connection, event_id: EventId) -> None:
    pairs = [await factories.two_attendees(connection, event_id) for _ in range(2)]
    one = await offered(connection, event_id, *pairs)
    (other,) = await introductions.find(connection, event_id, attendee_id=pairs[1][0], limit=2)
    for given in (Answer.YES, Answer.NO):
        who = one.first_id if given is Answer.YES else one.second_id
        await answer(connection, one, who, given)
        assert await feedback.find(connection, event_id, limit=10) == []
    await answer(connection, other, other.first_id, Answer.YES)
    await answer(connection, other, other.second_id, Answer.YES)
    listed = await feedback.find(connection, event_id, limit=10)
    assert {row.attendee_id for row in listed} == {other.first_id, other.second_id}


async def test_another_time_is_no_answer_to_learn_from(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    after = await answer(connection, one, one.first_id, Answer.OTHER_TIME, at=one.expires_at - timedelta(hours=1))
    assert (after.state, after.expires_at > one.expires_at) == (IntroductionState.OFFERED, True)
    assert await connection.fetchval("select count(*) from feedback") == 0
    assert await letters(connection) == ["offered"]


async def test_a_refused_answer_changes_nothing(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    stranger = (await factories.attendee(connection, event_id, "Cy")).id
    for who, at, error in (
        (stranger, LATER, NotFound),
        (one.first_id, one.expires_at, IntroductionOver),
    ):
        with pytest.raises(error):
            await answer(connection, one, who, Answer.YES, at=at)
    with pytest.raises(NotFound):
        await respond.answer(connection, IntroductionId(one.run_id), one.first_id, Answer.YES, at=LATER)
    await answer(connection, one, one.first_id, Answer.YES)
    with pytest.raises(AlreadyAnswered):
        await answer(connection, one, one.first_id, Answer.YES)
    assert await letters(connection) == ["offered"]


# Real races: each takes part in a transaction of its own.


async def committed(pool: Pool, association_id: AssociationId) -> Introduction:
    async with tenant_transaction(pool, association_id) as connection:
        return await offered(connection, (await factories.event(connection)).id)


async def test_both_say_yes_at_once_and_are_introduced_once(pool: Pool, association_id: AssociationId) -> None:
    for _ in range(20):
        one = await committed(pool, association_id)

        async def say_yes(who: AttendeeId, one: Introduction = one) -> Introduction:
            async with tenant_transaction(pool, association_id) as connection:
                return await answer(connection, one, who, Answer.YES)

        told = await asyncio.gather(say_yes(one.first_id), say_yes(one.second_id))
        assert sorted(one.state.value for one in told) == ["half_accepted", "introduced"]
        async with tenant_transaction(pool, association_id) as connection:
            count = "select count(*) from message where introduction_id = $1 and letter = 'introduced'"
            assert await connection.fetchval(count, one.id) == 2


async def test_one_says_yes_twenty_times_at_once_and_is_heard_once(pool: Pool, association_id: AssociationId) -> None:
    one = await committed(pool, association_id)

    async def say_yes() -> bool:
        try:
            async with tenant_transaction(pool, association_id) as connection:
                await answer(connection, one, one.first_id, Answer.YES)
        except AlreadyAnswered:
            return False
        return True

    assert sum(await asyncio.gather(*(say_yes() for _ in range(20)))) == 1


async def test_an_answer_while_it_is_withdrawn_is_either_in_time_or_over(
    pool: Pool, association_id: AssociationId
) -> None:
    """After the release that withdraws it nobody is introduced, and no letter about it is left."""
    for _ in range(20):
        one = await committed(pool, association_id)
        async with tenant_transaction(pool, association_id) as connection:
            await answer(connection, one, one.first_id, Answer.YES)
            run = await factories.drafted_run(connection, one.event_id)
            others = await factories.two_attendees(connection, one.event_id)
            await pairings.add_all(connection, run.id, [factories.pairing(*others)])

        async def say_yes(one: Introduction = one) -> bool:
            try:
                async with tenant_transaction(pool, association_id) as connection:
                    await answer(connection, one, one.second_id, Answer.YES)
            except IntroductionOver:
                return False
            return True

        async def withdraw(one: Introduction = one, run_id: Any = run.id) -> int:
            async with tenant_transaction(pool, association_id) as connection:
                done = await release.release(connection, one.event_id, run_id, ReleaseInput(), at=LATER)
                return done.withdrawn

        in_time, withdrawn = await asyncio.gather(say_yes(), withdraw())
        assert in_time is not bool(withdrawn)
        async with tenant_transaction(pool, association_id) as connection:
            after = await introductions.get(connection, one.id)
            rows = await connection.fetch(
                "select letter from message where introduction_id = $1 and state = 'queued'", one.id
            )
        assert after is not None
        assert after.state is (IntroductionState.INTRODUCED if in_time else IntroductionState.WITHDRAWN)
        assert [row["letter"] for row in rows] == (["introduced"] * 2 if in_time else [])


async def test_a_release_behind_a_pauses_back_offers_nothing(pool: Pool, association_id: AssociationId) -> None:
    for _ in range(10):
        async with tenant_transaction(pool, association_id) as connection:
            event_id = (await factories.event(connection)).id
            first, second = await factories.two_attendees(connection, event_id)
            run = await factories.drafted_run(connection, event_id)
            await pairings.add_all(connection, run.id, [factories.pairing(first, second)])

        async def step_out(event_id: EventId = event_id, who: AttendeeId = first) -> None:
            async with tenant_transaction(pool, association_id) as connection:
                await pause.pause(connection, event_id, who, PauseScope.EVERYTHING, at=LATER)

        async def let_go(event_id: EventId = event_id, run_id: Any = run.id) -> None:
            async with tenant_transaction(pool, association_id) as connection:
                await release.release(connection, event_id, run_id, ReleaseInput(), at=LATER)

        await asyncio.gather(step_out(), let_go())
        async with tenant_transaction(pool, association_id) as connection:
            found = await introductions.find(connection, event_id, limit=10)
            rows = await connection.fetch(
                "select letter from message where event_id = $1 and state = 'queued'", event_id
            )
        assert [one.state for one in found] in ([], [IntroductionState.DECLINED])
        assert [row["letter"] for row in rows] == ["goodbye"]


async def test_a_message_taken_back_is_not_written_again(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await answer(connection, one, one.first_id, Answer.NO)
    again = factories.message(one.second_id, introduction_id=one.id)
    assert await messages.add(connection, [again], LATER) == 0

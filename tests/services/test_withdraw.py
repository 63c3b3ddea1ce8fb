"""Whoever said yes and waits is told when an introduction will not take place; of a no nobody can tell anything by it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import json

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Answer, Introduction, IntroductionState, ReleaseInput, Standing, standing
from matchmaker.model.letter import Withdrawn
from matchmaker.model.message import LetterKind
from matchmaker.services import agree, enrol, forget, release, respond
from matchmaker.store import introductions, pairings
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER
from tests.services.introduced import introduced, letters, offered
from tests.services.written import entry, letters_to, sent, waiting

SOON = AT + timedelta(seconds=10)


async def release_another(connection: Connection, event_id: EventId, *pairs: tuple[AttendeeId, AttendeeId]) -> None:
    run = await factories.drafted_run(connection, event_id, at=SOON)
    await pairings.add_all(
        connection, run.id, [factories.pairing(*pair, rank=rank) for rank, pair in enumerate(pairs, start=1)]
    )
    await release.release(connection, event_id, run.id, ReleaseInput(), at=LATER)


async def present(connection: Connection, one: Introduction) -> Introduction:
    found = await introductions.get(connection, one.id)
    assert found is not None
    return found


async def test_who_said_yes_hears_that_a_release_withdrew_it_and_who_said_nothing_does_not(
    connection: Connection, event_id: EventId
) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=SOON)
    await sent(connection)
    await release_another(connection, event_id)
    assert (await letters(connection, one.first_id), await letters(connection, one.second_id)) == (["withdrawn"], [])
    (letter,) = await letters_to(connection, one.first_id, LetterKind.WITHDRAWN, LATER)
    assert isinstance(letter, Withdrawn)
    assert letter.other is not None


async def test_a_no_and_no_answer_look_the_same_when_a_release_withdraws(
    connection: Connection, event_id: EventId
) -> None:
    """To who said yes: the same letter at the same hour, and the same page."""
    seen = []
    for answers in ([Answer.YES], [Answer.YES, Answer.NO]):
        event = (await factories.event(connection)).id
        one = await offered(connection, event)
        for side, answer in zip((one.first_id, one.second_id), answers, strict=False):
            await respond.answer(connection, one.id, side, answer, at=SOON)
        await sent(connection)
        await release_another(connection, event)
        ((message,), (letter,)) = (
            await waiting(connection, one.first_id),
            await letters_to(connection, one.first_id, LetterKind.WITHDRAWN, LATER),
        )
        assert isinstance(letter, Withdrawn)
        assert await letters(connection, one.second_id) == []
        assert letter.other is not None
        assert standing(await present(connection, one), one.first_id, LATER) is Standing.OVER
        seen.append((message.letter, message.facts.keys(), message.edition, message.deadline, message.asked_for))
    assert seen[0] == seen[1]


async def test_what_the_next_release_keeps_is_told_nothing(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=SOON)
    await sent(connection)
    await release_another(connection, event_id, (one.first_id, one.second_id))
    assert await letters(connection) == []


async def test_nothing_is_said_once_the_two_have_another_introduction(
    connection: Connection, event_id: EventId
) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=SOON)
    await release_another(connection, event_id)
    await release_another(connection, event_id, (one.first_id, one.second_id))
    assert await letters_to(connection, one.first_id, LetterKind.WITHDRAWN, LATER) == [None]


async def erase(connection: Connection, one: Introduction) -> None:
    await forget.forget(connection, one.event_id, one.second_id, LATER)


async def delete(connection: Connection, one: Introduction) -> None:
    assert await enrol.remove(connection, one.event_id, one.second_id, version=1, at=LATER)


LEAVING = [erase, delete]


@pytest.mark.parametrize("leaving", LEAVING)
@pytest.mark.parametrize("others_answer", [None, Answer.NO, Answer.OTHER_TIME])
async def test_who_waits_for_somebody_who_is_gone_is_told_without_a_name(
    connection: Connection, event_id: EventId, leaving: Any, others_answer: Answer | None
) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=SOON)
    if others_answer is not None:
        await respond.answer(connection, one.id, one.second_id, others_answer, at=SOON)
    await leaving(connection, one)
    assert await letters(connection) == ["withdrawn"]
    (letter,) = await letters_to(connection, one.first_id, LetterKind.WITHDRAWN, LATER)
    assert isinstance(letter, Withdrawn)
    assert letter.other is None
    held = json.encode(await waiting(connection, one.first_id)).decode()
    assert one.second_id not in held


@pytest.mark.parametrize("leaving", LEAVING)
async def test_a_meeting_with_somebody_who_is_gone_leaves_the_calendar(
    connection: Connection, event_id: EventId, leaving: Any
) -> None:
    one = await introduced(connection, event_id)
    starts_at = LATER + timedelta(days=7)
    await agree.propose(connection, one.id, one.first_id, starts_at, minutes=20, at=AT)
    made = await agree.agree(connection, one.id, one.second_id, starts_at, AT)
    await sent(connection)
    await leaving(connection, one)
    assert await letters(connection) == ["meeting_cancelled"]
    (letter,) = await letters_to(connection, one.first_id, LetterKind.MEETING_CANCELLED, LATER)
    method, uid, sequence = entry(letter)
    assert (method, uid.partition("@")[0], sequence) == ("CANCEL", made.id, 1)


@pytest.mark.parametrize("leaving", LEAVING)
async def test_who_said_nothing_hears_nothing_of_who_is_gone(
    connection: Connection, event_id: EventId, leaving: Any
) -> None:
    one = await offered(connection, event_id)
    await leaving(connection, one)
    assert await letters(connection, one.first_id) == []


async def test_another_version_deletes_nobody_and_tells_nobody(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=SOON)
    assert not await enrol.remove(connection, event_id, one.second_id, version=9, at=LATER)
    assert "withdrawn" not in await letters(connection)
    assert (await present(connection, one)).state is IntroductionState.HALF_ACCEPTED

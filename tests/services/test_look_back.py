"""Who sat together is asked once, in one letter, and contacts are exchanged where both say yes; a no is never told."""

from datetime import timedelta

import pytest

from matchmaker.errors import Conflict
from matchmaker.model.exclusion import Exclusion
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Answer, Introduction, IntroductionState, Standing, standing
from matchmaker.model.pause import PauseScope
from matchmaker.model.run import Format
from matchmaker.model.wish import EncounterKind
from matchmaker.services import look_back, pause, respond
from matchmaker.services.look_back import STAY_DAYS, Said, Words
from matchmaker.services.remind import sweep
from matchmaker.store import encounters, exclusions, feedback, hold_backs, introductions, placements
from matchmaker.store.connection import Connection
from tests import factories
from tests.mail.reading import part
from tests.services.introduced import letters
from tests.services.test_announce import (
    AT,
    DAY,
    Pair,
    drafted,
    hours,
    mail,
    released,
    sent,
)

AFTER = hours(2)[1]
TOGETHER = EncounterKind.SAT_TOGETHER


@pytest.fixture
async def event_id(connection: Connection) -> EventId:
    return (await factories.event(connection, starts_on=DAY.date(), time_zone="Europe/Berlin")).id


@pytest.fixture
async def people(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Ada, Bob, Cy and Dee, in order of id."""
    names = ("ada", "bob", "cy", "dee")
    return sorted(
        [(await factories.attendee(connection, event_id, one.title(), email=f"{one}@example.org")).id for one in names]
    )


@pytest.fixture
async def over(connection: Connection, event_id: EventId, people: list[AttendeeId]) -> list[AttendeeId]:
    """Ada sat with Bob and then with Cy, Dee with Cy and then with Bob; both rounds are over, and what was written has left."""
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob), (cy, dee)], [(ada, cy), (bob, dee)]))
    await sent(connection)
    return people


async def asked(connection: Connection, event_id: EventId) -> list[Introduction]:
    return await introductions.find(connection, event_id, limit=100)


async def between(connection: Connection, event_id: EventId, pair: Pair) -> Introduction:
    return next(one for one in await asked(connection, event_id) if (one.first_id, one.second_id) == pair)


async def say(
    connection: Connection, one: AttendeeId, other: AttendeeId, words: Words | None, useful: int | None = None
) -> int:
    said = [Said(other_id=other, words=words, useful=useful)]
    event = await connection.fetchval("select event_id from attendee where id = $1", one)
    return await look_back.answer(connection, event, one, said, at=AFTER)


async def test_once_all_rounds_are_over_each_gets_one_letter_that_names_all(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    assert (await sweep(connection, at=hours(1)[1])).letters == 0
    assert await asked(connection, event_id) == []
    assert (await sweep(connection, at=AFTER)).letters == 4
    assert await letters(connection) == ["after_rounds"] * 4
    message = await mail(connection, over[0], AFTER)
    assert message is not None
    text = part(message, "plain")
    assert [name in text for name in ("Ada", "Bob", "Cy", "Dee")].count(True) == 2
    assert "@example.org" not in text.partition("--")[0]
    assert "/a/" in text
    assert [one.sat_together for one in await asked(connection, event_id)] == [True] * 4
    for late in (timedelta(), timedelta(minutes=1), timedelta(days=1), timedelta(days=STAY_DAYS - 1)):
        assert (await sweep(connection, at=AFTER + late)).letters == 0


async def test_two_yeses_exchange_contacts_and_are_remembered_as_met(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, bob, *_ = over
    await sweep(connection, at=AFTER)
    assert await say(connection, ada, bob, Words.STAY, useful=4) == 1
    assert (await between(connection, event_id, (ada, bob))).state is IntroductionState.HALF_ACCEPTED
    assert "introduced" not in await letters(connection)
    assert await say(connection, bob, ada, Words.STAY) == 1
    after = await between(connection, event_id, (ada, bob))
    assert (after.state, after.first_met, after.second_met) == (IntroductionState.MET, True, True)
    assert await letters(connection, bob) == ["after_rounds", "introduced"]
    assert await letters(connection, ada) == ["after_rounds", "introduced", "thanks"]
    kinds = {one.kind for one in await encounters.find(connection, event_id, attendee_id=ada, limit=10)}
    assert kinds == {TOGETHER, EncounterKind.MET}
    said = await feedback.of_pair(connection, event_id, ada, bob)
    assert said is not None
    assert (said.accepted, said.met, said.useful) == (True, True, 4)


@pytest.mark.parametrize("words", [Words.NO, Words.MISSED])
async def test_a_no_and_that_they_did_not_meet_are_never_told(
    connection: Connection, event_id: EventId, over: list[AttendeeId], words: Words
) -> None:
    ada, bob, *_ = over
    await sweep(connection, at=AFTER)
    before = await look_back.still_open(connection, event_id, bob, AFTER)
    await say(connection, ada, bob, words)
    assert await look_back.still_open(connection, event_id, bob, AFTER) == before
    assert await say(connection, bob, ada, Words.STAY, useful=5) == 1
    one = await between(connection, event_id, (ada, bob))
    assert standing(one, bob, AFTER) is Standing.WAITING
    assert standing(one, ada, AFTER) is Standing.DECLINED
    assert set(await letters(connection)) == {"after_rounds"}
    said = await feedback.of_pair(connection, event_id, ada, bob)
    assert said is not None
    assert (said.accepted, said.met) == ((False, None) if words is Words.NO else (None, False))
    assert [one.other_id for one in (await look_back.still_open(connection, event_id, bob, AFTER)).waiting] == [ada]


async def test_how_useful_it_was_can_be_said_alone_and_one_is_still_asked(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, bob, *_ = over
    await sweep(connection, at=AFTER)
    assert await say(connection, ada, bob, None, useful=2) == 1
    assert await say(connection, ada, bob, None) == 0
    found = await look_back.still_open(connection, event_id, ada, AFTER)
    assert [(one.useful, one.met) for one in found.company if one.other_id == bob] == [(2, True)]


async def test_who_was_not_with_one_cannot_be_answered_about(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, *_, dee = over
    await sweep(connection, at=AFTER)
    assert await say(connection, ada, dee, Words.STAY, useful=5) == 0
    assert await feedback.of_pair(connection, event_id, ada, dee) is None


async def test_silence_expires_and_counts_as_no_silence_of_an_offer(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    await sweep(connection, at=AFTER)
    done = await sweep(connection, at=AFTER + timedelta(days=STAY_DAYS))
    assert (done.expired, done.paused, done.letters) == (4, 0, 0)
    assert await look_back.still_open(connection, event_id, over[0], AFTER + timedelta(days=STAY_DAYS)) == (
        look_back.Open(company=[], waiting=[], held_back=[])
    )


async def test_a_later_release_of_rounds_takes_nothing_back_of_what_was(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = over
    await sweep(connection, at=AFTER)
    done = await released(connection, await drafted(connection, event_id, [(ada, dee), (bob, cy)]), AFTER)
    assert done.withdrawn == 0
    assert {one.state for one in await asked(connection, event_id)} == {IntroductionState.OFFERED}


async def test_who_wants_none_has_paused_or_keeps_apart_is_asked_nothing_nor_asked_about(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = over
    await connection.execute("update attendee set introduced = false where id = $1", ada)
    await pause.pause(connection, event_id, bob, PauseScope.PROGRAMME, at=AT)
    await exclusions.add(connection, event_id, Exclusion(attendee_id=cy, other_id=dee), AT)
    await sweep(connection, at=AFTER)
    assert await asked(connection, event_id) == []
    assert "after_rounds" not in await letters(connection)


async def test_who_had_an_introduction_before_is_not_asked_again(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, bob, *_ = over
    run = await factories.drafted_run(connection, event_id)
    one = await introductions.offer(connection, event_id, run.id, ada, bob, expires_at=AT + timedelta(days=1), at=AT)
    await respond.answer(connection, one.id, ada, Answer.NO, at=AT)
    await sweep(connection, at=AFTER)
    assert len(await asked(connection, event_id)) == 4
    assert not (await between(connection, event_id, (ada, bob))).sat_together


async def test_who_shares_a_table_is_asked_about_all_of_it(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    run = await factories.drafted_run(connection, event_id, format=Format.TABLES)
    await placements.add_round(connection, run.id, 1, [(one, 1) for one in people], hours=hours(1))
    await released(connection, run)
    await sent(connection)
    assert (await sweep(connection, at=hours(1)[1])).letters == 4
    assert len(await asked(connection, event_id)) == 6
    assert len((await look_back.still_open(connection, event_id, people[0], AFTER)).company) == 3


async def test_an_answer_that_comes_too_late_is_a_conflict(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, bob, *_ = over
    await sweep(connection, at=AFTER)
    one = await between(connection, event_id, (ada, bob))
    with pytest.raises(Conflict):
        await respond.answer(connection, one.id, ada, Answer.YES, at=AFTER + timedelta(days=STAY_DAYS))


async def test_who_was_held_back_and_sat_together_is_asked_for_measuring_alone(
    connection: Connection, event_id: EventId, over: list[AttendeeId]
) -> None:
    ada, bob, *_ = over
    run = await factories.drafted_run(connection, event_id)
    await hold_backs.add_all(connection, [factories.hold_back(run, ada, bob)])
    await sweep(connection, at=AFTER)
    assert len(await asked(connection, event_id)) == 3
    found = await look_back.still_open(connection, event_id, ada, AFTER)
    assert bob not in [one.other_id for one in found.company]


@pytest.mark.parametrize("sat_together", [True, False])
async def test_silence_about_who_sat_together_pauses_nobody(
    connection: Connection, event_id: EventId, people: list[AttendeeId], sat_together: bool
) -> None:
    ada, *others = people
    eve = (await factories.attendee(connection, event_id, "Eve")).id
    run = await factories.drafted_run(connection, event_id)
    ends = [AT + timedelta(days=day) for day in (1, 2, 3, 4)]
    for other, expires_at in zip((*others, eve), ends, strict=True):
        pair = min(ada, other), max(ada, other)
        await introductions.offer(connection, event_id, run.id, *pair, expires_at=expires_at, at=AT)
    await connection.execute("update introduction set state = 'expired' where expires_at < $1", ends[-1])
    await connection.execute("update introduction set sat_together = $1 where state = 'offered'", sat_together)
    assert (await sweep(connection, at=ends[-1])).paused == (0 if sat_together else 1)

"""Who was held back is asked whether they met all the same, when those introduced are, so that uplift compares like with like."""

from datetime import timedelta

import pytest

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import IntroductionState
from matchmaker.model.message import LetterKind
from matchmaker.model.pause import PauseScope
from matchmaker.services import look_back, measure, pause
from matchmaker.services.look_back import Said, Words
from matchmaker.services.remind import ASK_AFTER, ASK_UNTIL, sweep
from matchmaker.store import feedback, hold_backs, introductions
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT
from tests.mail.reading import part
from tests.services.introduced import letters
from tests.services.test_announce import mail

ASKED = AT + ASK_AFTER


@pytest.fixture
async def kept(connection: Connection, event_id: EventId) -> tuple[AttendeeId, AttendeeId]:
    """Two whom chance keeps apart, as both agreed to."""
    return await held(connection, event_id, "Ada", "Bob")


async def held(connection: Connection, event_id: EventId, *names: str) -> tuple[AttendeeId, AttendeeId]:
    one, other = [
        await factories.attendee(connection, event_id, name, email=f"{name}@example.org", may_hold_back=True)
        for name in names
    ]
    run = await factories.drafted_run(connection, event_id)
    await hold_backs.add_all(connection, [factories.hold_back(run, one.id, other.id)])
    return one.id, other.id


async def test_both_are_asked_once_two_weeks_after_the_draw_and_told_that_it_is_for_measuring(
    connection: Connection, kept: tuple[AttendeeId, AttendeeId]
) -> None:
    assert (await sweep(connection, at=ASKED - timedelta(seconds=1))).letters == 0
    assert (await sweep(connection, at=ASKED)).letters == 2
    assert (await sweep(connection, at=ASKED + timedelta(days=1))).letters == 0
    message = await mail(connection, kept[0], ASKED)
    assert message is not None
    text = part(message, "plain")
    assert "Bob" in text
    assert "for measuring only" in text
    assert "Bob@example.org" not in text


async def test_where_the_event_has_a_day_they_are_asked_the_day_after(connection: Connection) -> None:
    day = AT.date() + timedelta(days=30)
    event = await factories.event(connection, starts_on=day)
    await held(connection, event.id, "Ada", "Bob")
    assert (await sweep(connection, at=AT + timedelta(days=30))).letters == 0
    assert (await sweep(connection, at=AT + timedelta(days=31))).letters == 2


async def test_what_they_say_counts_in_uplift_and_offers_nothing(
    connection: Connection, event_id: EventId, kept: tuple[AttendeeId, AttendeeId]
) -> None:
    ada, bob = kept
    await sweep(connection, at=ASKED)
    said = [Said(other_id=bob, words=Words.MET)]
    assert await look_back.answer(connection, event_id, ada, said, at=ASKED) == 1
    assert await look_back.answer(connection, event_id, ada, said, at=ASKED) == 0
    (outcome,) = await hold_backs.outcomes(connection, event_id)
    assert (outcome.held_back, outcome.pairs, outcome.met) == (True, 1, 1)
    assert await introductions.find(connection, event_id, limit=9) == []
    assert "asked after the event" not in (await measure.uplift(connection, event_id)).summary  # too few to tell
    assert [one.other_id for one in (await look_back.still_open(connection, event_id, bob, ASKED)).held_back] == [ada]


async def test_that_they_did_not_meet_is_kept_and_asks_no_more(
    connection: Connection, event_id: EventId, kept: tuple[AttendeeId, AttendeeId]
) -> None:
    ada, bob = kept
    await sweep(connection, at=ASKED)
    for words, count in ((Words.STAY, 0), (Words.NO, 0), (None, 0), (Words.MISSED, 1)):
        said = [Said(other_id=bob, words=words, useful=3)]
        assert await look_back.answer(connection, event_id, ada, said, at=ASKED) == count
    kept_as = await feedback.of_pair(connection, event_id, ada, bob)
    assert kept_as is not None
    assert (kept_as.met, kept_as.useful, kept_as.accepted) == (False, None, None)
    assert await mail(connection, ada, ASKED) is None  # nothing true to ask any more


@pytest.mark.parametrize("purpose", ["measured", "may_hold_back", "introduced", "opted_in"])
async def test_neither_is_asked_where_one_no_longer_lets_it_be_measured(
    connection: Connection, kept: tuple[AttendeeId, AttendeeId], purpose: str
) -> None:
    await connection.execute(f"update attendee set {purpose} = false where id = $1", kept[0])
    assert (await sweep(connection, at=ASKED)).letters == 0


async def test_who_has_paused_is_left_in_peace_until_they_come_back(
    connection: Connection, event_id: EventId, kept: tuple[AttendeeId, AttendeeId]
) -> None:
    await pause.pause(connection, event_id, kept[0], PauseScope.ROUND, at=AT)
    assert (await sweep(connection, at=ASKED)).letters == 1
    assert LetterKind.HELD_BACK.value not in await letters(connection, kept[0])
    await pause.come_back(connection, event_id, kept[0], at=ASKED)
    assert (await sweep(connection, at=ASKED)).letters == 1


async def test_nobody_is_asked_long_after(connection: Connection, kept: tuple[AttendeeId, AttendeeId]) -> None:
    assert (await sweep(connection, at=ASKED + ASK_UNTIL)).letters == 0


async def test_who_was_introduced_is_not_asked_as_if_held_back(connection: Connection, event_id: EventId) -> None:
    one, other = await factories.two_attendees(connection, event_id)
    run = await factories.drafted_run(connection, event_id)
    await connection.execute("update attendee set may_hold_back = true")
    await hold_backs.add_all(connection, [factories.hold_back(run, one, other, held_back=False)])
    made = await introductions.offer(connection, event_id, run.id, one, other, expires_at=ASKED, at=AT)
    assert (await sweep(connection, at=ASKED)).letters == 0
    after = await introductions.get(connection, made.id)
    assert after is not None
    assert after.state is IntroductionState.EXPIRED

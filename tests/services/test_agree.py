"""Two who were introduced agree on a time; both calendars hold one entry, which follows each change and ends with it."""

from datetime import datetime, timedelta

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.appointment import AHEAD_MAX, NotAgreed, NotProposed, TimePassed
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import Introduction, NotIntroduced
from matchmaker.model.letter import TimeProposed
from matchmaker.model.message import LetterKind
from matchmaker.model.pause import PauseCause, PauseScope
from matchmaker.services import agree, pause, show
from matchmaker.services.remind import ASK_AFTER, sweep
from matchmaker.store import appointments, programmes
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT
from tests.services.introduced import introduced, letters, offered
from tests.services.written import entry, letters_to, sent, waiting

MONDAY = AT + timedelta(days=7)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
async def one(connection: Connection, event_id: EventId) -> Introduction:
    """Two who were introduced, and have read of it."""
    made = await introduced(connection, event_id)
    await sent(connection)
    return made


async def agreed(connection: Connection, one: Introduction, starts_at: datetime = MONDAY) -> None:
    await agree.propose(connection, one.id, one.first_id, starts_at, minutes=20, at=AT)
    await agree.agree(connection, one.id, one.second_id, starts_at, AT)


async def left_for(connection: Connection, attendee_id: AttendeeId) -> None:
    """What waits for one has left; what waits for others waits on."""
    await connection.execute(
        """
        update message
           set state = 'sent', claim = 1, tries = 1, transmitting_at = created_at, ended_at = created_at
         where state = 'queued'
           and attendee_id = $1
        """,
        attendee_id,
    )


async def entries(connection: Connection, one: Introduction, kind: LetterKind) -> list[tuple[str, str, int]]:
    """What the letters of a kind do to the calendars of the two."""
    sides = (one.first_id, one.second_id)
    found = [letter for side in sides for letter in await letters_to(connection, side, kind, AT)]
    return [entry(letter) for letter in found]


async def test_a_proposal_asks_the_other_and_enters_no_calendar(connection: Connection, one: Introduction) -> None:
    await agree.propose(connection, one.id, one.first_id, MONDAY, minutes=20, at=AT)
    assert (await letters(connection, one.first_id), await letters(connection, one.second_id)) == (
        [],
        ["time_proposed"],
    )
    (letter,) = await letters_to(connection, one.second_id, LetterKind.TIME_PROPOSED, AT)
    assert isinstance(letter, TimeProposed)
    assert (letter.starts_at, letter.ends_at) == (MONDAY, MONDAY + timedelta(minutes=20))
    assert await show.agreed(connection, one.event_id, one.first_id) == []


async def test_a_newer_proposal_takes_the_place_of_an_older(connection: Connection, one: Introduction) -> None:
    await agree.propose(connection, one.id, one.first_id, MONDAY, minutes=20, at=AT)
    await agree.propose(connection, one.id, one.second_id, TUESDAY, minutes=20, at=AT)
    assert (await letters(connection, one.first_id), await letters(connection, one.second_id)) == (
        ["time_proposed"],
        [],
    )
    with pytest.raises(NotProposed):
        await agree.agree(connection, one.id, one.second_id, MONDAY, AT)
    with pytest.raises(NotProposed):
        await agree.agree(connection, one.id, one.first_id, MONDAY, AT)
    assert (await agree.agree(connection, one.id, one.first_id, TUESDAY, AT)).starts_at == TUESDAY


async def test_both_get_one_entry_which_follows_and_ends(connection: Connection, one: Introduction) -> None:
    await agreed(connection, one)
    first = await entries(connection, one, LetterKind.MEETING)
    uid = first[0][1]
    assert first == [("REQUEST", uid, 0)] * 2
    await sent(connection)
    await agreed(connection, one, TUESDAY)
    assert await entries(connection, one, LetterKind.MEETING_CHANGED) == [("REQUEST", uid, 1)] * 2
    await sent(connection)
    await agree.call_off(connection, one.id, one.first_id, AT)
    assert await entries(connection, one, LetterKind.MEETING_CANCELLED) == [("CANCEL", uid, 2)] * 2
    await sent(connection)
    await agreed(connection, one, MONDAY)
    assert await entries(connection, one, LetterKind.MEETING) == [("REQUEST", uid, 3)] * 2


async def test_who_acts_is_answered_at_once_and_the_other_in_their_daytime(
    connection: Connection, one: Introduction
) -> None:
    await agreed(connection, one)
    (first,) = await waiting(connection, one.first_id)
    (second,) = await waiting(connection, one.second_id)
    assert (first.asked_for, second.asked_for) == (False, True)


async def test_a_change_before_the_first_letter_left_is_told_as_the_first(
    connection: Connection, one: Introduction
) -> None:
    await agreed(connection, one)
    await agreed(connection, one, TUESDAY)
    assert [sequence for _, _, sequence in await entries(connection, one, LetterKind.MEETING)] == [1, 1]
    assert await letters(connection) == ["meeting", "meeting"]


async def test_a_letter_about_what_has_changed_since_is_not_written(connection: Connection, one: Introduction) -> None:
    await agreed(connection, one)
    await connection.execute("update appointment set sequence = 7")
    assert await letters_to(connection, one.first_id, LetterKind.MEETING, AT) == [None]


@pytest.mark.parametrize("starts_at", [AT, AT - timedelta(days=1), AT + AHEAD_MAX + timedelta(seconds=1)])
async def test_only_a_time_to_come_can_be_proposed(
    connection: Connection, one: Introduction, starts_at: datetime
) -> None:
    with pytest.raises(TimePassed):
        await agree.propose(connection, one.id, one.first_id, starts_at, minutes=20, at=AT)


async def test_what_has_begun_is_agreed_on_and_called_off_no_more(connection: Connection, one: Introduction) -> None:
    await agree.propose(connection, one.id, one.first_id, MONDAY, minutes=20, at=AT)
    with pytest.raises(TimePassed):
        await agree.agree(connection, one.id, one.second_id, MONDAY, MONDAY)
    await agree.agree(connection, one.id, one.second_id, MONDAY, AT)
    with pytest.raises(TimePassed):
        await agree.call_off(connection, one.id, one.second_id, MONDAY)
    await agree.call_off(connection, one.id, one.second_id, AT)
    with pytest.raises(NotAgreed):
        await agree.call_off(connection, one.id, one.second_id, AT)


async def test_only_two_who_were_introduced_agree(connection: Connection, event_id: EventId) -> None:
    open_one = await offered(connection, event_id)
    stranger = (await factories.attendee(connection, event_id, "Dee")).id
    with pytest.raises(NotIntroduced):
        await agree.propose(connection, open_one.id, open_one.first_id, MONDAY, minutes=20, at=AT)
    for introduction_id, who in (
        (open_one.id, stranger),
        (IntroductionId(factories.association_id()), open_one.first_id),
    ):
        with pytest.raises(NotFound):
            await agree.propose(connection, introduction_id, AttendeeId(who), MONDAY, minutes=20, at=AT)


async def test_slots_are_those_in_which_both_are_free(connection: Connection, one: Introduction) -> None:
    slots = [factories.slot(number) for number in (1, 2, 3)]
    await programmes.add_slots(connection, one.event_id, slots)
    at = slots[0].starts_at - timedelta(days=1)
    await agree.propose(connection, one.id, one.first_id, slots[1].starts_at, minutes=5, at=at)
    assert [slot.number for slot in await agree.free_slots(connection, one, at)] == [1, 2, 3]
    await agree.agree(connection, one.id, one.second_id, slots[1].starts_at, at)
    assert [slot.number for slot in await agree.free_slots(connection, one, at)] == [1, 3]
    assert [slot.number for slot in await agree.free_slots(connection, one, slots[0].starts_at)] == [3]


async def test_who_leaves_calls_off_what_they_agreed_on_meanwhile(connection: Connection, one: Introduction) -> None:
    await agreed(connection, one, AT + timedelta(days=300))
    await sent(connection)
    await pause.pause(connection, one.event_id, one.first_id, PauseScope.ROUND, at=AT)
    assert await letters(connection, one.second_id) == []
    await pause.pause(connection, one.event_id, one.first_id, PauseScope.EVERYTHING, at=AT)
    assert await letters(connection, one.second_id) == ["meeting_cancelled"]
    assert set(await letters(connection, one.first_id)) == {"goodbye"}


async def test_who_is_paused_for_silence_keeps_what_they_agreed_on(connection: Connection, one: Introduction) -> None:
    await agreed(connection, one)
    scope = PauseScope.PROGRAMME
    await pause.pause(connection, one.event_id, one.first_id, scope, cause=PauseCause.SILENT, at=AT)
    present = await appointments.get(connection, one.id)
    assert present is not None
    assert present.cancelled_at is None


async def test_what_reached_no_calendar_is_called_off_without_a_letter(
    connection: Connection, one: Introduction
) -> None:
    await agreed(connection, one)
    await agree.call_off(connection, one.id, one.first_id, AT)
    assert await letters(connection) == []


async def test_whose_calendar_has_it_is_told_and_the_other_is_not(connection: Connection, one: Introduction) -> None:
    await agreed(connection, one)
    await left_for(connection, one.second_id)
    await agree.call_off(connection, one.id, one.second_id, AT)
    assert (await letters(connection, one.first_id), await letters(connection, one.second_id)) == (
        [],
        ["meeting_cancelled"],
    )


async def test_what_is_out_of_the_calendar_is_not_called_off_twice(connection: Connection, one: Introduction) -> None:
    await agreed(connection, one)
    await sent(connection)
    await agree.call_off(connection, one.id, one.first_id, AT)
    await sent(connection)
    await agreed(connection, one, TUESDAY)
    await agree.call_off(connection, one.id, one.first_id, AT)
    assert await letters(connection) == []


async def test_a_cancellation_that_never_left_leaves_an_entry_to_be_cancelled(
    connection: Connection, one: Introduction
) -> None:
    await agreed(connection, one)
    await sent(connection)
    await agree.call_off(connection, one.id, one.first_id, AT)
    await agreed(connection, one, TUESDAY)
    await agree.call_off(connection, one.id, one.first_id, AT)
    assert [sequence for _, _, sequence in await entries(connection, one, LetterKind.MEETING_CANCELLED)] == [3, 3]


async def test_whether_they_met_is_asked_after_the_later_time_only(connection: Connection, one: Introduction) -> None:
    asked_at = AT + ASK_AFTER
    assert (await sweep(connection, at=asked_at)).letters == 2
    later = asked_at + timedelta(days=5)
    await agree.propose(connection, one.id, one.first_id, later, minutes=20, at=asked_at)
    await agree.agree(connection, one.id, one.second_id, later, asked_at)
    assert "did_you_meet" not in await letters(connection)
    ends_at = later + timedelta(minutes=20)
    assert (await sweep(connection, at=ends_at - timedelta(seconds=1))).letters == 0
    assert (await sweep(connection, at=ends_at)).letters == 2
    assert (await sweep(connection, at=ends_at + timedelta(days=1))).letters == 0
    assert (await letters(connection)).count("did_you_meet") == 2


async def test_who_was_asked_already_is_not_asked_again_after_a_later_time(
    connection: Connection, one: Introduction
) -> None:
    asked_at = AT + ASK_AFTER
    await sweep(connection, at=asked_at)
    await sent(connection)
    later = asked_at + timedelta(days=5)
    await agree.propose(connection, one.id, one.first_id, later, minutes=20, at=asked_at)
    await agree.agree(connection, one.id, one.second_id, later, asked_at)
    assert (await sweep(connection, at=later + timedelta(days=1))).letters == 0


async def test_whether_they_met_is_asked_two_weeks_after_a_time_was_called_off(
    connection: Connection, one: Introduction
) -> None:
    asked_at = AT + ASK_AFTER
    await sweep(connection, at=asked_at)
    later = asked_at + timedelta(days=5)
    await agree.propose(connection, one.id, one.first_id, later, minutes=20, at=asked_at)
    await agree.agree(connection, one.id, one.second_id, later, asked_at)
    await agree.call_off(connection, one.id, one.first_id, asked_at)
    assert (await sweep(connection, at=asked_at + ASK_AFTER - timedelta(seconds=1))).letters == 0
    assert (await sweep(connection, at=asked_at + ASK_AFTER)).letters == 2

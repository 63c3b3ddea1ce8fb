"""What each act and letter does is tested beside it; here stands what went wrong only where two of them came together."""

from datetime import datetime, timedelta

import pytest

from matchmaker.model.appointment import NotProposed
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.attendee_import import RowError
from matchmaker.model.day_letter import Bye
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Answer, Introduction, Standing, standing
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.pause import PauseScope
from matchmaker.model.window import Departure
from matchmaker.services import agree, enrol, forget, gather, pause, respond, tidy, write
from matchmaker.services.choose import LEASE
from matchmaker.services.gather import Leaving
from matchmaker.services.remind import ASK_AFTER, sweep
from matchmaker.services.tidy import Kept
from matchmaker.store import (
    appointments,
    attendees,
    check_ins,
    encounters,
    imports,
    introductions,
    messages,
    outbox,
    qualities,
)
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER
from tests.services import test_announce as seats
from tests.services.introduced import introduced, letters, offered
from tests.services.test_announce import drafted, hours, released
from tests.services.written import BASE_URL, sent

MONDAY = AT + timedelta(days=7)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


# A pause, and what is under way


async def claimed(connection: Connection, who: AttendeeId, at: datetime) -> Message:
    """The digest of all that is due to one, in a worker's hands."""
    first, *others = await outbox.due(connection, at, attendee_ids=[who], limit=10)
    whole = await gather.bind(connection, Leaving(first=first, going=Departure(at=at), others=others), at)
    (message,) = await outbox.claim(connection, [whole], [False], at + LEASE)
    return message


@pytest.mark.parametrize("scope", PauseScope)
async def test_a_digest_that_somebody_pauses_under_way_still_says_what_they_may_hear(
    connection: Connection, event_id: EventId, scope: PauseScope
) -> None:
    """Whoever rests from introductions keeps their seat, and hears that they sit out."""
    people = sorted([(await factories.attendee(connection, event_id)).id for _ in range(3)])
    await released(connection, await drafted(connection, event_id, [(people[0], people[1])], byes=[(people[2], 1)]))
    await messages.add(connection, [factories.message(people[2], letter=LetterKind.NOTE)], seats.AT)
    message = await claimed(connection, people[2], hours(1)[0] - HOUR)
    await pause.pause(connection, event_id, people[2], scope, at=hours(1)[0] - HOUR)
    told = await write.write(connection, message, base_url=BASE_URL, at=hours(1)[0] - HOUR)
    still = await letters(connection, people[2], state="claimed")
    if scope is PauseScope.EVERYTHING:
        assert (told, still) == (None, [])
    else:
        assert isinstance(told, Bye)
        assert still == ["bye", "digest"]


async def two_offers(connection: Connection, event_id: EventId) -> tuple[AttendeeId, Introduction, Introduction]:
    """Somebody with two offers; of the two others the first has declined."""
    one, *others = sorted([(await factories.attendee(connection, event_id)).id for _ in range(3)])
    await offered(connection, event_id, *((one, other) for other in others))
    declined, silent = await introductions.find(connection, event_id, attendee_id=one, limit=2)
    await respond.answer(connection, declined.id, declined.second_id, Answer.NO, at=LATER)
    return one, declined, silent


async def standings(connection: Connection, one: AttendeeId, *seen: Introduction) -> list[Standing]:
    found = [await introductions.get(connection, each.id) for each in seen]
    return [standing(each, one, LATER) for each in found if each is not None]


async def test_what_ends_by_a_pause_tells_nobody_who_had_declined_before(
    connection: Connection, event_id: EventId
) -> None:
    one, declined, silent = await two_offers(connection, event_id)
    await pause.pause(connection, event_id, one, PauseScope.ROUND, at=LATER)
    await pause.come_back(connection, event_id, one, at=LATER)
    assert await standings(connection, one, declined, silent) == [Standing.DECLINED] * 2


async def test_what_ends_for_whoever_takes_no_part_any_more_tells_nobody_who_had_declined_before(
    connection: Connection, event_id: EventId
) -> None:
    one, declined, silent = await two_offers(connection, event_id)
    present = await attendees.get(connection, event_id, one)
    assert present is not None
    off = factories.attendee_input(introduced=False)
    assert await enrol.update(connection, event_id, one, off, version=present.version, at=LATER)
    assert await standings(connection, one, declined, silent) == [Standing.DECLINED] * 2


async def test_where_neither_takes_part_any_more_it_ends_for_both(connection: Connection, event_id: EventId) -> None:
    one = await offered(connection, event_id)
    await connection.execute("update attendee set introduced = false")
    await respond.end_unwilling(connection, event_id, LATER)
    for side in (one.first_id, one.second_id):
        assert await standings(connection, side, one) == [Standing.DECLINED]


@pytest.mark.parametrize("keeps_times", [True, False])
@pytest.mark.parametrize("was_agreed", [True, False])
async def test_whoever_pauses_leaves_no_proposal_behind_to_which_the_other_agrees_in_vain(
    connection: Connection, event_id: EventId, was_agreed: bool, keeps_times: bool
) -> None:
    one = await introduced(connection, event_id)
    await agree.propose(connection, one.id, one.first_id, MONDAY, minutes=20, at=AT)
    if was_agreed:
        await agree.agree(connection, one.id, one.second_id, MONDAY, AT)
        await agree.propose(connection, one.id, one.first_id, MONDAY + HOUR, minutes=20, at=AT)
    await pause.pause(connection, event_id, one.first_id, PauseScope.EVERYTHING, keeps_times=keeps_times, at=LATER)
    assert "time_proposed" not in await letters(connection, one.second_id)
    with pytest.raises(NotProposed):
        await agree.agree(connection, one.id, one.second_id, MONDAY + HOUR * was_agreed, LATER)
    after = await appointments.get(connection, one.id)
    assert (after is not None and after.cancelled_at is None) == (was_agreed and keeps_times)


async def test_what_others_propose_to_who_pauses_stays(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    await agree.propose(connection, one.id, one.second_id, MONDAY, minutes=20, at=AT)
    await pause.pause(connection, event_id, one.first_id, PauseScope.ROUND, at=LATER)
    assert (await agree.agree(connection, one.id, one.first_id, MONDAY, LATER)).starts_at == MONDAY


async def test_nobody_is_asked_about_their_own_proposal(connection: Connection, event_id: EventId) -> None:
    """As where the letter about the same time, proposed by the other before, is sent again since it was uncertain."""
    one = await introduced(connection, event_id)
    await agree.propose(connection, one.id, one.first_id, MONDAY, minutes=20, at=AT)
    message = await claimed_one(connection, one.second_id, LetterKind.TIME_PROPOSED)
    await agree.propose(connection, one.id, one.second_id, MONDAY, minutes=20, at=AT)
    assert await write.write(connection, message, base_url=BASE_URL, at=LATER) is None


async def claimed_one(connection: Connection, who: AttendeeId, kind: LetterKind) -> Message:
    due = await outbox.due(connection, AT, attendee_ids=[who], limit=10)
    (message,) = await outbox.claim(connection, [one.id for one in due if one.letter is kind], [False], AT + LEASE)
    return message


# A time that was agreed on, and whether they met


@pytest.mark.parametrize("called_off", [True, False])
async def test_nobody_is_asked_whether_they_met_before_the_time_they_agreed_on(
    connection: Connection, event_id: EventId, called_off: bool
) -> None:
    one = await introduced(connection, event_id)
    await agree.propose(connection, one.id, one.first_id, AT + 2 * ASK_AFTER, minutes=60, at=AT)
    await agree.agree(connection, one.id, one.second_id, AT + 2 * ASK_AFTER, AT)
    if called_off:
        await agree.call_off(connection, one.id, one.first_id, AT)
    await sent(connection)
    await sweep(connection, at=AT + 2 * ASK_AFTER)
    assert await letters(connection) == (["did_you_meet"] * 2 if called_off else [])
    await sweep(connection, at=AT + 2 * ASK_AFTER + HOUR)
    assert await letters(connection) == ["did_you_meet"] * 2


# Who did not come, and who sat together


@pytest.mark.parametrize("timed", [True, False])
async def test_who_was_absent_sat_with_nobody_and_is_neither_asked_nor_asked_about(
    connection: Connection, timed: bool
) -> None:
    event_id = (await factories.event(connection, starts_on=seats.DAY.date(), time_zone="Europe/Berlin")).id
    people = sorted([(await factories.attendee(connection, event_id)).id for _ in range(4)])
    await released(
        connection,
        await drafted(connection, event_id, [(people[0], people[1]), (people[2], people[3])], timed=timed),
    )
    await sent(connection)
    await check_ins.mark_absent(connection, event_id, people[1], hours(1)[0])
    if timed:
        await check_ins.mark_absent(connection, event_id, people[3], hours(1)[1])
    await sweep(connection, at=seats.DAY + timedelta(days=2))
    remembered = await encounters.find(connection, event_id, limit=10)
    asked = await introductions.find(connection, event_id, limit=10)
    assert [(one.first_id, one.second_id) for one in remembered] == [(people[2], people[3])]
    assert [(one.first_id, one.second_id) for one in asked] == [(people[2], people[3])]


# Who sat together, and what is counted of who was introduced


async def test_who_sat_together_tells_nothing_of_whether_who_is_introduced_meets(
    connection: Connection, event_id: EventId
) -> None:
    one = await introduced(connection, event_id)
    found = [*await qualities.by_event(connection, limit=9), *await qualities.by_release(connection, event_id, limit=9)]
    assert [each.introduced for each in found] == [1, 1]
    await connection.execute("update introduction set sat_together = true where id = $1", one.id)
    found = [*await qualities.by_event(connection, limit=9), *await qualities.by_release(connection, event_id, limit=9)]
    assert [each.introduced for each in found] == [0, 0]


# Who is forgotten, and the files they came in


async def to_forget(connection: Connection, event_id: EventId) -> AttendeeReply:
    """Somebody whose name an import's failed rows hold, at their event and, of a namesake, at another."""
    one = await factories.attendee(connection, event_id, "Canary", email="canary@example.org")
    elsewhere = (await factories.event(connection)).id
    wrong = RowError(row=1, line=2, column="email", code="email_taken", message="It belongs to Canary.")
    for event in (event_id, elsewhere):
        outcome = factories.import_outcome(failed=1, errors=[wrong])
        await imports.add(connection, event, outcome, file_name=None, dry_run=False, failed_rows=b"Canary", at=AT)
    return one


@pytest.mark.parametrize("erased", [True, False])
async def test_who_is_forgotten_stands_in_no_failed_rows_of_their_events(
    connection: Connection, event_id: EventId, erased: bool
) -> None:
    one = await to_forget(connection, event_id)
    if erased:
        await forget.forget(connection, event_id, one.id, LATER)
    else:
        assert await enrol.remove(connection, event_id, one.id, version=one.version, at=LATER)
    kept = await connection.fetch("select event_id, failed from attendee_import where failed_rows is not null")
    assert event_id not in [row["event_id"] for row in kept]
    assert len(kept) == 1
    (here,) = await imports.find(connection, event_id, limit=9)
    assert (here.failed, here.errors) == (1, [])


async def test_failed_rows_are_kept_a_month(connection: Connection, event_id: EventId) -> None:
    await to_forget(connection, event_id)
    assert (await tidy.tidy(connection, Kept(), at=AT + 30 * DAY)).imports == 0
    assert (await tidy.tidy(connection, Kept(), at=LATER + 30 * DAY)).imports == 2
    assert (await tidy.tidy(connection, Kept(), at=LATER + 30 * DAY)).imports == 0
    assert await connection.fetchval("select count(*) from attendee_import where errors <> '[]'") == 0

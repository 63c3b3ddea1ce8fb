"""Rounds are announced once, by an agenda; a later release tells what is new to whom, under the names their calendars know."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from msgspec import json

from matchmaker.mail.compose import Envelope, compose
from matchmaker.model.group import Bye, GroupKind
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Release, ReleaseInput
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.pairing import Reason
from matchmaker.model.pause import PauseCause, PauseScope
from matchmaker.model.programme import TableInput
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import pause, remind, show, write
from matchmaker.services import release as releasing
from matchmaker.store import encounters, groups, meetings, outbox, pairings, placements, programmes
from matchmaker.store.connection import Connection
from tests import factories
from tests.mail.reading import part, received

BASE = "https://events.example.org"
ZONE = ZoneInfo("Europe/Berlin")
# A Monday, the day after the clocks went forward: the last working day before it is a Friday, an hour further from UTC.
DAY = datetime(2027, 3, 29, tzinfo=ZONE)
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
EVE = datetime(2027, 3, 26, 9, tzinfo=UTC)
Pair = tuple[AttendeeId, AttendeeId]


def hours(number: int, *, late: int = 0) -> tuple[datetime, datetime]:
    """Round 1 begins at nine, round 2 at ten, and so on, by the clock of the place."""
    begins = (DAY + timedelta(hours=8 + number, minutes=late)).astimezone(UTC)
    return begins, begins + timedelta(minutes=20)


@pytest.fixture
async def event_id(connection: Connection) -> EventId:
    """An event in Berlin, with tables."""
    event = await factories.event(connection, starts_on=DAY.date(), time_zone="Europe/Berlin")
    await programmes.add_tables(connection, event.id, [TableInput(number=1, place="by the window")])
    return event.id


@pytest.fixture
async def people(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Ada, Bob, Cy and Dee, in order of id."""
    names = ("ada", "bob", "cy", "dee")
    return sorted(
        [(await factories.attendee(connection, event_id, one.title(), email=f"{one}@example.org")).id for one in names]
    )


async def drafted(
    connection: Connection,
    event_id: EventId,
    *rounds: Sequence[Pair],
    byes: Sequence[tuple[AttendeeId, int]] = (),
    late: int = 0,
    timed: bool = True,
) -> MatchRun:
    """A run in rounds, each with its pairs at tables 1, 2 and so on."""
    run = await factories.drafted_run(connection, event_id, format=Format.ROUNDS)
    given = [
        factories.pairing(
            *pair,
            rank=10 * number + table,
            round=number,
            table=table,
            reasons=[
                Reason(to=pair[0], seek="an oven", offer="ovens by the hour", share=1.0),
                Reason(to=pair[1], seek="a recipe", offer="old recipes", share=1.0),
            ],
        )
        for number, pairs in enumerate(rounds, start=1)
        for table, pair in enumerate(pairs, start=1)
    ]
    await pairings.add_all(connection, run.id, given)
    for number, pairs in enumerate(rounds, start=1):
        seats = [(one, table) for table, pair in enumerate(pairs, start=1) for one in pair]
        when = hours(number, late=late) if timed else None
        await placements.add_round(connection, run.id, number, seats, hours=when)
    await groups.add_byes(connection, run.id, [Bye(attendee_id=one, round=number) for one, number in byes])
    return run


async def released(connection: Connection, run: MatchRun, at: datetime = AT) -> Release:
    return await releasing.release(connection, run.event_id, run.id, ReleaseInput(), at=at)


async def queued(connection: Connection, *to: AttendeeId) -> list[tuple[AttendeeId, str]]:
    rows = await connection.fetch(
        "select attendee_id, letter from message where state = 'queued' order by attendee_id, letter"
    )
    return [(row["attendee_id"], row["letter"]) for row in rows if not to or row["attendee_id"] in to]


async def sent(connection: Connection, at: datetime = EVE) -> None:
    """All that is queued has left."""
    await connection.execute(
        "update message set state = 'sent', claim = 1, tries = 1, due_at = not_before, "
        "transmitting_at = greatest($1, created_at), ended_at = greatest($1, created_at) where state = 'queued'",
        at,
    )


async def mail(connection: Connection, to: AttendeeId, at: datetime = EVE) -> EmailMessage | None:
    """The one queued letter to someone, as they get it; None where it is true no more."""
    row = await connection.fetchrow(
        "select id, event_id, attendee_id, introduction_id, letter, edition, facts, mail_id, asked_for, claim, tries, repeats "
        "from message where attendee_id = $1 and state = 'queued'",
        to,
    )
    assert row is not None
    message = Message(**{**row, "letter": LetterKind(row["letter"]), "facts": json.decode(row["facts"])})
    letter = await write.write(connection, message, base_url=BASE, language="en", at=at)
    if letter is None:
        return None
    envelope = Envelope(
        sender_name="Association",
        sender_address="letters@example.org",
        to_name="Reader",
        to_address="reader@example.org",
        message_id=message.mail_id,
        at=at,
        unsubscribe_url=f"{BASE}/x/1",
        base_url=BASE,
        time_zone="Europe/Berlin",
    )
    return received(compose(letter, envelope))


async def entries(connection: Connection, to: AttendeeId, at: datetime = EVE) -> tuple[str, list[Event]]:
    """The method and the entries of the calendar in someone's letter."""
    message = await mail(connection, to, at)
    assert message is not None
    found = Calendar.from_ical(part(message, "calendar"))
    return str(found["METHOD"]), [one for one in found.walk("VEVENT") if isinstance(one, Event)]


async def test_everyone_seated_gets_one_agenda_on_the_working_day_before(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    run = await drafted(connection, event_id, [(ada, bob), (cy, dee)], [(ada, cy)], byes=[(bob, 2), (dee, 2)])
    done = await released(connection, run)
    assert (done.offered, done.seated, done.announced) == (0, 4, 4)
    assert await queued(connection) == [(one, "agenda") for one in people]
    rows = await connection.fetch("select distinct not_before, deadline from message")
    assert [tuple(row) for row in rows] == [(datetime(2027, 3, 26, tzinfo=ZONE), hours(1)[0])]


async def test_a_late_agenda_leaves_at_once_and_one_after_the_last_round_never(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    at = hours(1)[0] - timedelta(minutes=30)
    await released(connection, await drafted(connection, event_id, [(ada, bob)]), at)
    assert await connection.fetchval("select distinct not_before from message") == at
    over = await released(connection, await drafted(connection, event_id, [(cy, dee)]), hours(1)[1])
    assert over.announced == 0


async def test_an_agenda_tells_rounds_tables_people_questions_and_byes(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, *_ = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)], byes=[(ada, 2)]))
    message = await mail(connection, ada)
    assert message is not None
    text = part(message, "plain").replace("\r\n", "\n")
    assert "This is whom you meet on Monday 29 March 2027" in text
    assert "Round 1, 09:00–09:20" in text
    assert "Table 1, by the window" in text
    assert text.count("\n- ") == 2
    assert "Round 2\nNothing is planned for you" in text
    assert "@example.org" not in text
    method, (only,) = await entries(connection, ada)
    assert (method, only.decoded("DTSTART"), only.decoded("SEQUENCE")) == ("PUBLISH", hours(1)[0], 0)
    assert b"\r\nDTSTART:20270329T070000Z\r\n" in only.to_ical()


async def test_three_at_a_table_are_told_why(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    run = await drafted(connection, event_id, [(ada, bob)])
    trio = [factories.group([ada, bob, cy], kind=GroupKind.TRIO)]
    await groups.add_all(connection, run.id, trio)
    await groups.add_members(connection, run.id, trio)
    await placements.add_round(connection, run.id, 1, [(cy, 1)], hours=hours(1))
    await released(connection, run)
    message = await mail(connection, cy)
    assert message is not None
    assert "You sit as three" in part(message, "plain")


async def test_who_has_nothing_but_byes_hears_why_once(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)], byes=[(cy, 1)]))
    message = await mail(connection, cy)
    assert message is not None
    assert "In round 1 you have no meeting" in part(message, "plain")
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, bob)], byes=[(cy, 1)]))
    assert await queued(connection) == []
    await released(connection, await drafted(connection, event_id, [(ada, bob), (cy, people[3])]))
    assert await queued(connection, cy) == [(cy, "meeting")]


async def test_a_later_release_says_nothing_to_whom_it_changes_nothing(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob), (cy, dee)]))
    await sent(connection)
    before = await meetings.of_format(connection, event_id, Format.ROUNDS, limit=9)
    again = await drafted(connection, event_id, [(ada, bob), (cy, dee)])
    assert (await released(connection, again)).announced == 0
    after = await meetings.of_format(connection, event_id, Format.ROUNDS, limit=9)
    assert [(one.id, one.sequence) for one in after] == [(one.id, one.sequence) for one in before]
    assert {one.run_id for one in after} == {again.id}


async def test_one_change_keeps_the_entry_and_counts_on(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob), (cy, dee)], [(ada, dee)]))
    _, (first, _) = await entries(connection, ada)
    await sent(connection)
    changed = await drafted(connection, event_id, [(bob, dee), (ada, cy)], [(ada, dee)])
    assert (await released(connection, changed)).announced == 4
    assert await queued(connection) == [(one, "meeting_changed") for one in people]
    _, (now,) = await entries(connection, ada)
    assert (str(now["UID"]), now.decoded("SEQUENCE")) == (str(first["UID"]), 1)
    assert str(now["SUMMARY"]) != str(first["SUMMARY"])
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(bob, dee)], [(ada, dee)]))
    assert await queued(connection) == [(ada, "meeting_cancelled"), (cy, "meeting_cancelled")]
    method, (ended,) = await entries(connection, ada)
    assert (method, str(ended["UID"]), ended.decoded("SEQUENCE")) == ("CANCEL", str(first["UID"]), 2)
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, bob)], [(ada, dee)]))
    _, (back,) = await entries(connection, ada)
    assert (str(back["UID"]), back.decoded("SEQUENCE"), str(back["STATUS"])) == (str(first["UID"]), 3, "CONFIRMED")


async def test_several_changes_come_as_one_agenda_that_ends_what_is_cancelled(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)], [(ada, cy)], [(ada, dee)]))
    _, first = await entries(connection, ada)
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, bob)], [(ada, dee)], byes=[(ada, 3)]))
    assert (await queued(connection, ada)) == [(ada, "agenda")]
    method, now = await entries(connection, ada)
    assert method == "PUBLISH"
    assert [str(one["UID"]) for one in now] == [str(one["UID"]) for one in first]
    assert [(one.decoded("SEQUENCE"), str(one["STATUS"])) for one in now] == [
        (0, "CONFIRMED"),
        (1, "CONFIRMED"),
        (1, "CANCELLED"),
    ]


async def test_a_change_of_hours_alone_is_told_with_the_hour_before(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, *_ = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)]))
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, bob)], late=30))
    message = await mail(connection, ada)
    assert message is not None
    text = part(message, "plain")
    assert "09:30–09:50 CEST" in text
    assert "Before, it was Monday 29 March 2027, 09:00 CEST." in text


async def test_an_agenda_that_has_not_left_is_written_anew_and_nothing_beside_it(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob), (cy, dee)]))
    await released(connection, await drafted(connection, event_id, [(ada, cy), (bob, dee)]))
    assert await queued(connection) == [(one, "agenda") for one in people]
    states = await connection.fetch("select state, count(*) from message group by state order by state")
    assert [tuple(row) for row in states] == [("dropped", 4), ("queued", 4)]


async def test_news_that_has_not_left_is_told_together_with_what_comes_after(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)], [(ada, cy)]))
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, dee)], [(ada, cy)]))
    assert await queued(connection, ada) == [(ada, "meeting_changed")]
    await released(connection, await drafted(connection, event_id, [(ada, dee)], [(ada, bob)]))
    assert await queued(connection, ada) == [(ada, "agenda")]
    _, now = await entries(connection, ada)
    assert [one.decoded("SEQUENCE") for one in now] == [1, 1]


async def test_an_agenda_in_a_workers_hands_is_taken_back_where_it_is_true_no_more(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)]))
    (one, *_) = await outbox.claim(
        connection,
        [row["id"] for row in await connection.fetch("select id from message where attendee_id = $1", ada)],
        [False],
        EVE,
    )
    await released(connection, await drafted(connection, event_id, [(ada, cy)]))
    assert not await outbox.transmit(connection, one, until=EVE, at=AT)
    assert await queued(connection, ada) == [(ada, "agenda")]


async def test_a_letter_about_a_meeting_that_changed_again_is_not_sent(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob), (cy, dee)]))
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, cy), (bob, dee)]))
    assert await mail(connection, ada) is not None
    await connection.execute("update meeting set sequence = sequence + 1")
    assert await mail(connection, ada) is None


async def test_what_has_begun_stays_as_it_was_told(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)], [(ada, cy)]))
    await sent(connection)
    at = hours(1)[0]
    await released(connection, await drafted(connection, event_id, [(ada, dee)], [(ada, cy)]), at)
    assert await queued(connection, ada, bob) == []
    (first, _) = await show.rounds(connection, event_id, ada)
    assert (first.sequence, len(first.others)) == (0, 1)


async def test_rounds_without_hours_are_told_and_have_no_calendar(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)], timed=False))
    message = await mail(connection, ada)
    assert message is not None
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, cy)], timed=False))
    assert await queued(connection, ada) == [(ada, "agenda")]


async def test_who_opted_out_meanwhile_is_not_written_to(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, *_ = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)]))
    await connection.execute("update attendee set opted_in = false where id = $1", ada)
    assert await mail(connection, ada) is None
    assert await mail(connection, bob) is not None


@pytest.mark.parametrize(
    ("scope", "cause", "is_told"),
    [
        (PauseScope.ROUND, PauseCause.ASKED, True),
        (PauseScope.PROGRAMME, PauseCause.ASKED, True),
        (PauseScope.PROGRAMME, PauseCause.SILENT, True),
        (PauseScope.EVERYTHING, PauseCause.ASKED, False),
    ],
)
async def test_who_has_paused_introductions_is_told_of_the_seat_they_keep_unless_they_want_no_letters(
    connection: Connection,
    event_id: EventId,
    people: list[AttendeeId],
    scope: PauseScope,
    cause: PauseCause,
    is_told: bool,
) -> None:
    ada, bob, *_ = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)]))
    await pause.pause(connection, event_id, ada, scope, cause=cause, at=AT)
    await connection.execute("delete from message where letter in ('goodbye', 'paused')")
    assert await queued(connection, ada) == ([(ada, "agenda")] if is_told else [])
    if is_told:
        assert await mail(connection, ada) is not None
        await pause.pause(connection, event_id, ada, PauseScope.EVERYTHING, ends_at=AT + timedelta(days=90), at=AT)
    await sent(connection)
    await released(connection, await drafted(connection, event_id, [(ada, bob)], late=5))
    assert await mail(connection, ada) is None
    assert len(await show.rounds(connection, event_id, ada)) == 1


async def test_who_wants_no_introductions_has_an_agenda(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, *_ = people
    await connection.execute("update attendee set introduced = false where id = $1", ada)
    await released(connection, await drafted(connection, event_id, [(ada, bob)]))
    assert await mail(connection, ada) is not None


async def test_who_sat_together_is_remembered_once_the_round_is_over(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    await released(connection, await drafted(connection, event_id, [(ada, bob)], [(ada, cy)]))
    await released(connection, await drafted(connection, event_id, [(ada, dee)], [(ada, cy)]))
    counts = [
        (await remind.sweep(connection, at=at)).remembered
        for at in (AT, hours(1)[1] - timedelta(seconds=1), hours(1)[1], hours(1)[1], hours(2)[1])
    ]
    assert counts == [0, 0, 1, 0, 1]
    found = await encounters.find(connection, event_id, limit=9)
    assert sorted((one.first_id, one.second_id) for one in found) == sorted([(ada, dee), (ada, cy)])
    assert {one.kind.value for one in found} == {"sat_together"}


async def test_the_members_of_a_table_all_sat_together(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    run = await factories.drafted_run(connection, event_id, format=Format.TABLES)
    await placements.add_round(connection, run.id, 1, [(one, 7) for one in people[:3]], hours=hours(1))
    done = await released(connection, run)
    assert (done.seated, done.announced) == (3, 3)
    assert (await remind.sweep(connection, at=hours(1)[1])).remembered == 3

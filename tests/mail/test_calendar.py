"""Calendars: one UID through invitation, change and end; the method said twice, alike; every time right across clock changes."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event
from msgspec import structs

from matchmaker.mail import calendar, samples
from matchmaker.mail.calendar import Entry
from matchmaker.mail.compose import compose
from matchmaker.model.day_letter import Agenda, SetDates
from matchmaker.model.letter import Letter, Meeting, MeetingCancelled, MeetingChanged, kind_of
from tests.mail.reading import received

AT = samples.AT
LETTERS = {kind_of(letter): letter for letter in samples.letters()}
MEETINGS = ("meeting", "meeting_changed", "meeting_cancelled")


def enclosed(letter: Letter) -> tuple[EmailMessage, Calendar]:
    """The calendar part of a letter, and what it holds."""
    message = received(compose(letter, samples.envelope()))
    parts = [part for part in message.iter_parts() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 1
    assert isinstance(parts[0], EmailMessage)
    return parts[0], Calendar.from_ical(parts[0].get_content())


def only_event(found: Calendar) -> Event:
    events = found.walk("VEVENT")
    assert len(events) == 1
    assert isinstance(events[0], Event)
    return events[0]


@pytest.mark.parametrize(("kind", "method"), list(zip(MEETINGS, ("REQUEST", "REQUEST", "CANCEL"), strict=True)))
def test_the_method_is_said_twice_and_alike(kind: str, method: str) -> None:
    part, found = enclosed(LETTERS[kind])
    assert part["Content-Type"].params["method"] == str(found["METHOD"]) == method


def test_without_a_mailbox_for_replies_nothing_is_requested() -> None:
    message = received(compose(LETTERS["meeting"], structs.replace(samples.envelope(), reply_to=None)))
    part = list(message.iter_parts())[-1]
    assert isinstance(part, EmailMessage)
    found = Calendar.from_ical(part.get_content())
    assert part["Content-Type"].params["method"] == str(found["METHOD"]) == "PUBLISH"
    assert "ATTENDEE" not in only_event(found)


def test_invitation_change_and_end_are_one_entry() -> None:
    events = [only_event(enclosed(LETTERS[kind])[1]) for kind in MEETINGS]
    assert {str(event["UID"]) for event in events} == {"sample@matchmaker.example.org"}
    assert [event.decoded("SEQUENCE") for event in events] == [0, 1, 2]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[0].decoded("DTSTART") != events[1].decoded("DTSTART") == events[2].decoded("DTSTART")


@pytest.mark.parametrize("kind", MEETINGS)
def test_the_organiser_takes_replies_and_the_guest_is_the_reader(kind: str) -> None:
    event = only_event(enclosed(LETTERS[kind])[1])
    assert str(event["ORGANIZER"]) == "mailto:events@bridges.example.org"
    assert str(event["ATTENDEE"]) == "mailto:jonas.weidmann@example.org"


def test_the_others_address_and_the_readers_own_link_stand_in_no_calendar() -> None:
    assert isinstance(LETTERS["meeting"], Meeting)
    letter = structs.replace(LETTERS["meeting"], page_url="https://matchmaker.example.org/i/secret")
    content = enclosed(letter)[0].get_content()
    assert "Mara Lindqvist" in content
    assert "mara.lindqvist@" not in content
    assert "secret" not in content


def test_an_agenda_publishes_its_rounds_and_ends_what_is_cancelled() -> None:
    agenda = next(one for one in samples.letters() if isinstance(one, Agenda))
    part, found = enclosed(agenda)
    assert part["Content-Type"].params["method"] == str(found["METHOD"]) == "PUBLISH"
    events = found.walk("VEVENT")
    assert [(str(one["UID"]).partition("@")[0], one.decoded("SEQUENCE"), str(one["STATUS"])) for one in events] == [
        ("sample-1", 0, "CONFIRMED"),
        ("sample-2", 1, "CANCELLED"),
        ("sample-3", 0, "CONFIRMED"),
    ]
    assert [str(one["SUMMARY"]) for one in events] == [
        "You and Mara Lindqvist",
        agenda.event_name,
        "You and Tomás Ibarra and Yuki Hamada",
    ]
    assert str(events[0]["LOCATION"]) == "Table 4, Foyer"
    assert all("ORGANIZER" in one and "ATTENDEE" not in one for one in events)


def test_the_dates_of_a_set_are_published_and_ended() -> None:
    letters = [one for one in samples.letters() if isinstance(one, SetDates)]
    found = [enclosed(one)[1] for one in letters]
    assert {str(one["METHOD"]) for one in found} == {"PUBLISH"}
    assert [[str(event["STATUS"]) for event in one.walk("VEVENT")] for one in found] == [
        ["CONFIRMED"] * 5,
        ["CANCELLED"],
        ["CONFIRMED", "CANCELLED"],
    ]


@pytest.mark.parametrize("kind", [kind for kind in LETTERS if kind not in (*MEETINGS, "agenda", "set_dates")])
def test_other_letters_enclose_no_calendar(kind: str) -> None:
    message = received(compose(LETTERS[kind], samples.envelope()))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


# Wall clock in a zone, and the same moment in UTC: around both changes of the clock, and in zones that have none.
CLOCKS = [
    ("Europe/Berlin", "2027-03-28T01:30", "2027-03-28T00:30"),
    ("Europe/Berlin", "2027-03-28T03:30", "2027-03-28T01:30"),
    ("Europe/Berlin", "2027-10-31T01:30", "2027-10-30T23:30"),
    ("Europe/Berlin", "2027-10-31T03:30", "2027-10-31T02:30"),
    ("America/New_York", "2027-03-14T03:30", "2027-03-14T07:30"),
    ("America/New_York", "2027-11-07T00:30", "2027-11-07T04:30"),
    ("Australia/Lord_Howe", "2027-04-04T03:00", "2027-04-03T16:30"),
    ("Australia/Lord_Howe", "2027-10-03T03:00", "2027-10-02T16:00"),
    ("Asia/Kolkata", "2027-03-28T09:00", "2027-03-28T03:30"),
    ("Asia/Kathmandu", "2027-10-31T09:00", "2027-10-31T03:15"),
    ("America/Sao_Paulo", "2027-02-21T09:00", "2027-02-21T12:00"),
    ("Pacific/Apia", "2027-12-31T09:00", "2027-12-30T20:00"),
]


@pytest.mark.parametrize(("zone", "wall", "utc"), CLOCKS)
def test_a_time_is_the_same_moment_everywhere(zone: str, wall: str, utc: str) -> None:
    starts_at = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))
    entry = Entry(id="1", starts_at=starts_at, ends_at=starts_at + timedelta(minutes=20), summary="x")
    content = calendar.feed([entry], name="x", base_url=samples.BASE_URL, at=AT)
    event = only_event(Calendar.from_ical(content))
    assert event.decoded("DTSTART") == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert f"\r\nDTSTART:{datetime.fromisoformat(utc):%Y%m%dT%H%M%S}Z\r\n".encode() in content
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=20)


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    twice = datetime(2027, 10, 31, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    entries = [
        Entry(id=str(fold), starts_at=at, ends_at=at.astimezone(UTC) + timedelta(minutes=20), summary="x")
        for fold, at in enumerate((twice.replace(fold=0), twice.replace(fold=1)))
    ]
    found = Calendar.from_ical(calendar.feed(entries, name="x", base_url=samples.BASE_URL, at=AT)).walk("VEVENT")
    first, second = (event.decoded("DTSTART") for event in found)
    assert second - first == timedelta(hours=1)


def test_a_feed_is_published_whole_and_marks_what_is_cancelled() -> None:
    entries = [
        Entry(id=str(n), starts_at=AT, ends_at=AT, summary=f"Meeting {n}", sequence=n, cancelled=n == 1)
        for n in range(3)
    ]
    found = Calendar.from_ical(calendar.feed(entries, name="My agenda", base_url=samples.BASE_URL, at=AT))
    assert str(found["METHOD"]) == "PUBLISH"
    assert [str(event["STATUS"]) for event in found.walk("VEVENT")] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert all("ORGANIZER" not in event and "ATTENDEE" not in event for event in found.walk("VEVENT"))
    assert calendar.feed([], name="My agenda", base_url=samples.BASE_URL, at=AT).count(b"VEVENT") == 0


def test_lines_are_folded_at_75_octets_and_end_as_they_should() -> None:
    entry = Entry(id="1", starts_at=AT, ends_at=AT, summary="Brücken; Straßen, Wege\\ " * 20, place="é" * 200)
    content = calendar.feed([entry], name="x", base_url=samples.BASE_URL, at=AT)
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert content.count(b"\n") == content.count(b"\r\n")
    assert str(only_event(Calendar.from_ical(content))["SUMMARY"]) == ("Brücken; Straßen, Wege\\ " * 20).strip()


@pytest.mark.parametrize("kind", MEETINGS)
def test_the_letter_says_the_same_time_as_the_calendar(kind: str) -> None:
    letter = LETTERS[kind]
    assert isinstance(letter, Meeting | MeetingChanged | MeetingCancelled)
    event = only_event(enclosed(letter)[1])
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (letter.starts_at, letter.ends_at)

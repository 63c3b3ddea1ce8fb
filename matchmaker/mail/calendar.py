"""Meetings for calendars (RFC 5545, 5546): an invitation, its change and its end share one UID, and SEQUENCE counts.

REQUEST and CANCEL go to one guest, from an organiser whose mailbox takes replies; a feed is published. All times are UTC, so no
calendar can read them in the wrong zone. No link into a reader's own page is written here: calendars are shared with others.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress, vText
from msgspec import Struct

from matchmaker.mail.harmless import display_name, mailto, words
from matchmaker.model.letter import Meeting, MeetingCancelled, MeetingChanged

PRODUCT = "-//Matchmaker//Introductions//EN"


class Method(Enum):
    """What a calendar is to do with what it gets; also the parameter of its part."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


class Entry(Struct, frozen=True, kw_only=True):
    """One entry of somebody's calendar feed; `id` is stable and `sequence` counts changes."""

    id: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    sequence: int = 0
    place: str | None = None
    cancelled: bool = False


def method_of(letter: Meeting | MeetingChanged | MeetingCancelled, *, takes_replies: bool) -> Method:
    """The method of a letter's calendar part: a request is answered, so it needs a mailbox that takes replies."""
    if isinstance(letter, MeetingCancelled):
        return Method.CANCEL
    return Method.REQUEST if takes_replies else Method.PUBLISH


def invitation(
    letter: Meeting | MeetingChanged | MeetingCancelled,
    method: Method,
    *,
    summary: str,
    place: str | None = None,
    organiser: tuple[str, str],
    guest: tuple[str, str],
    base_url: str,
    at: datetime,
) -> bytes:
    """The calendar part of a meeting's letter; `organiser` and `guest` are (name, address)."""
    entry = Entry(
        id=letter.meeting_id,
        starts_at=letter.starts_at,
        ends_at=letter.ends_at,
        summary=summary,
        sequence=letter.sequence,
        place=place,
        cancelled=method is Method.CANCEL,
    )
    event = _event(entry, base_url, at)
    event["organizer"] = _person(*organiser)
    if method is not Method.PUBLISH:
        event["attendee"] = _person(*guest)
    if method is Method.REQUEST:
        event["attendee"].params["ROLE"] = vText("REQ-PARTICIPANT")
        event["attendee"].params["PARTSTAT"] = vText("NEEDS-ACTION")
        event["attendee"].params["RSVP"] = vText("FALSE")
    return _calendar(method, [event])


def agenda(entries: Sequence[Entry], *, organiser: tuple[str, str], name: str, base_url: str, at: datetime) -> bytes:
    """The calendar part of an agenda: published, since one request cannot hold several entries."""
    events = [_event(entry, base_url, at) for entry in entries]
    for event in events:
        event["organizer"] = _person(*organiser)
    return _calendar(Method.PUBLISH, events, name=words(name))


def feed(entries: Sequence[Entry], *, name: str, base_url: str, at: datetime) -> bytes:
    """A person's calendar, to be read again and again: whole each time, cancelled entries marked."""
    return _calendar(Method.PUBLISH, [_event(entry, base_url, at) for entry in entries], name=words(name))


def uid(id: str, base_url: str) -> str:
    """The name by which every calendar knows an entry, for as long as it lives."""
    return f"{id}@{urlsplit(base_url).hostname or 'matchmaker.invalid'}"


def _calendar(method: Method, events: Sequence[Event], *, name: str | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if name:
        calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made


def _event(entry: Entry, base_url: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", uid(entry.id, base_url))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", words(entry.summary))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", words(entry.place))
    return event


def _person(name: str, address: str) -> vCalAddress:
    person = vCalAddress(mailto(address))
    if shown := display_name(name):
        person.params["CN"] = vText(shown)
    return person

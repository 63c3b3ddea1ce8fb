"""An attendee: a person's place at one event. Three shapes: what the core reads, a writer sets, a reader sees."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.group import RoundNumbers
from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.model.profile import Profile, Texts
from matchmaker.model.text import (
    LIST_MAX,
    MINUTES_MAX,
    PEOPLE_NAMED_MAX,
    TEXT_CHARS_MAX,
    TEXT_PATTERN,
    Count,
    Email,
    Language,
    Line,
    Quota,
    Text,
    Version,
)

Lines = Annotated[list[Line], Meta(max_length=LIST_MAX)]
PeopleNamed = Annotated[list[Line], Meta(max_length=PEOPLE_NAMED_MAX)]
Extra = Annotated[str, Meta(max_length=TEXT_CHARS_MAX, pattern=TEXT_PATTERN)]
Languages = Annotated[list[Language], Meta(max_length=LIST_MAX)]
Minutes = Annotated[int, Meta(ge=0, le=MINUTES_MAX, description="Minutes someone has for introductions in all.")]


KEPT = "Left out, it stays as the attendee chose it."
LIKES = "Where they like to meet; told to the other once both said yes."


class MeetingPlace(Enum):
    """Where somebody likes to meet: in their office, on a walk, by a call, at the event."""

    OFFICE = "office"
    WALK = "walk"
    CALL = "call"
    EVENT = "event"


def _choice(words: str) -> Meta:
    return Meta(description=f"{words} {KEPT}")


OptedIn = Annotated[bool | None, _choice("Takes part in this event's matching at all; unless said, yes.")]
Listed = Annotated[
    bool | None, _choice("May be found by name by other attendees, for a wish or as known; unless said, yes.")
]
Matched = Annotated[bool | None, _choice("Takes part in match runs; unless said, yes.")]
Introduced = Annotated[
    bool | None,
    _choice(
        "Takes part in runs of introductions, and is written to about a pairing; unless said, yes. Else rounds only."
    ),
]
Measured = Annotated[
    bool | None,
    _choice("What they say of others, and others of them, teaches and counts in figures; unless said, yes."),
]
MayHoldBack = Annotated[
    bool | None,
    _choice(
        "Whether now and then an introduction may be left out, to measure whether matching helps; unless said, no."
    ),
]
Quiet = Annotated[
    bool | None,
    _choice("Quiet mode: fewer and longer meetings, and somebody else begins; unless said, no."),
]
MeetsAt = Annotated[list[MeetingPlace], Meta(max_length=len(MeetingPlace))]


class Attendee(Struct, frozen=True, kw_only=True):
    """What the matching core may know of a person: no name, no address."""

    id: AttendeeId
    profile: Profile
    organisation: Line | None = None
    role: Line | None = None
    seniority: Line | None = None
    sector: Line | None = None
    region: Line | None = None
    languages: Languages = []
    groups: Lines = []
    quota: Quota | None = None
    least: Quota | None = None
    minutes: Minutes | None = None
    challenge: Text | None = None
    available: RoundNumbers | None = None
    needs_accessible: bool = False
    byes: Count = 0
    quiet: bool = False


class AttendeeInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a writer may set: a request's body, or one row of an import."""

    name: Line
    email: Email | None = None
    external_id: Line | None = None
    organisation: Line | None = None
    role: Line | None = None
    seniority: Line | None = None
    sector: Line | None = None
    region: Line | None = None
    languages: Languages = []
    interests: Texts = []
    seeks: Texts = []
    offers: Texts = []
    quota: Quota | None = None
    least: Quota | None = None
    minutes: Minutes | None = None
    challenge: Text | None = None
    available: RoundNumbers | None = None
    needs_accessible: bool = False
    groups: Lines = []
    opted_in: OptedIn = None
    listed: Listed = None
    matched: Matched = None
    introduced: Introduced = None
    measured: Measured = None
    may_hold_back: MayHoldBack = None
    quiet: Quiet = None
    meets_at: Annotated[MeetsAt | None, Meta(description=f"{LIKES} {KEPT}")] = None
    extra: Annotated[dict[Line, Extra], Meta(max_length=100)] = {}


class ImportRow(AttendeeInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of an import: an attendee with the people they know and would rather not meet.

    An entry is an external id, an e-mail, a name or `org:NAME`, resolved in that order.
    """

    knows: PeopleNamed = []
    avoids: PeopleNamed = []
    must_meet: PeopleNamed = []
    would_like: PeopleNamed = []
    rather_not: PeopleNamed = []


class AttendeeReply(Struct, frozen=True, kw_only=True):
    """An attendee as the organiser sees them."""

    id: AttendeeId
    event_id: EventId
    person_id: PersonId
    external_id: Line | None
    name: Line
    email: Email | None
    organisation: Line | None
    role: Line | None
    seniority: Line | None
    sector: Line | None
    region: Line | None
    languages: Languages
    interests: Texts
    seeks: Texts
    offers: Texts
    quota: Quota | None
    least: Quota | None
    minutes: Minutes | None
    challenge: Text | None
    available: RoundNumbers | None
    needs_accessible: bool
    groups: Lines
    opted_in: bool
    listed: bool
    matched: bool
    introduced: bool
    measured: bool
    may_hold_back: bool
    quiet: bool
    meets_at: Annotated[MeetsAt, Meta(description=LIKES)]
    extra: Annotated[dict[str, str], Meta(max_length=100)]
    version: Version
    created_at: datetime
    updated_at: datetime


def profile_of(row: AttendeeInput) -> Profile:
    """The profile part of what a writer set."""
    return Profile(interests=row.interests, seeks=row.seeks, offers=row.offers)

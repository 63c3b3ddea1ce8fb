"""The content of each letter: what one person is told, in plain values, before anything is worded or laid out.

A letter's tag is its kind, the name of its folder in `mail/templates`. The caller fills in names, sentences, times and links
of this one reader; the words around them come from the letter's folder and the reader's language. Whatever people wrote
is plain text here and is made harmless when the letter is composed; only a field that ends in `_url` becomes a link.
A `Contact` stands in no letter before both have said yes. The three exits are on the envelope, so every letter has them.
"""

from datetime import date, datetime
from enum import Enum

from msgspec import Struct, structs

from matchmaker.model.attendee import MeetingPlace
from matchmaker.model.completeness import Lack
from matchmaker.model.day_letter import Agenda, Bye, SetDates
from matchmaker.model.other import Contact, Other


class Begins(Enum):
    """Who writes the first line after two yeses: whoever is in quiet mode never has to (L8)."""

    EITHER = "either_begins"
    READER = "you_begin"
    OTHER = "other_begins"
    HOST = "host_begins"
    ORGANISER = "organiser_begins"


class Invited(Struct, frozen=True, kw_only=True, tag="invited", tag_field="letter"):
    """You are at this event: say what you seek and offer, in three minutes."""

    event_name: str
    page_url: str
    starts_at: datetime | None = None
    place: str | None = None
    answer_by: datetime | None = None


class Verify(Struct, frozen=True, kw_only=True, tag="verify", tag_field="letter"):
    """Somebody, hopefully you, gave this address at the open door: confirm it."""

    event_name: str
    page_url: str
    expires_at: datetime


class Offered(Struct, frozen=True, kw_only=True, tag="offered", tag_field="letter"):
    """An introduction is offered: who, what each gets, two questions, how long it takes, until when to answer.

    A reader in quiet mode is told that they need not ask for anything. `instead_of` is with whom an earlier one came to nothing.
    """

    event_name: str
    other: Other
    you_get: str
    they_get: str
    page_url: str
    expires_at: datetime
    questions: list[str] = []
    minutes: int = 20
    quiet: bool = False
    instead_of: str | None = None


class Reminder(Struct, frozen=True, kw_only=True, tag="reminder", tag_field="letter"):
    """The one reminder before an offered introduction expires."""

    event_name: str
    other: Other
    you_get: str
    they_get: str
    page_url: str
    expires_at: datetime
    minutes: int = 20


class Introduced(Struct, frozen=True, kw_only=True, tag="introduced", tag_field="letter"):
    """Both said yes: here is how to reach the other, and who begins. A reply to this letter goes to the other.

    `likes` is where the other likes to meet.
    """

    event_name: str
    other: Other
    contact: Contact
    you_get: str
    they_get: str
    page_url: str
    questions: list[str] = []
    minutes: int = 20
    place: str | None = None
    begins: Begins = Begins.EITHER
    host_name: str | None = None
    likes: list[MeetingPlace] = []


class Withdrawn(Struct, frozen=True, kw_only=True, tag="withdrawn", tag_field="letter"):
    """An introduction that the reader said yes to will not take place; no `other` where there is none to be named any more."""

    event_name: str
    page_url: str
    other: Other | None = None


class TimeProposed(Struct, frozen=True, kw_only=True, tag="time_proposed", tag_field="letter"):
    """The other of two who were introduced proposes a time to meet, `instead_of` the one that they have agreed on, if any."""

    event_name: str
    other: Other
    starts_at: datetime
    ends_at: datetime
    page_url: str
    instead_of: datetime | None = None


class Meeting(Struct, frozen=True, kw_only=True, tag="meeting", tag_field="letter"):
    """Two or more meet at a time: an invitation for the calendar. `meeting_id` is stable and `sequence` counts changes.

    `of_two` means that the two have agreed on it themselves; else a run seats them.
    """

    event_name: str
    others: list[Other]
    meeting_id: str
    starts_at: datetime
    ends_at: datetime
    page_url: str
    sequence: int = 0
    table: int | None = None
    place: str | None = None
    questions: list[str] = []
    of_two: bool = False


class MeetingChanged(Struct, frozen=True, kw_only=True, tag="meeting_changed", tag_field="letter"):
    """A meeting has another time, place or company; `sequence` is higher than in the letter before."""

    event_name: str
    others: list[Other]
    meeting_id: str
    starts_at: datetime
    ends_at: datetime
    page_url: str
    sequence: int
    table: int | None = None
    place: str | None = None
    started_at_before: datetime | None = None
    questions: list[str] = []
    of_two: bool = False


class MeetingCancelled(Struct, frozen=True, kw_only=True, tag="meeting_cancelled", tag_field="letter"):
    """A meeting does not take place; whose wish that was is not said, nor who else was to come."""

    event_name: str
    meeting_id: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    page_url: str
    of_two: bool = False


class DidYouMeet(Struct, frozen=True, kw_only=True, tag="did_you_meet", tag_field="letter"):
    """Did the two meet, and was it useful?"""

    event_name: str
    other: Other
    page_url: str


class AfterRounds(Struct, frozen=True, kw_only=True, tag="after_rounds", tag_field="letter"):
    """With whom of those they sat with does the reader want to stay in touch?"""

    event_name: str
    others: list[Other]
    page_url: str
    expires_at: datetime


class HeldBack(Struct, frozen=True, kw_only=True, tag="held_back", tag_field="letter"):
    """Did the reader happen to meet those from whom chance kept them, with their consent? It is asked to measure."""

    event_name: str
    others: list[Other]
    page_url: str


class Thanks(Struct, frozen=True, kw_only=True, tag="thanks", tag_field="letter"):
    """A draft of thanks that the reader may send to the other, or not."""

    event_name: str
    other: Other
    contact: Contact
    you_get: str
    page_url: str


class Promise(Struct, frozen=True, kw_only=True, tag="promise", tag_field="letter"):
    """What the reader promised the other, in the reader's own words."""

    event_name: str
    other: Other
    promise: str
    page_url: str
    due_on: date | None = None


class Reconnect(Struct, frozen=True, kw_only=True, tag="reconnect", tag_field="letter"):
    """Two who met some time ago: a reason to speak again."""

    event_name: str
    other: Other
    contact: Contact
    you_get: str
    introduced_on: date
    page_url: str
    promise: str | None = None


class Digest(Struct, frozen=True, kw_only=True, tag="digest", tag_field="letter"):
    """Several letters in one instead of many, each with its own words and links."""

    event_name: str
    parts: list["Letter"]


class Paused(Struct, frozen=True, kw_only=True, tag="paused", tag_field="letter"):
    """The reader left several letters unanswered: we pause, kindly. `page_url` brings them back."""

    event_name: str
    silences: int
    page_url: str
    until: date | None = None


class Exit(Enum):
    """The three exits: this round, this programme, everything."""

    ROUND = "round"
    PROGRAMME = "programme"
    EVERYTHING = "everything"


class Goodbye(Struct, frozen=True, kw_only=True, tag="goodbye", tag_field="letter"):
    """The reader took an exit: said once, with the way back. A pause ends `until` then; without it, for good."""

    event_name: str
    exit: Exit
    page_url: str
    until: date | None = None


class Link(Struct, frozen=True, kw_only=True, tag="link", tag_field="letter"):
    """A fresh link to the reader's own page, which they asked for."""

    event_name: str
    page_url: str
    expires_at: datetime


class SayMore(Struct, frozen=True, kw_only=True, tag="say_more", tag_field="letter"):
    """The one reminder to say what one seeks or offers, whichever `lacks`."""

    event_name: str
    page_url: str
    lacks: Lack


class Note(Struct, frozen=True, kw_only=True, tag="note", tag_field="letter"):
    """What the organiser writes in words of their own."""

    event_name: str
    heading: str
    paragraphs: list[str]


Letter = (
    Invited | Verify | Offered | Reminder | Introduced | Meeting | MeetingChanged | MeetingCancelled | Agenda | DidYouMeet
    | Thanks | Promise | Reconnect | SetDates | Digest | Bye | Paused | Goodbye | Link | Withdrawn | TimeProposed
    | AfterRounds | HeldBack | SayMore | Note
)  # fmt: skip


def as_new(changed: MeetingChanged) -> Meeting:
    """The same meeting, told for the first time."""
    return Meeting(**{field: value for field, value in structs.asdict(changed).items() if field != "started_at_before"})


def kind_of(letter: Letter) -> str:
    """The letter's kind: the value of its `LetterKind`, and the name of its folder."""
    return str(letter.__struct_config__.tag)

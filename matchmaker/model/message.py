"""A message: a letter in the outbox, written in the transaction of its cause and sent later.

queued → claimed → transmitting → sent is the plain way. `transmitting` begins just before the letter's final dot leaves: a
worker that dies before it has sent nothing, and one that dies after it cannot know, which is `uncertain`.
"""

import re
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

from msgspec import Meta, Struct

from matchmaker.model.ids import AssociationId, AttendeeId, EventId, IntroductionId, MessageId, OrganiserId, PersonId
from matchmaker.model.text import Count, Email, Line, clean_line

WORDS_CHARS_MAX = 1_000

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_MAIL_ID = re.compile(f"{_UUID}\\.({_UUID})@[0-9A-Za-z.-]+")
_ADDRESS = re.compile(r"(?<![^\s<>()])[^\s<>()]+@[^\s<>()]+")


class LetterKind(Enum):
    """Which letter it is; each has a folder of that name in `mail/templates`."""

    INVITED = "invited"
    VERIFY = "verify"
    OFFERED = "offered"
    REMINDER = "reminder"
    INTRODUCED = "introduced"
    MEETING = "meeting"
    MEETING_CHANGED = "meeting_changed"
    MEETING_CANCELLED = "meeting_cancelled"
    AGENDA = "agenda"
    DID_YOU_MEET = "did_you_meet"
    THANKS = "thanks"
    PROMISE = "promise"
    RECONNECT = "reconnect"
    SET_DATES = "set_dates"
    DIGEST = "digest"
    BYE = "bye"
    PAUSED = "paused"
    GOODBYE = "goodbye"
    LINK = "link"
    WITHDRAWN = "withdrawn"
    TIME_PROPOSED = "time_proposed"
    AFTER_ROUNDS = "after_rounds"
    HELD_BACK = "held_back"
    SAY_MORE = "say_more"
    NOTE = "note"


class MessageState(Enum):
    """Where a message stands."""

    QUEUED = "queued"
    HELD = "held"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Unsent(Enum):
    """Why a message will not be sent: the last two mean that it was tried."""

    CANCELLED = "cancelled"
    LATE = "late"
    SUPPRESSED = "suppressed"
    UNTRUE = "untrue"
    NO_ADDRESS = "no_address"
    LEFT = "left"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class MessageInput(Struct, frozen=True, kw_only=True):
    """A message to be written. The same attendee, letter, introduction and edition is the same message: written once.

    It holds no address, no contact and no words of people: those are looked up when it is sent. `asked_for` means that the
    person asked for this mail just now, so that neither windows nor the daily cap hold it. After `deadline` it makes no
    sense any more: it is dropped, and listed as such.
    """

    letter: LetterKind
    attendee_id: AttendeeId
    introduction_id: IntroductionId | None = None
    edition: Line = "1"
    facts: dict[str, Any] = {}
    not_before: datetime
    deadline: datetime | None = None
    asked_for: bool = False


class Message(Struct, frozen=True, kw_only=True):
    """A message as the worker has it who claimed it; nobody with an older `claim` can change it any more."""

    id: MessageId
    event_id: EventId
    attendee_id: AttendeeId
    introduction_id: IntroductionId | None
    letter: LetterKind
    edition: Line
    facts: dict[str, Any]
    mail_id: str
    asked_for: bool
    deadline: datetime | None = None
    claim: Count
    tries: Count
    repeats: Count

    @property
    def test_language(self) -> str | None:
        """The language of a letter that goes to the association's own address, to be looked at; None of any other."""
        return self.facts.get("test")

    @property
    def test_organiser(self) -> OrganiserId | None:
        """The organiser who asked for such a letter on a page, and gets it; None where it goes to the association's address."""
        return self.facts.get("organiser_id")


class MessageReply(Struct, frozen=True, kw_only=True):
    """A message as the organiser sees it: what became of it, and neither its text nor where it went."""

    id: MessageId
    event_id: EventId
    attendee_id: AttendeeId
    introduction_id: IntroductionId | None
    digest_id: Annotated[
        MessageId | None,
        Meta(
            description="The message of the digest that it is a part of, whose fate it shares; null where it leaves alone."
        ),
    ]
    letter: LetterKind
    edition: Line
    state: MessageState
    reason: Annotated[Unsent | None, Meta(description="Why it will not be sent; null where it was, or still may be.")]
    code: Annotated[
        Annotated[int, Meta(ge=200, le=599)] | None, Meta(description="The last code with which it was refused.")
    ]
    words: Annotated[
        Annotated[str, Meta(min_length=1, max_length=1_000)] | None,
        Meta(description="The words with which it was refused, without the address."),
    ]
    asked_for: Annotated[bool, Meta(description="The person asked for it, so it waits for no window.")]
    overrode: Annotated[
        bool, Meta(description="It left outside its window, or as a second of its day, for its deadline.")
    ]
    tries: Annotated[Count, Meta(description="How often it was tried.")]
    repeats: Annotated[
        Count, Meta(description="How often it was sent again because it was uncertain whether it had been.")
    ]
    not_before: datetime
    deadline: datetime | None
    due_at: Annotated[datetime, Meta(description="When it is tried next, while it is queued.")]
    transmitting_at: Annotated[datetime | None, Meta(description="When its last dot was about to leave.")]
    ended_at: Annotated[datetime | None, Meta(description="When it was sent, or was known never to be.")]
    created_at: datetime


class Waiting(Struct, frozen=True, kw_only=True):
    """A message that is due: what decides whether it leaves now. `last_at` is when its reader's last letter left."""

    id: MessageId
    attendee_id: AttendeeId
    person_id: PersonId
    letter: LetterKind
    asked_for: bool
    tries: Count
    repeats: Count
    deadline: datetime | None
    time_zones: list[str | None]
    last_at: datetime | None


class Reader(Struct, frozen=True, kw_only=True):
    """Whom a message is for, as they are when it is sent."""

    name: Line
    email: Email | None
    email_key: str | None
    languages: list[str]
    time_zones: list[str | None]
    in_reply_to: str | None


class Outcome(Enum):
    """What the organiser decides of an uncertain message: to send it again, or to leave it at that."""

    SEND_AGAIN = "send_again"
    LEAVE = "leave"


class OutcomeInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of an uncertain message."""

    outcome: Outcome


def association_in(mail_id: str) -> AssociationId | None:
    """The association that a Message-ID of ours names, None where it is not ours."""
    found = _MAIL_ID.fullmatch(mail_id.strip("<> "))
    return None if found is None else AssociationId(found[1])


def without_address(text: str, address: str) -> str:
    """The words of a server on one line, without anything that looks like an address or is a part of this one."""
    local, _, domain = address.partition("@")
    for part in (address, local, domain):
        if part:
            text = re.sub(re.escape(part), "…", text, flags=re.IGNORECASE)
    return clean_line(_ADDRESS.sub("…", text))[:WORDS_CHARS_MAX] or "…"

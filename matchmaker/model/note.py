"""A note: a letter in the organiser's own words to a segment of an event's people (F68), seen and counted before it is sent."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.completeness import Lack
from matchmaker.model.ids import AttendeeId, EventId, NoteId
from matchmaker.model.letter_text import Preview
from matchmaker.model.text import NAME_PATTERN, Count, Line

HEADING_CHARS_MAX = 120
PARAGRAPH_CHARS_MAX = 600
PARAGRAPHS_MAX = 20
NAMED_MAX = 1_000
DEADLINE_DAYS = 14

Heading = Annotated[str, Meta(min_length=1, max_length=HEADING_CHARS_MAX, pattern=NAME_PATTERN)]
Paragraph = Annotated[str, Meta(min_length=1, max_length=PARAGRAPH_CHARS_MAX, pattern=NAME_PATTERN)]
Paragraphs = Annotated[
    list[Paragraph],
    Meta(min_length=1, max_length=PARAGRAPHS_MAX, description="Plain text, of which nothing becomes a link."),
]

Named = Annotated[list[AttendeeId], Meta(max_length=NAMED_MAX, description="Only these attendees.")]


class Segment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some of an event's people: all that is said must be true of them; of nothing said, everybody.

    Who answered an introduction is no segment: whom a letter leaves out would be known to have said no.
    """

    group: Line | None = None
    organisation: Annotated[Line | None, Meta(description="Case aside.")] = None
    lacks: Annotated[Lack | None, Meta(description="What they have not said.")] = None
    attendee_ids: Named | None = None


class NoteInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written, to whom; dropped where it has not left by the deadline, in two weeks unless told."""

    heading: Annotated[Heading, Meta(description="The letter's subject.")]
    paragraphs: Paragraphs
    segment: Segment = Segment()
    deadline: Annotated[datetime, Meta(tz=True)] | None = None


class Reach(Enum):
    """Whether a letter to someone would leave, and if not why; a pause is not told apart from an address that is suppressed."""

    REACHED = "reached"
    WITHOUT_ADDRESS = "without_address"
    UNVERIFIED = "unverified"
    SUPPRESSED = "suppressed"


class Recipients(Struct, frozen=True, kw_only=True):
    """How many people a letter would go to, and how many it would not reach.

    Of a letter to one this would tell of that one, so a pause is counted with all else for which somebody gets no mail.
    """

    letters: Annotated[Count, Meta(description="People who get the letter.")]
    without_address: Count
    unverified: Annotated[Count, Meta(description="People who signed up and did not confirm their address.")]
    suppressed: Annotated[
        Count, Meta(description="People whose address refuses mail, or who want none, just now or at all.")
    ]
    written_before: Annotated[Count, Meta(description="People who had this letter before, and get it only once.")] = 0


class NotePreview(Struct, frozen=True, kw_only=True):
    """To how many it would go, and how it would look."""

    recipients: Recipients
    letter: Preview


class Note(Struct, frozen=True, kw_only=True):
    """A note that was written: `letters` messages carry it."""

    id: NoteId
    event_id: EventId
    heading: Heading
    paragraphs: Paragraphs
    segment: Segment
    letters: Count
    deadline: datetime
    created_at: datetime

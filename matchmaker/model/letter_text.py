"""What an association says in a letter in its own words, phrase by phrase, and a look at the letter before anyone gets it."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.message import LetterKind
from matchmaker.model.text import NAME_PATTERN, Email, Line

WORDS_CHARS_MAX = 600
PHRASES_MAX = 50
PAGE_CHARS_MAX = 200_000

Words = Annotated[str, Meta(min_length=1, max_length=WORDS_CHARS_MAX, pattern=NAME_PATTERN)]
PhraseKey = Annotated[str, Meta(min_length=1, max_length=50, pattern="^[a-z0-9_]+$")]


class LetterLanguage(Enum):
    """A language that letters are written in."""

    ENGLISH = "en"
    GERMAN = "de"


class PhraseInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One phrase in the association's own words: plain text on one line, in which `{other}` and its like are filled in."""

    key: PhraseKey
    words: Words


Phrases = Annotated[
    list[PhraseInput],
    Meta(max_length=PHRASES_MAX, description="The phrases that you say otherwise; the rest stay as they came."),
]


class LetterTextInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is said otherwise in a letter."""

    phrases: Phrases


class Phrase(Struct, frozen=True, kw_only=True):
    """A phrase of a letter: what it says now, what it said as it came, and what may be filled in."""

    key: PhraseKey
    words: Words
    as_it_came: Words
    own: Annotated[bool, Meta(description="You say it in words of your own.")]
    placeholders: Annotated[list[Line], Meta(description="What may stand in braces.")]


class LetterText(Struct, frozen=True, kw_only=True):
    """The phrases of a letter in a language."""

    letter: LetterKind
    language: LetterLanguage
    phrases: list[Phrase]


class PreviewInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose letter to look at: an attendee's, about one of their introductions where the letter is about one; else made-up
    people's. With `phrases`, as it would be with these instead of those that are kept."""

    event_id: EventId | None = None
    attendee_id: AttendeeId | None = None
    introduction_id: IntroductionId | None = None
    phrases: Phrases | None = None


class Preview(Struct, frozen=True, kw_only=True):
    """A letter as its reader would see it; its links lead nowhere."""

    subject: Annotated[str, Meta(max_length=PAGE_CHARS_MAX)]
    text: Annotated[str, Meta(max_length=PAGE_CHARS_MAX)]
    html: Annotated[str, Meta(max_length=PAGE_CHARS_MAX)]


class LetterTestInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose letter to send to yourself."""

    event_id: EventId
    attendee_id: AttendeeId
    introduction_id: IntroductionId | None = None


class LetterTest(Struct, frozen=True, kw_only=True):
    """A test that is on its way."""

    address: Annotated[Email, Meta(description="Your sender's address, which it goes to.")]

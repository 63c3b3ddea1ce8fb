"""Which letters go along in a digest, and why the others leave alone.

A digest is one letter to one attendee, of everything that may leave for them today: a section each, with its own words and
its own links. It has one Message-ID, and what becomes of it becomes of its parts.
"""

from collections.abc import Mapping

from matchmaker.model.message import LetterKind, Waiting

# So many sections are read to their end, and stay below the hundred kilobytes after which mail programmes cut a letter off.
PARTS_MAX = 6

JOINS = frozenset(
    {
        LetterKind.OFFERED,
        LetterKind.REMINDER,
        LetterKind.DID_YOU_MEET,
        LetterKind.THANKS,
        LetterKind.PROMISE,
        LetterKind.RECONNECT,
        LetterKind.BYE,
        LetterKind.WITHDRAWN,
        LetterKind.TIME_PROPOSED,
        LetterKind.AFTER_ROUNDS,
        LetterKind.HELD_BACK,
        LetterKind.SAY_MORE,
        LetterKind.NOTE,
    }
)
WHY_ALONE: Mapping[LetterKind, str] = {
    LetterKind.INVITED: "It is the first letter of all, and its link says that the address is the reader's.",
    LetterKind.VERIFY: "It was asked for, by somebody of whom nobody knows yet that the address is theirs.",
    LetterKind.LINK: "It was asked for, and is looked for by its subject within minutes.",
    LetterKind.GOODBYE: "It was asked for, and nothing else is told to who has just left.",
    LetterKind.PAUSED: "It says that nothing more is coming.",
    LetterKind.INTRODUCED: "A reply to it goes to the other of the two, and a letter has one address for replies.",
    LetterKind.MEETING: "It is an invitation to a calendar, which takes one a letter.",
    LetterKind.MEETING_CHANGED: "It is an invitation to a calendar, which takes one a letter.",
    LetterKind.MEETING_CANCELLED: "It takes an invitation out of a calendar, which reads one a letter.",
    LetterKind.AGENDA: "It encloses a calendar, and is what people look for on the day.",
    LetterKind.SET_DATES: "It encloses a calendar, and is kept for months.",
    LetterKind.DIGEST: "It is one already.",
}


def joins(one: Waiting) -> bool:
    """Whether a message may be a part of a digest. One that may have left already keeps its own Message-ID."""
    return one.letter in JOINS and not one.asked_for and one.repeats == 0

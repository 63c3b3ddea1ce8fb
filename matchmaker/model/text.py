"""The shared text and number types: what every field of every noun is made of, here and in the database.

A `Line` is one line, a `Name` one that is not blank, a `Text` may have several. None may hold NUL, other control
characters, lone surrogates or bidirectional overrides: the first three break databases and files, the last lets a name lie
about what follows it.
The database repeats the lengths as check constraints.
"""

import hashlib
import re
import unicodedata
from typing import Annotated

from msgspec import Meta

LINE_CHARS_MAX = 200
TEXT_CHARS_MAX = 8_000
TEXTS_MAX = 12
TAGS_MAX = 100
LIST_MAX = 50
PEOPLE_NAMED_MAX = 1_000
QUOTA_MAX = 50
ROUNDS_MAX = 50
GROUP_PEOPLE_MAX = 200
MINUTES_MAX = 10_000
INT4_MAX = 2_147_483_647

_FORBIDDEN = "\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff"
_BREAKS = "\\u0009\\u000a\\u000d\\u2028\\u2029"
LINE_PATTERN = f"^[^{_FORBIDDEN}{_BREAKS}]*$"
NAME_PATTERN = f"^[^\\S{_FORBIDDEN}{_BREAKS}]*[^\\s{_FORBIDDEN}{_BREAKS}][^{_FORBIDDEN}{_BREAKS}]*$"
TEXT_PATTERN = f"^[^{_FORBIDDEN}]*$"

Line = Annotated[str, Meta(min_length=1, max_length=LINE_CHARS_MAX, pattern=LINE_PATTERN)]
Name = Annotated[str, Meta(min_length=1, max_length=LINE_CHARS_MAX, pattern=NAME_PATTERN)]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_CHARS_MAX, pattern=TEXT_PATTERN)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=LINE_PATTERN)]
Language = Annotated[str, Meta(min_length=2, max_length=35, pattern="^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
Quota = Annotated[int, Meta(ge=0, le=QUOTA_MAX)]
Seed = Annotated[int, Meta(ge=0, le=INT4_MAX)]
Version = Annotated[int, Meta(ge=1, le=INT4_MAX)]
Share = Annotated[float, Meta(ge=0, le=1)]
Value = Annotated[float, Meta(ge=0, le=100)]
Count = Annotated[int, Meta(ge=0, le=INT4_MAX)]

# What stands on a letter, or comes apart into such: to put a pile of them in order takes the square of its height, minutes for a
# megabyte. No writing piles up more than this many (UAX #15, Stream-Safe Text Format).
MARKS_MAX = 30
_MARKS = frozenset(
    mark for mark in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(unicodedata.normalize("NFKD", mark)[0])
)
_PILE = re.compile(f"[{''.join(sorted(_MARKS))}]{{{MARKS_MAX + 1},}}")

_REMOVED = re.compile(f"[{_FORBIDDEN}]")
_LINE_BREAKS = re.compile(f"[{_BREAKS}]+")


def clean_text(value: str) -> str:
    """`value` in NFC without forbidden characters and outer blanks; several lines stay several."""
    return _without_piles(unicodedata.normalize("NFC", _without_piles(without_forbidden(value)))).strip()


def without_forbidden(value: str) -> str:
    """`value` without the characters that no field may hold, and otherwise as it came."""
    return _REMOVED.sub("", value)


def clean_line(value: str) -> str:
    """`value` as one line: as `clean_text`, with line breaks and tabs as single blanks."""
    return clean_text(_LINE_BREAKS.sub(" ", value))


def is_dirty(value: str) -> bool:
    """Whether `value` holds characters that no field may hold."""
    return _REMOVED.search(value) is not None


def _without_piles(value: str) -> str:
    """`value` without marks beyond thirty on one letter: its normal form is made in a time that grows as its length."""
    if _MARKS.isdisjoint(value[MARKS_MAX :: MARKS_MAX + 1]):  # any pile too high has a mark at one of these places
        return value
    return _PILE.sub(lambda pile: pile[0][:MARKS_MAX], value)


def text_hash(text: str) -> bytes:
    """The key under which a text's vector is kept: SHA-256, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def folded(name: str | None) -> str:
    """A name as it is compared: case and blanks aside."""
    return " ".join((name or "").casefold().split())

"""A mapping: which columns of somebody's file are which of our fields, kept by an association and named in its imports."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.goal import GoalKind
from matchmaker.model.ids import MappingId
from matchmaker.model.text import LINE_CHARS_MAX, LINE_PATTERN, Line, Name, Text, Version

RULES_MAX = 200
CHOICES_MAX = 50
HEADER_CHARS_MAX = 1_000  # questions of forms are headers too
COLUMNS_MAX = 1_000


class Field(Enum):
    """A field of an attendee that a file can fill."""

    EXTERNAL_ID = "external_id"
    NAME = "name"
    EMAIL = "email"
    ORGANISATION = "organisation"
    ROLE = "role"
    SENIORITY = "seniority"
    SECTOR = "sector"
    REGION = "region"
    LANGUAGES = "languages"
    INTERESTS = "interests"
    SEEKS = "seeks"
    OFFERS = "offers"
    QUOTA = "quota"
    GROUPS = "groups"
    KNOWS = "knows"
    AVOIDS = "avoids"
    LEAST = "least"
    MINUTES = "minutes"
    CHALLENGE = "challenge"
    AVAILABLE = "available"
    NEEDS_ACCESSIBLE = "needs_accessible"
    MUST_MEET = "must_meet"
    WOULD_LIKE = "would_like"
    RATHER_NOT = "rather_not"
    QUIET = "quiet"
    LISTED = "listed"
    MATCHED = "matched"
    INTRODUCED = "introduced"
    MEASURED = "measured"


class Tool(Enum):
    """A ticketing tool whose exports are known by their headers."""

    PRETIX = "pretix"
    EVENTBRITE = "eventbrite"
    LUMA = "luma"


WORDS = (Field.INTERESTS, Field.SEEKS, Field.OFFERS)

Header = Annotated[str, Meta(min_length=1, max_length=HEADER_CHARS_MAX, pattern=LINE_PATTERN)]
Nth = Annotated[int, Meta(ge=1, le=COLUMNS_MAX, description="Which of the columns with this header, from the left.")]
Choice = Annotated[str, Meta(max_length=LINE_CHARS_MAX, pattern=LINE_PATTERN)]


class Condition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Holds in the rows whose cell in a column is one of some words, case and outer blanks aside."""

    column: Header
    nth: Nth = 1
    is_one_of: Annotated[list[Choice], Meta(min_length=1, max_length=CHOICES_MAX)]


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What goes into one field: a `column`, or a `constant` that stands in no column.

    Several rules may fill one field: lists are joined, lines stand side by side. With a `separator` a cell is split, and `part`
    takes one of its parts; with `when` the rule holds in some rows only. `kind`, for seeks and offers, puts the goal into words.
    """

    field: Field
    column: Header | None = None
    nth: Nth = 1
    constant: Text | None = None
    separator: Annotated[str, Meta(min_length=1, max_length=10)] | None = None
    part: Annotated[int, Meta(ge=1, le=100, description="Which part of the cell, from the left.")] | None = None
    when: Condition | None = None
    kind: GoalKind | None = None


Rules = Annotated[list[Rule], Meta(min_length=1, max_length=RULES_MAX)]


class MappingInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may set."""

    name: Name
    rules: Rules


class Mapping(Struct, frozen=True, kw_only=True):
    """A mapping as stored."""

    id: MappingId
    name: Line
    rules: Rules
    version: Version
    created_at: datetime
    updated_at: datetime


def columns_of(rules: Iterable[Rule]) -> list[str]:
    """The columns that rules take from."""
    return [rule.column for rule in rules if rule.column is not None]


def faults_of(rules: list[Rule]) -> list[tuple[int, str, str, str]]:
    """What contradicts itself: the number of the rule from 0, its part, a code and words."""
    faults = []
    for number, rule in enumerate(rules):
        if (rule.column is None) == (rule.constant is None):
            faults.append((number, "column", "one-of-two", "Set either column or constant, and not both."))
        if rule.part is not None and rule.separator is None:
            faults.append((number, "part", "no-separator", "A part is one of several: say which separator parts them."))
        if rule.constant is not None and rule.separator is not None:
            faults.append((number, "separator", "no-column", "A constant is not split."))
        if rule.kind is not None and rule.field not in (Field.SEEKS, Field.OFFERS):
            faults.append((number, "kind", "no-goal", "Only seeks and offers have a kind of goal."))
    return faults

"""A lesson: one seek and several offers of which is known whether they answer it."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.goal import GoalKind
from matchmaker.model.text import Line, Text


class OfferKind(Enum):
    """What an offer of a lesson is to its seek."""

    ANSWER = "answer"
    PARTIAL = "partial"
    SEEKER = "seeker"
    DOMAIN = "domain"
    TRAP = "trap"
    MISFIT = "misfit"
    UNRELATED = "unrelated"


class LessonOffer(Struct, frozen=True, kw_only=True):
    """An offer, how well it answers (2 fully, 1 in part, 0 not), and what it is to the seek."""

    text: Text
    label: Annotated[int, Meta(ge=0, le=2)]
    kind: OfferKind | None = None


class Lesson(Struct, frozen=True, kw_only=True):
    """One line of a file to learn from or to be judged by. Other fields of the line are let be."""

    seek: Text
    offers: Annotated[list[LessonOffer], Meta(min_length=2, max_length=50)]
    goal: GoalKind | None = None
    domain: Line | None = None
    language: Line | None = None

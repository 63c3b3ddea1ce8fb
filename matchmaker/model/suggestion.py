"""Suggestions for a profile: kinds of goals, drafts of offers, how complete it is and what to ask next. Nothing is saved."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.goal import GoalKind
from matchmaker.model.pairing import Basis
from matchmaker.model.profile import Texts
from matchmaker.model.text import TEXTS_MAX, Language, Line, Share, Text

DRAFTS_MAX = 3
NOTES_MAX = 50


class Gap(Enum):
    """What would help most to know of someone."""

    SEEK = "seek"
    OFFER = "offer"
    SEEK_DETAIL = "seek_detail"
    OFFER_DETAIL = "offer_detail"
    INTERESTS = "interests"
    ROLE = "role"


class SuggestionInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Plain answers, such as to “what do people come to you for?”, from which offers are drafted."""

    answers: Texts = []


class GoalGuess(Struct, frozen=True, kw_only=True):
    """A kind that a seek or an offer suggests."""

    text: Text
    stated_in: Basis
    kind: GoalKind
    confidence: Share


class Draft(Struct, frozen=True, kw_only=True):
    """An offer that someone might make. It counts for nothing until they confirm it among their offers."""

    offer: Text
    drafted_from: Annotated[str, Meta(max_length=20, pattern="^(answer|role|interest)$")]
    confirmed: bool = False


class Tag(Struct, frozen=True, kw_only=True):
    """An interest that stands for others written in another way."""

    tag: Text
    alike: Texts


class NextQuestion(Struct, frozen=True, kw_only=True):
    """The one question whose answer would help most, in the person's language where there are words for it."""

    gap: Gap
    language: Language
    question: Annotated[str, Meta(max_length=400)]


class Suggestions(Struct, frozen=True, kw_only=True):
    """What may help someone to say what they seek and offer (F05)."""

    completeness: Annotated[int, Meta(ge=0, le=100)]
    next: NextQuestion | None
    language: Annotated[Language | None, Meta(description="Of what they wrote; null where it does not say.")]
    goals: Annotated[list[GoalGuess], Meta(max_length=2 * TEXTS_MAX)]
    drafts: Annotated[list[Draft], Meta(max_length=DRAFTS_MAX)]
    tags: Annotated[list[Tag], Meta(max_length=TEXTS_MAX)]
    notes: Annotated[list[Line], Meta(max_length=NOTES_MAX)]

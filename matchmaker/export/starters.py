"""Conversation starters: two open questions to each of a pair, drawn from their reasons (F56).

The first asks about what the other offers, by the kind of what one seeks oneself; the second about what the other seeks, by
the kind of that. What was written is quoted, so a question is grammatical whatever it says.
"""

import zlib
from collections.abc import Mapping, Sequence

from matchmaker.export.questions import (
    ABOUT_ANY_OFFER,
    ABOUT_ANY_SEEK,
    ABOUT_INTEREST,
    ABOUT_OFFER,
    ABOUT_SEEK,
    ABOUT_SHARED,
)
from matchmaker.export.words import quoted
from matchmaker.model.goal import GoalKind
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import STARTERS_EACH, Basis, Pairing, Reason

Kinds = Mapping[str, GoalKind | None]


def starters(pairing: Pairing, to: AttendeeId, language: str, kinds: Kinds) -> list[str]:
    """At most two questions that `to` may ask the other, about two texts where there are two. `kinds` of seeks by their
    text; what is missing has none."""
    own = [(reason.offer, _about_offer(reason, language, kinds)) for reason in pairing.reasons if reason.to == to]
    theirs = [(reason.seek, _about_seek(reason, language, kinds)) for reason in pairing.reasons if reason.to != to]
    shared = [(text, ABOUT_SHARED[language].format(quoted(text, language))) for text in pairing.shared]
    stated = [reason.seek_from is Basis.SEEKS for reason in pairing.reasons]
    asked = [*own[:1], *theirs[:1], *shared, *own[1:], *theirs[1:]]
    if not any(stated):
        asked = [*shared[:1], *asked]
    return _new_texts_first(asked)[:STARTERS_EACH]


def _new_texts_first(asked: Sequence[tuple[str, str]]) -> list[str]:
    """The questions in order, but each further one about the same text after all others."""
    firsts: dict[str, str] = {}
    for text, question in asked:
        firsts.setdefault(text.casefold(), question)
    return list(dict.fromkeys([*firsts.values(), *(question for _, question in asked)]))


def _about_offer(reason: Reason, language: str, kinds: Kinds) -> str:
    offer, seek, kind = quoted(reason.offer, language), quoted(reason.seek, language), kinds.get(reason.seek)
    if reason.offer_from is not Basis.OFFERS:
        return ABOUT_INTEREST[language][0].format(offer)
    if reason.seek_from is not Basis.SEEKS:
        return _one_of(_without_seek(ABOUT_ANY_OFFER[language]), reason.offer).format(offer)
    if kind is not None:
        return ABOUT_OFFER[language][kind].format(offer)
    return _one_of(ABOUT_ANY_OFFER[language], reason.offer).format(offer, seek)


def _without_seek(questions: Sequence[str]) -> list[str]:
    """Those that do not ask whether an offer fits a seek: what stands in for a seek is nobody's wish."""
    return [question for question in questions if "{1}" not in question]


def _about_seek(reason: Reason, language: str, kinds: Kinds) -> str:
    seek, kind = quoted(reason.seek, language), kinds.get(reason.seek)
    if reason.seek_from is not Basis.SEEKS:
        return ABOUT_INTEREST[language][1].format(seek)
    if kind is not None:
        return ABOUT_SEEK[language][kind].format(seek)
    return _one_of(ABOUT_ANY_SEEK[language], reason.seek).format(seek)


def _one_of(questions: Sequence[str], text: str) -> str:
    """The same one for the same text, wherever and whenever."""
    return questions[zlib.crc32(text.encode()) % len(questions)]

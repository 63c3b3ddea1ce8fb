"""Reasons: whose seek which offer answers, in the people's own words, and how much of a direction's value rests on it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.matching.directed import Scale, Words, answers_of, diminishing_weights
from matchmaker.matching.directed_loops import warm
from matchmaker.matching.roster import Floats, Ints, Roster
from matchmaker.matching.tags import normal_form
from matchmaker.matching.vectors import Matrix
from matchmaker.model.pairing import SHARED_MAX, Evidence, EvidenceKind, Reason
from matchmaker.model.weights import Weights

REASONS_EACH_MAX = 3
SHARE_LEAST = 0.1
DECIMALS = 3
POINTS_DECIMALS = 1
ROUNDING = 0.06  # a value has one decimal
PAIRS_AT_ONCE = 4_096


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What makes a direction's value, a row a seek, the weightiest first; all `(s,)` but `warmth`.

    `carried` is `meaning * strength`, each by its diminishing weight; what all of it comes to is warmed by `warmth`.
    """

    seek: Ints
    offer: Ints
    meaning: Floats
    carried: Floats
    share: Floats
    warmth: float


def reasons_between(
    roster: Roster,
    words: Words,
    weights: Weights,
    first: int,
    second: int,
    *,
    values: tuple[float, float],
    warmth: float = 1.0,
) -> list[Reason]:
    """At most three reasons for each direction, the weightiest first; what `first` gains before what `second` gains.

    `values` (0 to 100) are what they gain.
    """
    return [
        *_reasons(roster, evidence_of(roster, words, weights, first, second, warmth=warmth), first, values[0]),
        *_reasons(roster, evidence_of(roster, words, weights, second, first, warmth=warmth), second, values[1]),
    ]


def evidence_of(
    roster: Roster, words: Words, weights: Weights, receiver: int, giver: int, *, warmth: float = 1.0
) -> Parts:
    """The parts of what `receiver` gains from `giver`; none where either said nothing: a pin may have brought them together."""
    seeks, offers = roster.seeks, roster.offers
    asked, offered = np.array(seeks.of(receiver), np.int64), np.array(offers.of(giver), np.int64)
    if not (len(asked) and len(offered)):
        nothing, nobody = np.zeros(0, np.float32), np.zeros(0, np.int64)
        return Parts(seek=nobody, offer=nobody, meaning=nothing, carried=nothing, share=nothing, warmth=warmth)
    meaning = answers_of(words, asked, offered, weights)
    answered = meaning * offers.strength[offered] * seeks.strength[asked, None]
    answer, rows = answered.argmax(axis=1), np.arange(len(asked))
    best = answered[rows, answer]
    order = np.argsort(-best, kind="stable")
    falling = diminishing_weights(len(best), weights.seek_decay)
    carried = best[order] * falling
    return Parts(
        seek=asked[order],
        offer=offered[answer[order]],
        meaning=meaning[rows, answer][order] * falling,
        carried=carried,
        share=carried / max(float(carried.sum()), 1e-9),
        warmth=warmth,
    )


def warmths(words: Words, scale: Scale, first: Ints, second: Ints) -> Floats:
    """`(k,)`: what common ground leaves of the value of each pair."""
    factor = np.ones(len(first), np.float32)
    if scale.warmth <= 0:
        return factor
    reach = scale.interests
    numbers = (reach.least, reach.stretch, reach.steepness, reach.full, reach.tail, reach.echo)
    for begin in range(0, len(first), PAIRS_AT_ONCE):
        some = slice(begin, begin + PAIRS_AT_ONCE)
        near = row_products(words.interests[first[some]], words.interests[second[some]])[None, :]
        kept = factor[None, some]
        warm(near, *numbers, scale.warmth, scale.top, kept, np.ones_like(kept))
    return factor


def row_products(one: Matrix, other: Matrix) -> Floats:
    """`(k,)`: each row of one with the same row of the other."""
    both: Any = one * other if isinstance(one, np.ndarray) else one.multiply(other)
    return np.asarray(both.sum(axis=1), np.float32).ravel()


def shared_interests(roster: Roster, first: int, second: int) -> list[str]:
    """Interests that both named, near-duplicates being one, as `first` wrote them."""
    theirs = {normal_form(text) for text in _interests(roster, second)}
    own = (text for text in _interests(roster, first) if normal_form(text) in theirs)
    return list(dict.fromkeys(own))[:SHARED_MAX]


def _interests(roster: Roster, row: int) -> Iterable[str]:
    return (roster.texts[roster.interests.text[at]] for at in roster.interests.of(row))


def _reasons(roster: Roster, parts: Parts, receiver: int, value: float) -> list[Reason]:
    found = []
    for rank in range(min(len(parts.share), REASONS_EACH_MAX)):
        seek, offer = parts.seek[rank], parts.offer[rank]
        if parts.share[rank] >= SHARE_LEAST:
            share = _rounded_down(parts.share[rank])
            found.append(
                Reason(
                    to=roster.ids[receiver],
                    seek=roster.texts[roster.seeks.text[seek]],
                    offer=roster.texts[roster.offers.text[offer]],
                    share=share,
                    seek_from=roster.seeks.basis[seek],
                    offer_from=roster.offers.basis[offer],
                    evidence=_points(parts, rank, float(parts.share[rank]) * value),
                )
            )
    return found


def _points(parts: Parts, rank: int, total: float) -> list[Evidence]:
    """From closeness of meaning to what is left of it, step by step; the points add up to `total`."""
    meaning, carried = 100 * float(parts.meaning[rank]), 100 * float(parts.carried[rank])
    steps = {
        EvidenceKind.MEANING: meaning,
        EvidenceKind.UNSTATED: carried,
        EvidenceKind.INTERESTS: carried * parts.warmth,
        EvidenceKind.RULES: total,
    }
    if abs(total - steps[EvidenceKind.INTERESTS]) < ROUNDING:
        steps[EvidenceKind.INTERESTS] = total
    found, before = [], 0.0
    for kind, after in steps.items():
        points = round(round(after, POINTS_DECIMALS) - before, POINTS_DECIMALS)
        before += points
        if points:
            found.append(Evidence(kind=kind, points=points))
    return found


def _rounded_down(share: float) -> float:
    """To three decimals, so that rounded shares never add up to more than one."""
    return math.floor(float(share) * 10**DECIMALS + 1e-6) / 10**DECIMALS

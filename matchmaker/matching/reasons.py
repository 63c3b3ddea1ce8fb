"""Reasons: whose seek which offer answers, in the people's own words, and how much of a direction's value rests on it."""

import math

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.directed import Words, answers_of, diminishing_weights
from matchmaker.matching.roster import Floats, Roster
from matchmaker.model.pairing import Reason
from matchmaker.model.weights import Weights

REASONS_EACH_MAX = 3
SHARE_LEAST = 0.1
DECIMALS = 3


def reasons_between(roster: Roster, words: Words, weights: Weights, first: int, second: int) -> list[Reason]:
    """At most three reasons for each direction, the weightiest first; what `first` gains before what `second` gains."""
    return [*_reasons(roster, words, weights, first, second), *_reasons(roster, words, weights, second, first)]


def _reasons(roster: Roster, words: Words, weights: Weights, receiver: int, giver: int) -> list[Reason]:
    seeks, offers = roster.seeks, roster.offers
    asked, offered = np.array(seeks.of(receiver), np.int64), np.array(offers.of(giver), np.int64)
    if not (len(asked) and len(offered)):  # a pin or a wish of both brought them together
        return []
    answered = answers_of(words, asked, offered, weights)
    answered *= offers.strength[offered] * seeks.strength[asked, None]
    answer = answered.argmax(axis=1)
    order, shares = _shares(answered.max(axis=1), weights.seek_decay)
    return [
        Reason(
            to=roster.ids[receiver],
            seek=roster.texts[seeks.text[asked[seek]]],
            offer=roster.texts[offers.text[offered[answer[seek]]]],
            share=_rounded_down(share),
            seek_from=seeks.basis[asked[seek]],
            offer_from=offers.basis[offered[answer[seek]]],
        )
        for seek, share in zip(order[:REASONS_EACH_MAX], shares, strict=False)
        if share >= SHARE_LEAST
    ]


def _shares(best: Floats, decay: float) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The seeks from the best answered, and each one's share of the direction's value; shares add up to one."""
    order = np.argsort(-best, kind="stable")
    carried = best[order].astype(np.float64) * diminishing_weights(len(best), decay)
    return order, carried / max(carried.sum(), 1e-9)


def _rounded_down(share: float) -> float:
    """To three decimals, so that rounded shares never add up to more than one."""
    return math.floor(float(share) * 10**DECIMALS + 1e-6) / 10**DECIMALS

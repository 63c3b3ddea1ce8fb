"""Weights: what is learned, or until then chosen from measurements; versioned, and named by every run."""

from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.policy import Model
from matchmaker.model.text import Line, Share


class Weights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How evidence becomes directed value.

    A cosine at or below `cosine_least` is worth nothing, at or above `cosine_full` everything, and between them a share to
    the power of `steepness`: a near answer is worth far more than two faint ones. A person's second-best answered seek
    counts `seek_decay` of the best, the third `seek_decay` of that: diminishing returns over seeks.
    """

    version: Line = "builtin-1"
    cosine_least: Annotated[float, Meta(ge=-1, le=1)]
    cosine_full: Annotated[float, Meta(ge=-1, le=1)]
    steepness: Annotated[float, Meta(ge=1, le=4)] = 2.0
    seek_decay: Share = 0.25


# Cosines of 100 seeks with the offers of the same room, by meaning: unrelated .05 at most (nine in ten), answers .21 (median)
# and .48 (one in ten above); by equal words: .02, .02 and .23. Of the pairs at .20 to .25 one in 23 is an answer, at .30 to
# .35 one in 5, at .50 to .55 one in 2: hence the steepness.
BUILTIN = {
    Model.USEM3: Weights(cosine_least=0.05, cosine_full=0.45),
    Model.TFIDF: Weights(cosine_least=0.01, cosine_full=0.35, steepness=1.0),
}

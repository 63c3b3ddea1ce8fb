"""Weights: what is learned, or until then chosen from measurements; versioned, and named by every run."""

from typing import Annotated

from msgspec import Meta, Struct, structs

from matchmaker.model.policy import Model
from matchmaker.model.text import Count, Line, Share

Coefficients = Annotated[dict[Line, float], Meta(max_length=40)]


class Learned(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an association's answers taught: a calibrated logistic regression of "will this side say yes?".

    `coefficients` by feature (`matching/learning.py` names them), `prior_yes` and `prior_useful` what an unknown person is taken
    to be like, `answers` how many it rests on.
    """

    version: Count = 0
    answers: Count
    prior_yes: Share
    prior_useful: Share
    intercept: float
    coefficients: Coefficients


class Weights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How evidence becomes directed value.

    A cosine at or below `cosine_least` is worth nothing, at or above `cosine_full` everything, and between them a share to
    the power of `steepness`: a near answer is worth far more than two faint ones. A person's second-best answered seek
    counts `seek_decay` of the best, the third `seek_decay` of that: diminishing returns over seeks.

    `answer_least`, `answer_full` and `answer_steepness` are the same for how close an offer is to a seek, where that is measured
    otherwise than how alike two interests are. `echo` is the share of relevance kept for closeness beyond `answer_full`: who
    says nearly what was sought is as often another seeker as an answer. Who surely gives nothing of the kind that is sought
    still has `gives_least` of their relevance.
    """

    version: Line = "builtin-2"
    cosine_least: Annotated[float, Meta(ge=-1, le=1)]
    cosine_full: Annotated[float, Meta(ge=-1, le=1)]
    steepness: Annotated[float, Meta(ge=1, le=4)] = 2.0
    seek_decay: Share = 0.25
    answer_least: Annotated[float, Meta(ge=-1, le=1)] | None = None
    answer_full: Annotated[float, Meta(ge=-1, le=1)] | None = None
    answer_steepness: Annotated[float, Meta(ge=1, le=4)] | None = None
    echo: Share = 0.0
    gives_least: Share = 1.0
    learned: Learned | None = None


# Cosines of 100 seeks with the offers of the same room, by meaning: unrelated .05 at most (nine in ten), answers .21 (median)
# and .48 (one in ten above); by equal words: .02, .02 and .23. Of the pairs at .20 to .25 one in 23 is an answer, at .30 to
# .35 one in 5, at .50 to .55 one in 2: hence the steepness.
#
# The last five were chosen on examples of the project's own and on a hundred lines for tuning; `matchmaker judge` shows
# what they do.
BUILTIN = {
    Model.USEM3: Weights(
        cosine_least=0.05,
        cosine_full=0.45,
        answer_least=-0.15,
        answer_full=0.33,
        answer_steepness=4.0,
        echo=0.15,
        gives_least=0.1,
    ),
    Model.TFIDF: Weights(cosine_least=0.01, cosine_full=0.35, steepness=1.0, gives_least=0.3),
}


def weights_with(model: Model, learned: Learned | None) -> Weights:
    """The built-in weights of a model, with what an association's answers taught, which its version then names."""
    weights = BUILTIN[model]
    if learned is None:
        return weights
    return structs.replace(weights, version=f"{weights.version}+learned-{learned.version}", learned=learned)

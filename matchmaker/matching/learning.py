"""What answers teach: how likely each side says yes, and by how much that discounts a person's values.

Before people have met, their words say little of a yes (AUC .56 on 5,734 decisions at 14 events that the model had not seen);
what others answered about them says more, from four answers on (.72). So a few features known before meeting, and what the
answers so far say of both people, feed one calibrated logistic regression.

A run reads it as two numbers a person, each in [`LEAST`, 1]: as a giver and as a taker. The terms of a logistic regression add
up, so odds are a product, and what it says of one person is a factor of all their odds: `value = kernel x giver x taker`. The
factors go into the strengths of a person's offers and seeks (`discounted`), so no pair is worth more than its kernel, and the
bound over all pairs stands. What it says of a pair beyond its two people (closeness, acquaintance) is the kernel's and the
policy's business already.

Rates are shrunk towards the association's own with a prior of five answers, and what is above average counts up to `HEADROOM`
only: to be wanted by many must not become to be shown to all. Nothing is pickled: weights are numbers by name.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from matchmaker.matching.directed import Words
from matchmaker.matching.roster import Ints
from matchmaker.model.weights import Learned

Reals = NDArray[np.float64]
Mask = NDArray[np.bool_]

PRIOR_ANSWERS = 5.0
HALFWAY_ANSWERS = 2000
DEPTHS = (0, 2, 4, 8)
FOLDS = 5
STRICTNESS = 10.0
# AUC of a yes from both after four answers each, as a run weighs it: .633 at 0, .649 at .3, .660 at .6, .662 from .8 on.
HEADROOM = 0.8
LEAST = 0.2

BEFORE = ("value", "value_back", "mutual", "common_ground", "acquainted")
GIVER = ("giver_wanted", "giver_useful", "giver_willing")
TAKER = ("taker_willing", "taker_pleased", "taker_wanted")
FEATURES = (*BEFORE, *GIVER, *TAKER)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Directed answers, `(m,)` each: at `event`, numbered in order of time, `taker` said of `giver` yes (1) or no (0).

    `useful` in [0, 1], NaN where unsaid. `order` 1, 2, … counts the taker's meetings there. `back` is where the other side's
    answer stands, -1 where there is none. `before` `(m, 5)` holds what was known before they met, as `BEFORE` names it.
    """

    people: int
    event: Ints
    taker: Ints
    giver: Ints
    order: Ints
    yes: Reals
    useful: Reals
    back: Ints
    before: Reals

    def __len__(self) -> int:
        return len(self.yes)


@dataclass(frozen=True, kw_only=True)
class Tallies:
    """What each person said of others, and what others said of them; `(n,)` counts and sums."""

    said: Reals
    said_yes: Reals
    rated: Reals
    ratings: Reals
    heard: Reals
    heard_yes: Reals
    was_rated: Reals
    ratings_heard: Reals


def learn(answers: Answers, chosen: Mask | None = None) -> Learned | None:
    """The weights that `answers` (those `chosen`) teach; None where they cannot: one event, or all answers alike.

    Each answer is foretold as it stood after the first 0, 2, 4 and 8 answers of its event, so that the weights serve at any
    time of the day. Sigmoid calibration with folds that keep an event together (Platt 1999): error .062 → .028.
    """
    chosen = np.ones(len(answers), np.bool_) if chosen is None else chosen
    if not chosen.any():
        return None
    prior_yes, prior_useful = _priors(answers, chosen)
    empty = Learned(
        answers=int(chosen.sum()), prior_yes=prior_yes, prior_useful=prior_useful, intercept=0, coefficients={}
    )
    shown, yes, event = [], [], []
    for depth in DEPTHS:
        unseen = chosen & later(answers, depth)
        shown.append(features(answers, depth, empty)[unseen])
        yes.append(answers.yes[unseen])
        event.append(answers.event[unseen])
    return _fitted(empty, np.concatenate(shown), np.concatenate(yes), np.concatenate(event))


def blend_share(answers: int) -> float:
    """How much the learned model counts beside the unsupervised score: half at 2,000 answers, below which it is no better."""
    return answers / (answers + HALFWAY_ANSWERS)


def blended(answers: Answers, depth: int, learned: Learned) -> Reals:
    """`(m,)` in [0, 1]: `(1 - w) · mutual value + w · likelihood of two yeses`, w from the number of answers."""
    share = blend_share(learned.answers)
    return (1 - share) * answers.before[:, BEFORE.index("mutual")] + share * both(
        answers, likelihood(answers, depth, learned)
    )


def likelihood(answers: Answers, depth: int, learned: Learned) -> Reals:
    """`(m,)`: how likely each taker says yes, by what was known when the first `depth` answers of the event were in."""
    coefficients = np.array([learned.coefficients[name] for name in FEATURES])
    odds = features(answers, depth, learned) @ coefficients + learned.intercept
    return 1 / (1 + np.exp(-odds))


def both(answers: Answers, directed: Reals) -> Reals:
    """`(m,)`: the product of both directions; where nobody answers back, the one direction."""
    return directed * np.where(answers.back >= 0, directed[answers.back], 1.0)


def beats_unsupervised(answers: Answers) -> tuple[float, float] | None:
    """The AUC of two yeses at the newest event, foretold from the earlier ones: ours, and the mutual value's.

    The mean over depths. A model is switched on only where the first is greater. None where it cannot be told.
    """
    newest = answers.event == answers.event.max(initial=0)
    learned = learn(answers, ~newest)
    if learned is None:
        return None
    mutual = answers.before[:, BEFORE.index("mutual")]
    found = [
        (area(answers, these, blended(answers, depth, learned)), area(answers, these, mutual))
        for depth in DEPTHS
        if (these := newest & once(answers) & later(answers, depth)).any()
    ]
    told = [pair for pair in found if pair[0] is not None and pair[1] is not None]
    if not told:
        return None
    ours, plain = np.mean(np.array(told, np.float64), axis=0).tolist()
    return ours, plain


def area(answers: Answers, these: Mask, scores: Reals) -> float | None:
    """AUC of two yeses among `these`; None where all are alike."""
    yes = both(answers, answers.yes)[these]
    return float(roc_auc_score(yes, scores[these])) if 0 < yes.sum() < len(yes) else None


def later(answers: Answers, depth: int) -> Mask:
    """Which answers neither side had given among their first `depth`."""
    own: Mask = answers.order > depth
    return own & np.where(answers.back >= 0, own[answers.back], True)


def once(answers: Answers) -> Mask:
    """One answer of each pair."""
    return (answers.back < 0) | (answers.back > np.arange(len(answers)))


def features(answers: Answers, depth: int, learned: Learned) -> Reals:
    """`(m, f)` as `FEATURES` names them: what earlier events and the first `depth` answers at each one's own event say."""
    found = np.empty((len(answers), len(FEATURES)))
    found[:, : len(BEFORE)] = answers.before
    for event in np.unique(answers.event).tolist():
        here = answers.event == event
        seen = (answers.event < event) | (here & (answers.order <= depth))
        giver, taker = evidence(tallies(answers, seen), learned)
        found[here, len(BEFORE) :] = np.hstack([giver[answers.giver[here]], taker[answers.taker[here]]])
    return found


def tallies(answers: Answers, seen: Mask) -> Tallies:
    """Counts and sums of the answers `seen`."""
    taker, giver, yes = answers.taker[seen], answers.giver[seen], answers.yes[seen]
    rated = ~np.isnan(answers.useful[seen])
    useful = np.where(rated, answers.useful[seen], 0.0)

    def count(whose: Ints, what: Reals | Mask) -> Reals:
        return np.bincount(whose, what.astype(np.float64), answers.people).astype(np.float64)

    return Tallies(
        said=count(taker, np.ones_like(yes)),
        said_yes=count(taker, yes),
        rated=count(taker, rated),
        ratings=count(taker, useful),
        heard=count(giver, np.ones_like(yes)),
        heard_yes=count(giver, yes),
        was_rated=count(giver, rated),
        ratings_heard=count(giver, useful),
    )


def evidence(found: Tallies, learned: Learned) -> tuple[Reals, Reals]:
    """`(n, 3)` each, as `GIVER` and `TAKER` name them: zero for whom nothing is known.

    Rates are shrunk towards the prior by five answers, and are log odds beside the prior's; ratings are shrunk differences.
    """
    wanted = _odds_beside(found.heard_yes, found.heard, learned.prior_yes)
    willing = _odds_beside(found.said_yes, found.said, learned.prior_yes)
    useful = (found.ratings_heard - found.was_rated * learned.prior_useful) / (found.was_rated + PRIOR_ANSWERS)
    pleased = (found.ratings - found.rated * learned.prior_useful) / (found.rated + PRIOR_ANSWERS)
    return np.stack([wanted, useful, willing], axis=1), np.stack([willing, pleased, wanted], axis=1)


def discounts(found: Tallies, learned: Learned) -> tuple[Reals, Reals]:
    """`(n,)` each, in [`LEAST`, 1]: what a person's values keep where they give, and where they take."""
    giver, taker = evidence(found, learned)
    share = blend_share(learned.answers)
    return (
        _discount(giver @ [learned.coefficients[name] for name in GIVER], share),
        _discount(taker @ [learned.coefficients[name] for name in TAKER], share),
    )


def discounted(words: Words, giver: Reals, taker: Reals) -> Words:
    """The same words, each person's offers weaker by `giver` `(n,)` and their seeks by `taker`: value = kernel x both."""
    return replace(
        words,
        offer_strength=words.offer_strength * np.repeat(giver, np.diff(words.offer_starts)).astype(np.float32),
        seek_strength=words.seek_strength * np.repeat(taker, np.diff(words.seek_starts)).astype(np.float32),
    )


def _fitted(empty: Learned, shown: Reals, yes: Reals, event: Ints) -> Learned | None:
    """A regression on standardised features, calibrated, told in the features' own units."""
    folds = min(FOLDS, len(np.unique(event)))
    splits = list(GroupKFold(folds).split(shown, yes, event)) if folds > 1 else []
    if not splits or any(len(np.unique(yes[train])) < 2 for train, _ in splits):
        return None
    mean, spread = shown.mean(axis=0), shown.std(axis=0)
    spread[spread == 0] = 1.0
    model = CalibratedClassifierCV(LogisticRegression(C=1 / STRICTNESS), method="sigmoid", cv=splits, ensemble=False)
    model.fit((shown - mean) / spread, yes)
    (calibrated,) = model.calibrated_classifiers_
    (sigmoid,) = calibrated.calibrators
    slopes = -sigmoid.a_ * calibrated.estimator.coef_[0] / spread
    intercept = -sigmoid.a_ * calibrated.estimator.intercept_[0] - sigmoid.b_ - slopes @ mean
    return Learned(
        answers=empty.answers,
        prior_yes=empty.prior_yes,
        prior_useful=empty.prior_useful,
        intercept=round(float(intercept), 6),
        coefficients=dict(zip(FEATURES, np.round(slopes, 6).tolist(), strict=True)),
    )


def _priors(answers: Answers, chosen: Mask) -> tuple[float, float]:
    """The share of yeses, kept off 0 and 1, and the mean rating, one half where nobody rated."""
    yes, useful = answers.yes[chosen], answers.useful[chosen]
    rated = useful[~np.isnan(useful)]
    return round(float((yes.sum() + 1) / (len(yes) + 2)), 6), round(float(rated.mean()), 6) if len(rated) else 0.5


def _odds_beside(yes: Reals, count: Reals, prior: float) -> Reals:
    rate = (yes + PRIOR_ANSWERS * prior) / (count + PRIOR_ANSWERS)
    return np.log(rate / (1 - rate)) - np.log(prior / (1 - prior))


def _discount(odds: Reals, share: float) -> Reals:
    """Odds above average count up to `HEADROOM`; the blend leaves `1 - share` untouched."""
    kept = np.exp(np.minimum(odds - HEADROOM, 0.0))
    return np.maximum(1 - share + share * kept, LEAST)

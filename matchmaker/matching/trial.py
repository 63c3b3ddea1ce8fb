"""How well answers are foretold at events that were not learned from, beside what needs no learning."""

import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.matching.learning import (
    BEFORE,
    Answers,
    Mask,
    Reals,
    area,
    blended,
    both,
    discounts,
    evidence,
    later,
    learn,
    likelihood,
    once,
    tallies,
)
from matchmaker.matching.mutual import mutual_values
from matchmaker.model.learning import DecisionFile, Foretold
from matchmaker.model.weights import Learned

BINS = 10


def answers_of(file: DecisionFile) -> Answers:
    """The answers of a file as arrays, events numbered in their order there."""
    row_of = {name: row for row, name in enumerate(file.people)}
    events = {name: number for number, name in enumerate(dict.fromkeys(one.event for one in file.answers))}
    place = {(one.event, one.taker, one.giver): at for at, one in enumerate(file.answers)}
    answered = file.answers
    back = [place.get((one.event, one.giver, one.taker), -1) for one in answered]
    acquainted = [
        one.acquainted or (at >= 0 and answered[at].acquainted) for one, at in zip(answered, back, strict=True)
    ]
    ratings = _ratings(file)
    received = np.array([_gained(file, one.taker, one.giver, ratings) for one in answered])
    given = np.where(np.array(back) >= 0, received[back], received)
    mutual_of = np.where(np.array(back) >= 0, mutual_values(received, given), received)
    common = [_alike(file.people[one.taker].facts, file.people[one.giver].facts) for one in answered]
    return Answers(
        people=len(row_of),
        event=np.array([events[one.event] for one in answered], np.int64),
        taker=np.array([row_of[one.taker] for one in answered], np.int64),
        giver=np.array([row_of[one.giver] for one in answered], np.int64),
        order=np.array([one.order for one in answered], np.int64),
        yes=np.array([one.yes for one in answered], np.float64),
        useful=np.array([np.nan if one.useful is None else one.useful for one in answered], np.float64),
        back=np.array(back, np.int64),
        before=np.stack([received, given, mutual_of, common, acquainted], axis=1).astype(np.float64),
    )


def _ratings(file: DecisionFile) -> dict[str, Reals]:
    """Each person's ratings beside their own mean, as a unit vector."""
    found = {}
    for name, described in file.people.items():
        beside = np.array(described.ratings) - np.mean(described.ratings or [0.0])
        found[name] = beside / max(float(np.linalg.norm(beside)), 1e-9)
    return found


def _gained(file: DecisionFile, taker: str, giver: str, ratings: dict[str, Reals]) -> float:
    """The value to the taker, without learning: how many of their seeks are offered, else how alike the interests are."""
    seeks, offers = file.people[taker].seeks, file.people[giver].offers
    if seeks or offers:
        return _alike(seeks, offers)
    one, other = ratings[taker], ratings[giver]
    return float((1 + one @ other) / 2) if len(one) == len(other) else 0.5


def _alike(some: list[str], others: list[str]) -> float:
    return len(set(some) & set(others)) / max(len(set(some)), 1)


def trial_with(answers: Answers, depths: tuple[int, ...], *, seed: int) -> list[Foretold]:
    """`trial` for callers without arithmetic of their own, on one thread."""
    with threadpool_limits(1, user_api="blas"):
        return trial(answers, depths, np.random.default_rng(seed))


def trial(answers: Answers, depths: tuple[int, ...], rng: np.random.Generator) -> list[Foretold]:
    """Each event foretold by weights learned at the others, after the first answers of each person as `depths` says."""
    folds = {event: learn(answers, answers.event != event) for event in np.unique(answers.event).tolist()}
    return [found for depth in depths if (found := _foretold(answers, depth, folds, rng)) is not None]


def _foretold(
    answers: Answers, depth: int, folds: dict[int, Learned | None], rng: np.random.Generator
) -> Foretold | None:
    """None where nothing is left to foretell."""
    ours, engine, popular, yes = np.zeros((4, len(answers)))
    told = np.zeros(len(answers), np.bool_)
    for event, learned in folds.items():
        if learned is None:
            continue
        here = answers.event == event
        told |= here
        ours[here] = blended(answers, depth, learned)[here]
        yes[here] = both(answers, likelihood(answers, depth, learned))[here]
        seen = (answers.event < event) | (here & (answers.order <= depth))
        popular[here] = both(answers, np.exp(evidence(tallies(answers, seen), learned)[0][answers.giver, 0]))[here]
        engine[here] = _in_engine(answers, seen, learned)[here]
    these = told & once(answers) & later(answers, depth)
    mutual = answers.before[:, BEFORE.index("mutual")]
    ways = {
        "ours": ours,
        "in_run": engine,
        "unsupervised": mutual,
        "popularity": popular,
        "random": rng.random(len(answers)),
    }
    found = {name: area(answers, these, scores) for name, scores in ways.items()}
    if any(one is None for one in found.values()):
        return None
    actual = both(answers, answers.yes)[these]
    return Foretold(
        after=depth,
        pairs=int(these.sum()),
        yes_share=round(float(actual.mean()), 3),
        auc={name: round(one, 3) for name, one in found.items() if one is not None},
        calibration_error=round(calibration_error(yes[these], actual), 3),
    )


def _in_engine(answers: Answers, seen: Mask, learned: Learned) -> Reals:
    giver, taker = discounts(tallies(answers, seen), learned)
    received = answers.before[:, 0] * giver[answers.giver] * taker[answers.taker]
    given = answers.before[:, 1] * giver[answers.taker] * taker[answers.giver]
    return np.where(answers.back >= 0, mutual_values(received.astype(np.float32), given.astype(np.float32)), received)


def calibration_error(foretold: Reals, actual: Reals) -> float:
    """The mean distance of what was foretold from what came, in ten bins of equal size (expected calibration error)."""
    order = np.argsort(foretold, kind="stable")
    bins = [these for these in np.array_split(order, BINS) if len(these)]
    return float(sum(len(b) * abs(foretold[b].mean() - actual[b].mean()) for b in bins) / max(len(order), 1))

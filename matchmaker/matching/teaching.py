"""Teaching: lessons → the arrays of `direction`. The same lessons give the same arrays; numpy and scikit-learn, no more.

Two kernel ridges (words; meaning and cues) tell from a text which side of which goal it speaks for. A logistic regression
over their scores, each taken by models that saw no lesson of its domain (`GroupKFold`),
tells answers from seekers of the same, and is calibrated by a sigmoid over the same folds; as all of it is linear, one matrix
is what ships. Closeness is a ridge map from seeks to their answers, cut to its strongest directions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from matchmaker.matching import cues
from matchmaker.matching.direction import (
    CHARACTERS,
    KINDS,
    ODDS_MOST,
    WORDS,
    Direction,
    halves_of,
    suggested,
    without,
)
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.vectors import Memory, Progress, encoded
from matchmaker.model.goal import COMPLEMENT, GoalKind
from matchmaker.model.lesson import Lesson, OfferKind

VERSION = "direction-3"
FOLDS = 5
WORD_DOMAINS, CHARACTER_DOMAINS = 6, 12  # a word of fewer domains is of the trade, not of the manner
MAP_RIDGE, MAP_RANK, MAP_SHARE, ANSWERS_ALIKE = 6.0, 192, 0.75, 0.75
WANTS_C, WANTS_OF_SEEKERS = 0.5, 0.7
NEVER = -100.0  # the log odds of a kind that no lesson has
WANTS_SCALES = {"meaning": 3.0, "cues": 0.7, "kinds": 2.0, "odds": 0.3}  # so that one penalty suits all
# What each ridge sees, by block, and its penalty.
RIDGES = {
    "words": ({"words": 1.0, "characters": 0.5, "cues": 0.05}, 1.5),
    "meaning": ({"meaning": 1.0, "cues": 0.3}, 1.5),
}
BOASTED = 3
BOASTS = (
    ", award-winning, trusted by hundreds, 20 years of excellence",
    ". We are the leading experts with a proven record and happy customers",
    " (market leader, certified, featured in the press, best in class)",
    ", ausgezeichnet, seit Jahren führend, hunderte zufriedene Kunden",
    ", passionate professional, decades of experience, outstanding results every time",
    ". Leader reconnu, primé, des années d'expérience, clients ravis",
    ". Number one in our region, top rated, innovative, dynamic team you can rely on",
    ", líderes del sector, premiados, años de experiencia, clientes satisfechos",
    ", dedicated, world-class, we always deliver, known for quality and a true passion",
    ", leader di settore, anni di esperienza, clienti soddisfatti",
    ", an exceptional company with a unique vision, loved by all who know us",
    "，行业领先，多年经验，屡获大奖，客户好评",
    "、業界トップの実績、受賞多数、お客様から高評価",
    ", лидер рынка, много лет опыта, сотни довольных клиентов",
)
ELSE_WEIGHT = 0.3

Reals = NDArray[np.float64]
Plain = tuple[GoalKind, str]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Every text of the lessons: whose line, what it is to it (`None` is the seek), its line's goal, label, and its blocks."""

    line: Ints
    kind: list[OfferKind | None]
    goal: list[GoalKind]
    label: Ints
    blocks: dict[str, Reals | sparse.csr_matrix]


@dataclass(frozen=True, kw_only=True)
class Head:
    """One ridge: its weights by block, each `(f, 14)`, and its bias `(14,)`."""

    weights: dict[str, Reals]
    bias: Reals


def texts_of(lessons: Sequence[Lesson]) -> list[str]:
    """Of each lesson the seek, then its offers."""
    return [text for lesson in lessons for text in (lesson.seek, *(offer.text for offer in lesson.offers))]


def boasting(texts: Sequence[str]) -> list[str]:
    """Every third text with a boast behind it, whoever speaks: so that boasts are learned to tell nothing."""
    return [text + BOASTS[at // BOASTED % len(BOASTS)] if at % BOASTED == 0 else text for at, text in enumerate(texts)]


def brief(lessons: Sequence[Lesson]) -> list[str]:
    """What people write who write a word or two: the domains, and the longest word of each seek."""
    longest = (max(re.findall(r"\w+", lesson.seek), key=len, default=lesson.seek) for lesson in lessons)
    return sorted({*longest, *(lesson.domain or "" for lesson in lessons)})


def taught(lessons: Sequence[Lesson], plain: Sequence[Plain], *, memory: Memory, progress: Progress) -> Direction:
    """What lessons teach, each of which needs a goal and a domain; and what `plain` seeks do."""
    texts = texts_of(lessons)
    needed = (texts, boasting(texts), brief(lessons), [text for _, text in plain])
    with threadpool_limits(1, user_api="blas"):
        return teach(lessons, plain, *(encoded(of, memory=memory, progress=progress) for of in needed))


def teach(
    lessons: Sequence[Lesson], plain: Sequence[Plain], meaning: Floats, boasted: Floats, short: Floats, of_plain: Floats
) -> Direction:
    """What lessons teach. `meaning` `(t, 2 d)` are the encoded vectors of their `texts_of`, `boasted` `(t, 2 d)` those of the
    same texts `boasting`, `short` `(b, 2 d)` those of what is `brief` of them, `of_plain` `(p, 2 d)` those of the plain seeks.
    """
    texts = boasting(texts_of(lessons))
    halves = halves_of(meaning.astype(np.float64))
    mean = halves.mean(axis=1)
    shortness = halves_of(short.astype(np.float64)).mean(axis=1) - mean
    shortness /= np.linalg.norm(shortness, axis=1, keepdims=True)
    domains = np.unique([lesson.domain for lesson in lessons], return_inverse=True)[1]
    words, characters = _vectorizers(texts, domains[_lines(lessons)])
    told = _told(
        lessons,
        {
            "meaning": halves_of(boasted)[0] - mean[0],
            "cues": cues.counts(texts).astype(np.float64),
            "words": words.transform(texts),
            "characters": characters.transform(texts),
        },
    )
    shares, bias, unseen = _weighed(told, domains)
    heads = {name: _head(told, name, np.arange(len(texts))) for name in RIDGES}
    merged = {
        block: np.sum(
            [shares[name] * head.weights[block] for name, head in heads.items() if block in head.weights], axis=0
        )
        for block in told.blocks
    }
    subjects = [
        normalize(without(half - centre, way)) for half, centre, way in zip(halves, mean, shortness, strict=True)
    ]
    maps = [_maps(told, subject) for subject in subjects]
    bias = bias + np.sum([shares[name] * head.bias for name, head in heads.items()], axis=0)
    said = [text for _, text in plain]
    plainly = {
        "meaning": halves_of(of_plain)[0] - mean[0],
        "cues": cues.counts(said).astype(np.float64),
        "kinds": suggested(said).astype(np.float64),
    }
    by_words = {"words": words.transform(said), "characters": characters.transform(said)} if said else {}
    plainly["odds"] = bias + sum(
        np.asarray(block @ merged[of]) for of, block in (plainly | by_words).items() if of in merged
    )
    wants = _wants(told, texts, unseen, [kind for kind, _ in plain], plainly)
    return Direction(
        version=np.array(VERSION),
        mean=_light(mean),
        shortness=_light(shortness),
        **{f"of_{block}": _light(weights) for block, weights in merged.items()},
        bias=bias.astype(np.float32),
        words=np.array("\n".join(words.get_feature_names_out())),
        characters=np.array("\n".join(characters.get_feature_names_out())),
        word_weights=words.idf_.astype(np.float32),
        character_weights=characters.idf_.astype(np.float32),
        **{name: _light(np.stack([of_half[name] for of_half in maps])) for name in maps[0]},
        **{f"wants_{of}": array for of, array in wants.items()},
    )


def _light(array: Reals) -> Floats:
    """Numbers that survive being kept in two bytes, so that what was taught and what is read again are the same."""
    return array.astype(np.float16).astype(np.float32)


def _lines(lessons: Sequence[Lesson]) -> Ints:
    return np.repeat(np.arange(len(lessons)), [1 + len(lesson.offers) for lesson in lessons])


def _told(lessons: Sequence[Lesson], blocks: dict[str, Reals | sparse.csr_matrix]) -> Told:
    return Told(
        line=_lines(lessons),
        kind=[kind for lesson in lessons for kind in (None, *(offer.kind for offer in lesson.offers))],
        goal=[lesson.goal or GoalKind.LEARN for lesson in lessons for _ in range(1 + len(lesson.offers))],
        label=np.array([label for lesson in lessons for label in (-1, *(offer.label for offer in lesson.offers))]),
        blocks=blocks,
    )


def _vectorizers(texts: list[str], domain: Ints) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    """Of words and of pieces of words, those alone that several domains share."""
    found = []
    for options, least in ((WORDS, WORD_DOMAINS), (CHARACTERS, CHARACTER_DOMAINS)):
        counting = CountVectorizer(binary=True, **{key: of for key, of in options.items() if key != "sublinear_tf"})
        held = counting.fit_transform(texts)
        of_domain = sparse.csr_matrix((np.ones(len(texts)), (domain, np.arange(len(texts)))))
        domains = np.asarray(((of_domain @ held) > 0).sum(axis=0)).ravel()
        vocabulary = counting.get_feature_names_out()[domains >= least]
        found.append(TfidfVectorizer(vocabulary=vocabulary, **options).fit(texts))
    return found[0], found[1]


def _weighed(told: Told, domains: Ints) -> tuple[dict[str, float], float, Reals]:
    """How much each ridge's score counts, the bias, and the log odds `(t, 14)`, from scores on domains that were kept aside."""
    scores = np.zeros((len(told.line), len(RIDGES)))
    of_all = np.zeros((len(told.line), len(RIDGES), len(KINDS)))
    for known, aside in GroupKFold(FOLDS).split(domains, groups=domains):
        seen, unseen = (np.flatnonzero(np.isin(told.line, which)) for which in (known, aside))
        goals = [KINDS.index(told.goal[row]) for row in unseen]
        for column, name in enumerate(RIDGES):
            of_all[unseen, column] = _scores(_head(told, name, seen), told, unseen)
            scores[unseen, column] = of_all[unseen, column, goals]
    asked = np.flatnonzero((told.label == 2) | np.array([kind is OfferKind.SEEKER for kind in told.kind]))
    answers, groups = told.label[asked] == 2, domains[told.line[asked]]
    regression = LogisticRegression(C=10.0, class_weight="balanced")
    folds = list(GroupKFold(FOLDS).split(asked, groups=groups))
    calibrated = CalibratedClassifierCV(regression, method="sigmoid", cv=folds, ensemble=False)
    one = calibrated.fit(scores[asked], answers).calibrated_classifiers_[0]
    # The sigmoid 1 / (1 + exp(a f + b)) of a linear score f is again linear in the log odds. Half of the two are answers.
    slope, offset = -one.calibrators[0].a_, -one.calibrators[0].b_
    prior = float(np.log(answers.mean() / (1 - answers.mean())))
    shares = slope * one.estimator.coef_[0]
    bias = float(slope * one.estimator.intercept_[0] + offset - prior)
    return dict(zip(RIDGES, shares.tolist(), strict=True)), bias, np.tensordot(of_all, shares, (1, 0)) + bias


def _scores(head: Head, told: Told, rows: Ints) -> Reals:
    total: Reals = head.bias + sum(told.blocks[block][rows] @ weights for block, weights in head.weights.items())
    return total


def _head(told: Told, name: str, rows: Ints) -> Head:
    """A ridge in its dual form (Saunders et al. 1998), as there are more words than texts."""
    blocks, penalty = RIDGES[name]
    targets, weight, read = _classes(told)
    rows = rows[weight[rows] > 0]
    kernel: Reals = np.sum([share * _gram(told.blocks[block][rows]) for block, share in blocks.items()], axis=0)
    kernel[np.diag_indices_from(kernel)] += penalty / weight[rows]
    base = np.average(targets[rows], axis=0, weights=weight[rows])
    dual = linalg.solve(kernel, targets[rows] - base, assume_a="pos", overwrite_a=True)
    weights = {block: share * np.asarray(told.blocks[block][rows].T @ dual) @ read for block, share in blocks.items()}
    return Head(weights=weights, bias=base @ read)


def _gram(block: Reals | sparse.csr_matrix) -> Reals:
    return np.asarray((block @ block.T).todense() if sparse.issparse(block) else block @ block.T)


def _classes(told: Told) -> tuple[Reals, Reals, Reals]:
    """Which side of which goal a text speaks for, one class each; and how classes are read: answering less seeking the same."""
    sides = [(kind, False) for kind in KINDS] + [(kind, True) for kind in KINDS if COMPLEMENT[kind] is kind]
    column = {side: at for at, side in enumerate(sides)}
    targets, weight = np.zeros((len(told.line), len(sides) + 1)), np.zeros(len(told.line))
    read = np.zeros((len(sides) + 1, len(KINDS)))
    for at, goal in enumerate(KINDS):
        read[column[_answering(goal)], at] += 1
        read[column[goal, False], at] -= 1
    for row, (goal, kind) in enumerate(zip(told.goal, told.kind, strict=True)):
        if kind in (None, OfferKind.SEEKER):
            targets[row, column[goal, False]], weight[row] = 1, 1
        elif kind in (OfferKind.ANSWER, OfferKind.MISFIT):
            targets[row, column[_answering(goal)]], weight[row] = 1, 1
        elif kind in (OfferKind.DOMAIN, OfferKind.UNRELATED):
            targets[row, -1], weight[row] = 1, ELSE_WEIGHT
    return targets, weight, read


def _answering(goal: GoalKind) -> tuple[GoalKind, bool]:
    """The side that answers a goal: the complementing kind, or the other side of the same."""
    return COMPLEMENT[goal], COMPLEMENT[goal] is goal


def _wants(
    told: Told, texts: Sequence[str], odds: Reals, plain: Sequence[GoalKind], plainly: dict[str, Reals]
) -> dict[str, Floats]:
    """Of which kind of goal a seek is, told by seeks, by who seeks the same, and by plain seeks with their blocks; as weights
    of the blocks and a bias. `odds` `(t, 14)` are those of texts whose domain was kept aside."""
    asked = np.flatnonzero([kind in (None, OfferKind.SEEKER) for kind in told.kind])
    blocks = {of: np.asarray(told.blocks[of])[asked] for of in ("meaning", "cues")}
    blocks["kinds"] = suggested([texts[row] for row in asked.tolist()]).astype(np.float64)
    blocks["odds"] = odds[asked]
    blocks = {of: np.vstack([block, plainly[of]]) for of, block in blocks.items()}
    blocks["odds"] = np.clip(blocks["odds"], -ODDS_MOST, ODDS_MOST)
    kinds = np.array([KINDS.index(kind) for kind in (*(told.goal[row] for row in asked.tolist()), *plain)])
    seekers = [told.kind[row] is not None for row in asked.tolist()]
    weight = np.where([*seekers, *(False for _ in plain)], WANTS_OF_SEEKERS, 1.0)
    features = np.hstack([scale * blocks[of] for of, scale in WANTS_SCALES.items()])
    known = LogisticRegression(C=WANTS_C, max_iter=500).fit(features, kinds, sample_weight=weight)
    bias, weights = np.full(len(KINDS), NEVER), np.zeros((features.shape[1], len(KINDS)))
    bias[known.classes_], weights[:, known.classes_] = known.intercept_, known.coef_.T
    parts = np.split(weights, np.cumsum([blocks[of].shape[1] for of in WANTS_SCALES])[:-1])
    found = {f"of_{of}": scale * part for (of, scale), part in zip(WANTS_SCALES.items(), parts, strict=True)}
    return {of: _light(array) for of, array in {"bias": bias, **found}.items()}


def _maps(told: Told, centred: Reals) -> dict[str, Reals]:
    """What is added to a seek to come nearer to its answers, and to an offer to come nearer to its seeks."""
    seeks, answers, weight = _answered(told)
    seek, answer = (np.sqrt(weight)[:, None] * centred[rows] for rows in (seeks, answers))
    ridge = MAP_RIDGE * np.eye(centred.shape[1])
    seek_map = linalg.solve(seek.T @ seek + ridge, seek.T @ (answer - seek), assume_a="pos")
    offer_map = linalg.solve(answer.T @ answer + ridge, answer.T @ (seek - answer), assume_a="pos")
    found = {}
    for name, whole in (("seek", MAP_SHARE * seek_map), ("offer", MAP_SHARE * offer_map)):
        left, size, right = linalg.svd(whole)
        found[f"{name}_from"], found[f"{name}_to"] = left[:, :MAP_RANK] * size[:MAP_RANK], right[:MAP_RANK]
    return found


def _answered(told: Told) -> tuple[Ints, Ints, Reals]:
    """Pairs of texts, the second an answer to the first: of the seek and of whoever seeks the same; and answers of each other."""
    found: list[tuple[int, int, float]] = []
    for line in range(told.line[-1] + 1):
        rows = np.flatnonzero(told.line == line).tolist()
        asked = [row for row in rows if told.kind[row] in (None, OfferKind.SEEKER)]
        answers = [row for row in rows if told.label[row] == 2]
        found += [(seek, answer, 1.0) for seek in asked for answer in answers]
        found += [(one, other, ANSWERS_ALIKE) for one in answers for other in answers if one != other]
    seeks, offers, weight = zip(*found, strict=True)
    return np.array(seeks), np.array(offers), np.array(weight)

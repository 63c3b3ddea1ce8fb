"""Judging: how well values rank a file's offers for its seeks, in three readings, beside simpler ways of ranking.

*Duel*: a line's own offers. *Room*: every full answer of the file. *Crowd*: every offer of the file. Equal values are ordered by
the generator, never by position. Ours is the value of the engine: one person with this seek, one with this offer.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr
from sklearn.metrics import roc_auc_score

from matchmaker.matching.directed import answers_between, dense
from matchmaker.matching.direction import Sides, sides_of, stated
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.vectors import Memory, Progress, encoded, likeness_half, vectors_of
from matchmaker.model.lesson import Lesson, OfferKind
from matchmaker.model.policy import Model
from matchmaker.model.weights import BUILTIN

Bools = NDArray[np.bool_]
Reading = dict[str, float]
RECALL_AT = 5


def judge(lessons: Sequence[Lesson], *, seed: int, memory: Memory, progress: Progress) -> dict[str, dict[str, Reading]]:
    """Of ours, cosine, tfidf, longest and random: the three readings; and, after `by `, of ours by language and by domain."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, value in values_of(lessons, rng=rng, memory=memory, progress=progress).items():
        places = places_of(lessons, value, rng=rng)
        everyone = np.arange(len(lessons))
        found[name] = places.readings(everyone)
        if name == "ours":
            for by in ("language", "domain"):
                parts = np.array([getattr(lesson, by) or "" for lesson in lessons])
                for part in sorted(set(parts.tolist()) - {""}):
                    found[f"by {by}: {part}"] = places.readings(np.flatnonzero(parts == part))
    return found


def places_of(lessons: Sequence[Lesson], value: Floats, *, rng: np.random.Generator) -> "Places":
    """Where values `(lines, offers)` put the offers."""
    offers = [offer for lesson in lessons for offer in lesson.offers]
    line = np.repeat(np.arange(len(lessons)), [len(lesson.offers) for lesson in lessons])
    return Places(value, line, np.array([offer.label for offer in offers]), [offer.kind for offer in offers], rng)


def values_of(
    lessons: Sequence[Lesson], *, rng: np.random.Generator, memory: Memory, progress: Progress
) -> dict[str, Floats]:
    """Of each way of ranking, `(lines, offers)`: what each offer is worth to each seek."""
    seeks = [lesson.seek for lesson in lessons]
    offers = [offer.text for lesson in lessons for offer in lesson.offers]
    texts = sorted({*seeks, *offers})
    row_of = {text: row for row, text in enumerate(texts)}
    asked, offered = (np.array([row_of[text] for text in of]) for of in (seeks, offers))
    meaning = encoded(texts, memory=memory, progress=progress)
    likeness = likeness_half(meaning)
    words = vectors_of(texts, Model.TFIDF, memory=memory, progress=progress)
    shape = (len(seeks), len(offers))
    return {
        "ours": _ours(lessons, sides_of(texts, meaning), asked, offered),
        "cosine": likeness[asked] @ likeness[offered].T,
        "tfidf": (words[asked] @ words[offered].T).toarray(),
        "longest": np.broadcast_to(np.array([len(text) for text in offers], np.float32), shape),
        "random": rng.random(shape, np.float32),
    }


def _ours(lessons: Sequence[Lesson], sides: Sides, asked: Ints, offered: Ints) -> Floats:
    wants = stated([lesson.goal for lesson in lessons], sides.wants[asked])
    return answers_between(sides.seeks[asked], sides.offers[offered], wants, sides.gives[offered], BUILTIN[Model.USEM3])


class Places:
    """Where a way of ranking puts what: the values `(lines, offers)`, with equal ones in the generator's order."""

    def __init__(
        self, value: Floats, line: Ints, label: Ints, kind: list[OfferKind | None], rng: np.random.Generator
    ) -> None:
        noise = rng.permuted(np.broadcast_to(np.arange(value.shape[1]), value.shape), axis=1)
        order = np.lexsort((noise, value), axis=1)
        self.place = np.empty(value.shape, np.int64)
        np.put_along_axis(self.place, order, np.arange(value.shape[1])[None], axis=1)
        self.line, self.label = line, label
        self.seeker = np.array([one is OfferKind.SEEKER for one in kind], np.bool_)
        self.kind = ["" if one is None else one.value for one in kind]

    def readings(self, lines: Ints) -> dict[str, Reading]:
        """The three readings of some lines, as if they were the file."""
        here = np.isin(self.line, lines)
        return {
            "duel": self._duel(lines),
            "room": self._rank(lines, here & (self.label == 2)),
            "crowd": self._rank(lines, here),
        }

    def _duel(self, lines: Ints) -> Reading:
        first, reciprocal, area, above = [], [], [], []
        wrong: dict[str, int] = {}
        for line in lines.tolist():
            own = np.flatnonzero(self.line == line)
            place, label = self.place[line, own], self.label[own]
            top = own[place.argmax()]
            best = place[label == 2].max()
            first.append(self.label[top] == 2)
            reciprocal.append(1 / (1 + (place > best).sum()))
            clear = label != 1
            area.append(roc_auc_score(label[clear] == 2, place[clear]))
            if self.seeker[own].any():
                above.append(place[self.seeker[own]].max() > best)
            if self.label[top] != 2:
                wrong[self.kind[top]] = wrong.get(self.kind[top], 0) + 1
        shares = {f"first_{kind}": count / len(lines) for kind, count in sorted(wrong.items()) if kind}
        return {
            "accuracy_at_1": float(np.mean(first)),
            "mrr": float(np.mean(reciprocal)),
            "auc": float(np.mean(area)),
            "seeker_above": float(np.mean(above)) if above else 0.0,
            **shares,
        }

    def _rank(self, lines: Ints, pool: Bools) -> Reading:
        among = np.flatnonzero(pool)
        first, second, recall = [], [], []
        for line in lines.tolist():
            own = (self.line[among] == line) & (self.label[among] == 2)
            ranks = np.sort(rankdata(-self.place[line, among], method="ordinal")[own])
            first.append(1 / ranks[0])
            if len(ranks) > 1:
                second.append(1 / ranks[1])
            recall.append((ranks <= RECALL_AT).mean())
        return {
            "mrr_first": float(np.mean(first)),
            "mrr_second": float(np.mean(second)) if second else 0.0,
            "recall_at_5": float(np.mean(recall)),
        }


def likeness(pairs: Sequence[tuple[str, str, float]], *, memory: Memory, progress: Progress) -> float:
    """Spearman's rank correlation of how alike sentences are said to be with how near the model finds them."""
    texts = sorted({text for first, second, _ in pairs for text in (first, second)})
    row_of = {text: row for row, text in enumerate(texts)}
    found = vectors_of(texts, Model.USEM3, memory=memory, progress=progress)
    one = dense(found[[row_of[first] for first, _, _ in pairs]])
    other = dense(found[[row_of[second] for _, second, _ in pairs]])
    near = (one * other).sum(axis=1)
    return float(spearmanr(near, [score for _, _, score in pairs]).statistic)

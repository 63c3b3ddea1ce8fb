"""Ablation: what each piece of evidence is worth, on lessons whose domain was kept aside.

The lessons are split by domain (`GroupKFold`); what is taught by the others judges each part, whole and with one piece of it
taken away. The readings are the means over the parts.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from sklearn.model_selection import GroupKFold

from matchmaker.matching import teaching
from matchmaker.matching.directed import answers_between, dense
from matchmaker.matching.direction import Direction, Sides, sides_of, stated
from matchmaker.matching.encoder import HALF
from matchmaker.matching.judging import Reading, places_of
from matchmaker.matching.roster import Floats
from matchmaker.matching.vectors import Memory, Progress, encoded
from matchmaker.model.lesson import Lesson
from matchmaker.model.policy import Model
from matchmaker.model.weights import BUILTIN

WHOLE = "(nothing)"


def ablated(
    lessons: Sequence[Lesson], plain: Sequence[teaching.Plain], *, seed: int, memory: Memory, progress: Progress
) -> dict[str, dict[str, Reading]]:
    """By what is taken away, the three readings; `(nothing)` leaves all of it. Each lesson needs a goal and a domain."""
    domains = np.unique([lesson.domain for lesson in lessons], return_inverse=True)[1]
    found: dict[str, list[dict[str, Reading]]] = defaultdict(list)
    for known, aside in GroupKFold(teaching.FOLDS).split(domains, groups=domains):
        direction = teaching.taught([lessons[at] for at in known], plain, memory=memory, progress=progress)
        judged = [lessons[at] for at in aside]
        for name, values in _without_each(judged, direction, memory, progress):
            places = places_of(judged, values, rng=np.random.default_rng(seed))
            found[name].append(places.readings(np.arange(len(judged))))
    return {name: _mean(readings) for name, readings in found.items()}


def _without_each(
    lessons: Sequence[Lesson], direction: Direction, memory: Memory, progress: Progress
) -> Iterator[tuple[str, Floats]]:
    """What is taken away, and the values `(lines, offers)` that are left."""
    texts = sorted({text for lesson in lessons for text in teaching.texts_of([lesson])})
    row_of = {text: row for row, text in enumerate(texts)}
    seeks = np.array([row_of[lesson.seek] for lesson in lessons])
    offers = np.array([row_of[offer.text] for lesson in lessons for offer in lesson.offers])
    meaning = encoded(texts, memory=memory, progress=progress)
    whole = sides_of(texts, meaning, direction)
    goals = stated([lesson.goal for lesson in lessons], whole.wants[seeks])

    def value(sides: Sides, wants: Floats = goals) -> Floats:
        return answers_between(
            sides.seeks[seeks], sides.offers[offers], wants, sides.gives[offers], BUILTIN[Model.USEM3]
        )

    yield WHOLE, value(whole)
    yield "that a goal is stated", value(whole, whole.wants[seeks])
    yield "direction", value(replace(whole, gives=np.ones_like(whole.gives)))
    for of, blocks in {
        "words, of direction": ("of_words", "of_characters"),
        "cues, of direction": ("of_cues",),
        "meaning, of direction": ("of_meaning",),
        "maps from seeks to answers": ("seek_to", "offer_to"),
    }.items():
        less = replace(direction, **{block: np.zeros_like(getattr(direction, block)) for block in blocks})
        yield of, value(sides_of(texts, meaning, less))
    part = np.repeat((0, 1, 2), (HALF, HALF, whole.seeks.shape[1] - 2 * HALF))
    for of, shares in {
        "the half of likeness": (0, 2, 1),
        "the half of words": (2, 0, 1),
        "equal letters": (1, 1, 0),
    }.items():
        yield of, value(replace(whole, seeks=dense(whole.seeks) * np.array(shares, np.float32)[part]))


def _mean(readings: Sequence[dict[str, Reading]]) -> dict[str, Reading]:
    return {
        reading: {
            key: float(np.mean([one[reading].get(key, 0.0) for one in readings]))
            for key in sorted({key for one in readings for key in one[reading]})
        }
        for reading in readings[0]
    }

"""The three readings, on values one can rank by hand."""

import numpy as np
import pytest

from matchmaker.matching.judging import Places, judge, likeness
from matchmaker.model.lesson import Lesson, LessonOffer, OfferKind

ANSWER, SEEKER, TRAP = OfferKind.ANSWER, OfferKind.SEEKER, OfferKind.TRAP
LINE = np.array([0, 0, 0, 1, 1, 1])
LABEL = np.array([2, 2, 0, 2, 0, 1])
KIND: list[OfferKind | None] = [ANSWER, ANSWER, SEEKER, ANSWER, TRAP, None]


def places(*values: list[float], seed: int = 0) -> Places:
    return Places(np.array(values, np.float32), LINE, LABEL, KIND, np.random.default_rng(seed))


def test_the_readings_are_those_counted_by_hand() -> None:
    found = places([5, 3, 4, 6, 0, 1], [0, 0.5, 1, 2, 3, 1.5]).readings(np.array([0, 1]))
    assert found["duel"] == {
        "accuracy_at_1": 0.5,
        "mrr": 0.75,
        "auc": pytest.approx(0.25),
        "seeker_above": 0.0,
        "first_trap": 0.5,
    }
    assert found["room"] == {"mrr_first": 0.75, "mrr_second": pytest.approx(1 / 3), "recall_at_5": 1.0}
    assert found["crowd"] == {"mrr_first": 0.5, "mrr_second": 0.25, "recall_at_5": 1.0}


def test_equal_values_are_ordered_by_the_seed_and_not_by_position() -> None:
    order = np.array([places([0] * 6, [0] * 6, seed=seed).place[0] for seed in range(400)])
    first = [1 / (6 - place[:2].max()) for place in order]
    # The better of two among six: 1 with chance 1/3, 1/2 with 4/15, 1/3 with 1/5, 1/4 with 2/15, 1/5 with 1/15.
    assert np.mean(first) == pytest.approx(1 / 3 + 4 / 30 + 1 / 15 + 2 / 60 + 1 / 75, abs=0.06)


def test_ours_stands_beside_simpler_ways() -> None:
    offers = [
        LessonOffer(text="Bookkeeper, ten years in bakeries, free from March", label=2, kind=ANSWER),
        LessonOffer(text="Our bakery is also looking for a bookkeeper", label=0, kind=SEEKER),
    ]
    lesson = Lesson(seek="We need a bookkeeper for our bakery", offers=offers, language="en", domain="baking")
    found = judge([lesson], seed=1, memory={}, progress=lambda stage, share: None)
    assert set(found) == {"ours", "cosine", "tfidf", "longest", "random", "by language: en", "by domain: baking"}
    assert found["ours"]["duel"]["accuracy_at_1"] == 1
    assert found["cosine"]["duel"]["seeker_above"] == 1
    assert found["by language: en"] == found["ours"]


def test_likeness_orders_pairs_as_people_do() -> None:
    pairs = [
        ("a cat sleeps", "a cat is asleep", 5.0),
        ("a cat sleeps", "a dog sleeps", 3.0),
        ("a cat sleeps", "stocks fell", 0.0),
    ]
    assert likeness(pairs, memory={}, progress=lambda stage, share: None) == pytest.approx(1)

"""Foretelling answers at unseen events, from files of decisions."""

import numpy as np
import pytest

from matchmaker.matching.learning import BEFORE
from matchmaker.matching.trial import answers_of, calibration_error, trial, trial_with
from matchmaker.model.learning import Answered, DecisionFile, Described
from tests.matching.test_learning import answers, wanted_world


def test_ours_beats_what_needs_no_learning_after_two_meetings() -> None:
    (found,) = trial(wanted_world(events=4), (2,), np.random.default_rng(1))
    assert found.after == 2
    assert found.pairs == 4 * (16 * 15 // 2) - 4 * 16 * 2
    assert found.auc["ours"] > found.auc["unsupervised"] + 0.2
    assert found.auc["in_run"] > found.auc["unsupervised"] + 0.1
    assert found.auc["popularity"] > 0.8
    assert abs(found.auc["random"] - 0.5) < 0.15


def test_the_same_seed_gives_the_same_figures() -> None:
    world = wanted_world(events=3)
    assert trial_with(world, (0, 2), seed=7) == trial_with(world, (0, 2), seed=7)


def test_one_event_has_nothing_to_learn_from() -> None:
    assert trial(wanted_world(events=1), (0,), np.random.default_rng(1)) == []


def test_a_depth_beyond_all_meetings_leaves_nothing_to_foretell() -> None:
    assert trial(wanted_world(events=2), (99,), np.random.default_rng(1)) == []


def test_answers_all_alike_cannot_be_foretold() -> None:
    assert trial(answers(np.ones((3, 6, 6)), events=3, people=6), (0,), np.random.default_rng(1)) == []


def test_a_likelihood_that_always_comes_true_has_no_error() -> None:
    likely = np.repeat([0.0, 1.0], 50)
    assert calibration_error(likely, likely) == 0
    assert calibration_error(likely, 1 - likely) == 1
    assert calibration_error(np.full(100, 0.3), np.repeat([0.0, 1.0], 50)) == pytest.approx(0.5)


def said(event: str, taker: str, giver: str, **rest: object) -> Answered:
    return Answered(event=event, taker=taker, giver=giver, order=1, yes=True, **rest)  # type: ignore[arg-type]


def test_value_is_how_alike_two_people_rate_interests() -> None:
    people = {
        "a": Described(ratings=[9, 1, 1], facts=["goal=1", "go_out=2"]),
        "b": Described(ratings=[10, 2, 2], facts=["goal=1", "go_out=3"]),
        "c": Described(ratings=[1, 9, 9]),
    }
    file = DecisionFile(
        answers=[said("1", "a", "b", acquainted=True), said("1", "b", "a", useful=0.5), said("2", "a", "c")],
        people=people,
        left_out=[],
    )
    found = answers_of(file)
    assert found.back.tolist() == [1, 0, -1]
    assert found.event.tolist() == [0, 0, 1]
    assert dict(zip(BEFORE, found.before[0].round(6).tolist(), strict=True)) == {
        "value": 1.0,
        "value_back": 1.0,
        "mutual": 1.0,
        "common_ground": 0.5,
        "acquainted": 1.0,
    }
    assert found.before[1, 4] == 1
    assert found.before[2].round(6).tolist() == [0, 0, 0, 0, 0]


def test_value_is_how_many_seeks_are_offered() -> None:
    people = {"a": Described(seeks=["law", "tax"]), "b": Described(offers=["tax", "art"]), "c": Described()}
    file = DecisionFile(answers=[said("1", "a", "b"), said("1", "c", "c")], people=people, left_out=[])
    assert answers_of(file).before[:, 0].tolist() == [0.5, 0.5]

"""What answers teach, in rooms whose people are known by hand."""

from dataclasses import replace as changed
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json, structs

from matchmaker.matching.directed import Words, scale_of, values_between
from matchmaker.matching.learning import (
    BEFORE,
    DEPTHS,
    FEATURES,
    GIVER,
    HEADROOM,
    LEAST,
    TAKER,
    Answers,
    Tallies,
    beats_unsupervised,
    blend_share,
    blended,
    both,
    discounted,
    discounts,
    evidence,
    features,
    later,
    learn,
    likelihood,
    tallies,
)
from matchmaker.model.weights import Learned
from tests.worlds import COSINE, steady

HERE = Learned(
    answers=2_000,
    prior_yes=0.5,
    prior_useful=0.5,
    intercept=0.0,
    coefficients={**dict.fromkeys(FEATURES, 0.0), "giver_wanted": 1.0, "taker_willing": 1.0},
)


def answers(yes: Any, *, events: int, people: int, value: Any = None, useful: float = np.nan) -> Answers:
    """Everybody meets everybody at each event, in one order; `yes` and `value` are `(events, n, n)`, row the taker."""
    event, taker, giver = (
        found.ravel() for found in np.meshgrid(np.arange(events), np.arange(people), np.arange(people), indexing="ij")
    )
    real = taker != giver
    event, taker, giver = event[real], taker[real], giver[real]
    place = {key: at for at, key in enumerate(zip(event.tolist(), taker.tolist(), giver.tolist(), strict=True))}
    own = np.asarray(yes, np.float64)[event, taker, giver]
    value = np.full((events, people, people), 0.5) if value is None else np.asarray(value)
    before = np.zeros((len(own), len(BEFORE)))
    before[:, 0], before[:, 1] = value[event, taker, giver], value[event, giver, taker]
    before[:, 2] = np.minimum(before[:, 0], before[:, 1])
    return Answers(
        people=people,
        event=event,
        taker=taker,
        giver=giver,
        order=(giver - taker) % people,
        yes=own,
        useful=np.full(len(own), useful),
        back=np.array([place[e, g, t] for e, t, g in zip(event.tolist(), taker.tolist(), giver.tolist(), strict=True)]),
        before=before,
    )


def wanted_world(seed: int = 1, events: int = 5, people: int = 16) -> Answers:
    """Half of the people are wanted by nine in ten, half by one in ten; words say nothing of it, and little at that."""
    rng = np.random.default_rng(seed)
    share = np.where(np.arange(people) % 2, 0.9, 0.1)
    yes = rng.random((events, people, people)) < share
    return answers(yes, events=events, people=people, value=0.45 + rng.random((events, people, people)) / 10)


def counted(**counts: list[float]) -> Tallies:
    size = len(next(iter(counts.values())))
    return Tallies(**{name: np.array(counts.get(name, [0.0] * size)) for name in Tallies.__dataclass_fields__})


def test_a_rate_is_shrunk_by_five_answers() -> None:
    (giver, _) = evidence(counted(heard=[1.0], heard_yes=[1.0]), HERE)
    rate = (1 + 5 * 0.5) / 6
    assert giver[0, 0] == pytest.approx(np.log(rate / (1 - rate)))


def test_of_whom_nothing_is_known_nothing_is_held() -> None:
    giver, taker = evidence(counted(heard=[0.0]), HERE)
    assert not giver.any()
    assert not taker.any()


def test_a_rating_is_shrunk_by_five_answers() -> None:
    giver, taker = evidence(counted(was_rated=[5.0], ratings_heard=[5.0], rated=[15.0], ratings=[0.0]), HERE)
    assert giver[0, 1] == pytest.approx(0.25)
    assert taker[0, 1] == pytest.approx(-0.375)


def test_who_is_declined_gives_less_and_who_declines_takes_less() -> None:
    found = counted(heard=[0.0, 20.0, 0.0], said=[0.0, 0.0, 20.0])
    giver, taker = discounts(found, HERE)
    assert giver[1] < giver[0] == giver[2]
    assert taker[2] < taker[0] == taker[1]


def test_to_be_wanted_by_ever_more_is_worth_no_more_than_the_headroom() -> None:
    giver, _ = discounts(counted(heard=[20.0, 2_000.0, 0.0], heard_yes=[20.0, 2_000.0, 0.0]), HERE)
    assert giver[0] == giver[1] == 1
    assert giver[2] == pytest.approx(0.5 + 0.5 * np.exp(-HEADROOM))


@given(st.lists(st.tuples(st.integers(0, 1_000), st.integers(0, 1_000)), min_size=1, max_size=8), st.integers(0, 10**6))
@steady
def test_a_discount_is_never_below_the_least_nor_above_one(counts: list[tuple[int, int]], answered: int) -> None:
    heard = [float(max(pair)) for pair in counts]
    found = counted(heard=heard, heard_yes=[float(min(pair)) for pair in counts], said=heard)
    for part in discounts(found, structs.replace(HERE, answers=answered)):
        assert ((part >= LEAST) & (part <= 1)).all()


def test_a_value_is_the_kernel_times_both_discounts() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.random((12, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    starts = np.array([0, 1, 3, 6])
    words = Words(
        seeks=vectors[:6],
        offers=vectors[6:],
        interests=np.zeros((3, 6), np.float32),
        seek_strength=np.ones(6, np.float32),
        offer_strength=np.ones(6, np.float32),
        seek_starts=starts,
        offer_starts=starts,
    )
    scale = scale_of(COSINE, warmth=0.0, top=1.0, seeks_most=3)
    giver, taker, rows = np.array([0.3, 1.0, 0.5]), np.array([1.0, 0.25, 0.75]), np.arange(3)
    kernel, _ = values_between(words, scale, rows, rows)
    received, given = values_between(discounted(words, giver, taker), scale, rows, rows)
    np.testing.assert_allclose(received, kernel * giver * taker[:, None], rtol=1e-5)
    np.testing.assert_allclose(given, received.T, rtol=1e-5)


def test_half_is_learned_at_two_thousand_answers() -> None:
    assert blend_share(0) == 0
    assert blend_share(2_000) == 0.5


def test_what_others_answered_foretells_an_unseen_event() -> None:
    found = beats_unsupervised(wanted_world())
    assert found is not None
    ours, plain = found
    assert ours > 0.8
    assert plain < 0.6


def test_a_model_is_no_better_where_words_say_all() -> None:
    rng = np.random.default_rng(5)
    value = rng.random((4, 14, 14))
    value = (value + value.transpose(0, 2, 1)) / 2
    found = beats_unsupervised(answers(value > 0.5, events=4, people=14, value=value))
    assert found is not None
    assert found[1] == 1
    assert found[0] <= found[1]


def test_the_wanted_and_the_willing_are_found() -> None:
    learned = learn(wanted_world())
    assert learned is not None
    assert learned.coefficients["giver_wanted"] > 0.5
    assert set(learned.coefficients) == set(FEATURES) == {*BEFORE, *GIVER, *TAKER}


def test_what_is_learned_is_calibrated_at_events_not_seen() -> None:
    world = wanted_world(events=8)
    learned = learn(world, world.event < 6)
    assert learned is not None
    unseen = (world.event >= 6) & later(world, 4)
    foretold = likelihood(world, 4, learned)[unseen]
    assert foretold.mean() == pytest.approx(world.yes[unseen].mean(), abs=0.05)
    high = foretold > 0.5
    assert foretold[high].mean() == pytest.approx(world.yes[unseen][high].mean(), abs=0.07)


def test_one_event_teaches_nothing() -> None:
    world = wanted_world(events=1)
    assert learn(world) is None
    assert beats_unsupervised(world) is None


def test_answers_that_are_all_alike_teach_nothing() -> None:
    world = answers(np.ones((3, 6, 6)), events=3, people=6)
    assert learn(world) is None
    assert learn(world, np.zeros(len(world), np.bool_)) is None


def test_nothing_is_told_of_a_newest_event_where_all_say_yes() -> None:
    world = wanted_world()
    yes = np.where(world.event == world.event.max(), 1.0, world.yes)
    assert beats_unsupervised(changed(world, yes=yes)) is None


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_comes_later_is_not_read(depth: int) -> None:
    world = wanted_world()
    hidden = (world.event == 2) & (world.order > depth) | (world.event > 2)
    other = changed(world, yes=np.where(hidden, 1 - world.yes, world.yes))
    here = world.event == 2
    np.testing.assert_array_equal(features(world, depth, HERE)[here], features(other, depth, HERE)[here])


def test_what_came_earlier_is_read() -> None:
    world = wanted_world()
    other = changed(world, yes=np.where(world.event == 0, 1 - world.yes, world.yes))
    here = world.event == 2
    assert (features(world, 0, HERE)[here] != features(other, 0, HERE)[here]).any()


def test_blending_without_answers_leaves_the_mutual_value() -> None:
    world = wanted_world()
    np.testing.assert_array_equal(blended(world, 2, structs.replace(HERE, answers=0)), world.before[:, 2])


def test_where_nobody_answers_back_one_direction_counts() -> None:
    world = wanted_world(events=2)
    alone = changed(world, back=np.full(len(world), -1))
    np.testing.assert_array_equal(both(alone, alone.yes), alone.yes)
    np.testing.assert_array_equal(later(alone, 2), alone.order > 2)


def test_unsaid_ratings_are_not_counted() -> None:
    world = wanted_world(events=2)
    useful = np.where(world.taker == 3, 1.0, np.nan)
    found = tallies(changed(world, useful=useful), np.ones(len(world), np.bool_))
    assert found.rated.tolist() == [30.0 if row == 3 else 0.0 for row in range(16)]
    assert found.ratings_heard.sum() == 30


def test_weights_are_numbers_that_come_back_as_they_were() -> None:
    learned = learn(wanted_world())
    assert learned == learn(wanted_world())
    assert json.decode(json.encode(learned), type=Learned) == learned


def test_the_intercept_is_where_the_calibrated_model_has_it() -> None:
    """Three of four say yes whoever is asked, and ratings say nothing: only the intercept can tell it."""
    rng = np.random.default_rng(2)
    world = answers(rng.random((4, 12, 12)) < 0.75, events=4, people=12)
    learned = learn(world)
    assert learned is not None
    assert likelihood(world, 0, learned).mean() == pytest.approx(0.75, abs=0.04)

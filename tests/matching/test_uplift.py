"""Intervals and power, against published figures and against drawing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.uplift import POWER_WISHED, difference, pairs_least, power, power_of, wilson
from tests.worlds import steady


def test_newcombes_interval_is_his() -> None:
    found = difference(56, 70, 48, 80)  # Newcombe 1998, table II, example (a), method 10
    assert (found.value, found.low, found.high) == (0.2, 0.0524, 0.3339)
    nothing = difference(0, 10, 0, 20)  # example (g)
    assert (nothing.value, nothing.low, nothing.high) == (0.0, -0.1611, 0.2775)


def test_wilsons_interval_is_his() -> None:
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=0.0001)  # Newcombe 1998
    assert wilson(0.0, 20)[0] == pytest.approx(0)
    assert wilson(1.0, 20)[1] == 1


@given(st.integers(1, 500), st.integers(1, 500), st.floats(0, 1), st.floats(0, 1))
@steady
def test_the_interval_holds_its_difference_and_turns_with_it(count: int, held: int, one: float, other: float) -> None:
    yes, yes_held = round(one * count), round(other * held)
    found = difference(yes, count, yes_held, held)
    turned = difference(yes_held, held, yes, count)
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=0.0002)


def test_power_is_fleisss() -> None:
    assert power(356, 356, 0.3, 0.1) == pytest.approx(0.8, abs=0.005)
    assert power(356, 356, 0.3, 0.0) == pytest.approx(0.05, abs=0.001)


def test_power_is_what_drawing_gives() -> None:
    rng = np.random.default_rng(1)
    yes, held = rng.binomial(900, 0.45, 4_000), rng.binomial(100, 0.3, 4_000)
    pooled = (yes + held) / 1_000
    z = (yes / 900 - held / 100) / np.sqrt(pooled * (1 - pooled) * (1 / 900 + 1 / 100))
    assert power(900, 100, 0.3, 0.15) == pytest.approx((abs(z) > 1.96).mean(), abs=0.02)


def test_nothing_held_back_shows_nothing() -> None:
    found = power_of(pairs=400, held_back=0.0, yes_share=0.3, uplift=0.1)
    assert (found.held_back, found.power, found.difference_least) == (0, 0.0, None)
    assert power_of(pairs=400, held_back=1.0, yes_share=0.3, uplift=0.1).power == 0


def test_the_least_difference_is_found_four_times_in_five() -> None:
    found = power_of(pairs=400, held_back=0.1, yes_share=0.3, uplift=0.1)
    assert (found.pairs, found.held_back) == (400, 40)
    assert found.power < 0.3
    assert found.difference_least is not None
    assert power(360, 40, 0.3, found.difference_least) == pytest.approx(0.8, abs=0.001)
    assert power_of(pairs=20, held_back=0.1, yes_share=0.9, uplift=0.1).difference_least is None


@pytest.mark.parametrize(("yes_share", "uplift", "expected"), [(0.0, 1.0, 1.0), (0.0, 0.0, 0.0), (1.0, 0.5, 0.0)])
def test_where_all_or_none_say_yes_power_is_all_or_nothing(yes_share: float, uplift: float, expected: float) -> None:
    assert power(50, 50, yes_share, uplift) == expected


def test_the_fewest_pairs_that_tell_a_difference_are_about_the_fewest() -> None:
    """Whole pairs are held back, so one pair more may tell a little less."""
    found = pairs_least(held_back=0.2, yes_share=0.3, uplift=0.2)
    assert power_of(pairs=found, held_back=0.2, yes_share=0.3, uplift=0.2).power >= POWER_WISHED
    assert power_of(pairs=found - 5, held_back=0.2, yes_share=0.3, uplift=0.2).power < POWER_WISHED
    assert 200 < found < 400

"""Cooling is measured in moves: it falls, ends cold, and gives the same draws for the same seed."""

import numpy as np
import pytest

from matchmaker.matching.groups import cooled


@pytest.mark.parametrize("moves", [0, 1, 500, 3_000, 2_000_000])
def test_a_cooling_falls_from_hot_to_cold_and_ends_at_nothing(moves: int) -> None:
    steps = list(cooled(moves, hot=1.0, cold=0.1, columns=3, rng=np.random.default_rng(1)))
    shares, temperatures, draws = zip(*steps, strict=True)
    assert sorted(temperatures, reverse=True) == list(temperatures)
    assert (temperatures[0], temperatures[-1]) == (1.0, 0.0)
    assert list(shares) == [step / len(steps) for step in range(len(steps))]
    assert moves <= sum(map(len, draws)) < moves + len(steps)


def test_the_last_draw_is_exponential_and_the_others_are_even() -> None:
    draws = np.concatenate(
        [draws for *_, draws in cooled(20_000, hot=1, cold=0.1, columns=3, rng=np.random.default_rng(1))]
    )
    assert draws.mean(axis=0) == pytest.approx([0.5, 0.5, 1.0], abs=0.03)
    assert (draws[:, :2].max() < 1, draws[:, 2].max() > 5) == (True, True)

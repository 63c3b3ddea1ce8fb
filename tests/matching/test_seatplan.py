"""Swaps keep count: after hot and cold ones, a plan's counts are those of the same plan counted anew."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.seatplan import _bettered, _plan_of, wishes_of
from matchmaker.matching.seats import first_seating, seats_of
from tests.matching.squares import mask, values
from tests.worlds import steady


@given(st.integers(2, 12), st.integers(1, 4), st.integers(2, 4), st.integers(0, 99))
@settings(steady, max_examples=40)
def test_what_is_counted_on_the_way_is_what_a_fresh_count_gives(people: int, rounds: int, size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    some = mask(people, [(row, row + 1) for row in range(0, people - 1, 3)])
    tables = -(-people // size)
    seats = seats_of(
        available=rng.random((people, rounds)) < 0.8,
        seats=size,
        capacity=np.full(tables, size),
        accessible=np.arange(tables) == 0,
        needy=np.arange(people) == 0,
        stays=np.arange(people) == people - 1,
        rng=rng,
    )
    wishes = wishes_of(mutual=values(people, seed), forbidden=mask(people), colleague=some, met=some.T, mates=rounds)
    plan = _plan_of(first_seating(seats, rng), seats, wishes)
    for _ in _bettered(plan, wishes, 300, rng):
        again = _plan_of(plan.table.astype(np.int64), seats, wishes)
        assert np.sort(again.mates).tolist() == np.sort(plan.mates).tolist()
        assert (again.together == plan.together).all()
        assert plan.total == pytest.approx(again.total)
        round_, row = np.nonzero(plan.table >= 0)
        assert (plan.mates[round_, plan.table[round_, row], plan.seat[round_, row]] == row).all()

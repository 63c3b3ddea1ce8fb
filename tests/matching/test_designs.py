"""Seating plans by formula: where they promise it, no pair shares a table twice."""

from itertools import combinations

import pytest

from matchmaker.matching.designs import design

Case = tuple[int, int, int]


def repeats(people: int, tables: int, rounds: int) -> int:
    """Pairs at one table in more rounds than one, each time; and sizes within one of each other."""
    plan = design(people, tables=tables, rounds=rounds).tolist()
    assert len(plan) == rounds
    for here in plan:
        sizes = [here.count(table) for table in range(tables)]
        assert (sum(sizes), max(sizes) - min(sizes) <= 1) == (people, True)
    times = [sum(here[one] == here[other] for here in plan) for one, other in combinations(range(people), 2)]
    return sum(count - 1 for count in times if count > 1)


@pytest.mark.parametrize(
    "case",
    [
        (25, 5, 5),  # a prime
        (32, 8, 8),  # a power of two
        (36, 9, 9),  # a power of three
        (64, 16, 16),
        (31, 8, 8),  # not full
        (30, 10, 5),  # (3 - 1) (5 - 1) is below 10
        (14, 6, 3),
        (24, 8, 5),  # (3 - 1) (5 - 1) is not below 8
        (3, 1, 1),
    ],
)
def test_no_pair_meets_twice_where_that_is_promised(case: Case) -> None:
    assert repeats(*case) == 0


@pytest.mark.parametrize("case", [(9, 3, 4), (25, 5, 6), (32, 8, 9), (49, 7, 8)])
def test_whole_classes_make_one_round_more(case: Case) -> None:
    """With as many classes as tables these are affine planes: everybody meets everybody once."""
    assert repeats(*case) == 0


def test_where_nothing_is_promised_people_still_have_seats() -> None:
    assert repeats(18, 6, 4) > 0
    assert repeats(8, 2, 3) > 0
    assert repeats(30, 8, 9) > 0

"""Pairs in rounds: nobody in two places, availability and tables kept, as much weight as can be; held against brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.rounds import Timetable, Why, timetable
from tests.worlds import steady

Pairs = list[tuple[int, int]]


def made(
    pairs: Pairs,
    rounds: int,
    *,
    people: int = 0,
    weights: list[float] | None = None,
    absent: list[tuple[int, int]] | None = None,
    chosen: list[bool] | None = None,
    seed: int = 1,
    **fields: object,
) -> Timetable:
    """A timetable of pairs all of whom are chosen; `absent` are persons and rounds (from 0) they are not there."""
    count = people or 1 + max(itertools.chain(*pairs), default=0)
    available = np.ones((count, rounds), np.bool_)
    for person, at in absent or []:
        available[person, at] = False
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    fields.setdefault("quota", np.full(count, rounds))
    return timetable(
        first=first,
        second=second,
        weight=np.array(weights or [1.0] * len(pairs)),
        chosen=np.array(chosen if chosen is not None else [True] * len(pairs), np.bool_),
        available=available,
        rng=np.random.default_rng(seed),
        **fields,  # type: ignore[arg-type]
    )


def faults(found: Timetable, pairs: Pairs, available: np.ndarray, tables: int) -> list[str]:
    """What breaks a promise: someone in two places, absent, or too many tables."""
    wrong = []
    for at in range(1, available.shape[1] + 1):
        here = [pair for pair, round_ in zip(pairs, found.round.tolist(), strict=True) if round_ == at]
        ends = list(itertools.chain(*here))
        wrong += ["two places"] * (len(ends) - len(set(ends)))
        wrong += ["absent" for person in ends if not available[person, at - 1]]
        wrong += ["tables"] * (len(here) > tables)
        seats = [
            table for table, round_ in zip(found.table.tolist(), found.round.tolist(), strict=True) if round_ == at
        ]
        wrong += ["one table twice"] * (len(seats) - len(set(seats)))
    return wrong


def best_weight(pairs: Pairs, weights: list[float], available: np.ndarray, tables: int) -> float:
    """The most weight that can be given rounds, by trying everything."""
    rounds = available.shape[1]

    def best(position: int, busy: frozenset[tuple[int, int]], taken: tuple[int, ...]) -> float:
        if position == len(pairs):
            return 0.0
        found = best(position + 1, busy, taken)
        for at in range(rounds):
            ends = {(person, at) for person in pairs[position]}
            if taken[at] < tables and not ends & busy and all(available[person, at] for person, _ in ends):
                more = tuple(count + (round_ == at) for round_, count in enumerate(taken))
                found = max(found, weights[position] + best(position + 1, busy | ends, more))
        return found

    return best(0, frozenset(), (0,) * rounds)


@st.composite
def evenings(draw: st.DrawFn) -> tuple[Pairs, list[float], np.ndarray, int]:
    people, rounds = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    every = list(itertools.combinations(range(people), 2))
    pairs = sorted(draw(st.lists(st.sampled_from(every), max_size=6, unique=True)))
    weights = draw(st.lists(st.sampled_from([0.2, 0.5, 1.0]), min_size=len(pairs), max_size=len(pairs)))
    there = draw(st.lists(st.booleans(), min_size=people * rounds, max_size=people * rounds))
    return pairs, weights, np.array(there, np.bool_).reshape(people, rounds), draw(st.integers(1, 3))


@given(evenings())
@settings(steady, max_examples=120)
def test_promises_are_kept_and_nearly_all_that_can_be_placed_is(
    evening: tuple[Pairs, list[float], np.ndarray, int],
) -> None:
    pairs, weights, available, tables = evening
    absent = [(int(person), int(at)) for person, at in np.argwhere(~available)]
    found = made(
        pairs,
        available.shape[1],
        people=len(available),
        weights=weights,
        absent=absent,
        tables_most=tables,
        quota=np.full(len(available), len(available)),
    )
    assert faults(found, pairs, available, tables) == []
    placed = sum(weight for weight, at in zip(weights, found.round.tolist(), strict=True) if at)
    assert placed == pytest.approx(best_weight(pairs, weights, available, tables), abs=1e-6)
    assert sorted([*np.flatnonzero(found.round > 0), *found.unplaced]) == list(range(len(pairs)))


def test_a_complete_room_of_eight_meets_in_seven_rounds() -> None:
    pairs = list(itertools.combinations(range(8), 2))
    found = made(pairs, 7)
    assert len(found.unplaced) == 0
    assert faults(found, pairs, np.ones((8, 7), np.bool_), 4) == []


def test_a_pair_without_a_common_round_is_told_so() -> None:
    found = made([(0, 1), (2, 3)], 2, absent=[(0, 0), (1, 1)])
    assert found.why == (Why.NO_COMMON_ROUND,)
    assert found.unplaced.tolist() == [0]


def test_too_few_tables_leave_the_lightest_out() -> None:
    found = made([(0, 1), (2, 3), (4, 5)], 1, weights=[0.2, 0.9, 0.5], tables_most=2)
    assert found.round.tolist() == [0, 1, 1]
    assert found.why == (Why.TABLES_FULL,)


def test_who_needs_an_accessible_table_sits_at_the_first() -> None:
    needs = np.array([False, False, False, True])
    found = made([(0, 1), (2, 3)], 1, tables_most=2, accessible_tables=1, needs_accessible=needs)
    assert found.table.tolist() == [2, 1]


def test_nobody_has_more_meetings_in_a_row_than_asked() -> None:
    pairs = [(0, other) for other in range(1, 5)]
    found = made(pairs, 5, in_a_row_most=2)
    busy = sorted(found.round[found.round > 0].tolist())
    assert len(busy) == 4
    assert not any({at, at + 1, at + 2} <= set(busy) for at in range(1, 4))


def test_speed_networking_gives_the_idle_someone_new_and_goes_round_with_byes() -> None:
    """Five people, five rounds: one sits out each time, and each of them once."""
    pairs = list(itertools.combinations(range(5), 2))
    found = made(pairs, 5, chosen=[pair == (0, 1) for pair in pairs], fill=True, quota=np.full(5, 5))
    assert np.bincount(found.byes[:, 0], minlength=5).tolist() == [1] * 5
    assert faults(found, pairs, np.ones((5, 5), np.bool_), 2) == []


def test_a_bye_goes_to_whom_it_has_gone_least() -> None:
    pairs = list(itertools.combinations(range(3), 2))
    for earlier, expected in (([1, 1, 0], 2), ([0, 1, 1], 0)):
        byes = np.array(earlier)
        found = made(pairs, 1, chosen=[False] * 3, fill=True, byes=byes)
        assert found.byes.tolist() == [[expected, 1]]


def test_the_odd_one_joins_a_pair_where_trios_are_wanted() -> None:
    pairs = list(itertools.combinations(range(3), 2))
    found = made(pairs, 1, chosen=[True, False, False], fill=True, trios=True)
    assert sorted(found.third.tolist()) == [-1, -1, 2]


def test_the_same_seed_gives_the_same_timetable() -> None:
    pairs = list(itertools.combinations(range(7), 2))
    one, other = (made(pairs, 6, seed=3, tables_most=3) for _ in range(2))
    assert one.round.tobytes() == other.round.tobytes()
    assert one.table.tobytes() == other.table.tobytes()


@pytest.mark.parametrize(
    ("pairs", "fields", "said"),
    [
        ([(1, 0)], {}, "lower row first"),
        ([(0, 1), (0, 1)], {}, "twice"),
        ([(0, 1)], {"weights": [float("nan")]}, "weights"),
        ([(0, 1)], {"in_a_row_most": 0}, "in_a_row_most"),
        ([(0, 1)], {"quota": np.array([0, 1])}, "quota"),
    ],
)
def test_what_no_timetable_can_be_made_of_is_refused(pairs: Pairs, fields: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        made(pairs, 2, **fields)  # type: ignore[arg-type]


def test_no_pairs_make_an_empty_timetable() -> None:
    found = made([], 3, people=2)
    assert (len(found.round), len(found.byes), len(found.unplaced)) == (0, 0, 0)

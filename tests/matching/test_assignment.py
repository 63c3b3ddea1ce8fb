"""Nobody exceeds a quota, nobody is left out in vain: held against brute force on small graphs."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import assignment
from matchmaker.matching.assignment import assign
from matchmaker.matching.candidates import Edges
from tests.worlds import steady

Pairs = list[tuple[int, int]]


def edges(pairs: Pairs, values: list[float] | None = None) -> Edges:
    value = np.array(values or [1.0] * len(pairs), np.float32)
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    return Edges(first=first, second=second, mutual=value, to_first=value, to_second=value)


def chosen(pairs: Pairs, quotas: list[int], values: list[float] | None = None, seed: int = 1) -> Pairs:
    mask = assign(edges(pairs, values), np.array(quotas, np.int64), np.random.default_rng(seed))
    return list(itertools.compress(pairs, mask))


def loads(pairs: Pairs, people: int) -> list[int]:
    return [sum(row in pair for pair in pairs) for row in range(people)]


def most_covered(pairs: Pairs, quotas: list[int]) -> int:
    """The most people that any choice within the quotas covers, by trying all of them."""

    def best(position: int, left: tuple[int, ...], covered: frozenset[int]) -> int:
        if position == len(pairs):
            return len(covered)
        without = best(position + 1, left, covered)
        first, second = pairs[position]
        if not (left[first] and left[second]):
            return without
        taken = tuple(quota - (row in (first, second)) for row, quota in enumerate(left))
        return max(without, best(position + 1, taken, covered | {first, second}))

    return best(0, tuple(quotas), frozenset())


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Pairs, list[int], list[float]]:
    people = draw(st.integers(2, 7))
    every = list(itertools.combinations(range(people), 2))
    pairs = sorted(draw(st.lists(st.sampled_from(every), max_size=11, unique=True)))
    quotas = draw(st.one_of(st.just([1] * people), st.lists(st.integers(0, 3), min_size=people, max_size=people)))
    values = draw(st.lists(st.sampled_from([0.2, 0.5, 0.7, 1.0]), min_size=len(pairs), max_size=len(pairs)))
    return pairs, quotas, values


@given(graphs())
@settings(steady, max_examples=250)
def test_quotas_hold_and_as_many_people_as_possible_are_covered(graph: tuple[Pairs, list[int], list[float]]) -> None:
    pairs, quotas, values = graph
    load = loads(chosen(pairs, quotas, values), len(quotas))
    assert all(count <= quota for count, quota in zip(load, quotas, strict=True))
    assert sum(map(bool, load)) == most_covered(pairs, quotas)


@given(graphs())
@settings(steady, max_examples=200)
def test_no_pair_that_still_fits_is_left_lying(graph: tuple[Pairs, list[int], list[float]]) -> None:
    pairs, quotas, values = graph
    taken = chosen(pairs, quotas, values)
    load = loads(taken, len(quotas))
    assert [p for p in pairs if p not in taken and all(load[row] < quotas[row] for row in p)] == []


@pytest.mark.parametrize("people", [3, 5, 7])
def test_an_odd_cycle_with_quota_one_leaves_out_one(people: int) -> None:
    ring = [(min(a, b), max(a, b)) for a in range(people) for b in [(a + 1) % people]]
    assert sorted(loads(chosen(ring, [1] * people), people)) == [0] + [1] * (people - 1)


def test_a_triangle_never_gives_anyone_a_second_partner() -> None:
    """A path of take-overs that comes back to its beginning once gave it two."""
    for values in itertools.permutations([0.5, 0.6, 0.7]):
        assert max(loads(chosen([(0, 1), (0, 2), (1, 2)], [1, 1, 1], list(values)), 3)) == 1


def test_two_triangles_joined_by_a_bridge_are_covered_whole() -> None:
    pairs = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)]
    assert loads(chosen(pairs, [1] * 6, [0.2, 1.0, 0.2, 0.2, 1.0, 0.2, 0.2]), 6) == [1] * 6


def test_someone_left_out_takes_over_a_partner_along_a_chain() -> None:
    assert chosen([(0, 1), (1, 2), (2, 3)], [1] * 4, [0.5, 1.0, 0.5]) == [(0, 1), (2, 3)]


def test_a_partner_is_taken_from_a_person_who_keeps_another() -> None:
    taken = chosen([(0, 1), (0, 2), (1, 2)], [1, 2, 2], [0.9, 0.2, 1.0])
    assert taken == [(0, 1), (1, 2)]
    star = chosen([(0, 1), (1, 2), (1, 3), (2, 3)], [1, 2, 2, 2], [0.1, 1.0, 1.0, 1.0])
    assert loads(star, 4)[0] == 1


def test_the_exact_cover_finds_what_paths_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """With paths switched off, the exact cover alone reaches everyone; too large a room does without it."""
    monkeypatch.setattr(assignment._Chosen, "cover", lambda self: None)
    chain = [(0, 1), (1, 2), (2, 3)]
    assert chosen(chain, [1] * 4, [0.5, 1.0, 0.5]) == [(0, 1), (2, 3)]
    monkeypatch.setattr(assignment, "EXACT_COPIES_MAX", 3)
    assert chosen(chain, [1] * 4, [0.5, 1.0, 0.5]) == [(1, 2)]


@given(graphs())
@settings(steady, max_examples=200)
def test_the_exact_cover_alone_agrees_with_brute_force(graph: tuple[Pairs, list[int], list[float]]) -> None:
    pairs, quotas, values = graph
    held = assignment._Chosen.cover
    try:
        assignment._Chosen.cover = lambda self: None  # type: ignore[method-assign]
        load = loads(chosen(pairs, quotas, values), len(quotas))
    finally:
        assignment._Chosen.cover = held  # type: ignore[method-assign]
    assert all(count <= quota for count, quota in zip(load, quotas, strict=True))
    assert sum(map(bool, load)) == most_covered(pairs, quotas)


def test_what_cannot_be_bettered_is_kept() -> None:
    """A host with room for two and four who want nobody else: the two of highest value stay."""
    assert chosen([(0, 1), (0, 2), (0, 3), (0, 4)], [2, 1, 1, 1, 1], [0.3, 0.9, 0.4, 0.8]) == [(0, 2), (0, 4)]


def test_the_better_pair_goes_first() -> None:
    assert chosen([(0, 1), (0, 2)], [1, 1, 1], [0.4, 0.6]) == [(0, 2)]


def test_ties_fall_by_the_seed() -> None:
    fallen = {tuple(chosen([(0, 1), (0, 2)], [1, 1, 1], seed=seed)) for seed in range(20)}
    assert fallen == {((0, 1),), ((0, 2),)}
    assert chosen([(0, 1), (0, 2)], [1, 1, 1], seed=7) == chosen([(0, 1), (0, 2)], [1, 1, 1], seed=7)


def test_no_edges_give_no_pairs() -> None:
    assert chosen([], []) == []
    assert chosen([], [3, 3]) == []

"""What an event adds to a network, in small rooms where one can count; and a picture that is always the same."""

import itertools

import numpy as np
import pytest

from matchmaker.matching.cuts import cuts
from matchmaker.matching.layout import layout
from matchmaker.matching.network_effect import PEOPLE_DRAWN_MAX, network_effect
from matchmaker.model.ids import AttendeeId
from matchmaker.model.network_effect import LINES_MAX, NODES_MAX, SIDE, NetworkEffect, Tied


def effect(
    organisations: list[str | None], before: list[tuple[int, int]], since: list[tuple[int, int]]
) -> NetworkEffect:
    ids = [AttendeeId(f"{row:05d}") for row in range(len(organisations))]
    return network_effect(
        Tied(
            people=list(zip(ids, organisations, strict=True)),
            before=[(ids[one], ids[other]) for one, other in before],
            since=[(ids[one], ids[other]) for one, other in since],
        )
    )


def parts(pairs: list[tuple[int, int]], without: int, nodes: set[int]) -> int:
    """How many pieces the nodes fall into when one is taken out, by brute force."""
    left = nodes - {without}
    count = 0
    while left:
        count += 1
        piece = {left.pop()}
        while more := {other for pair in pairs for one, other in (pair, pair[::-1]) if one in piece and other in left}:
            piece |= more
            left -= more
    return count


def test_an_event_ties_who_was_alone() -> None:
    # Ada and Bob know each other; Ada meets Cy, Cy meets Dee; Eve stays alone.
    found = effect(["A", "B", "C", "D", None], [(0, 1)], [(0, 2), (3, 2)])
    assert (found.before.ties, found.before.isolates, found.before.pieces) == (1, 3, 1)
    assert (found.after.ties, found.after.isolates, found.after.pieces) == (3, 1, 1)
    assert found.before.reach == 0.1  # two of twenty ordered pairs
    assert found.after.reach == 0.5  # the chain of four: all twelve but its two ends
    assert (found.before.organisations, found.after.organisations, found.organisations_new) == (0.4, 1.2, 0.8)
    assert (found.before.bridges, found.after.bridges) == ([], ["A", "C"])
    assert [node.tied_after for node in found.nodes] == [True, True, True, True, False]
    assert [(tie.first, tie.second, tie.new) for tie in found.ties] == [(0, 2, True), (2, 3, True), (0, 1, False)]


def test_colleagues_are_no_new_organisation_and_a_tie_counts_once() -> None:
    found = effect(["A", "a ", "B"], [(0, 1), (1, 0)], [(0, 1), (0, 2), (1, 2)])
    assert (found.before.ties, found.before.organisations) == (1, 0.0)
    assert (found.after.ties, found.organisations_new) == (3, 1.0)


def test_a_large_room_is_drawn_by_organisation_and_small_all_the_same() -> None:
    many = PEOPLE_DRAWN_MAX + 1
    found = effect([f"O{row % 20}" for row in range(many)], [], [(row, (row + 1) % many) for row in range(many)])
    assert found.by_organisation
    assert (len(found.nodes), sum(node.people for node in found.nodes)) == (20, many)
    huge = effect(
        [f"O{row}" for row in range(NODES_MAX + 100)], [], list(itertools.combinations(range(0, NODES_MAX, 5), 2))
    )
    assert (len(huge.nodes), huge.nodes_left_out) == (NODES_MAX, 100)
    assert len(huge.ties) + huge.ties_left_out == huge.after.ties == 4_950
    assert len(huge.ties) <= LINES_MAX


@pytest.mark.parametrize("organisations", [[], ["A"], ["A", "B"]])
def test_a_room_of_hardly_anyone_is_no_error(organisations: list[str | None]) -> None:
    found = effect(organisations, [], [])
    assert (found.people, found.after.ties, found.after.reach) == (len(organisations), 0, 0.0)


@pytest.mark.parametrize("seed", range(25))
def test_who_divides_a_network_is_who_does_so_when_taken_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = [pair for pair in itertools.combinations(range(9), 2) if rng.random() < 0.22]
    tied = {one for pair in pairs for one in pair}
    by_hand = {}
    for one in tied:
        more = parts(pairs, one, tied) - parts(pairs, -1, tied)
        if more > 0:
            by_hand[one] = more + 1
    assert cuts(np.array(pairs, np.int64).reshape(-1, 2), 9) == by_hand


def test_a_long_chain_is_walked() -> None:
    rows = np.arange(5_000)
    assert len(cuts(np.stack([rows[:-1], rows[1:]], axis=1), 5_000)) == 4_998


def test_the_same_network_has_the_same_places_within_the_picture() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.integers(0, 40, 60), rng.integers(0, 40, 60)
    place = layout(first, second, 50, side=SIDE)
    assert (place == layout(first, second, 50, side=SIDE)).all()
    assert place.min() >= 0
    assert place.max() <= SIDE
    assert len(np.unique(place, axis=0)) >= 48


def test_who_is_tied_stands_nearer_than_who_is_not() -> None:
    """Two cliques of six, held together by one line."""
    pairs = [pair for base in (0, 6) for pair in itertools.combinations(range(base, base + 6), 2)] + [(0, 6)]
    place = layout(np.array([one for one, _ in pairs]), np.array([other for _, other in pairs]), 12, side=SIDE)
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    within = (apart[:6, :6].sum() + apart[6:, 6:].sum()) / 60
    assert within < apart[:6, 6:].mean() / 2

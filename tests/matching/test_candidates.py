"""A room met block by block has the same candidates as one met whole."""

import numpy as np
import pytest

from matchmaker.matching import candidates as under_test
from matchmaker.matching.candidates import Edges, Room, candidates, every_candidate, merged, room_of
from matchmaker.matching.directed import words_of
from matchmaker.matching.roster import roster_of
from matchmaker.matching.vectors import vectors_of
from matchmaker.model.snapshot import Snapshot, canonical
from tests.worlds import COSINE, PLAIN, WORDS, attendee, room

NO_ONE = lambda stage, share: None  # noqa: E731


def met(snapshot: Snapshot) -> Room:
    roster = roster_of(canonical(snapshot), PLAIN)
    vectors = vectors_of(roster.texts, PLAIN.model, memory={}, progress=NO_ONE)
    return room_of(roster, words_of(vectors, roster.seeks, roster.offers, roster.interests), PLAIN, COSINE)


def crowd(people: int = 40) -> Room:
    """People of several words each, so that values differ; some know each other, some are barred."""
    rng = np.random.default_rng(5)
    names = [f"p{row:02}" for row in range(people)]
    some = [" ".join(rng.choice(WORDS, 3, replace=False)) for _ in range(2 * people)]
    pairs = [(names[a], names[b]) for a, b in rng.integers(0, people, (30, 2)) if a != b]
    attendees = (attendee(n, seeks=some[2 * i], offers=some[2 * i + 1]) for i, n in enumerate(names))
    return met(room(*attendees, excluded=pairs[:15], acquainted=pairs[15:]))


def rows_of(edges: Edges) -> list[tuple[float, ...]]:
    columns = (edges.first, edges.second, edges.mutual, edges.to_first, edges.to_second)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_blocks_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, prospects = candidates(crowd(), NO_ONE)
    assert len(whole) > 100
    for rows in (1, 7, 40):
        monkeypatch.setattr(under_test, "BLOCK_ROWS", rows)
        edges, seen = candidates(crowd(), NO_ONE)
        assert rows_of(edges) == rows_of(whole)
        for name in ("allowed", "received", "given", "candidates"):
            np.testing.assert_array_equal(getattr(seen, name), getattr(prospects, name))


def test_a_large_room_keeps_the_best_of_each_person(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, prospects = candidates(crowd(), NO_ONE)
    monkeypatch.setattr(under_test, "EVERY_PAIR_PEOPLE_MAX", 10)
    monkeypatch.setattr(under_test, "BEST_EACH", 2)
    edges, seen = candidates(crowd(), NO_ONE)
    assert set(rows_of(edges)) < set(rows_of(whole))
    assert seen.candidates.tolist() == prospects.candidates.tolist()
    for row in range(40):
        of_row = (whole.first == row) | (whole.second == row)
        kept = (edges.first == row) | (edges.second == row)
        best = np.sort(whole.mutual[of_row])[::-1][:12]
        assert kept.sum() >= len(best)
        assert np.sort(edges.mutual[kept])[::-1][: len(best)].tolist() == best.tolist()


def test_a_large_quota_keeps_more_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "EVERY_PAIR_PEOPLE_MAX", 10)
    monkeypatch.setattr(under_test, "BEST_EACH", 40)
    assert rows_of(candidates(crowd(), NO_ONE)[0]) == rows_of(every_candidate(crowd(), np.arange(40)))


def test_every_candidate_of_some_is_theirs_of_the_whole() -> None:
    whole, some = every_candidate(crowd(), np.arange(40)), every_candidate(crowd(), np.array([3, 17]))
    assert [row for row in rows_of(whole) if {3, 17} & set(row[:2])] == rows_of(some)


def test_edges_come_once_in_order_and_lower_row_first() -> None:
    edges, _ = candidates(crowd(), NO_ONE)
    pairs = list(zip(edges.first.tolist(), edges.second.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert all(first < second for first, second in pairs)


def test_what_the_first_gains_stands_with_the_first() -> None:
    """Ada gains three fifths of what Bob does, whichever of them has the lower id."""
    for ada, bob in (("a", "b"), ("z", "b")):
        edges, _ = candidates(
            met(room(attendee(ada, interests="quartz", offers="fjord"), attendee(bob, seeks="fjord", offers="quartz"))),
            NO_ONE,
        )
        to_ada, to_bob = (edges.to_first, edges.to_second) if ada < bob else (edges.to_second, edges.to_first)
        np.testing.assert_allclose([to_ada[0], to_bob[0], edges.mutual[0]], [0.6, 1.0, 0.75], rtol=1e-6)


def test_merged_keeps_the_first_figures_of_a_pair() -> None:
    def of(pairs: list[tuple[int, int]], value: float) -> Edges:
        first, second = np.array(pairs).T
        values = np.full(len(pairs), value, np.float32)
        return Edges(first=first, second=second, mutual=values, to_first=values, to_second=values)

    both = merged([of([(0, 1), (0, 2)], 0.25), of([(1, 2), (0, 2)], 0.5)], people=3)
    assert [row[:3] for row in rows_of(both)] == [(0, 1, 0.25), (0, 2, 0.25), (1, 2, 0.5)]


def test_prospects_say_what_could_be_had_from_those_one_may_meet() -> None:
    people = (
        attendee("a", seeks="quartz"),
        attendee("b", offers="quartz", seeks="fjord"),
        attendee("c", offers="quartz", seeks="fjord"),
    )
    _, prospects = candidates(met(room(*people, excluded=[("a", "c")])), NO_ONE)
    assert prospects.allowed.tolist() == [1, 2, 1]
    assert prospects.received.tolist() == [1, 0, 0]
    assert prospects.given.tolist() == [0, 1, 0]
    assert prospects.candidates.tolist() == [0, 0, 0]

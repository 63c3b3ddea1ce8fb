"""A room met tile by tile has the same candidates as one met whole, and its bound leaves out no pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching import candidates as under_test
from matchmaker.matching import pairs
from matchmaker.matching.candidates import Scan, scan
from matchmaker.matching.check import sheet_of
from matchmaker.matching.directed import scale_of, values_between, words_of
from matchmaker.matching.edges import Edges, merged
from matchmaker.matching.pairs import Room, every_candidate, pair_values, special_edges, values_among
from matchmaker.matching.roster import Floats, roster_of
from matchmaker.matching.rules import rules_of, special_of
from matchmaker.matching.vectors import vectors_of
from matchmaker.model.snapshot import Snapshot, canonical
from tests.matching.rooms import any_room, ends, keys, quiet, room_of, values
from tests.worlds import COSINE, PLAIN, WORDS, attendee, room, steady


def met(snapshot: Snapshot) -> Room:
    snapshot = canonical(snapshot)
    roster = roster_of(snapshot, PLAIN)
    vectors = vectors_of(roster.texts, PLAIN.model, memory={}, progress=quiet)
    words = words_of(vectors, roster.seeks, roster.offers, roster.interests)
    seeks_most = int(np.diff(words.seek_starts).max(initial=1))
    scale = scale_of(COSINE, warmth=0.0, top=1.0, seeks_most=seeks_most)
    return Room(words=words, scale=scale, rules=rules_of(snapshot, roster, PLAIN))


def crowd(people: int = 40) -> Room:
    """People of several words each, so that values differ; some know each other, some are barred, some are colleagues."""
    rng = np.random.default_rng(5)
    names = [f"p{row:02}" for row in range(people)]
    some = [" ".join(rng.choice(WORDS, 3, replace=False)) for _ in range(2 * people)]
    pairs = [(names[a], names[b]) for a, b in rng.integers(0, people, (30, 2)) if a != b]
    attendees = [
        attendee(n, seeks=some[2 * i], offers=some[2 * i + 1], organisation="Acme" if i % 7 == 0 else None, quota=i % 5)
        for i, n in enumerate(names)
    ]
    return met(room(*attendees, excluded=pairs[:15], acquainted=pairs[15:]))


def whole(of: Room) -> Edges:
    return every_candidate(of, np.arange(len(of)))[0]


def scanned(of: Room, best_each: int, price: Floats | None = None) -> Scan:
    return scan(of, np.zeros(len(of), np.float32) if price is None else price, best_each, quiet)


def rows_of(edges: Edges) -> list[tuple[float, ...]]:
    return list(zip(*(column.tolist() for column in vars(edges).values()), strict=True))


def small_tiles(patch: pytest.MonkeyPatch, people: int = 7) -> None:
    patch.setattr(under_test, "BLOCK_PEOPLE_LEAST", people)
    patch.setattr(under_test, "BLOCK_STATEMENTS", 1)
    patch.setattr(under_test, "TILES_A_TASK", 2)


# Every candidate


def test_blocks_give_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    edges, prospects = every_candidate(crowd(), np.arange(40))
    assert len(edges) > 100
    for rows in (1, 7, 40):
        monkeypatch.setattr(pairs, "BLOCK_ROWS", rows)
        found, seen = every_candidate(crowd(), np.arange(40))
        assert rows_of(found) == rows_of(edges)
        for name, of in vars(prospects).items():
            np.testing.assert_array_equal(getattr(seen, name), of)


def test_progress_is_heard_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "BLOCK_ROWS", 16)
    heard: list[float] = []
    every_candidate(crowd(), np.arange(40), lambda stage, share: heard.append(share))
    assert heard == [0.4, 0.8, 1.0]


def test_every_candidate_of_some_is_theirs_of_the_whole() -> None:
    some, _ = every_candidate(crowd(), np.array([3, 17]))
    assert [row for row in rows_of(whole(crowd())) if {3, 17} & set(row[:2])] == rows_of(some)
    nobody, prospects = every_candidate(crowd(), np.array([], np.int64))
    assert (len(nobody), len(prospects.allowed)) == (0, 0)


def test_edges_come_once_in_order_and_lower_row_first() -> None:
    pairs = ends(whole(crowd()))
    assert pairs == sorted(set(pairs))
    assert all(first < second for first, second in pairs)


def test_what_the_first_gains_stands_with_the_first() -> None:
    """Ada gains three fifths of what Bob does, whichever of them has the lower id."""
    for ada, bob in (("a", "b"), ("z", "b")):
        people = (attendee(ada, interests="quartz", offers="fjord"), attendee(bob, seeks="fjord", offers="quartz"))
        for edges in (whole(met(room(*people))), scanned(met(room(*people)), 1).edges):
            to_ada, to_bob = (edges.to_first, edges.to_second) if ada < bob else (edges.to_second, edges.to_first)
            np.testing.assert_allclose([to_ada[0], to_bob[0], edges.mutual[0]], [0.6, 1.0, 0.75], rtol=1e-6)


def test_merged_keeps_the_first_figures_of_a_pair() -> None:
    def of(pairs: list[tuple[int, int]], value: float) -> Edges:
        first, second = np.array(pairs).T
        same = np.full(len(pairs), value, np.float32)
        return Edges(first=first, second=second, mutual=same, to_first=same, to_second=same, weight=same)

    both = merged([of([(0, 1), (0, 2)], 0.25), of([(1, 2), (0, 2)], 0.5)], people=3)
    assert [row[:3] for row in rows_of(both)] == [(0, 1, 0.25), (0, 2, 0.25), (1, 2, 0.5)]


def test_prospects_say_what_could_be_had_from_those_one_may_meet() -> None:
    people = (
        attendee("a", seeks="quartz"),
        attendee("b", offers="quartz", seeks="fjord"),
        attendee("c", offers="quartz", seeks="fjord"),
        attendee("d", quota=0),
    )
    _, prospects = every_candidate(met(room(*people, excluded=[("a", "c")])), np.arange(4))
    assert prospects.allowed.tolist() == [1, 2, 1, 0]
    assert prospects.received.tolist() == [1, 0, 0, 0]
    assert prospects.given.tolist() == [0, 1, 0, 0]
    assert prospects.candidates.tolist() == [0, 0, 0, 0]
    _, some = every_candidate(met(room(*people, excluded=[("a", "c")])), np.array([0, 2]))
    assert some.allowed.tolist() == [1, 1]


@given(any_room())
@settings(steady, max_examples=100)
def test_candidates_are_all_pairs_that_the_rules_let_be(drawn: tuple[Room, Floats]) -> None:
    room, value = drawn
    sheet = sheet_of(room.rules, value)
    edges = merged([whole(room), special_edges(room)[0]], len(room))
    assert set(ends(edges)) == set(zip(*np.nonzero(np.triu(sheet.fits)), strict=True))
    np.testing.assert_allclose(edges.weight, sheet.weight[edges.first, edges.second], atol=2e-6)


@given(any_room(special=False))
@settings(steady, max_examples=60)
def test_prospects_count_whom_one_may_meet_at_all(drawn: tuple[Room, Floats]) -> None:
    room, value = drawn
    _, prospects = every_candidate(room, np.arange(len(room)))
    np.testing.assert_array_equal(prospects.allowed, (~sheet_of(room.rules, value).barred).sum(axis=1))


# Special pairs


def test_special_pairs_are_met_by_name_alone() -> None:
    room = crowd()
    special = set(zip(room.rules.special.first.tolist(), room.rules.special.second.tolist(), strict=True))
    assert special
    assert not special & set(ends(whole(room)))
    assert not special & set(ends(scanned(room, 39).edges))
    edges, which = special_edges(room)
    assert set(ends(edges)) <= special
    assert (room.rules.special.factor[which] > 0).all()
    np.testing.assert_array_equal(edges.first, room.rules.special.first[which])


def test_wishes_add_to_the_weight_and_take_nothing_from_the_value() -> None:
    special = special_of(people=3, must=keys(3, (0, 1)), like=keys(3, (2, 0)), told=keys(3, (1, 2)))
    value = values(3, {(0, 1): 0.5, (0, 2): 0.5, (1, 2): 0.5})
    edges, _ = special_edges(room_of(value, [1] * 3, special=special, keep_told=0.2))
    np.testing.assert_allclose(edges.mutual, 0.5)
    np.testing.assert_allclose(edges.weight, [0.75, 0.625, 0.6])


def test_a_pinned_pair_keeps_its_value_where_a_rule_would_forbid_it() -> None:
    pinned = special_of(people=3, pinned=keys(3, (0, 1)), known=keys(3, (1, 2)), known_factor=0.5)
    value = values(3, {(0, 1): (0.5, 0.25), (1, 2): 0.8})
    room = room_of(value, [1] * 3, special=pinned, organisation=np.zeros(3, np.int64), colleague_factor=0.0)
    edges, _ = special_edges(room)
    assert [(row[0], row[1], row[3], row[4]) for row in rows_of(edges)] == [(0, 1, 0.5, 0.25)]


# The best of everyone, tile by tile


def best_by_hand(edges: Edges, price: Floats, best_each: int, people: int) -> set[tuple[int, int]]:
    """Each person's best partners by worth less the partner's price; of equals the lower row."""
    found: set[tuple[int, int]] = set()
    for row in range(people):
        theirs = [
            (price[other] - worth, other)
            for first, second, worth in zip(edges.first, edges.second, edges.mutual, strict=True)
            if row in (first, second)
            for other in [int(first + second - row)]
        ]
        found |= {(min(row, other), max(row, other)) for _, other in sorted(theirs)[:best_each]}
    return found


@pytest.mark.parametrize("best_each", [1, 3, 8, 60])
@pytest.mark.parametrize("people", [1, 7, 39, 40, 100])
def test_everyones_best_are_found_exactly_whatever_the_tiles(
    monkeypatch: pytest.MonkeyPatch, best_each: int, people: int
) -> None:
    room, price = crowd(), np.random.default_rng(1).uniform(0, 0.5, 40).astype(np.float32)
    small_tiles(monkeypatch, people)
    found = scanned(room, best_each, price).edges
    assert set(ends(found)) == best_by_hand(whole(room), price, best_each, 40)
    of_whole = {row[:2]: row for row in rows_of(whole(room))}
    assert rows_of(found) == [of_whole[row[:2]] for row in rows_of(found)]


def test_equals_fall_to_the_lower_row(monkeypatch: pytest.MonkeyPatch) -> None:
    room = room_of(np.ones((30, 30), np.float32), [1] * 30)
    small_tiles(monkeypatch, 4)
    assert set(ends(scanned(room, 2).edges)) == {(0, row) for row in range(1, 30)} | {(1, row) for row in range(2, 30)}


@given(any_room(special=False), st.lists(st.integers(0, 20), min_size=7, max_size=7))
@settings(steady, max_examples=60)
def test_what_pairs_are_worth_beyond_their_prices_is_added_up_over_all(
    drawn: tuple[Room, Floats], twentieths: list[int]
) -> None:
    room, _ = drawn
    price = (np.array(twentieths[: len(room)]) / 20).astype(np.float32)
    every = whole(room)
    beyond = every.mutual.astype(np.float64) - price[every.first] - price[every.second]
    with pytest.MonkeyPatch.context() as patch:
        small_tiles(patch, 2)
        assert scanned(room, 1, price).excess == pytest.approx(np.maximum(beyond, 0).sum(), abs=1e-12)


def test_rounding_hides_nothing_that_pairs_are_worth_beyond_their_prices() -> None:
    """Each of these 2,500 pairs is worth 22 billionths more than its prices, less than single precision sees."""
    even = np.arange(100) % 2 == 0
    room = room_of(np.where(even[:, None] != even, np.float32(0.7), np.float32(0)), [1] * 100)
    price = np.where(even, np.float32(0.1), np.nextafter(np.float32(0.6), np.float32(0)))
    every = whole(room)
    beyond = every.mutual.astype(np.float64) - price[every.first] - price[every.second]
    assert 0 < beyond.min() <= beyond.max() < 3e-8
    assert scanned(room, 2, price).excess == pytest.approx(np.maximum(beyond, 0).sum(), rel=1e-9)


def test_progress_is_heard_task_by_task(monkeypatch: pytest.MonkeyPatch) -> None:
    small_tiles(monkeypatch, 10)
    heard: list[float] = []
    scan(crowd(), np.zeros(40, np.float32), 2, lambda stage, share: heard.append(share))
    assert heard == [at / 6 for at in range(1, 7)]


# All values among some


@given(any_room(), st.data())
@settings(steady, max_examples=60)
def test_values_among_some_are_those_of_the_whole_room(drawn: tuple[Room, Floats], data: st.DataObject) -> None:
    room, _value = drawn
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, len(room) - 1)))), np.int64)
    among, barred = values_among(room, rows)
    everyone, all_barred = values_among(room, np.arange(len(room)))
    np.testing.assert_array_equal(among, everyone[np.ix_(rows, rows)])
    np.testing.assert_array_equal(barred, all_barred[np.ix_(rows, rows)])


def test_values_among_have_the_row_receive_and_the_barred_at_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "BLOCK_ROWS", 2)
    special = special_of(people=4, excluded=keys(4, (0, 1)), known=keys(4, (1, 2)), known_factor=0.5)
    value = values(4, {(0, 1): 0.5, (0, 2): (0.5, 0.25), (1, 2): (0.5, 0.25), (2, 3): 0.75})
    room = room_of(value, [1] * 4, special=special, organisation=np.array([0, -1, -1, 0]), colleague_factor=0.0)
    among, barred = values_among(room, np.arange(4))
    np.testing.assert_allclose(
        among, [[0, 0, 0.5, 0], [0, 0, 0.25, 0], [0.25, 0.125, 0, 0.75], [0, 0, 0.75, 0]], rtol=1e-6
    )
    assert ends_of(barred) == {(0, 1), (0, 3)}


def ends_of(mask: np.ndarray) -> set[tuple[int, int]]:
    assert (mask == mask.T).all()
    assert mask.diagonal().all()
    return set(zip(*np.nonzero(np.triu(mask, 1)), strict=True))


def test_pair_values_are_those_before_any_rule_less_what_the_rules_take() -> None:
    room = crowd()
    everyone = np.arange(40)
    raw = values_between(room.words, room.scale, everyone, everyone)[0]
    received, given = pair_values(room, everyone, everyone)
    np.testing.assert_array_equal(given, received.T)
    assert (received <= raw + 1e-6).all()
    colleagues = everyone[(everyone % 7 == 0) & (everyone % 5 > 0)]
    np.testing.assert_allclose(received[colleagues[0], colleagues[1]], raw[colleagues[0], colleagues[1]] / 2, atol=1e-6)
    assert not received[everyone % 5 == 0].any()

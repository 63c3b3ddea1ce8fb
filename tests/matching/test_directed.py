"""Directed value on vectors one can multiply in one's head: the row receives, the column gives."""

import numpy as np
import pytest
from scipy import sparse

from matchmaker.matching.directed import Words, diminishing_weights, relevance, scale_of, values_between, words_of
from matchmaker.matching.roster import Floats, Ints, Statements
from matchmaker.matching.vectors import Matrix
from matchmaker.model.pairing import Basis
from matchmaker.model.weights import Weights
from tests.worlds import COSINE

EAST, NORTH, UP = np.eye(3, dtype=np.float32)
HALF = np.array([0.5, 0.0, 0.75**0.5], np.float32)
TEXTS = np.array([EAST, NORTH, HALF, UP])


def statements(*people: list[tuple[int, float]]) -> Statements:
    """Per person, texts by row of `TEXTS` and their strengths."""
    flat = [item for own in people for item in own]
    return Statements(
        text=np.array([text for text, _ in flat], np.int64),
        strength=np.array([strength for _, strength in flat], np.float32),
        basis=[Basis.SEEKS] * len(flat),
        starts=np.cumsum([0, *map(len, people)]),
    )


def words(seeks: Statements, offers: Statements, interests: Statements | None = None, texts: Matrix = TEXTS) -> Words:
    people = len(seeks.starts) - 1
    return words_of(texts, seeks, offers, interests or statements(*[[]] * people))


def between(of: Words, rows: Ints, columns: Ints, warmth: float = 0.0, top: float = 1.0) -> tuple[Floats, Floats]:
    """What rows gain from columns, and give to them, by cosines as they are."""
    return weighed(of, COSINE, rows, columns, warmth, top)


def weighed(
    of: Words, weights: Weights, rows: Ints, columns: Ints, warmth: float = 0.0, top: float = 1.0
) -> tuple[Floats, Floats]:
    seeks_most = int(np.diff(of.seek_starts).max(initial=1))
    return values_between(of, scale_of(weights, warmth=warmth, top=top, seeks_most=seeks_most), rows, columns)


def values(of: Words, warmth: float = 0.0, top: float = 1.0) -> Floats:
    everyone = np.arange(len(of.seek_starts) - 1)
    received, given = between(of, everyone, everyone, warmth, top)
    np.testing.assert_allclose(given, received.T, rtol=1e-6)
    return received


def test_the_row_receives_and_the_column_gives() -> None:
    value = values(words(statements([(0, 1)], []), statements([], [(0, 1)])))
    assert value.tolist() == [[0, 1], [0, 0]]


def test_a_seek_takes_the_best_of_the_others_offers_at_its_strength() -> None:
    value = values(words(statements([(0, 1)], []), statements([], [(1, 1), (2, 1), (0, 0.3)])))
    assert value[0, 1] == pytest.approx(0.5)


def test_strengths_of_seek_and_offer_multiply() -> None:
    value = values(words(statements([(0, 0.6)], []), statements([], [(0, 0.5)])))
    assert value[0, 1] == pytest.approx(0.3)


def test_answered_seeks_count_less_and_less_best_first() -> None:
    """Seeks answered 0, 1 and .5, in that order, with a decay of a half: (1 + .5 * .5 + .25 * 0) / 1.75."""
    value = values(words(statements([(1, 1), (0, 1), (2, 1)], []), statements([], [(0, 1)])))
    assert value[0, 1] == pytest.approx(1.25 / 1.75)


def test_diminishing_weights_add_up_to_one() -> None:
    assert diminishing_weights(1, 0.35).tolist() == [1]
    np.testing.assert_allclose(diminishing_weights(3, 0.5), [4 / 7, 2 / 7, 1 / 7], rtol=1e-6)
    assert diminishing_weights(3, 0.0).tolist() == [1, 0, 0]


def test_relevance_runs_from_least_to_full_and_stays_between_nothing_and_everything() -> None:
    weights = Weights(version="test", cosine_least=0.25, cosine_full=0.75, steepness=1.0)
    cosines = np.array([[-1, 0.25, 0.5, 0.75, 1]], np.float32).T
    np.testing.assert_allclose(relevance(cosines, weights).T, [[0, 0, 0.5, 1, 1]])


def test_a_steep_relevance_is_the_shares_power() -> None:
    for steepness in (1.0, 2.0, 3.0):
        weights = Weights(version="test", cosine_least=0.0, cosine_full=1.0, steepness=steepness)
        half = relevance(np.array([0.5, 0.0, -0.5], np.float32), weights)
        np.testing.assert_allclose(half, [0.5**steepness, 0, 0], rtol=1e-6)


def test_shared_interests_keep_all_of_a_value_and_none_keep_all_but_the_warmth() -> None:
    seeks, offers = statements([(0, 1)], [], []), statements([], [(0, 1)], [(0, 1)])
    value = values(words(seeks, offers, statements([(1, 1), (3, 1)], [(1, 1), (3, 1)], [])), warmth=0.2)
    np.testing.assert_allclose(value[0], [0, 1, 0.8], rtol=1e-6)


@pytest.mark.parametrize(
    ("top", "kept"), [(1.0, [0, 0.5, 1]), (0.5, [0, 1, 0]), (0.75, [0, 2 / 3, 0]), (0.0, [1, 0.5, 0])]
)
def test_interests_warm_up_to_the_top_and_cool_beyond_it(top: float, kept: list[float]) -> None:
    """Interests that are not shared, half alike, and the same, with half of the value resting on them."""
    seeks, offers = statements([(0, 1)], [], [], []), statements([], [(0, 1)], [(0, 1)], [(0, 1)])
    interests = statements([(0, 1)], [(1, 1)], [(2, 1)], [(0, 1)])
    value = values(words(seeks, offers, interests), warmth=0.5, top=top)
    np.testing.assert_allclose(value[0, 1:], 0.5 + 0.5 * np.array(kept), rtol=1e-5)


def test_who_seeks_or_offers_nothing_has_and_gives_nothing() -> None:
    assert not values(words(statements([], []), statements([(0, 1)], [(0, 1)]))).any()
    assert not values(words(statements([(0, 1)], [(0, 1)]), statements([], []))).any()


def test_sparse_vectors_give_the_same() -> None:
    seeks, offers = statements([(0, 1), (2, 0.5)], [(1, 1)]), statements([(3, 1)], [(0, 1), (1, 0.2)])
    interests = statements([(0, 1)], [(2, 1), (0, 1)])
    dense = values(words(seeks, offers, interests), 0.3)
    np.testing.assert_allclose(
        values(words(seeks, offers, interests, sparse.csr_matrix(TEXTS)), 0.3), dense, rtol=1e-6, atol=1e-7
    )


def test_a_block_of_receivers_and_givers_is_a_part_of_the_whole() -> None:
    of = words(statements([(0, 1)], [(1, 1), (2, 1)], [(3, 1)]), statements([(3, 1), (1, 1)], [], [(0, 1)]))
    received, given = between(of, np.array([2, 1]), np.array([0]))
    assert received.tolist() == values(of)[[2, 1]][:, [0]].tolist()
    assert given.tolist() == values(of).T[[2, 1]][:, [0]].tolist()
    received, given = between(of, np.array([0]), np.array([0, 2]))
    assert received.tolist() == values(of)[[0]][:, [0, 2]].tolist()


def test_one_statement_each_is_a_room_like_any_other() -> None:
    """Where everyone has just one, the loops take a shorter way."""
    one = words(statements([(0, 1)], [(2, 0.5)], [(1, 1)]), statements([(2, 1)], [(0, 0.5)], [(3, 1)]))
    np.testing.assert_allclose(values(one), [[0.5, 0.5, 0], [0.5, 0.125, 0.75**0.5 / 2], [0, 0, 0]], rtol=1e-6)

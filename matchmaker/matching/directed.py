"""Directed value: `value[i, j]` is what row *i* gains from meeting column *j*.

Each of i's seeks takes the best of j's offers (a maximum over offers); the answered seeks are summed with diminishing
returns; shared interests warm the sum, never carry it. Value is in [0, 1]; row receives, column gives.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

from matchmaker.matching.roster import Floats, Ints, Statements
from matchmaker.matching.vectors import Matrix
from matchmaker.model.weights import Weights


@dataclass(frozen=True, kw_only=True)
class Words:
    """The vectors of a room: a row a seek, a row an offer, and one mean interest (or zeros) a person."""

    seeks: Matrix
    offers: Matrix
    interests: Matrix
    seek_strength: Floats
    offer_strength: Floats
    seek_starts: Ints
    offer_starts: Ints


def words_of(vectors: Matrix, seeks: Statements, offers: Statements, interests: Statements) -> Words:
    """Lay out the texts' unit vectors `(t, d)` by who says what."""
    return Words(
        seeks=vectors[seeks.text],
        offers=vectors[offers.text],
        interests=_mean_interest(vectors, interests),
        seek_strength=seeks.strength,
        offer_strength=offers.strength,
        seek_starts=seeks.starts,
        offer_starts=offers.starts,
    )


def directed_values(
    words: Words, *, receivers: Ints, givers: Ints, weights: Weights, warmth: float
) -> NDArray[np.float32]:
    """`(len(receivers), len(givers))`, in [0, 1]: what each receiver gains from each giver, before any discount."""
    seek_rows = _positions(words.seek_starts, receivers)
    offer_rows = _positions(words.offer_starts, givers)
    answered = relevance(words.seeks[seek_rows], words.offers[offer_rows], weights)
    answered *= words.offer_strength[offer_rows]
    best = _best_offer(answered, _counts(words.offer_starts, givers))
    best *= words.seek_strength[seek_rows, None]
    value = _diminishing(best, _counts(words.seek_starts, receivers), weights.seek_decay)
    return value * _warmed(words.interests[receivers], words.interests[givers], weights, warmth)


def relevance(seeks: Matrix, offers: Matrix, weights: Weights) -> NDArray[np.float32]:
    """`(s, o)`, in [0, 1]: cosine from `cosine_least` (nothing) to `cosine_full` (everything), steeply."""
    product = seeks @ offers.T
    cosine: NDArray[np.float32] = product if isinstance(product, np.ndarray) else product.toarray()
    cosine = cosine - np.float32(weights.cosine_least)
    cosine /= np.float32(weights.cosine_full - weights.cosine_least)
    return np.power(np.clip(cosine, 0.0, 1.0, out=cosine), np.float32(weights.steepness), out=cosine)


def diminishing_weights(count: int, decay: float) -> NDArray[np.float32]:
    """`(count,)`, summing to one: the best answered seek counts most, each further one `decay` of the one before."""
    falling = np.power(decay, np.arange(count))
    return (falling / falling.sum()).astype(np.float32)


def _best_offer(answered: NDArray[np.float32], counts: Ints) -> NDArray[np.float32]:
    """`(s, givers)`: the maximum over each giver's own offers; zero for who has none."""
    best = np.zeros((len(answered), len(counts)), np.float32)
    has = np.flatnonzero(counts)
    if len(has) and len(answered):
        starts = np.concatenate([[0], np.cumsum(counts[has])[:-1]])
        best[:, has] = np.maximum.reduceat(answered, starts, axis=1)
    return best


def _diminishing(best: NDArray[np.float32], counts: Ints, decay: float) -> NDArray[np.float32]:
    """`(receivers, givers)`: each receiver's seeks, best answered first, by `diminishing_weights`."""
    value = np.zeros((len(counts), best.shape[1]), np.float32)
    starts = np.concatenate([[0], np.cumsum(counts)])
    for count in np.unique(counts[counts > 0]):
        of = np.flatnonzero(counts == count)
        sought = np.sort(best[starts[of, None] + np.arange(count)], axis=1)[:, ::-1]
        value[of] = np.einsum("rsg,s->rg", sought, diminishing_weights(count, decay))
    return value


def _warmed(of_receivers: Matrix, of_givers: Matrix, weights: Weights, warmth: float) -> NDArray[np.float32]:
    """A discount in [1 - warmth, 1]: all of a value is kept where interests are shared."""
    return (1 - np.float32(warmth)) + np.float32(warmth) * relevance(of_receivers, of_givers, weights)


def _mean_interest(vectors: Matrix, interests: Statements) -> Matrix:
    """`(n, d)` unit rows: the mean of a person's interests; zeros, so no warmth, where none are given."""
    whose = sparse.csr_matrix(
        (np.ones(len(interests.text), np.float32), interests.text, interests.starts),
        shape=(len(interests.starts) - 1, vectors.shape[0]),
    )
    total: Matrix = whose @ vectors
    return normalize(total) if total.shape[0] else total


def _positions(starts: Ints, people: Ints) -> Ints:
    """The positions of the statements of `people`, person by person."""
    counts = _counts(starts, people)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts[people], counts) + within


def _counts(starts: Ints, people: Ints) -> Ints:
    return starts[people + 1] - starts[people]

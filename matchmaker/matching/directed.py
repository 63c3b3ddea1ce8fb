"""Directed value: `value[i, j]` is what row *i* gains from meeting column *j*.

Each of i's seeks takes the best of j's offers (a maximum over offers); the answered seeks are summed with diminishing
returns; shared interests warm the sum, never carry it. Value is in [0, 1]; row receives, column gives. The products of seeks
and offers are matrix products, tile by tile; the loops here make values of them, for a tile's rows and columns at a time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

from matchmaker.matching.jit import Real, compiled
from matchmaker.matching.roster import Floats, Ints, Statements
from matchmaker.matching.vectors import Matrix
from matchmaker.model.weights import Weights

DECIMALS = 6


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


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How products become values: the weights as numbers, and what the policy says of shared interests."""

    least: np.float32
    stretch: np.float32
    steepness: np.float32
    shares: Floats
    warmth: np.float32
    top: np.float32


def scale_of(weights: Weights, *, warmth: float, top: float, seeks_most: int) -> Scale:
    """`shares` `(k + 1, k + 1)`: row c holds the falling shares of c seeks."""
    shares = np.zeros((seeks_most + 1, seeks_most + 1), np.float32)
    for count in range(1, seeks_most + 1):
        shares[count, :count] = diminishing_weights(count, weights.seek_decay)
    return Scale(
        least=np.float32(weights.cosine_least),
        stretch=np.float32(1 / (weights.cosine_full - weights.cosine_least)),
        steepness=np.float32(weights.steepness),
        shares=shares,
        warmth=np.float32(warmth),
        top=np.float32(top),
    )


def words_of(vectors: Matrix, seeks: Statements, offers: Statements, interests: Statements) -> Words:
    """Lay out the texts' unit vectors `(t, d)` by who says what."""
    return Words(
        seeks=vectors[seeks.text],
        offers=vectors[offers.text],
        interests=mean_of(vectors, interests),
        seek_strength=seeks.strength,
        offer_strength=offers.strength,
        seek_starts=seeks.starts,
        offer_starts=offers.starts,
    )


def values_between(words: Words, scale: Scale, rows: Ints, columns: Ints) -> tuple[Floats, Floats]:
    """`(r, c)` each: what each row gains from each column, and what it gives; before any rule. Any rows, any columns."""
    row_seeks, row_offers = positions(words.seek_starts, rows), positions(words.offer_starts, rows)
    column_seeks, column_offers = positions(words.seek_starts, columns), positions(words.offer_starts, columns)
    received = np.zeros((len(rows), len(columns)), np.float32)
    given = np.zeros((len(rows), len(columns)), np.float32)
    receive(
        product(words.seeks[row_seeks], words.offers[column_offers]),
        words.seek_strength[row_seeks],
        words.offer_strength[column_offers],
        starts_of(words.seek_starts, rows),
        starts_of(words.offer_starts, columns),
        scale.least,
        scale.stretch,
        scale.steepness,
        scale.shares,
        received,
    )
    give(
        product(words.offers[row_offers], words.seeks[column_seeks]),
        words.offer_strength[row_offers],
        words.seek_strength[column_seeks],
        starts_of(words.offer_starts, rows),
        starts_of(words.seek_starts, columns),
        scale.least,
        scale.stretch,
        scale.steepness,
        scale.shares,
        given,
    )
    if scale.warmth > 0:
        near = product(words.interests[rows], words.interests[columns])
        warm(near, scale.least, scale.stretch, scale.steepness, scale.warmth, scale.top, received, given)
    return received, given


def product(one: Matrix, other: Matrix) -> Floats:
    """`one @ other.T`, dense, in C order."""
    return np.ascontiguousarray(dense(one @ other.T))


def relevance(cosines: Floats, weights: Weights) -> Floats:
    """Same shape, in [0, 1]: cosine from `cosine_least` (nothing) to `cosine_full` (everything), steeply."""
    scale = scale_of(weights, warmth=0.0, top=1.0, seeks_most=1)
    found = np.array(cosines, np.float32, order="C")
    _relevant(found.reshape(-1), scale.least, scale.stretch, scale.steepness)
    return found


def diminishing_weights(count: int, decay: float) -> NDArray[np.float32]:
    """`(count,)`, summing to one: the best answered seek counts most, each further one `decay` of the one before."""
    falling = np.power(decay, np.arange(count))
    return (falling / falling.sum()).astype(np.float32)


@compiled
def receive(
    products: Floats,
    seek_strength: Floats,
    offer_strength: Floats,
    seek_starts: Ints,
    offer_starts: Ints,
    least: Real,
    stretch: Real,
    steepness: Real,
    shares: Floats,
    received: Floats,
) -> None:
    """Fill `received` `(r, c)` from `products` `(seeks of the rows, offers of the columns)`, which are used up."""
    rows, columns = received.shape
    best = np.zeros((shares.shape[0], columns), np.float32)
    single = _single(offer_starts)
    for row in range(rows):
        count = seek_starts[row + 1] - seek_starts[row]
        for rank in range(count):
            seek = seek_starts[row] + rank
            answered = products[seek]
            _relevant(answered, least, stretch, steepness)
            for offer in range(answered.size):
                answered[offer] *= offer_strength[offer]
            strength = seek_strength[seek]
            for column in range(columns):
                most = answered[column] if single else _most(answered, offer_starts[column], offer_starts[column + 1])
                best[rank, column] = most * strength
        _diminish(best, count, shares[count], received[row])


@compiled
def give(
    products: Floats,
    offer_strength: Floats,
    seek_strength: Floats,
    offer_starts: Ints,
    seek_starts: Ints,
    least: Real,
    stretch: Real,
    steepness: Real,
    shares: Floats,
    given: Floats,
) -> None:
    """Fill `given` `(r, c)` from `products` `(offers of the rows, seeks of the columns)`, which are used up."""
    rows, columns = given.shape
    seeks = products.shape[1]
    best = np.zeros(seeks, np.float32)
    own = np.zeros(shares.shape[0], np.float32)
    single = _single(seek_starts)
    for row in range(rows):
        best[:] = 0
        for offer in range(offer_starts[row], offer_starts[row + 1]):
            answered = products[offer]
            _relevant(answered, least, stretch, steepness)
            strength = offer_strength[offer]
            for seek in range(seeks):
                best[seek] = max(best[seek], answered[seek] * strength)
        for seek in range(seeks):
            best[seek] *= seek_strength[seek]
        if single:
            for column in range(columns):
                given[row, column] = best[column]
            continue
        for column in range(columns):
            begin = seek_starts[column]
            given[row, column] = _fallen(best, begin, seek_starts[column + 1] - begin, shares, own)


@compiled
def warm(
    near: Floats,
    least: Real,
    stretch: Real,
    steepness: Real,
    warmth: Real,
    top: Real,
    received: Floats,
    given: Floats,
) -> None:
    """Keep `1 - warmth` of both values, and the rest as interests are shared: most at closeness `top`, less beyond it."""
    for row in range(near.shape[0]):
        shared = near[row]
        _relevant(shared, least, stretch, steepness)
        for column in range(shared.size):
            if shared[column] <= top:
                kept = shared[column] / top if top > 0 else np.float32(1)
            else:
                kept = (np.float32(1) - shared[column]) / (np.float32(1) - top)
            factor = (np.float32(1) - warmth) + warmth * kept
            received[row, column] *= factor
            given[row, column] *= factor


@compiled
def _relevant(cosines: Floats, least: Real, stretch: Real, steepness: Real) -> None:
    """Cosines → relevance, in place."""
    for at in range(cosines.size):
        cosines[at] = min(max((cosines[at] - least) * stretch, np.float32(0)), np.float32(1))
    if steepness == np.float32(2):
        for at in range(cosines.size):
            cosines[at] *= cosines[at]
    elif steepness != np.float32(1):
        for at in range(cosines.size):
            if cosines[at] > 0:
                cosines[at] = cosines[at] ** steepness


@compiled
def _most(answered: Floats, begin: int, end: int) -> Real:
    """The maximum of a stretch of `answered`; zero of nothing."""
    most = np.float32(0)
    for at in range(begin, end):
        most = max(most, answered[at])
    return most


@compiled
def _single(starts: Ints) -> bool:
    """Whether everyone has just one."""
    return bool(np.all(np.diff(starts) == 1))


@compiled
def _diminish(best: Floats, count: int, shares: Floats, value: Floats) -> None:
    """`value` `(c,)`: of each column of `best`, the first `count` rows, the largest first, by `shares`."""
    if count == 1:
        for column in range(value.size):
            value[column] = best[0, column]
        return
    own = np.zeros(max(count, 1), np.float32)
    for column in range(value.size):
        total = np.float32(0)
        for rank in range(count):
            _insert(own, rank, best[rank, column])
        for rank in range(count):
            total += own[rank] * shares[rank]
        value[column] = total


@compiled
def _fallen(best: Floats, begin: int, count: int, shares: Floats, own: Floats) -> Real:
    """The sum of `count` entries from `begin`, the largest first, by their shares."""
    if count == 1:
        return best[begin]
    total = np.float32(0)
    for rank in range(count):
        _insert(own, rank, best[begin + rank])
    for rank in range(count):
        total += own[rank] * shares[count, rank]
    return total


@compiled
def _insert(own: Floats, size: int, value: Real) -> None:
    """Put a value into the first `size` entries, which fall."""
    at = size
    while at > 0 and own[at - 1] < value:
        own[at] = own[at - 1]
        at -= 1
    own[at] = value


def mean_of(vectors: Matrix, statements: Statements) -> Matrix:
    """`(n, d)` unit rows: the mean of each person's statements; zeros where there are none."""
    whose = sparse.csr_matrix(
        (np.ones(len(statements.text), np.float32), statements.text, statements.starts),
        shape=(len(statements.starts) - 1, vectors.shape[0]),
    )
    total: Matrix = whose @ vectors
    return normalize(total) if total.shape[0] else total


def dense(matrix: Any) -> Floats:
    """The same matrix, not sparse."""
    found: Floats = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    return found


def positions(starts: Ints, people: Ints) -> Ints | slice:
    """The positions of the statements of `people`, person by person; a slice where they follow each other."""
    if len(people) and (np.diff(people) == 1).all():
        return slice(int(starts[people[0]]), int(starts[people[-1] + 1]))
    counts = starts[people + 1] - starts[people]
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(starts[people], counts) + within


def starts_of(starts: Ints, people: Ints) -> Ints:
    """Where each of `people` begins among their own statements, `(p + 1,)`."""
    found = np.zeros(len(people) + 1, np.int64)
    np.cumsum(starts[people + 1] - starts[people], out=found[1:])
    return found

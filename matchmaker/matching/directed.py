"""Directed value: `value[i, j]` is what row *i* gains from meeting column *j*.

Each of i's seeks takes the best of j's offers (a maximum over offers); the answered seeks are summed with diminishing
returns; shared interests warm the sum, never carry it. Value is in [0, 1]; row receives, column gives. The products of seeks
and offers are matrix products, tile by tile; `directed_loops` makes values of them, a tile's rows and columns at a time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

from matchmaker.matching.directed_loops import give, receive, relevant, warm
from matchmaker.matching.direction import Sides
from matchmaker.matching.roster import Floats, Ints, Statements
from matchmaker.matching.vectors import Matrix
from matchmaker.model.pairing import Basis
from matchmaker.model.weights import Weights

DECIMALS = 6
_ALL = np.empty((0, 0), np.float32)


@dataclass(frozen=True, kw_only=True)
class Words:
    """The vectors of a room: a row a seek, a row an offer, and one mean interest (or zeros) a person.

    Of each seek `wants` `(s, g + 1)` how likely it is of each kind of goal, or of none, of each offer `gives` `(o, g + 1)`, in
    [0, 1], how much of its relevance it keeps for a seek of that kind; `None` for all of it.
    """

    seeks: Matrix
    offers: Matrix
    interests: Matrix
    seek_strength: Floats
    offer_strength: Floats
    seek_starts: Ints
    offer_starts: Ints
    wants: Floats | None = None
    gives: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How products become values: the weights as numbers, and what the policy says of shared interests."""

    answers: "Reach"
    interests: "Reach"
    shares: Floats
    warmth: np.float32
    top: np.float32


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How closeness becomes relevance: nothing at `least`, steeply to all but `echo` after another 1 / `stretch`, and the
    rest at closeness 1, by `tail`."""

    least: np.float32
    stretch: np.float32
    steepness: np.float32
    full: np.float32
    tail: np.float32
    echo: np.float32


def scale_of(weights: Weights, *, warmth: float, top: float, seeks_most: int) -> Scale:
    """`shares` `(k + 1, k + 1)`: row c holds the falling shares of c seeks."""
    shares = np.zeros((seeks_most + 1, seeks_most + 1), np.float32)
    for count in range(1, seeks_most + 1):
        shares[count, :count] = diminishing_weights(count, weights.seek_decay)
    return Scale(
        answers=answers_reach(weights),
        interests=_reach(weights.cosine_least, weights.cosine_full, weights.steepness, 0.0),
        shares=shares,
        warmth=np.float32(warmth),
        top=np.float32(top),
    )


def answers_reach(weights: Weights) -> Reach:
    """How the closeness of seek and offer becomes relevance."""
    least = weights.cosine_least if weights.answer_least is None else weights.answer_least
    full = weights.cosine_full if weights.answer_full is None else weights.answer_full
    return _reach(least, full, weights.answer_steepness or weights.steepness, weights.echo)


def _reach(least: float, full: float, steepness: float, echo: float) -> Reach:
    return Reach(
        least=np.float32(least),
        stretch=np.float32(1 / (full - least)),
        steepness=np.float32(steepness),
        full=np.float32(full),
        tail=np.float32(echo / (1 - full) if full < 1 else 0.0),
        echo=np.float32(echo),
    )


def words_of(
    vectors: Matrix,
    seeks: Statements,
    offers: Statements,
    interests: Statements,
    sides: Sides | None = None,
    weights: Weights | None = None,
) -> Words:
    """Lay out the texts' unit vectors `(t, d)` by who says what; seeks and offers by their `sides`, where these are known.

    What stands in for a seek asks nothing: whatever is like it answers it, whoever gives it.
    """
    if sides is None:
        seeking, wants, gives = vectors[seeks.text], None, None
    else:
        stands_in = np.array([[basis is not Basis.SEEKS] for basis in seeks.basis], np.bool_).reshape(-1, 1)
        seeking = sides.seeks[seeks.text]
        if isinstance(seeking, np.ndarray):
            seeking = np.where(stands_in, dense(sides.alike[seeks.text]), seeking)
        wants = np.hstack([np.where(stands_in, np.float32(0), sides.wants[seeks.text]), stands_in.astype(np.float32)])
        gives = kept(sides.gives[offers.text], weights.gives_least if weights else 0.0)
        gives = np.hstack([gives, np.ones((len(gives), 1), np.float32)])
    return Words(
        seeks=seeking,
        offers=(sides.offers if sides else vectors)[offers.text],
        wants=wants,
        gives=gives,
        interests=mean_of(vectors, interests),
        seek_strength=seeks.strength,
        offer_strength=offers.strength,
        seek_starts=seeks.starts,
        offer_starts=offers.starts,
    )


def kept(gives: Floats, least: float) -> Floats:
    """How much of its relevance an offer keeps that gives so surely."""
    return (np.float32(least) + np.float32(1 - least) * gives).astype(np.float32)


def answers_of(words: Words, seeks: Ints, offers: Ints | slice, weights: Weights) -> Floats:
    """`(s, o)` in [0, 1]: how well each of some offers answers each of some seeks, before how surely both were meant."""
    wants, gives = (None if rows is None else rows[at] for rows, at in ((words.wants, seeks), (words.gives, offers)))
    found = product(words.seeks[seeks], words.offers[offers])
    return _answered(found, _share(wants, gives), answers_reach(weights))


def answers_between(seeks: Matrix, offers: Matrix, wants: Floats, gives: Floats, weights: Weights) -> Floats:
    """The same of vectors `(s, e)` and `(o, e)`, with `gives` as learned."""
    share = _share(wants, kept(gives, weights.gives_least))
    return _answered(product(seeks, offers), share, answers_reach(weights))


def _answered(found: Floats, share: Floats, reach: Reach) -> Floats:
    relevant(found.reshape(-1), *_numbers(reach))
    if share.size:
        found *= share
    return found


def _share(wants: Floats | None, gives: Floats | None) -> Floats:
    """`(s, o)`: what offers keep for seeks; of no size where all is kept."""
    return _ALL if wants is None or gives is None else np.ascontiguousarray(wants @ gives.T)


def _numbers(reach: Reach) -> tuple[np.float32, np.float32, np.float32, np.float32, np.float32, np.float32]:
    return reach.least, reach.stretch, reach.steepness, reach.full, reach.tail, reach.echo


def values_between(words: Words, scale: Scale, rows: Ints, columns: Ints) -> tuple[Floats, Floats]:
    """`(r, c)` each: what each row gains from each column, and what it gives; before any rule. Any rows, any columns."""
    row_seeks, row_offers = positions(words.seek_starts, rows), positions(words.offer_starts, rows)
    column_seeks, column_offers = positions(words.seek_starts, columns), positions(words.offer_starts, columns)
    wants, gives = words.wants, words.gives
    received = np.zeros((len(rows), len(columns)), np.float32)
    given = np.zeros((len(rows), len(columns)), np.float32)
    receive(
        product(words.seeks[row_seeks], words.offers[column_offers]),
        _ALL if wants is None or gives is None else _share(wants[row_seeks], gives[column_offers]),
        words.seek_strength[row_seeks],
        words.offer_strength[column_offers],
        starts_of(words.seek_starts, rows),
        starts_of(words.offer_starts, columns),
        *_numbers(scale.answers),
        scale.shares,
        received,
    )
    give(
        product(words.offers[row_offers], words.seeks[column_seeks]),
        _ALL if wants is None or gives is None else _share(gives[row_offers], wants[column_seeks]),
        words.offer_strength[row_offers],
        words.seek_strength[column_seeks],
        starts_of(words.offer_starts, rows),
        starts_of(words.seek_starts, columns),
        *_numbers(scale.answers),
        scale.shares,
        given,
    )
    if scale.warmth > 0:
        near = product(words.interests[rows], words.interests[columns])
        warm(near, *_numbers(scale.interests), scale.warmth, scale.top, received, given)
    return received, given


def product(one: Matrix, other: Matrix) -> Floats:
    """`one @ other.T`, dense, in C order."""
    return np.ascontiguousarray(dense(one @ other.T))


def relevance(cosines: Floats, weights: Weights) -> Floats:
    """Same shape, in [0, 1]: cosine from `cosine_least` (nothing) to `cosine_full` (everything), steeply."""
    scale = scale_of(weights, warmth=0.0, top=1.0, seeks_most=1)
    found = np.array(cosines, np.float32, order="C")
    relevant(found.reshape(-1), *_numbers(scale.interests))
    return found


def diminishing_weights(count: int, decay: float) -> NDArray[np.float32]:
    """`(count,)`, summing to one: the best answered seek counts most, each further one `decay` of the one before."""
    falling = np.power(decay, np.arange(count))
    return (falling / falling.sum()).astype(np.float32)


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

"""Topics of a room: texts whose vectors lie together, each with its most typical text.

Spherical k-means (Dhillon and Modha 2001) with k-means++ seeds, the best of a few starts. Texts come sorted, so that the order
of the people changes nothing. What people name as interests are anchors: better names than any that are found, in a room whose
short texts lie far apart. Telling words (class-based TF-IDF) were tried as names, and read as riddles: “december, must, still”.
"""

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.directed import dense
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.vectors import Matrix

TOPICS_MOST = 24
STARTS = 4
ROUNDS_MAX = 30
NAMED_NEARER = 0.15
NEAR_LEAST = 0.2


def nearest_anchor(vectors: Matrix, anchors: Matrix, named: NDArray[np.bool_]) -> Ints:
    """`(t,)`: the anchor `(a, d)` whose subject each text `(t, d)` speaks of, -1 where it speaks of none.

    `named` `(t, a)` says whether whoever wrote a text named the anchor too, which counts as `NAMED_NEARER` of closeness: of two
    subjects of their own a text goes to the nearer, and to a stranger's only where it is plainly about that.
    """
    if anchors.shape[0] == 0:
        return np.full(vectors.shape[0], -1)
    near = dense(vectors @ anchors.T) + np.float32(NAMED_NEARER) * named
    return np.where(near.max(axis=1) >= NEAR_LEAST, near.argmax(axis=1), -1)


def topics_of(vectors: Matrix, *, rng: np.random.Generator, most: int = TOPICS_MOST) -> Ints:
    """`(t,)`: the topic of each unit vector `(t, d)`, from 0, the largest first; about as many as the root of half the texts."""
    count = vectors.shape[0]
    wanted = min(most, max(1, round((count / 2) ** 0.5)))
    if count == 0:
        return np.zeros(0, np.int64)
    tries = [_clustered(vectors, wanted, rng) for _ in range(STARTS)]
    label, _ = max(tries, key=lambda found: found[1])
    sizes = np.bincount(label)
    first_seen = np.array([np.flatnonzero(label == topic)[0] if size else count for topic, size in enumerate(sizes)])
    order = np.lexsort((first_seen, -sizes))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[label]


def medoids_of(vectors: Matrix, topic: Ints) -> Ints:
    """The row of each topic's most typical text; the first of those that are equally so."""
    nearness = _nearness(vectors, _centres(vectors, topic, int(topic.max(initial=-1)) + 1))
    own = nearness[np.arange(len(topic)), topic]
    order = np.lexsort((np.arange(len(topic)), -own, topic))
    _, begins = np.unique(topic[order], return_index=True)
    return order[begins]


def _clustered(vectors: Matrix, wanted: int, rng: np.random.Generator) -> tuple[Ints, float]:
    """A topic for each row, and how near the rows are to their centres together."""
    centres = _seeds(vectors, wanted, rng)
    topic = np.full(vectors.shape[0], -1)
    for _ in range(ROUNDS_MAX):
        nearness = _nearness(vectors, centres)
        moved = nearness.argmax(axis=1)
        if (moved == topic).all():
            break
        topic = moved
        centres = _centres(vectors, topic, wanted)
    return topic, float(nearness.max(axis=1).sum(dtype=np.float64))


def _seeds(vectors: Matrix, wanted: int, rng: np.random.Generator) -> Floats:
    """k-means++ (Arthur and Vassilvitskii 2007): rows far from those taken are likelier."""
    count = vectors.shape[0]
    taken = [int(rng.integers(count))]
    far = np.ones(count)
    while len(taken) < wanted:
        near = dense(vectors @ _row(vectors, taken[-1]).T).ravel()
        far = np.minimum(far, np.maximum(1.0 - near, 0.0))
        total = far.sum()
        taken.append(
            int(np.searchsorted(np.cumsum(far), rng.random() * total)) if total > 0 else int(rng.integers(count))
        )
        taken[-1] = min(taken[-1], count - 1)
    return np.concatenate([dense(_row(vectors, row)) for row in taken])


def _row(vectors: Matrix, row: int) -> Matrix:
    return vectors[row : row + 1]


def _nearness(vectors: Matrix, centres: Floats) -> Floats:
    return np.asarray(vectors @ centres.T, np.float32)


def _centres(vectors: Matrix, topic: Ints, wanted: int) -> Floats:
    """`(k, d)` unit rows; zeros where a topic has lost its texts."""
    member: NDArray[np.float32] = (np.arange(wanted)[:, None] == topic[None, :]).astype(np.float32)
    total = np.asarray(dense(member @ vectors), np.float32)
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / np.where(length > 0, length, 1), np.float32)

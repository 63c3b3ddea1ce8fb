"""Square matrices of a few people, for rooms whose best groups can be seen."""

from collections.abc import Iterable

import numpy as np

from matchmaker.matching.groups import Mask
from matchmaker.matching.roster import Floats


def mask(people: int, pairs: Iterable[tuple[int, int]] = ()) -> Mask:
    """A symmetric mask of pairs."""
    marked = np.zeros((people, people), bool)
    for first, second in pairs:
        marked[first, second] = marked[second, first] = True
    return marked


def values(people: int, seed: int) -> Floats:
    """Symmetric values, even in [0, 1), none with oneself."""
    upper = np.triu(np.random.default_rng(seed).random((people, people), np.float32), 1)
    return upper + upper.T

"""Ranked pairings: the chosen pairs, the most valuable to both first."""

import numpy as np

from matchmaker.matching.edges import Edges
from matchmaker.matching.roster import Ints


def ranked(edges: Edges) -> Ints:
    """The order of the edges by mutual value, then by the side that gains less, then by row."""
    less = np.minimum(edges.to_first, edges.to_second)
    return np.lexsort((edges.second, edges.first, -less, -edges.mutual))

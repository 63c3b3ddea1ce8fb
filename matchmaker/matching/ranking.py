"""Ranked pairings: the chosen pairs, the most valuable to both first."""

import numpy as np

from matchmaker.matching.candidates import Edges


def ranked(edges: Edges) -> Edges:
    """The same edges by mutual value, then by the side that gains less, then by row."""
    less = np.minimum(edges.to_first, edges.to_second)
    return edges.take(np.lexsort((edges.second, edges.first, -less, -edges.mutual)))

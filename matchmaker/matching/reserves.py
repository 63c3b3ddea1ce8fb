"""Reserves: pairs that a plan could have chosen and did not, the few best of each person, for who loses an introduction."""

import numpy as np

from matchmaker.matching.edges import Edges
from matchmaker.matching.ranking import ranked
from matchmaker.matching.roster import Ints

RESERVES_EACH = 3


def reserves(edges: Edges, taken: Edges, quota: Ints, *, each: int) -> Edges:
    """Of the candidates those that are not `taken` and among the best `each` of one of their two, the best first.

    Who wants no introductions, by a `quota` `(n,)` of 0, is in none.
    """
    people = len(quota)
    chosen = np.isin(edges.first * people + edges.second, taken.first * people + taken.second)
    left = edges.take(~chosen & (quota[edges.first] > 0) & (quota[edges.second] > 0))
    left = left.take(ranked(left))
    return left.take(_among_first(left, people, each))


def _among_first(edges: Edges, people: int, each: int) -> Ints:
    """Which of the edges, in their order, are among the first `each` of either of their two."""
    ends = np.concatenate([edges.first, edges.second])
    places = np.tile(np.arange(len(edges)), 2)
    by_person = np.lexsort((places, ends))
    begins = np.searchsorted(ends[by_person], np.arange(people))
    position = np.arange(len(ends)) - begins[ends[by_person]]
    return np.unique(places[by_person][position < each])

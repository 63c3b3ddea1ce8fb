"""What a set of pairings comes to, for the whole room."""

import numpy as np

from matchmaker.matching.edges import Edges
from matchmaker.matching.roster import Floats, Ints


def load(edges: Edges, people: int) -> Ints:
    """`(n,)`: in how many pairings each person is."""
    return np.bincount(np.concatenate([edges.first, edges.second]), minlength=people)


def coverage(edges: Edges, people: int) -> float:
    """Share of people with at least one pairing; 0 of nobody."""
    return float((load(edges, people) > 0).mean()) if people else 0.0


def one_way_share(edges: Edges, floor: float) -> float:
    """Share of pairings in which a side gains less than `floor` (in [0, 1]) or nothing."""
    if not len(edges):
        return 0.0
    least = np.minimum(edges.to_first, edges.to_second)
    return float(((least < np.float32(floor)) | (least <= 0)).mean())


def gini(amounts: Ints | Floats) -> float:
    """Gini coefficient, 0 (even) to below 1; 0 of nothing (Gini 1912)."""
    ascending = np.sort(amounts.astype(np.float64))
    total = ascending.sum()
    if not total:
        return 0.0
    count = len(ascending)
    return float(((2 * np.arange(1, count + 1) - count - 1) * ascending).sum() / (count * total))


def organisations_met(edges: Edges, organisation: Ints, people: int) -> float:
    """How many other organisations a person meets, on average; who states none is of no organisation."""
    whose, whom = np.concatenate([edges.first, edges.second]), np.concatenate([edges.second, edges.first])
    other = (organisation[whom] >= 0) & (organisation[whom] != organisation[whose])
    met = np.unique(np.stack([whose[other], organisation[whom[other]]]), axis=1)
    return met.shape[1] / people if people else 0.0

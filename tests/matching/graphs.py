"""Small graphs, and what the best choice of their edges is, found by trying all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from matchmaker.matching.assignment import Demand, Mask
from matchmaker.matching.blossom import Within
from matchmaker.matching.network import Network, network_of

Pairs = list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Graph:
    """A network with what its people want; the edges `counted` of which each has so many at most."""

    network: Network
    demand: Demand
    within: Within


def graph(
    pairs: Pairs,
    weights: list[float] | float = 1.0,
    *,
    quota: list[int],
    least: list[int] | int = 0,
    allowance: float = np.inf,
    counted: Sequence[tuple[int, int]] = (),
    most: list[int] | int = 0,
) -> Graph:
    """The graph of some pairs; one number stands for the same to all."""
    people = len(quota)
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    return Graph(
        network=network_of(first, second, np.broadcast_to(np.array(weights, np.float64), len(pairs)), people),
        demand=Demand(quota=_each(quota, people), least=_each(least, people), allowance=allowance),
        within=Within(edges=np.array([pair in counted for pair in pairs], np.bool_), most=_each(most, people)),
    )


def _each(number: list[int] | int, people: int) -> np.ndarray:
    return np.broadcast_to(np.array(number, np.int64), people).copy()


def pairs_of(of: Graph, chosen: Mask) -> Pairs:
    return list(zip(of.network.first[chosen].tolist(), of.network.second[chosen].tolist(), strict=True))


def loads(of: Graph, chosen: Mask) -> list[int]:
    ends = [row for pair in pairs_of(of, chosen) for row in pair]
    return [ends.count(row) for row in range(len(of.network))]


def fits(of: Graph, chosen: Mask) -> bool:
    """Whether nobody has more than their quota, nor of counted edges more than their most."""
    counted = loads(of, chosen & of.within.edges)
    return all(np.array(loads(of, chosen)) <= of.demand.quota) and bool(
        all(np.array(counted) <= of.within.most) or not of.within.edges.any()
    )


def kept(of: Graph, chosen: Mask) -> int:
    return int(np.minimum(loads(of, chosen), of.demand.least).sum())


def worth(of: Graph, chosen: Mask) -> float:
    return float(of.network.weight[chosen].sum())


def score(of: Graph, chosen: Mask, allowance: float | None = None) -> tuple[float, float]:
    """Promises kept, then weight, where promises come first; else the weight with the promises in it."""
    allowance = of.demand.allowance if allowance is None else allowance
    if np.isinf(allowance):
        return float(kept(of, chosen)), worth(of, chosen)
    return 0.0, worth(of, chosen) + allowance * kept(of, chosen)


def best(of: Graph, allowance: float | None = None) -> tuple[float, float]:
    """The best score of all choices."""
    count = len(of.network.weight)
    masks = ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(np.bool_)
    return max(score(of, mask, allowance) for mask in masks[_within_quotas(of, masks)])


def _within_quotas(of: Graph, masks: np.ndarray) -> Mask:
    incidence = np.zeros((len(of.network.weight), len(of.network)), np.int64)
    for end in (of.network.first, of.network.second):
        incidence[np.arange(len(end)), end] += 1
    load, counted = masks @ incidence, (masks & of.within.edges) @ incidence
    possible: Mask = np.all((load <= of.demand.quota) & ((counted <= of.within.most) | (counted == 0)), axis=1)
    return possible


@st.composite
def graphs(draw: st.DrawFn, *, pairs_most: int = 9, even: bool = False) -> Graph:
    """Any small graph; `even` ones have no odd ring, and no edge is counted."""
    people = draw(st.integers(2, 7))
    every = [pair for pair in combinations(range(people), 2) if not even or sum(pair) % 2]
    pairs = sorted(draw(st.lists(st.sampled_from(every), max_size=pairs_most, unique=True)))
    few = st.lists(st.integers(0, 3), min_size=people, max_size=people)
    return graph(
        pairs,
        draw(st.lists(st.sampled_from([0.2, 0.5, 0.7, 1.0]), min_size=len(pairs), max_size=len(pairs))),
        quota=draw(st.one_of(st.just([1] * people), few)),
        least=draw(st.one_of(st.just([1] * people), few)),
        allowance=draw(st.sampled_from([0.0, 0.1, 0.4, np.inf, np.inf])),
        counted=[] if even else [pair for pair in pairs if draw(st.integers(0, 3)) == 0],
        most=draw(few),
    )

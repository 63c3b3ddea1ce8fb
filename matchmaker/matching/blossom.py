"""The greatest weight exactly: a b-matching as a matching in a larger graph, in which odd cycles are seen (Edmonds 1965).

A person becomes as many copies as their quota. An edge whose people both have several copies becomes two nodes: they are
matched with each other, and the edge is not used, or each with a copy of its person (Tutte 1954). Edges of which a person may
have so many at most, such as those within an organisation, reach the copies only through gates, which are made alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx

from matchmaker.matching.assignment import Demand, Mask
from matchmaker.matching.network import Doubles, Index
from matchmaker.matching.roster import Ints

UNITS = 1e9
UNUSED = -1
Port = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Within:
    """`edges` `(m,)` within an organisation, of which each person may have `most` `(n,)`."""

    edges: Mask
    most: Ints


def heaviest(first: Index, second: Index, weight: Doubles, demand: Demand, within: Within) -> Mask:
    """`(m,)`: the edges that make the greatest weight, each promised introduction worth the allowance more; where that is
    infinite, as many promises as can be kept come first. Weights `(m,)` are at or above zero, and count to a billionth.
    """
    halves = np.rint(weight * UNITS).astype(np.int64).tolist()
    total = 2 * sum(halves) + 1
    bonus = total if np.isinf(demand.allowance) else 2 * round(demand.allowance * UNITS)
    graph = _Graph(total + bonus * int(demand.least.sum()))
    copies, gates = _ports(graph, first, second, demand, bonus, within)
    for edge, (one, other, half) in enumerate(zip(first.tolist(), second.tolist(), halves, strict=True)):
        ports = gates if within.edges[edge] else copies
        graph.add(edge, ports[one], ports[other], half)
    chosen = np.zeros(len(first), np.bool_)
    chosen[graph.used()] = True
    return chosen


def work(first: Index, second: Index, quota: Ints) -> int:
    """Nodes times arcs of the larger graph: a hundred million take one to three seconds."""
    copies = np.minimum(quota, np.bincount(np.concatenate([first, second]), minlength=len(quota)))
    here, there = copies[first], copies[second]
    doubled = np.minimum(here, there) > 1
    arcs = np.where(doubled, here + there + 1, here * there).sum()
    return int((copies.sum() + 2 * doubled.sum()) * arcs)


def _ports(
    graph: "_Graph", first: Index, second: Index, demand: Demand, bonus: int, within: Within
) -> tuple[list[list[Port]], list[list[Port]]]:
    """Each person's copies, of which those promised are worth the bonus, and their gates, where these are fewer."""
    degree = np.bincount(np.concatenate([first, second]), minlength=len(demand.quota))
    count = np.minimum(demand.quota, degree).tolist()
    copies = [graph.copies(*of, bonus) for of in zip(count, demand.least.tolist(), strict=True)]
    most = np.minimum(within.most, count).tolist()
    return copies, [graph.gates(*of) for of in zip(most, copies, strict=True)]


class _Graph:
    """The larger graph in the making. A port is a node, and what it is worth to have it matched: most of all a node of our own
    making, so that all of them are."""

    def __init__(self, large: int) -> None:
        self.large, self.size = large, 0
        self.arcs: list[tuple[int, int, tuple[int, int]]] = []

    def copies(self, count: int, promised: int, bonus: int) -> list[Port]:
        self.size += count
        return [(self.size - count + at, bonus if at < promised else 0) for at in range(count)]

    def gates(self, most: int, copies: list[Port]) -> list[Port]:
        if most == len(copies):
            return copies
        pairs = [self._pair() for _ in range(most)]
        for _, inner in pairs:
            self._join([inner], copies)
        return [outer for outer, _ in pairs]

    def add(self, edge: int, here: list[Port], there: list[Port], half: int) -> None:
        """An edge between the ports of two people, worth two halves; one port takes no edge twice, two might."""
        if min(len(here), len(there)) < 2:
            self._join(here, there, edge, 2 * half)
        else:
            one, other = self._pair()
            self._join(here, [one], edge, half)
            self._join(there, [other], edge, half)

    def _pair(self) -> tuple[Port, Port]:
        one, other = (self.size, self.large), (self.size + 1, self.large)
        self.size += 2
        self._join([one], [other])
        return one, other

    def _join(self, here: Sequence[Port], there: Sequence[Port], edge: int = UNUSED, weight: int = 0) -> None:
        self.arcs += [(a, b, (edge, weight + worth + more)) for a, worth in here for b, more in there]

    def used(self) -> list[int]:
        """The edges of a matching of the greatest weight."""
        graph = rustworkx.PyGraph()
        graph.add_nodes_from(range(self.size))
        graph.add_edges_from(self.arcs)
        matched = rustworkx.max_weight_matching(graph, weight_fn=lambda arc: arc[1])
        return sorted({graph.get_edge_data(*arc)[0] for arc in matched} - {UNUSED})

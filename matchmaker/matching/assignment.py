"""Who is paired with whom: a b-matching (each person at most their quota) of high total mutual value, nobody left out in vain.

Greedy by value (half of the optimum at worst: Mestre 2006), then alternating paths give a partner to whom greedy left
without: someone takes over a partner from a person who keeps another. Paths cannot turn inside odd cycles, so a small
room with someone still left out is covered exactly, by a maximum-weight matching of quota copies (Edmonds 1965).
"""

from collections import deque

import numpy as np
import rustworkx
from numpy.typing import NDArray

from matchmaker.matching.candidates import Edges
from matchmaker.matching.roster import Ints

EXACT_COPIES_MAX = 1_200
EXACT_ARCS_MAX = 200_000
VALUE_STEPS = 10_000


def assign(edges: Edges, quota: Ints, rng: np.random.Generator) -> NDArray[np.bool_]:
    """`(m,)`: which edges are chosen. No one exceeds `quota` `(n,)`; ties between equal values fall by `rng`."""
    order = np.lexsort((rng.permutation(len(edges)), -edges.mutual))
    chosen = _Chosen(edges, quota, order)
    chosen.fill()
    chosen.cover()
    if chosen.left_out():
        _cover_exactly(chosen)
    chosen.fill()
    return chosen.mask


class _Chosen:
    """A b-matching under construction: the mask, each person's count, and edges by person, best first."""

    def __init__(self, edges: Edges, quota: Ints, order: Ints) -> None:
        self.ends = list(zip(edges.first.tolist(), edges.second.tolist(), strict=True))
        self.quota = quota.tolist()
        self.order = order.tolist()
        self.mutual = edges.mutual
        self.mask = np.zeros(len(edges), bool)
        self.count = [0] * len(quota)
        self.of: list[list[int]] = [[] for _ in quota]
        for edge in self.order:
            first, second = self.ends[edge]
            self.of[first].append(edge)
            self.of[second].append(edge)

    def fill(self) -> None:
        """Take every edge that still fits, best first."""
        for edge in self.order:
            first, second = self.ends[edge]
            fits = self.count[first] < self.quota[first] and self.count[second] < self.quota[second]
            if fits and not self.mask[edge]:
                self.turn(edge)

    def turn(self, edge: int) -> None:
        """Choose an edge, or give it up."""
        step = -1 if self.mask[edge] else 1
        self.mask[edge] = step > 0
        for end in self.ends[edge]:
            self.count[end] += step

    def left_out(self) -> list[int]:
        """Those with candidates and a quota, but nobody."""
        return [row for row, count in enumerate(self.count) if not count and self.quota[row] and self.of[row]]

    def cover(self) -> None:
        """Give everyone left out a partner, where a path of take-overs reaches one; nobody loses their last."""
        for row in self.left_out():
            if not self.count[row]:
                for edge in self._path_from(row):
                    self.turn(edge)

    def _path_from(self, start: int) -> list[int]:
        """The edges to turn, by breadth-first search over people in need of a partner; empty if there is none."""
        came: dict[int, tuple[int, list[int]]] = {start: (start, [])}
        needy = deque([start])
        while needy:
            row = needy.popleft()
            for edge in self.of[row]:
                if self.mask[edge]:
                    continue
                partner = self._other(edge, row)
                room = self.quota[partner] - self.count[partner] - (partner == start)
                if room > 0 and (path := self._walk(came, row, [edge])):
                    return path
                for held in self.of[partner]:
                    rival = self._other(held, partner)
                    if not self.mask[held] or rival in came:
                        continue
                    path = self._walk(came, row, [edge, held])
                    if path and self.count[rival] > 1:
                        return path
                    if path:
                        came[rival] = (row, [edge, held])
                        needy.append(rival)
        return []

    def _walk(self, came: dict[int, tuple[int, list[int]]], row: int, last: list[int]) -> list[int]:
        """The path that ends with `last`; empty when it would turn an edge twice."""
        path = list(last)
        while came[row][1]:
            row, steps = came[row][0], came[row][1]
            path += steps
        return path if len(set(path)) == len(path) else []

    def _other(self, edge: int, row: int) -> int:
        first, second = self.ends[edge]
        return second if first == row else first


def _cover_exactly(chosen: _Chosen) -> None:
    """Start again from a cover of as many people as can be covered at all, where that is more, and the room small enough."""
    copies = [min(quota, len(edges)) for quota, edges in zip(chosen.quota, chosen.of, strict=True)]
    arcs = sum(copies[first] + copies[second] - 1 for first, second in chosen.ends)
    if sum(copies) > EXACT_COPIES_MAX or arcs > EXACT_ARCS_MAX:
        return
    begins = np.cumsum([0, *copies])
    owner = np.repeat(np.arange(len(copies)), copies)
    person_weight = VALUE_STEPS * (len(copies) + 1)
    graph = rustworkx.PyGraph(multigraph=True)
    graph.add_nodes_from(list(range(len(owner))))
    for edge, (first, second) in enumerate(chosen.ends):
        if not (copies[first] and copies[second]):
            continue
        value = round(float(chosen.mutual[edge]) * VALUE_STEPS)
        graph.add_edge(int(begins[first]), int(begins[second]), (edge, 2 * person_weight + value))
        for one, other in ((first, second), (second, first)):
            for copy in range(1, copies[other]):
                graph.add_edge(int(begins[one]), int(begins[other]) + copy, (edge, person_weight + value))
    matched = rustworkx.max_weight_matching(graph, weight_fn=lambda arc: arc[1])
    if len({int(owner[node]) for nodes in matched for node in nodes}) <= sum(map(bool, chosen.count)):
        return
    for edge in np.flatnonzero(chosen.mask).tolist():
        chosen.turn(edge)
    for edge in sorted({graph.get_edge_data(*nodes)[0] for nodes in matched}):
        chosen.turn(edge)

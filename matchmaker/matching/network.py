"""A candidate graph as arrays that loops can walk: whose edges are which, and who stands at the other end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.roster import Floats, Ints

Doubles = NDArray[np.float64]
Index = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A graph of `n` people and `m` edges: `first`, `second`, `weight` `(m,)`; a person's edges stand in `edge` from
    `starts` `(n + 1,)` on, those first where they stand first, each with the person at its other end in `neighbour`."""

    first: Index
    second: Index
    weight: Doubles
    starts: Ints
    edge: Index
    neighbour: Index

    def __len__(self) -> int:
        return len(self.starts) - 1


def network_of(first: Ints, second: Ints, weight: Floats | Doubles, people: int) -> Network:
    """The network of edges `(m,)` among `people`."""
    whose = np.concatenate([first, second])
    order = np.argsort(whose, kind="stable")
    return Network(
        first=first.astype(np.int32),
        second=second.astype(np.int32),
        weight=weight.astype(np.float64),
        starts=np.searchsorted(whose[order], np.arange(people + 1)),
        edge=(order % max(len(first), 1)).astype(np.int32),
        neighbour=np.concatenate([second, first])[order].astype(np.int32),
    )

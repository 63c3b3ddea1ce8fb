"""Candidate pairs as arrays, and how several sets of them become one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.roster import Floats, Ints


@dataclass(frozen=True, kw_only=True)
class Edges:
    """Candidate pairs, `first < second`, each once, in order of pair; all arrays `(m,)`.

    Values are in [0, 1]; `weight` is what the plan counts: the mutual value, and more where wishes or what was told say so.
    """

    first: Ints
    second: Ints
    mutual: Floats
    to_first: Floats
    to_second: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.first)

    def take(self, which: Ints | NDArray[np.bool_]) -> "Edges":
        """The edges at `which`, in that order."""
        return Edges(**{name: getattr(self, name)[which] for name in COLUMNS})


COLUMNS = ("first", "second", "mutual", "to_first", "to_second", "weight")


def edges_between(rows: Ints, columns: Ints, received: Floats, given: Floats) -> Edges:
    """Edges with the lower row first: its directed value is what the row received where the row is the lower."""
    lower = rows < columns
    mutual = mutual_values(received, given)
    return Edges(
        first=np.where(lower, rows, columns),
        second=np.where(lower, columns, rows),
        mutual=mutual,
        to_first=np.where(lower, received, given),
        to_second=np.where(lower, given, received),
        weight=mutual,
    )


def merged(parts: Sequence[Edges], people: int) -> Edges:
    """Several sets of edges as one, each pair once; where more than one has a pair, the first one's figures."""
    every = Edges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS})
    _, kept = np.unique(every.first * people + every.second, return_index=True)
    return every.take(kept)

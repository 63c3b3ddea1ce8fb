"""Arcs: directed value as a list, who gives, who gains, how much; a malformed list is refused before it is used."""

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.roster import Ints

Reals = NDArray[np.float64]
Values = NDArray[np.float32] | Reals


def refuse_malformed(giver: Ints, taker: Ints, value: Values, *, givers: int, takers: int) -> None:
    """Raise `ValueError` unless all are `(m,)`, rows in range, values in [0, 1], and nobody gives to another twice."""
    if not len(giver) == len(taker) == len(value):
        raise ValueError(f"{len(giver)} givers, {len(taker)} takers, {len(value)} values: an arc has one of each")
    refuse_strangers(giver, people=givers)
    refuse_strangers(taker, people=takers)
    if not ((value >= 0) & (value <= 1)).all():
        raise ValueError("a value is not a number from 0 to 1")
    if len(np.unique(giver * takers + taker)) < len(giver):
        raise ValueError("an arc is listed twice")


def refuse_strangers(rows: Ints, *, people: int) -> None:
    """Raise `ValueError` unless every row, in an array of any shape, is from 0 to `people` - 1."""
    if ((rows < 0) | (rows >= people)).any():
        raise ValueError(f"a row is not among the {people}")

"""Connectors: for a wanted pair who are strangers, a third who knows both and could introduce them (L3)."""

import numpy as np
from scipy.sparse import csr_array

from matchmaker.matching.arcs import Values, refuse_malformed, refuse_strangers
from matchmaker.matching.roster import Ints
from matchmaker.matching.transport import transport

PAIRS_AT_ONCE = 4_096


def connectors_for(
    *, people: int, wanted: Ints, acquainted: Ints, value: Values, asked_most: Ints | int, rng: np.random.Generator
) -> Ints:
    """`(k,)`: who is to introduce each of the `wanted` pairs `(k, 2)`; -1 where nobody can, or they are acquainted already.

    `acquainted` `(q, 2)` are pairs who know each other. Nobody is asked more often than `asked_most` `(n,)`. As many pairs as
    possible are served, those of highest total `value` `(k,)` in [0, 1] first; where that leaves a choice, whoever was asked
    least is asked (see `transport`). Raises `ValueError` for a malformed pair.
    """
    refuse_malformed(wanted[:, 0], wanted[:, 1], value, givers=people, takers=people)
    refuse_strangers(acquainted, people=people)
    if (wanted[:, 0] == wanted[:, 1]).any():
        raise ValueError("a wanted pair is one person")
    pair, third = _thirds(people, wanted, acquainted)
    capacity = np.broadcast_to(asked_most, (people,))
    arcs = transport(demand=pair, supply=third, value=1 + value[pair], demands=len(wanted), capacity=capacity, rng=rng)
    connector = np.full(len(wanted), -1)
    connector[arcs >= 0] = third[arcs[arcs >= 0]]
    return connector


def _thirds(people: int, wanted: Ints, acquainted: Ints) -> tuple[Ints, Ints]:
    """Positions of wanted pairs who are strangers, and a third whom both know, `(m,)` each."""
    first, second = np.concatenate([acquainted, acquainted[:, ::-1]]).T
    knows = csr_array((np.ones(len(first), bool), (first, second)), shape=(people, people))
    found = [np.empty((2, 0), np.int64)]
    for begin in range(0, len(wanted), PAIRS_AT_ONCE):
        block = wanted[begin : begin + PAIRS_AT_ONCE]
        position, third = knows[block[:, 0]].multiply(knows[block[:, 1]]).nonzero()
        found.append(np.stack([begin + position, third]))
    pair, third = np.concatenate(found, axis=1)
    strangers = ~np.isin(wanted @ [people, 1], first * people + second)
    return pair[strangers[pair]], third[strangers[pair]]

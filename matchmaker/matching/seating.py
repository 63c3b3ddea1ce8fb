"""Which table a pair meets at: low numbers first, accessible ones kept for who needs them, and people stay where they were."""

import numpy as np

from matchmaker.matching.colouring import Mask
from matchmaker.matching.roster import Ints


def seats(*, ends: Ints, round_of: Ints, needs: Mask, tables: Ints, people: int) -> Ints:
    """`(m,)`: the table of each pair, from 1; 0 for pairs without a round (-1 in `round_of`).

    Of the `tables[0]` of a round (`(2, R)`) the first `tables[1]` are accessible, and, if anyone `needs` that (`(m,)`),
    others take those last. Where someone sat before is free for them, as long as no higher table is used for it.
    """
    table, last = np.zeros(len(ends), np.int64), np.zeros(people, np.int64)
    for at, (most, accessible) in enumerate(tables.T):
        here = np.flatnonzero(round_of == at)
        needing = needs[here] & (accessible < most)
        count = needing.sum()
        kept = max(count, accessible if needs.any() and accessible < most else 0)
        others = np.concatenate([np.arange(kept, min(most, kept + len(here))), np.arange(count, kept)]) + 1
        wishes = last[ends[here]]
        table[here[needing]] = _taken(np.arange(count) + 1, wishes[needing])
        table[here[~needing]] = _taken(others[: len(here) - count], wishes[~needing])
        last[ends[here]] = table[here, None]
    return table


def _taken(numbers: Ints, wishes: Ints) -> Ints:
    """`(k,)`: each of `k` tables once, given to who wishes for it (`(k, 2)`, one wish a person), the others in turn."""
    table = np.zeros(len(numbers), np.int64)
    for wish in wishes.T:
        open_ = np.flatnonzero((table == 0) & np.isin(wish, numbers) & ~np.isin(wish, table))
        _, firsts = np.unique(wish[open_], return_index=True)
        table[open_[firsts]] = wish[open_[firsts]]
    table[table == 0] = np.setdiff1d(numbers, table)
    return table

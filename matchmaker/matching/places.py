"""Which table a pair meets at, where most pairs have theirs already and keep it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.colouring import Mask, Plan
from matchmaker.matching.roster import Ints


@dataclass(frozen=True, kw_only=True)
class Held:
    """A pair, by its place among the edges, in the round (from 0) and at the table (from 1, 0 for none) where people know it
    to be, and who joins it there, -1 for nobody."""

    pair: int
    round: int
    table: int
    third: int


def tables_kept(plan: Plan, round_of: Ints, needs: Mask, kept: Sequence[Held]) -> Ints:
    """`(m,)`: the table of each pair, from 1; 0 for pairs without a round (-1 in `round_of`).

    Pairs that stand keep theirs, others take one at which one of the two would have sat, else the lowest that is free. The
    first `tables[1]` of a round are accessible: where none of them is left for who `needs` it, a pair that does not moves.
    """
    table = np.zeros(len(round_of), np.int64)
    for at, (most, accessible) in enumerate(plan.tables.T.tolist()):
        here = np.flatnonzero(round_of == at)
        theirs = [one for one in kept if one.round == at]
        stood = {one.pair: one.table for one in theirs if round_of[one.pair] == at and 0 < one.table <= most}
        stood = {pair: where for pair, where in stood.items() if not needs[pair] or where <= accessible}
        was = {who: one.table for one in theirs for who in plan.ends[one.pair].tolist()}
        anew = sorted((int(pair) for pair in here if pair not in stood), key=lambda pair: (not needs[pair], pair))
        for pair in anew:
            limit = min(most, accessible) if needs[pair] else most
            stood |= _seated(stood, pair, limit, most, [was.get(who, 0) for who in plan.ends[pair].tolist()], needs)
        for pair, where in stood.items():
            table[pair] = where
    return table


def _seated(stood: dict[int, int], pair: int, limit: int, most: int, rather: list[int], needs: Mask) -> dict[int, int]:
    """The table of one more pair, up to `limit`, and of the pair that makes way for it where all of those are taken."""
    taken = {where: who for who, where in stood.items()}
    open_ = next((where for where in rather if 0 < where <= limit and where not in taken), 0) or _lowest(taken, limit)
    if open_:
        return {pair: open_}
    where = next(one for one in range(1, limit + 1) if not needs[taken[one]])
    return {pair: where, taken[where]: _lowest(taken, most)}


def _lowest(taken: dict[int, int], most: int) -> int:
    """The lowest free table up to `most`, 0 for none."""
    return next((where for where in range(1, most + 1) if where not in taken), 0)

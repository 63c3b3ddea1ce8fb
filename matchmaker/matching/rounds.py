"""Pairs into rounds: who meets whom when, and at which table (F36-F41, F45).

Chosen pairs are coloured by rounds, hardest first (`colouring`); rounds are evened out, cut to their tables, and what has no
round displaces lighter pairs (`mending`). In speed networking idle people then get someone new, and a bye goes to whom it
has gone least; where nobody may sit out, the odd one joins a pair (`byes`). Last come the tables (`seating`).

Vizing (1964): without gaps in availability one round more than anyone's pairs is always enough.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from matchmaker.matching.byes import fill_up, idle_rounds, join, sitting_out
from matchmaker.matching.colouring import Board, Mask, Plan, Reals, blank, both, incident_pairs, leave, place_all
from matchmaker.matching.mending import NOISE, level, mend
from matchmaker.matching.roster import Ints
from matchmaker.matching.seating import seats

LEAST_WEIGHT = 1e-6
PINNED_WEIGHT = 100  # more than all that one pair ever displaces
SMALL = 1_000
TRIES_MOST = 3


class Why(Enum):
    """Why a chosen pair has no round."""

    NO_COMMON_ROUND = "no_common_round"
    TABLES_FULL = "tables_full"
    IN_A_ROW = "in_a_row"
    CROWDED = "crowded"


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """When and where `m` candidate pairs meet.

    `round` and `table` `(m,)` count from 1; 0 is for pairs that do not meet. `third` `(m,)` is who joins a pair, -1 for
    nobody. `byes` `(b, 2)`: a person, and a round they sit out though they are there, could have met someone, and have fewer
    meetings than they might. `unplaced` `(u,)`: chosen pairs without a round, and for each of them `why`.
    """

    round: Ints
    table: Ints
    third: Ints
    byes: Ints
    unplaced: Ints
    why: tuple[Why, ...]


def timetable(
    *,
    first: Ints,
    second: Ints,
    weight: Reals,
    chosen: Mask,
    quota: Ints,
    available: Mask,
    rng: np.random.Generator,
    pinned: Mask | None = None,
    tables_most: Ints | int | None = None,
    accessible_tables: Ints | int | None = None,
    needs_accessible: Mask | None = None,
    in_a_row_most: int | None = None,
    byes: Ints | None = None,
    fill: bool = False,
    trios: bool = False,
) -> Timetable:
    """A timetable of the `chosen` among `m` candidate pairs, `first < second`, each once, of `weight` `(m,)` from 0.

    `quota` `(n,)` is how many meetings a person wants, `available` `(n, R)` who is there when; `pinned` `(m,)` pairs go before
    all others. `tables_most` pairs meet at a time, pairs with someone who `needs_accessible` `(n,)` at one of the
    `accessible_tables`; each is a number, `(R,)`, or any number. `in_a_row_most` meetings follow each other without a free
    round. `fill` gives idle people someone new among the candidates, and byes fairly, counting those of before, `byes` `(n,)`;
    `trios` has the odd one join a pair. Raises `ValueError` for pairs or weights that are none, and quotas exceeded.
    """
    people, rounds = available.shape
    ends = np.stack([first, second], axis=1).astype(np.int64)
    _check(ends, weight, chosen, quota, in_a_row_most)
    pinned = np.zeros(len(ends), bool) if pinned is None else pinned
    needs = np.zeros(people, bool) if needs_accessible is None else needs_accessible
    byes = np.zeros(people, np.int64) if byes is None else byes
    plan = Plan(
        ends=ends,
        weight=weight + LEAST_WEIGHT + pinned * PINNED_WEIGHT * weight.max(initial=1),
        needs=~both(~needs, ends),
        open=available,
        most=quota.astype(np.int64),
        tables=np.stack([_each_round(most, rounds, len(ends)) for most in (tables_most, accessible_tables)]),
        in_a_row=in_a_row_most or rounds,
    )
    board = _coloured(plan, chosen, rng)
    if fill:
        fill_up(plan, board, pinned=pinned, byes=byes, rng=rng)
    unplaced = np.flatnonzero(chosen & (board.round_of < 0))
    why = _why(plan, board, unplaced)
    third = np.full(len(ends), -1)
    if trios:
        third = join(plan, board, needs_accessible=needs, byes=byes, rng=rng)
    seated = plan.needs | ((third >= 0) & needs[third])
    return Timetable(
        round=board.round_of + 1,
        table=seats(ends=ends, round_of=board.round_of, needs=seated, tables=plan.tables, people=people),
        third=third,
        byes=sitting_out(plan, board) + np.array([0, 1]),
        unplaced=unplaced,
        why=why,
    )


def _check(ends: Ints, weight: Reals, chosen: Mask, quota: Ints, in_a_row_most: int | None) -> None:
    """Raise `ValueError` for what no timetable can be made of."""
    people = len(quota)
    if ((ends[:, 0] < 0) | (ends[:, 0] >= ends[:, 1]) | (ends[:, 1] >= people)).any():
        raise ValueError("pairs must be of two people of the room, the lower row first")
    if len(np.unique(ends @ [people, 1])) < len(ends):
        raise ValueError("a pair is given twice")
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError("weights must be numbers from 0")
    if (np.bincount(ends[chosen].ravel(), minlength=people) > quota).any():
        raise ValueError("someone has more chosen pairs than their quota")
    if in_a_row_most is not None and in_a_row_most < 1:
        raise ValueError("in_a_row_most must be at least 1")


def _each_round(most: Ints | int | None, rounds: int, pairs: int) -> Ints:
    """`(R,)`: how many tables there are in each round, at most as many as pairs."""
    return np.minimum(np.broadcast_to(pairs if most is None else most, rounds), pairs).astype(np.int64)


def _coloured(plan: Plan, chosen: Mask, rng: np.random.Generator) -> Board:
    """A board with as much weight of the chosen pairs as can be found a round for; in a small room the best of a few."""
    common = both(plan.open, plan.ends).sum(axis=1)
    wanted = np.flatnonzero(chosen & (common > 0))
    best = _coloured_once(plan, wanted, common, rng)
    for _ in range(TRIES_MOST if len(wanted) * plan.open.shape[1] <= SMALL else 0):
        if best.placed[0] >= plan.weight[wanted].sum() - LEAST_WEIGHT / 2:
            break
        best = max(best, _coloured_once(plan, wanted, common, rng), key=lambda board: board.placed[0])
    return best


def _coloured_once(plan: Plan, wanted: Ints, common: Ints, rng: np.random.Generator) -> Board:
    """The heaviest `wanted` pairs that tables allow, those with fewest `common` rounds and most meetings first, then mended."""
    board = blank(plan)
    heaviest = wanted[np.lexsort((rng.permutation(len(wanted)), -plan.weight[wanted]))]
    begun = heaviest[: plan.tables[0].sum()]
    degree = np.bincount(plan.ends[begun].ravel(), minlength=len(plan.open))
    hardest = np.lexsort((-degree[plan.ends[begun]].sum(axis=1), common[begun]))
    place_all(plan._replace(tables=np.full_like(plan.tables, len(plan.ends))), board, begun[hardest])
    level(plan, board)
    _cut(plan, board)
    starts, incident = incident_pairs(plan.ends[heaviest], len(plan.open))
    mend(plan, board, heaviest, starts, heaviest[incident], rng.random(NOISE))
    level(plan, board)
    return board


def _cut(plan: Plan, board: Board) -> None:
    """Leave out the lightest pairs of each round that has too many for its tables, or for its accessible ones."""
    for kind in (1, 0):
        for at in range(plan.tables.shape[1]):
            here = np.flatnonzero((board.round_of == at) & (plan.needs | (kind == 0)))
            lightest = np.argsort(plan.weight[here], kind="stable")
            for pair in here[lightest][: max(0, len(here) - plan.tables[kind, at])]:
                board.tally[0] = 0
                leave(plan, board, pair)


def _why(plan: Plan, board: Board, pairs: Ints) -> tuple[Why, ...]:
    """What keeps each of `pairs` from a round, the nearest to success counting."""
    ends = plan.ends[pairs]
    together = both(plan.open, ends)
    idle = together & both(board.meets < 0, ends)
    rested = idle & both(idle_rounds(plan, board), ends)
    full = (board.taken >= plan.tables)[0] | ((board.taken >= plan.tables)[1] & plan.needs[pairs, None])
    codes = [Why.NO_COMMON_ROUND, Why.TABLES_FULL, Why.IN_A_ROW, Why.CROWDED]
    which = [~together.any(axis=1), (rested & full).any(axis=1), (idle & ~rested).any(axis=1)]
    return tuple(codes[code] for code in np.select(which, [0, 1, 2], 3))

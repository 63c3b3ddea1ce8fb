"""Pairs into rounds: list edge colouring, where a round is a colour and a person's open rounds are their list.

A pair takes the emptiest round in which both are free. Failing that, a busy side's meeting moves to another round along an
alternating chain of meetings (Kempe 1879): whoever stands between two pairs of a chain meets in both of its rounds and goes
on doing so, so that only its two ends change theirs.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.jit import compiled
from matchmaker.matching.roster import Ints

Reals = NDArray[np.float64]
Mask = NDArray[np.bool_]

CHAIN_MOST = 2_000
JOURNAL_MOST = 8 * CHAIN_MOST


class Plan(NamedTuple):
    """What may be, for `m` pairs, `n` people and `R` rounds."""

    ends: Ints  # (m, 2)
    weight: Reals  # (m,)
    needs: Mask  # (m,): an accessible table
    open: Mask  # (n, R): who is there when
    most: Ints  # (n,): meetings
    tables: Ints  # (2, R): pairs at a time, and of these who need an accessible table
    in_a_row: int


class Board(NamedTuple):
    """What is, changed in place, -1 for none."""

    round_of: Ints  # (m,)
    meets: Ints  # (n, R): a person's pair
    meetings: Ints  # (n,)
    taken: Ints  # (2, R): tables, as in a plan
    placed: Reals  # (1,): weight of the pairs that have a round
    chain: Ints  # the pairs of the chain last followed
    journal: Ints  # (j, 2): a pair moved and the round it left, the latest last
    tally: Ints  # (2,): entries in the journal, and links of chains followed


def blank(plan: Plan) -> Board:
    """A board on which nobody meets yet."""
    people, rounds = plan.open.shape
    return Board(
        round_of=np.full(len(plan.ends), -1),
        meets=np.full((people, rounds), -1),
        meetings=np.zeros(people, np.int64),
        taken=np.zeros((2, rounds), np.int64),
        placed=np.zeros(1),
        chain=np.zeros(CHAIN_MOST, np.int64),
        journal=np.zeros((JOURNAL_MOST, 2), np.int64),
        tally=np.zeros(2, np.int64),
    )


def both(of_person: Mask, ends: Ints) -> Mask:
    """What is true of both people of each pair `(m, 2)`, for facts of people `(n, ...)`."""
    return np.logical_and(of_person[ends[:, 0]], of_person[ends[:, 1]])


def incident_pairs(ends: Ints, people: int) -> tuple[Ints, Ints]:
    """`(n + 1,)` and `(2 m,)`: where each person's pairs begin, and all pairs by person."""
    order = np.argsort(ends, axis=None, kind="stable")
    return np.concatenate([[0], np.bincount(ends.ravel(), minlength=people).cumsum()]), order // 2


@compiled
def place_all(plan: Plan, board: Board, pairs: Ints) -> None:
    """Give each of `pairs` a round, in this order, where a free round or one swap makes it possible."""
    for pair in pairs:
        board.tally[0] = 0
        place(plan, board, pair)


@compiled
def place(plan: Plan, board: Board, pair: int) -> bool:
    """Give one pair a round; false where neither a free round nor a swap does it."""
    first, second = plan.ends[pair]
    if board.meetings[first] >= plan.most[first] or board.meetings[second] >= plan.most[second]:
        return False
    best = -1
    for at in range(plan.tables.shape[1]):
        if _suits(plan, board, pair, at) and (best < 0 or board.taken[0, at] < board.taken[0, best]):
            best = at
    if best >= 0:
        enter(plan, board, pair, best)
        return True
    placed = False
    for idle, busy in ((first, second), (second, first)):  # one place to call from, so that it is compiled once
        placed = placed or _place_by_swap(plan, board, pair, idle, busy)
    return placed


@compiled
def _suits(plan: Plan, board: Board, pair: int, at: int) -> bool:
    return (
        free(plan, board, plan.ends[pair, 0], at)
        and free(plan, board, plan.ends[pair, 1], at)
        and has_table(plan, board, pair, at)
    )


@compiled
def free(plan: Plan, board: Board, person: int, at: int) -> bool:
    """Whether someone is there in a round, idle, and not due for a break."""
    idle = plan.open[person, at] and board.meets[person, at] < 0
    return idle and in_a_row(board, person, at, at) <= plan.in_a_row


@compiled
def has_table(plan: Plan, board: Board, pair: int, at: int) -> bool:
    """Whether a round has a table for one more pair, an accessible one if it needs that."""
    if board.taken[0, at] >= plan.tables[0, at]:
        return False
    return not plan.needs[pair] or board.taken[1, at] < plan.tables[1, at]


@compiled
def in_a_row(board: Board, person: int, at: int, without: int) -> int:
    """How many meetings in a row a meeting at `at` would be part of, were there none at `without`."""
    length = 1
    for step in (-1, 1):
        beside = at + step
        while 0 <= beside < board.meets.shape[1] and beside != without and board.meets[person, beside] >= 0:
            length += 1
            beside += step
    return length


@compiled
def enter(plan: Plan, board: Board, pair: int, at: int) -> None:
    """Put a pair that has no round into one."""
    _note(board, pair)
    board.round_of[pair] = at
    for person in plan.ends[pair]:
        board.meets[person, at] = pair
        board.meetings[person] += 1
    board.taken[0, at] += 1
    board.taken[1, at] += plan.needs[pair]
    board.placed[0] += plan.weight[pair]


@compiled
def leave(plan: Plan, board: Board, pair: int) -> None:
    """Take a pair out of its round."""
    _note(board, pair)
    at = board.round_of[pair]
    board.round_of[pair] = -1
    for person in plan.ends[pair]:
        board.meets[person, at] = -1
        board.meetings[person] -= 1
    board.taken[0, at] -= 1
    board.taken[1, at] -= plan.needs[pair]
    board.placed[0] -= plan.weight[pair]


@compiled
def _note(board: Board, pair: int) -> None:
    board.journal[board.tally[0], 0] = pair
    board.journal[board.tally[0], 1] = board.round_of[pair]
    board.tally[0] += 1


@compiled
def rewind(plan: Plan, board: Board, entries: int) -> None:
    """Undo, latest first, all that was done since the journal had so many entries."""
    while board.tally[0] > entries:
        entry = board.tally[0] - 1
        pair, was = board.journal[entry]
        if was < 0:
            leave(plan, board, pair)
        else:
            enter(plan, board, pair, was)
        board.tally[0] = entry


@compiled
def _place_by_swap(plan: Plan, board: Board, pair: int, idle: int, busy: int) -> bool:
    """Place a pair in a round in which one side is free, once the other's meeting has moved elsewhere."""
    for here in range(plan.tables.shape[1]):
        if board.meets[busy, here] < 0 or not plan.open[busy, here] or not free(plan, board, idle, here):
            continue
        for there in range(plan.tables.shape[1]):
            entries = board.tally[0]
            links = chain_from(plan, board, busy, here, there)
            if links:
                swap(plan, board, links, here, there)
                full = excess(plan, board, here) or excess(plan, board, there)
                if not full and _suits(plan, board, pair, here):
                    enter(plan, board, pair, here)
                    return True
                rewind(plan, board, entries)
    return False


@compiled
def chain_from(plan: Plan, board: Board, start: int, here: int, there: int) -> int:
    """Follow the pairs met `here` and `there` in turn, from someone idle `there`, into `board.chain`; how many.

    None where an end is too far or may not change rounds. Whether there are tables is for the caller: see `excess`.
    """
    person, at, to, links = start, here, there, 0
    if board.meets[start, there] >= 0 or not plan.open[start, there]:
        return 0
    if in_a_row(board, start, there, here) > plan.in_a_row:
        return 0
    while board.meets[person, at] >= 0:
        if links == len(board.chain):
            return 0
        pair = board.meets[person, at]
        board.chain[links] = pair
        links += 1
        board.tally[1] += 1
        person = plan.ends[pair, 0] + plan.ends[pair, 1] - person
        at, to = to, at
    may_end = plan.open[person, at] and in_a_row(board, person, at, to) <= plan.in_a_row
    return links if may_end else 0


@compiled
def swap(plan: Plan, board: Board, links: int, here: int, there: int) -> None:
    """Move the pairs of the chain last followed to the other of its two rounds."""
    for link in range(links):
        leave(plan, board, board.chain[link])
    for link in range(links):
        enter(plan, board, board.chain[link], here if link % 2 else there)


@compiled
def excess(plan: Plan, board: Board, at: int) -> int:
    """How many pairs a round has beyond its tables, and beyond its accessible ones."""
    return max(0, board.taken[0, at] - plan.tables[0, at]) + max(0, board.taken[1, at] - plan.tables[1, at])

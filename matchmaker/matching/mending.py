"""What colouring leaves undone: rounds of uneven size, and pairs without a round.

Two rounds are evened out by swaps along chains (de Werra 1971, McDiarmid 1972). A pair without a round displaces others,
which are placed anew; of all the states on that walk the one that leaves out the least weight is kept.
"""

import numpy as np

from matchmaker.matching.colouring import (
    JOURNAL_MOST,
    Board,
    Plan,
    Reals,
    chain_from,
    enter,
    excess,
    has_table,
    in_a_row,
    leave,
    place,
    rewind,
    swap,
)
from matchmaker.matching.jit import compiled
from matchmaker.matching.roster import Ints

LOOSE_MOST = 12
STEPS_MOST = 150
IN_VAIN_MOST = 400
EFFORT_MOST = 5_000_000
TRIAL_LINKS = 8  # to try a round takes as long as to follow so many links
LOOKED_AT_MOST = 64
LEAST_GAIN = 1e-7
NOISE = 4_096


@compiled
def level(plan: Plan, board: Board) -> None:
    """Even out the rounds, and bring each to its tables, by swaps along chains, until none helps (at most R sweeps)."""
    rounds = plan.tables.shape[1]
    for _ in range(rounds):
        changed = False
        for here in range(rounds):
            for there in range(rounds):
                if here != there:
                    changed |= _level_two(plan, board, here, there)
        if not changed:
            return


@compiled
def _level_two(plan: Plan, board: Board, here: int, there: int) -> bool:
    """Swap the chains that begin `here`, where that brings the two rounds nearer to each other; whether any was."""
    changed = False
    for person in range(len(plan.open)):
        before = _unevenness(plan, board, here, there)
        if not before[0] and board.taken[0, here] <= board.taken[0, there] + 1:
            break
        board.tally[0] = 0
        links = chain_from(plan, board, person, here, there)
        if links % 2 or (links and before[0]):  # a chain of even length only helps where accessible tables are short
            swap(plan, board, links, here, there)
            if _unevenness(plan, board, here, there) < before:
                changed = True
            else:
                rewind(plan, board, 0)
    return changed


@compiled
def _unevenness(plan: Plan, board: Board, here: int, there: int) -> tuple[int, int]:
    """Pairs without a table in two rounds, then how many pairs more one has than the other."""
    return excess(plan, board, here) + excess(plan, board, there), abs(board.taken[0, here] - board.taken[0, there])


@compiled
def mend(plan: Plan, board: Board, pairs: Ints, starts: Ints, incident: Ints, noise: Reals) -> None:
    """Find rounds for those of `pairs` that have none, in this order and again, at the expense of lighter ones.

    A person's pairs are `incident[starts[person] : starts[person + 1]]`. It ends when all have a round, when up to 400 walks
    in a row (8 a pair) were in vain, or after the work of 5 million links followed. `noise` is in [0, 1) and at least twice
    as long as a walk has steps; each walk reads it from another place.
    """
    walks, before, vain = 0, -1, 0
    board.tally[1] = 0
    while before < walks:
        before = walks
        for pair in pairs:
            if board.round_of[pair] < 0:
                walks += 1
                gained = _walk(plan, board, pair, starts, incident, noise[walks % (len(noise) // 2) :])
                vain = 0 if gained else vain + 1
                if vain == min(IN_VAIN_MOST, 8 * len(pairs)) or board.tally[1] > EFFORT_MOST:
                    return


@compiled
def _walk(plan: Plan, board: Board, pair: int, starts: Ints, incident: Ints, noise: Reals) -> bool:
    """Place a pair, then what it displaced, and so on; keep the state of the most weight. Whether it is more than before.

    Half of the walks also insist, more or less often, on pairs of people whom they set free.
    """
    loose = np.full((LOOSE_MOST, 2), -1)  # pairs without a round, and the round each was displaced from
    count, kept = _push(loose, 0, pair, -1), 0
    board.tally[0] = 0
    most = board.placed[0] + LEAST_GAIN
    insisting = 2 * noise[0] - 1
    for step in range(min(STEPS_MOST, len(incident) + 10)):
        count -= 1
        pair, left = loose[count]
        if board.round_of[pair] < 0 and not place(plan, board, pair):
            at = _cheapest_round(plan, board, pair, left, loose, count, noise[step:])
            if at >= 0:
                before, count = count, _make_way(plan, board, pair, at, loose, count)
                enter(plan, board, pair, at)
                count = _invite(plan, board, loose, before, count, starts, incident, noise[step] < insisting)
        if board.placed[0] > most:
            most, kept = board.placed[0] + LEAST_GAIN, board.tally[0]
        if count == 0 or board.tally[0] > JOURNAL_MOST // 2:
            break
    rewind(plan, board, kept)
    return kept > 0


@compiled
def _invite(
    plan: Plan, board: Board, loose: Ints, before: int, count: int, starts: Ints, incident: Ints, insist: bool
) -> int:
    """Place other pairs of those just displaced, or add them to the loose pairs if they `insist`; how many are loose now."""
    for displaced in loose[before:count, 0]:
        for person in plan.ends[displaced]:
            for pair in incident[starts[person] : starts[person + 1]]:
                waiting = board.round_of[pair] < 0 and pair != displaced and board.tally[0] < JOURNAL_MOST // 2
                if waiting and not place(plan, board, pair) and insist and count < len(loose):
                    count = _push(loose, count, pair, -1)
    return count


@compiled
def _push(loose: Ints, count: int, pair: int, left: int) -> int:
    loose[count, 0] = pair
    loose[count, 1] = left
    return count + 1


@compiled
def _cheapest_round(plan: Plan, board: Board, pair: int, left: int, loose: Ints, count: int, noise: Reals) -> int:
    """The round in which a pair displaces the least weight, give or take chance, but not the one it `left`; -1 for none."""
    best, least = -1, np.inf
    for at in range(plan.tables.shape[1]):
        if at == left:
            continue
        board.tally[1] += TRIAL_LINKS
        entries, before = board.tally[0], board.placed[0]
        possible = _make_way(plan, board, pair, at, loose, count) >= 0
        weight = (before - board.placed[0]) * (0.5 + noise[at])
        rewind(plan, board, entries)
        if possible and weight < least:
            best, least = at, weight
    return best


@compiled
def _make_way(plan: Plan, board: Board, pair: int, at: int, loose: Ints, count: int) -> int:
    """Take out, and add to the `count` loose pairs, all that keeps a pair from a round; how many are loose now, or -1."""
    for person in plan.ends[pair]:
        if not plan.open[person, at]:
            return -1
        while board.meets[person, at] >= 0 or in_a_row(board, person, at, at) > plan.in_a_row:
            when = at
            if board.meets[person, at] < 0:
                when = at - 1 if at and board.meets[person, at - 1] >= 0 else at + 1
            count = _take_out(plan, board, board.meets[person, when], loose, count)
            if count < 0:
                return -1
        if board.meetings[person] >= plan.most[person]:
            return -1
    while not has_table(plan, board, pair, at):
        only_needing = plan.needs[pair] and board.taken[1, at] >= plan.tables[1, at]
        count = _take_out(plan, board, _lightest(plan, board, at, only_needing), loose, count)
        if count < 0:
            return -1
    return count


@compiled
def _take_out(plan: Plan, board: Board, pair: int, loose: Ints, count: int) -> int:
    """Leave a pair without a round; how many are loose now, or -1 where there is no such pair or no room for it."""
    if pair < 0 or count == len(loose):
        return -1
    count = _push(loose, count, pair, board.round_of[pair])
    leave(plan, board, pair)
    return count


@compiled
def _lightest(plan: Plan, board: Board, at: int, only_needing: bool) -> int:
    """The lightest of some 64 pairs of a round, or of those that need an accessible table; -1 if it has none."""
    people, best, seen = len(plan.open), -1, 0
    for step in range(people):
        pair = board.meets[(board.tally[1] + step) % people, at]
        if pair >= 0 and (plan.needs[pair] or not only_needing):
            seen += 1
            if best < 0 or plan.weight[pair] < plan.weight[best]:
                best = pair
        if seen == LOOKED_AT_MOST:
            break
    return best

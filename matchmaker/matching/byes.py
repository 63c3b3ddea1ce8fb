"""Who would sit out gets someone new; a bye goes to whom it has gone least; or the odd one joins a pair (F33, F41)."""

from collections.abc import Iterator

import numpy as np
import rustworkx

from matchmaker.matching.colouring import (
    Board,
    Mask,
    Plan,
    Reals,
    both,
    enter,
    excess,
    free,
    has_table,
    incident_pairs,
    leave,
    place_all,
    rewind,
)
from matchmaker.matching.jit import compiled
from matchmaker.matching.mending import NOISE, mend
from matchmaker.matching.roster import Ints

IDLE_MOST = 300
SEEN_MOST = 2_000
VALUE_STEPS = 10_000


def sitting_out(plan: Plan, board: Board) -> Ints:
    """`(b, 2)`: person and round of the byes: there, idle, might have met a candidate who is there too, and owed a meeting.

    Nobody has more byes than meetings too few; of more such rounds the earliest count.
    """
    could = np.zeros(plan.open.shape, bool)
    for one, other in ((0, 1), (1, 0)):
        np.logical_or.at(could, plan.ends[:, one], plan.open[plan.ends[:, other]])
    byes = could & idle_rounds(plan, board)
    owed = meetings_due(plan) - board.meetings
    return np.argwhere(byes & (byes.cumsum(axis=1) <= owed[:, None]))


def idle_rounds(plan: Plan, board: Board) -> Mask:
    """`(n, R)`: who is there in a round, idle, and not due for a break."""
    busy = board.meets >= 0
    before, after = np.zeros(busy.shape, np.int64), np.zeros(busy.shape, np.int64)
    for at in range(1, busy.shape[1]):
        before[:, at] = (before[:, at - 1] + 1) * busy[:, at - 1]
        after[:, -at - 1] = (after[:, -at] + 1) * busy[:, -at]
    return plan.open & ~busy & (before + 1 + after <= plan.in_a_row)


def meetings_due(plan: Plan) -> Ints:
    """`(n,)`: how many meetings each wants, and at most can have, where they are and with their breaks."""
    possible, run = np.zeros((2, len(plan.open)), np.int64)
    for there in plan.open.T:
        meets = there & (run < plan.in_a_row)
        possible += meets
        run = (run + 1) * meets
    return np.minimum(plan.most, possible)


def fill_up(plan: Plan, board: Board, *, pinned: Mask, byes: Ints, rng: np.random.Generator) -> None:
    """Give idle people someone new of the candidates, then move byes to those with the fewest, counting earlier `byes` `(n,)`.

    To have more people busy comes before weight: any pair counts for at least half as much as any other.
    """
    plan = plan._replace(most=meetings_due(plan), weight=1 + plan.weight)
    byes = byes + plan.most
    for at in range(plan.open.shape[1]):
        _pair_idle(plan, board, at, byes - board.meetings)
    starts, incident = incident_pairs(plan.ends, len(byes))
    wanting = idle_rounds(plan, board) & (board.meetings < plan.most)[:, None]
    if (wanting.sum(axis=0) > 1).any():
        mend(plan, board, _spare(plan, board), starts, incident, rng.random(NOISE))
    people = np.lexsort((rng.permutation(len(byes)), board.meetings - byes))
    _share(plan, board, starts, incident, pinned, byes, people)
    place_all(plan, board, _spare(plan, board))


def fill_gaps(plan: Plan, board: Board, *, pinned: Mask, byes: Ints, whose: Ints, share: bool) -> None:
    """Pair idle people with each other and, where `share`, give those `whose` turn it is the place of who has fewer byes.

    Unlike `fill_up` it moves nobody for weight alone. `byes` `(n,)` are those of before.
    """
    plan = plan._replace(most=meetings_due(plan), weight=1 + plan.weight)
    byes = byes + plan.most
    for at in range(plan.open.shape[1]):
        _pair_idle(plan, board, at, byes - board.meetings)
    if share:
        starts, incident = incident_pairs(plan.ends, len(byes))
        _share(plan, board, starts, incident, pinned, byes, whose)


def _spare(plan: Plan, board: Board) -> Ints:
    """Candidate pairs without a round of two who both want another meeting, the heaviest first."""
    wanting = board.meetings < plan.most
    spare = np.flatnonzero(both(wanting, plan.ends) & (board.round_of < 0))
    return spare[np.argsort(-plan.weight[spare], kind="stable")]


def _pair_idle(plan: Plan, board: Board, at: int, byes: Ints) -> None:
    """Pair as many as possible of those idle in a round, first who sat out most, then by weight (Edmonds 1965)."""
    idle = idle_rounds(plan, board)[:, at] & (board.meetings < plan.most)
    pairs = np.flatnonzero(both(idle, plan.ends) & (board.round_of < 0))
    if idle.sum() > IDLE_MOST:
        return
    rows, ends = np.unique(plan.ends[pairs], return_inverse=True)
    worth = np.round(plan.weight[pairs] * VALUE_STEPS) + byes[plan.ends[pairs]].sum(axis=1) * VALUE_STEPS * len(rows)
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(rows.tolist())
    for (one, other), value, pair in zip(ends.reshape(-1, 2).tolist(), worth.tolist(), pairs.tolist(), strict=True):
        graph.add_edge(one, other, (int(value), pair))
    matched = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=lambda edge: edge[0])
    for _, pair in sorted((graph.get_edge_data(*nodes) for nodes in matched), reverse=True):
        if has_table(plan, board, pair, at):
            board.tally[0] = 0
            enter(plan, board, pair, at)


@compiled
def _share(plan: Plan, board: Board, starts: Ints, incident: Ints, pinned: Mask, byes: Ints, people: Ints) -> None:
    """Pass byes on until no one has two more than someone they can pass one to; `byes` `(n,)`, without any meeting."""
    for _ in range(2 * plan.open.shape[1]):
        changed = False
        for person in people:
            for at in range(plan.open.shape[1]):
                if board.meetings[person] < plan.most[person] and free(plan, board, person, at):
                    changed |= _pass_on(plan, board, starts, incident, pinned, byes, person, at)
        if not changed:
            return


@compiled
def _pass_on(
    plan: Plan, board: Board, starts: Ints, incident: Ints, pinned: Mask, byes: Ints, person: int, at: int
) -> bool:
    """Give an idle person a partner in a round, whose own partner gets another, and so on; whether it was done.

    Such a path ends with someone idle, or with someone who sits out instead, having had fewer byes: the fewest, then who has
    most meetings, then where it costs the least weight. Up to 2,000 people are looked at.
    """
    queue, gain = np.empty(SEEN_MOST, np.int64), np.zeros(SEEN_MOST)
    came = np.empty((SEEN_MOST + 1, 3), np.int64)  # from whom in the queue, by which pair, in place of which
    seen = np.zeros(len(plan.open), np.bool_)
    queue[0], seen[person] = person, True
    length, head, best = 1, 0, 0
    while head < length:
        one = queue[head]
        for pair in incident[starts[one] : starts[one + 1]]:
            other = plan.ends[pair, 0] + plan.ends[pair, 1] - one
            if board.round_of[pair] >= 0 or other == person:
                continue
            old = board.meets[other, at]
            came[length, 0], came[length, 1], came[length, 2] = head, pair, old
            if old < 0:
                wants = board.meetings[other] < plan.most[other] and free(plan, board, other, at)
                if wants and _turn(plan, board, came, length, at):
                    return True
                continue
            rival = plan.ends[old, 0] + plan.ends[old, 1] - other
            if seen[rival] or pinned[old] or length == SEEN_MOST or _leads_over(came, head, old):
                continue
            seen[rival] = True
            queue[length] = rival
            gain[length] = gain[head] + plan.weight[pair] - plan.weight[old]
            if _fairer(board, byes, queue, gain, length, best):
                best = length
            length += 1
        head += 1
    return best > 0 and _turn(plan, board, came, best, at)


@compiled
def _leads_over(came: Ints, last: int, old: int) -> bool:
    """Whether a pair is given up on the path already."""
    while last > 0:
        if came[last, 2] == old:
            return True
        last = came[last, 0]
    return False


@compiled
def _fairer(board: Board, byes: Ints, queue: Ints, gain: Reals, last: int, best: int) -> bool:
    """Whether who comes last in the queue may take over the bye of who comes first, rather than the best so far."""
    had = byes[queue[last]] - board.meetings[queue[last]]
    if had + 2 > byes[queue[0]] - board.meetings[queue[0]]:
        return False
    had_best = byes[queue[best]] - board.meetings[queue[best]]
    return (had, -board.meetings[queue[last]], -gain[last]) < (had_best, -board.meetings[queue[best]], -gain[best])


@compiled
def _turn(plan: Plan, board: Board, came: Ints, last: int, at: int) -> bool:
    """Give up the old pairs of a path and take its new ones; false, and nothing is done, where that lacks a table."""
    board.tally[0] = 0
    link = last
    while link > 0:
        if came[link, 2] >= 0:
            leave(plan, board, came[link, 2])
        link = came[link, 0]
    link = last
    while link > 0:
        enter(plan, board, came[link, 1], at)
        link = came[link, 0]
    lacking = excess(plan, board, at) > 0
    if lacking:
        rewind(plan, board, 0)
    return not lacking


def join(
    plan: Plan,
    board: Board,
    *,
    needs_accessible: Mask,
    byes: Ints,
    rng: np.random.Generator,
    joined: Ints | None = None,
) -> Ints:
    """`(m,)`: who joins a pair as the odd one, -1 for nobody; those with the most byes first, counting earlier `byes` `(n,)`.

    A trio is of three who may all meet: rather those who have not met yet, then those of the most mutual value. None meets
    twice. It counts as one meeting of who joins. `joined` `(m,)` are those who have joined already, who stay.
    """
    third = np.full(len(plan.ends), -1) if joined is None else joined.copy()
    met, trios = board.round_of >= 0, set()
    due = meetings_due(plan)
    starts, incident = incident_pairs(plan.ends, len(plan.open))
    odd = sitting_out(plan, board)
    for person, at in odd[np.lexsort((rng.permutation(len(odd)), -byes[odd[:, 0]]))].tolist():
        needs = needs_accessible[person]
        if board.meetings[person] == due[person] or not free(plan, board, person, at):
            continue
        choices = []
        for pair, *new in _joinable(plan, board, incident[starts[person] : starts[person + 1]], person, at):
            trio = frozenset((person, *plan.ends[pair].tolist()))
            seated = plan.needs[pair] or not needs or board.taken[1, at] < plan.tables[1, at]
            if seated and third[pair] < 0 and trio not in trios:
                choices.append((-met[new].sum(), plan.weight[[pair, *new]].sum(), pair, new, trio))
        if choices:
            *_, pair, new, trio = max(choices, key=lambda choice: choice[:2])
            third[pair] = person
            trios.add(trio)
            met[new] = True
            board.taken[1, at] += needs and not plan.needs[pair]
            board.meets[person, at] = pair
            board.meetings[person] += 1
    return third


def _joinable(plan: Plan, board: Board, candidates: Ints, person: int, at: int) -> Iterator[tuple[int, int, int]]:
    """The pairs of a round of whom both may meet someone, and the candidate pairs they would make with them."""
    partners = dict(zip((plan.ends[candidates].sum(axis=1) - person).tolist(), candidates.tolist(), strict=True))
    for one, with_one in partners.items():
        pair = int(board.meets[one, at])
        if pair >= 0 and plan.ends[pair, 0] == one and plan.ends[pair, 1] in partners:
            yield pair, with_one, partners[plan.ends[pair, 1]]

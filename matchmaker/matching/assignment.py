"""Who is paired with whom: a b-matching (each person at most their quota) near the greatest weight, promises kept first.

Guided by prices: take edges in order of what they are worth beyond the prices of their two people, then repair along alternating
paths, shortest first by what the prices say they lose (Dijkstra on person and parity: Edmonds 1965 and Gabow 1983 for the paths,
Johnson 1977 for the potentials). A path begins where someone has room, and ends where someone else has, or gives one up.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.jit import compiled
from matchmaker.matching.network import Doubles, Index, Network
from matchmaker.matching.prices import reduced_of
from matchmaker.matching.roster import Ints

Mask = NDArray[np.bool_]
GAIN_LEAST = 1e-9
VISITS_MAX = 4_000
VISITS_COVER_MAX = 1_000_000  # until a way is found; then so many as elsewhere, for a better one
NEAR = 1e-3
TURNS_EACH_MAX = 20


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What people want: most `quota` and least `least` introductions, `(n,)` each; `allowance` is how much weight may be given
    up for each missing one."""

    quota: Ints
    least: Ints
    allowance: float


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """`chosen` `(m,)`: which edges; and what the dial's ends come to: without promises, and with promises at any price."""

    chosen: Mask
    best_scores: Mask
    nobody_left_out: Mask


def assign(network: Network, demand: Demand, price: Doubles, rng: np.random.Generator) -> Assigned:
    """Nobody exceeds their quota; ties between equals fall by `rng`."""
    reduced = reduced_of(network, price)
    shuffled = rng.permutation(len(reduced))
    order = shuffled[np.argsort(-reduced[shuffled], kind="stable")]
    plan = _Plan(network, demand, price, reduced)
    plan.take(order[reduced[order] > -NEAR])
    plan.improve(plan.nothing)
    plan.take(order)
    plan.improve(plan.nothing)
    chosen = best_scores = plan.chosen.copy()
    if demand.allowance > 0:
        chosen = _with_promises(plan, order, demand.allowance)
    everyone = chosen if np.isinf(demand.allowance) else _with_promises(plan, order, np.inf)
    return Assigned(chosen=chosen, best_scores=best_scores, nobody_left_out=everyone)


def _with_promises(plan: "_Plan", order: Ints, allowance: float) -> Mask:
    """The plan's edges when missing introductions were made up for, each for so much weight at most."""
    if plan.cover(allowance):
        plan.improve(plan.least)
        plan.take(order)
    return plan.chosen.copy()


class _Plan:
    """A b-matching under repair."""

    def __init__(self, network: Network, demand: Demand, price: Doubles, reduced: Doubles) -> None:
        people = len(network)
        self.network, self.demand, self.price, self.reduced = network, demand, price, reduced
        self.chosen = np.zeros(len(reduced), np.bool_)
        self.count = np.zeros(people, np.int64)
        self.nothing = np.zeros(people, np.int64)
        self.least = np.minimum(np.minimum(demand.least, demand.quota), np.diff(network.starts))

    def take(self, order: Ints) -> None:
        """Take every edge that still fits, in order."""
        _take(order, self.network.first, self.network.second, self.network.weight, self.demand.quota,
              self.chosen, self.count)  # fmt: skip

    def improve(self, least: Ints) -> None:
        """Turn paths that gain, from those with room for whom the prices promise something."""
        room = np.flatnonzero((self.count < self.demand.quota) & (self.price > GAIN_LEAST))
        begins = room[np.argsort(-self.price[room], kind="stable")]
        self._turn(begins, least, -GAIN_LEAST, VISITS_MAX)

    def cover(self, allowance: float) -> int:
        """Turn the cheapest path for each introduction that someone is promised and lacks; gives how many."""
        missing = np.maximum(self.least - self.count, 0)
        begins = np.repeat(np.arange(len(missing)), missing)
        return self._turn(begins, self.least, allowance, VISITS_COVER_MAX)

    def _turn(self, begins: Ints, least: Ints, spend: float, visits_max: int) -> int:
        network = self.network
        return _turn_paths(
            begins,
            least,
            spend,
            visits_max,
            network.starts,
            network.edge,
            network.neighbour,
            self.reduced,
            self.price,
            self.demand.quota,
            self.chosen,
            self.count,
        )


@compiled
def _take(order: Ints, first: Index, second: Index, weight: Doubles, quota: Ints, chosen: Mask, count: Ints) -> None:
    """Choose each edge of some weight that fits, in order; in place."""
    for edge in order:
        one, other = first[edge], second[edge]
        if not chosen[edge] and weight[edge] > 0 and count[one] < quota[one] and count[other] < quota[other]:
            chosen[edge] = True
            count[one] += 1
            count[other] += 1


@compiled
def _turn_paths(
    begins: Ints,
    least: Ints,
    spend: float,
    visits_max: int,
    starts: Ints,
    edge: Index,
    neighbour: Index,
    reduced: Doubles,
    price: Doubles,
    quota: Ints,
    chosen: Mask,
    count: Ints,
) -> int:
    """From each of `begins`, turn the path that gains most, if it loses at most `spend`; in place; gives how many.

    Nobody gives one up who has no more than `least`. Where paths may only gain, whoever gave one up begins in turn.
    """
    people = quota.size
    distance = np.full(2 * people, np.inf)
    came_from = np.full(2 * people, -1, np.int64)
    came_by = np.full(2 * people, -1, np.int64)
    dearest = 0.0
    for row in range(people):
        if count[row] < quota[row]:
            dearest = max(dearest, price[row])
    queue = list(begins)
    turned, at = 0, 0
    while at < len(queue) and at < TURNS_EACH_MAX * people:
        begin = queue[at]
        at += 1
        if count[begin] >= (least[begin] if spend > 0 else quota[begin]):
            continue
        end, reached = _search(begin, least, spend, visits_max, dearest, starts, edge, neighbour, reduced, price, quota,
                                chosen, count, distance, came_from, came_by)  # fmt: skip
        if end >= 0:
            for step in _path_to(end, came_from, came_by):
                chosen[step] = not chosen[step]
            count[begin] += 1
            count[end // 2] += 1 if end % 2 else -1
            turned += 1
            if spend <= 0:
                queue.append(begin)
                if end % 2 == 0 and price[end // 2] > GAIN_LEAST:
                    queue.append(end // 2)
                    dearest = max(dearest, price[end // 2])
        for state in reached:
            distance[state] = np.inf
            came_from[state] = came_by[state] = -1
    return turned


@compiled
def _search(
    begin: int,
    least: Ints,
    spend: float,
    visits_max: int,
    dearest: float,
    starts: Ints,
    edge: Index,
    neighbour: Index,
    reduced: Doubles,
    price: Doubles,
    quota: Ints,
    chosen: Mask,
    count: Ints,
    distance: Doubles,
    came_from: Ints,
    came_by: Ints,
) -> tuple[int, list[int]]:
    """Where the path from `begin` ends that loses least (below zero gains), and all states reached; -1 if none loses less than
    `spend`.

    State `2 * person` is someone who lacks one, `2 * person + 1` someone who has one more than before.
    """
    own = price[begin]
    best, best_end = spend, -1
    distance[2 * begin] = 0.0
    reached = [2 * begin]
    heap = [(0.0, 2 * begin)]
    visits = 0
    while len(heap) > 0 and visits < visits_max:
        so_far, state = heapq.heappop(heap)
        if so_far > distance[state]:
            continue
        if so_far - own - dearest >= best:
            break
        visits += 1
        person = state // 2
        lacks = state % 2 == 0
        if lacks:
            ending = so_far - own + price[person]
            may_end = person != begin and count[person] > least[person]
        else:
            ending = so_far - own - price[person]
            may_end = count[person] + (2 if person == begin else 1) <= quota[person]
        if may_end and ending < best and len(_path_to(state, came_from, came_by)) > 0:
            if best_end < 0:
                visits_max = min(visits_max, visits + VISITS_MAX)
            best, best_end = ending, state
        for position in range(starts[person], starts[person + 1]):
            step = edge[position]
            if chosen[step] == lacks:
                continue
            then = so_far + max(0.0, -reduced[step] if lacks else reduced[step])
            onto = 2 * neighbour[position] + (1 if lacks else 0)
            if then < distance[onto]:
                if distance[onto] == np.inf:
                    reached.append(onto)
                distance[onto] = then
                came_from[onto] = state
                came_by[onto] = step
                heapq.heappush(heap, (then, onto))
    return best_end, reached


@compiled
def _path_to(end: int, came_from: Ints, came_by: Ints) -> list[int]:
    """The edges from the beginning to an end, last first; none where one would be turned twice."""
    path = [0 for _ in range(0)]
    state = end
    while came_from[state] >= 0:
        step = came_by[state]
        for earlier in path:
            if earlier == step:
                return path[:0]
        path.append(step)
        state = came_from[state]
    return path

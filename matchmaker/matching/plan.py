"""The plan: the pairs that together are worth most to the room, promises kept, and a proven bound on what any could be worth.

Candidates → prices → assignment; in a large room the candidates are then sought again at those prices, which finds the pairs
that were cut away and proves the bound over all pairs. The organiser's pins and mutual wishes come before all that.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from matchmaker.matching import candidates, exact
from matchmaker.matching.assignment import Demand, Mask, assign
from matchmaker.matching.candidates import Edges, Room, every_candidate, merged, scan, special_edges
from matchmaker.matching.network import Doubles, network_of
from matchmaker.matching.prices import bound_of, excess_of, prices_of
from matchmaker.matching.roster import Ints
from matchmaker.matching.spread import scan_spread
from matchmaker.matching.vectors import Progress

LARGE_PEOPLE = 30_000
WIDENED_MAX = 1_500
SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Candidate `edges` and which of them are `chosen` `(m,)`; `price` `(n,)` is what a place with someone is worth.

    `objective` is the weight of what is chosen, `upper_bound` what no allowed plan can exceed; `best_scores` and
    `nobody_left_out` are the dial's two ends. `over_quota` are pins there was no room for.
    """

    edges: Edges
    chosen: Mask
    forced: Mask
    price: Doubles
    objective: float
    upper_bound: float
    best_scores: Mask
    nobody_left_out: Mask
    over_quota: Edges


def best_plan(room: Room, rng: np.random.Generator, progress: Progress, *, backend: str | None = None) -> Plan:
    """The plan of a room; the same for the same room and `rng`, for any number of threads, or workers of a joblib `backend`."""
    forced, over_quota, special = _forced(room, rng)
    draft = _Draft(room, forced, special, backend)
    draft.gather(progress)
    progress("assignment", 0.0)
    draft.assign(rng)
    draft.widen(rng)
    draft.prove()
    return draft.plan(over_quota)


def _forced(room: Room, rng: np.random.Generator) -> tuple[Edges, Edges, Edges]:
    """The pairs that are settled beforehand: pins, then mutual wishes, as quotas allow; pins over quota; other special pairs."""
    edges, which = special_edges(room)
    special, quota = room.rules.special, room.rules.quota.copy()
    taken = np.zeros(len(edges), np.bool_)
    for flagged in (special.pinned[which], special.wished[which] & ~special.pinned[which]):
        rows = np.flatnonzero(flagged)
        some = edges.take(rows)
        network = network_of(some.first, some.second, some.weight + FORCED_WEIGHT, len(quota))
        demand = Demand(quota=quota, least=np.zeros_like(quota), allowance=0.0)
        kept = rows[assign(network, demand, prices_of(network, quota), rng).chosen]
        taken[kept] = True
        quota -= degrees(edges.take(kept), len(quota))
    pins_left = special.pinned[which] & ~taken
    return edges.take(taken), edges.take(pins_left), edges.take(~taken & ~pins_left)


FORCED_WEIGHT = np.float32(1.0)


def degrees(edges: Edges, people: int) -> Ints:
    """`(n,)`: in how many of the edges each person is."""
    return np.bincount(np.concatenate([edges.first, edges.second]), minlength=people)


class _Draft:
    """A plan in the making: the free edges, whatever was proven of them, and what is chosen so far."""

    def __init__(self, room: Room, forced: Edges, special: Edges, backend: str | None) -> None:
        self.room, self.forced, self.special = room, forced, special
        self.scan = scan if backend is None else partial(scan_spread, backend=backend)
        settled = degrees(forced, len(room))
        self.demand = Demand(
            quota=np.maximum(room.rules.quota - settled, 0),
            least=np.maximum(room.rules.least - settled, 0),
            allowance=np.inf if room.rules.inclusion == 1 else room.rules.inclusion,
        )
        self.bound = np.inf
        self.complete = np.full(len(room), len(room) <= candidates.EVERY_PAIR_PEOPLE_MAX)

    def gather(self, progress: Progress) -> None:
        """Candidates and prices; of a large room the candidates again at those prices, once or twice."""
        if self.complete.all():
            edges, _ = every_candidate(self.room, np.arange(len(self.room)), progress)
            self._hold(edges)
            self.price = prices_of(self.network, self.demand.quota)
            self.bound = bound_of(self.network, self.demand.quota, self.price)
            return
        best_each = max(candidates.BEST_EACH, 4 * int(self.demand.quota.max(initial=0)))
        self._hold(self.scan(self.room, np.zeros(len(self.room), np.float32), best_each, progress).edges)
        self.price = prices_of(self.network, self.demand.quota)
        for _ in range(2 if len(self.room) > LARGE_PEOPLE else 1):
            self._priced_pass(best_each, progress)

    def _priced_pass(self, best_each: int, progress: Progress) -> None:
        """Seek candidates at the present prices: a bound over all pairs, and edges that were cut away."""
        price = self.price.astype(np.float32)
        found = self.scan(self.room, price, best_each, progress)
        special = network_of(self.special.first, self.special.second, self.special.weight, len(self.room))
        beyond = found.excess + excess_of(special, price.astype(np.float64))
        self.bound = min(self.bound, float(self.demand.quota @ price.astype(np.float64)) + beyond)
        self._hold(merged([self.edges, found.edges], len(self.room)))
        self.price = prices_of(self.network, self.demand.quota, warm=self.price)

    def _hold(self, edges: Edges) -> None:
        people = len(self.room)
        self.edges = merged([edges, self.special], people)
        self.network = network_of(self.edges.first, self.edges.second, self.edges.weight, people)

    def assign(self, rng: np.random.Generator) -> None:
        """Choose; within organisations only from pairs that keep to the policy's number."""
        if self.room.rules.internal_most is not None:
            self._within_organisations(self.room.rules.internal_most, rng)
        self.assigned = assign(self.network, self.demand, self.price, rng)
        self.chosen = self.assigned.chosen
        if self.demand.allowance > 0:
            self.chosen = exact.most_promises(self.network, self.demand, self.price, self.chosen)

    def _within_organisations(self, most: int, rng: np.random.Generator) -> None:
        """Of pairs within an organisation keep a plan of their own, of so many each at most; the bound stays one over all."""
        organisation, edges = self.room.rules.organisation, self.edges
        within = (organisation[edges.first] == organisation[edges.second]) & (organisation[edges.first] >= 0)
        held = organisation[self.forced.first] == organisation[self.forced.second]
        held &= organisation[self.forced.first] >= 0
        quota = np.maximum(most - degrees(self.forced.take(held), len(self.room)), 0)
        rows = np.flatnonzero(within)
        network = network_of(edges.first[rows], edges.second[rows], edges.weight[rows], len(self.room))
        demand = Demand(quota=quota, least=np.zeros_like(quota), allowance=0.0)
        kept = rows[assign(network, demand, prices_of(network, quota), rng).chosen]
        within[kept] = False
        self.edges = edges.take(~within)
        self.network = network_of(self.edges.first, self.edges.second, self.edges.weight, len(self.room))

    def widen(self, rng: np.random.Generator) -> None:
        """While someone misses a promise though candidates were cut away, they get all of theirs, then those who are paired
        with whom they could have, and so on, until that helps or nobody's candidates are cut short who could make way."""
        widened, needy = 0, self._short()
        while needy.any() and self.demand.allowance > 0:
            rows = np.flatnonzero(needy & ~self.complete)[: WIDENED_MAX - widened]
            if len(rows):
                edges, _ = every_candidate(self.room, rows)
                self._hold(merged([self.edges, edges], len(self.room)))
                self.complete[rows], widened = True, widened + len(rows)
                self.assign(rng)
                needy = self._short()
            elif (wider := needy | self._in_the_way(needy)).sum() > needy.sum():
                needy = wider
            else:
                break

    def _short(self) -> Mask:
        """`(n,)`: those with fewer than promised, who might have more."""
        load = degrees(self.edges.take(self.chosen), len(self.room))
        known = np.diff(self.network.starts)
        return load < np.where(self.complete, np.minimum(self.demand.least, known), self.demand.least)

    def _in_the_way(self, needy: Mask) -> Mask:
        """`(n,)`: those who are paired with a candidate of the needy."""
        edges, pairs = self.edges, self.edges.take(self.chosen)
        wanted, rivals = np.zeros_like(needy), np.zeros_like(needy)
        wanted[edges.first[needy[edges.second]]] = wanted[edges.second[needy[edges.first]]] = True
        rivals[pairs.first[wanted[pairs.second]]] = rivals[pairs.second[wanted[pairs.first]]] = True
        return rivals

    def prove(self) -> None:
        """A small room's plan made the best, or the bound brought nearer."""
        self.chosen, self.bound = exact.proven(self.network, self.demand, self.price, self.chosen, self.bound)

    def plan(self, over_quota: Edges) -> Plan:
        """The plan with the settled pairs among its edges."""
        people = len(self.room)
        edges = merged([self.forced, self.edges], people)
        keys = edges.first * people + edges.second

        def among(some: Edges) -> Mask:
            return np.isin(keys, some.first * people + some.second)

        forced = among(self.forced)
        chosen, best_scores, everyone = (
            forced | among(self.edges.take(mask))
            for mask in (self.chosen, self.assigned.best_scores, self.assigned.nobody_left_out)
        )
        settled = float(self.forced.weight.astype(np.float64).sum())
        objective = float(edges.weight[chosen].astype(np.float64).sum())
        return Plan(
            edges=edges,
            chosen=chosen,
            forced=forced,
            price=self.price,
            objective=objective,
            upper_bound=max(objective, self.bound + settled + SLACK),
            best_scores=best_scores,
            nobody_left_out=everyone,
            over_quota=over_quota,
        )

"""The plan: the pairs that together are worth most to the room, promises kept, and a proven bound on what any could be worth.

Candidates → prices → assignment; in a large room the candidates are then sought again at those prices, which finds the pairs
that were cut away and proves the bound over all pairs. The organiser's pins and mutual wishes come before all that.
"""

from dataclasses import dataclass
from functools import partial
from operator import itemgetter

import numpy as np

from matchmaker.matching import exact
from matchmaker.matching.assignment import Assigned, Demand, Mask, assign
from matchmaker.matching.blossom import Within
from matchmaker.matching.candidates import scan
from matchmaker.matching.edges import Edges, merged
from matchmaker.matching.network import Doubles, Network, network_of
from matchmaker.matching.pairs import Room, every_candidate, special_edges
from matchmaker.matching.prices import bound_of, excess_of, prices_of
from matchmaker.matching.roster import Ints
from matchmaker.matching.spread import scan_spread
from matchmaker.matching.vectors import Progress

EVERY_PAIR_PEOPLE_MAX = 1_500
BEST_EACH = 48
PASSES_MAX = 6
MISSED_LEAST = 1e-4
WIDENED_MAX = 1_500
SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Candidate `edges` and which of them are `chosen` `(m,)`; `price` `(n,)` is what a place with someone is worth.

    `objective` is the weight of what is chosen, `upper_bound` what no allowed plan can exceed, whatever promises it keeps:
    the prices of `proof` `(n,)` prove it over all pairs, and in a small room branch and bound brings it nearer.
    `best_scores` and `nobody_left_out` are the dial's two ends.
    """

    edges: Edges
    chosen: Mask
    forced: Mask
    price: Doubles
    proof: Doubles
    objective: float
    upper_bound: float
    best_scores: Mask
    nobody_left_out: Mask


def best_plan(room: Room, rng: np.random.Generator, progress: Progress, *, backend: str | None = None) -> Plan:
    """The plan of a room; the same for the same room and `rng`, for any number of threads, or workers of a joblib `backend`."""
    forced, special = _forced(room, rng)
    draft = _Draft(room, forced, special, backend)
    draft.gather(progress)
    progress("assignment", 0.0)
    draft.assign(rng)
    draft.widen(rng)
    draft.prove()
    return draft.plan()


def _forced(room: Room, rng: np.random.Generator) -> tuple[Edges, Edges]:
    """The pairs that are settled beforehand, pins, then mutual wishes, as quotas allow; and the other special pairs."""
    edges, which = special_edges(room)
    special, quota = room.rules.special, room.rules.quota.copy()
    taken = np.zeros(len(edges), np.bool_)
    for flagged in (special.pinned[which], special.wished[which] & ~special.pinned[which]):
        rows = np.flatnonzero(flagged)
        some = edges.take(rows)
        network = network_of(some.first, some.second, some.weight.astype(np.float64) + FORCED_WEIGHT, len(quota))
        kept = rows[_planned(network, quota, rng)]
        taken[kept] = True
        quota -= degrees(edges.take(kept), len(quota))
    return edges.take(taken), edges.take(~taken)


FORCED_WEIGHT = 100.0  # so that as many as can be are settled, and only then their worth decides


def _planned(network: Network, quota: Ints, rng: np.random.Generator) -> Mask:
    """The edges of a plan of its own, without promises."""
    price, demand = prices_of(network, quota), Demand(quota=quota, least=np.zeros_like(quota), allowance=0.0)
    anywhere = Within(edges=np.zeros(len(network.weight), np.bool_), most=quota)
    return exact.most_valuable(network, demand, price, assign(network, demand, price, rng).chosen, anywhere)[0]


def degrees(edges: Edges, people: int) -> Ints:
    """`(n,)`: in how many of the edges each person is."""
    return np.bincount(np.concatenate([edges.first, edges.second]), minlength=people)


def _inner(edges: Edges, organisation: Ints) -> Mask:
    """`(m,)`: the edges within an organisation."""
    found: Mask = (organisation[edges.first] == organisation[edges.second]) & (organisation[edges.first] >= 0)
    return found


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
        inner = forced.take(_inner(forced, room.rules.organisation))
        self.inner_most = np.maximum((room.rules.internal_most or 0) - degrees(inner, len(room)), 0)
        self.bound = np.inf
        self.complete = np.full(len(room), len(room) <= EVERY_PAIR_PEOPLE_MAX)

    def gather(self, progress: Progress) -> None:
        """Candidates and prices; of a large room the candidates again at those prices, until nothing is missed."""
        if self.complete.all():
            edges, _ = every_candidate(self.room, np.arange(len(self.room)), progress)
            self._hold(edges)
            self.proof = self.price = prices_of(self.network, self.demand.quota)
            return
        best_each = max(BEST_EACH, 4 * int(self.demand.quota.max(initial=0)))
        nothing = np.zeros(len(self.room), np.float32)
        self._hold(self.scan(self.room, nothing, best_each, progress, counted=False).edges)
        self.proof = self.price = prices_of(self.network, self.demand.quota)
        for _ in range(PASSES_MAX):
            if self._priced_pass(best_each, progress) <= MISSED_LEAST * self.bound:
                break

    def _priced_pass(self, best_each: int, progress: Progress) -> float:
        """Seek candidates at the present prices: a bound over all pairs, and edges that were cut away; gives what these are
        worth beyond the prices."""
        price = self.price.astype(np.float32)
        found = self.scan(self.room, price, best_each, progress)
        special = network_of(self.special.first, self.special.second, self.special.weight, len(self.room))
        proof = price.astype(np.float64)
        self._prove(bound_of(special, self.demand.quota, proof) + found.excess, proof)
        missed = found.excess + excess_of(special, proof) - excess_of(self.network, proof)
        self._hold(merged([self.edges, found.edges], len(self.room)))
        self.price = prices_of(self.network, self.demand.quota, warm=self.price)
        return missed

    def _hold(self, edges: Edges) -> None:
        people, rules = len(self.room), self.room.rules
        self.edges = merged([edges, self.special], people)
        self.network = network_of(self.edges.first, self.edges.second, self.edges.weight, people)
        inner = _inner(self.edges, rules.organisation) & (rules.internal_most is not None)
        self.within = Within(edges=inner, most=self.inner_most)

    def assign(self, rng: np.random.Generator) -> None:
        """Choose; within organisations only from pairs that keep to the policy's number."""
        open_ = np.flatnonzero(self._open(rng))
        network = self.network if len(open_) == len(self.edges) else self._part(open_)
        found = assign(network, self.demand, self.price, rng)
        chosen, best_scores, everyone = np.zeros((3, len(self.edges)), np.bool_)
        chosen[open_], best_scores[open_], everyone[open_] = found.chosen, found.best_scores, found.nobody_left_out
        everyone = exact.most_promises(self.network, self.demand, self.price, everyone, self.within)
        if np.isinf(self.demand.allowance):
            chosen = everyone
        self.assigned = Assigned(chosen=chosen, best_scores=best_scores, nobody_left_out=everyone)

    def _open(self, rng: np.random.Generator) -> Mask:
        """`(m,)`: all pairs but those within an organisation, and of those a plan of their own, of so many each at most."""
        open_, inner = ~self.within.edges, np.flatnonzero(self.within.edges)
        if len(inner):
            quota = np.minimum(self.within.most, self.demand.quota)
            open_[inner[_planned(self._part(inner), quota, rng)]] = True
        return open_

    def _part(self, rows: Ints) -> Network:
        """The network of some of the edges."""
        edges = self.edges
        return network_of(edges.first[rows], edges.second[rows], edges.weight[rows], len(self.room))

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
        load = degrees(self.edges.take(self.assigned.chosen), len(self.room))
        known = np.diff(self.network.starts)
        return load < np.where(self.complete, np.minimum(self.demand.least, known), self.demand.least)

    def _in_the_way(self, needy: Mask) -> Mask:
        """`(n,)`: those who are paired with a candidate of the needy."""
        edges, pairs = self.edges, self.edges.take(self.assigned.chosen)
        wanted, rivals = np.zeros_like(needy), np.zeros_like(needy)
        wanted[edges.first[needy[edges.second]]] = wanted[edges.second[needy[edges.first]]] = True
        rivals[pairs.first[wanted[pairs.second]]] = rivals[pairs.second[wanted[pairs.first]]] = True
        return rivals

    def prove(self) -> None:
        """A small room's plan made the best, and the bound brought nearer."""
        if self.complete.all():
            self.assigned, bound = exact.proven(self.network, self.demand, self.price, self.assigned, self.within)
            self._prove(bound, self.price)

    def _prove(self, bound: float, price: Doubles) -> None:
        self.bound, self.proof = min((self.bound, self.proof), (bound, price), key=itemgetter(0))

    def plan(self) -> Plan:
        """The plan with the settled pairs among its edges."""
        people = len(self.room)
        edges = merged([self.forced, self.edges], people)
        keys = edges.first * people + edges.second

        def among(some: Edges) -> Mask:
            return np.isin(keys, some.first * people + some.second)

        forced = among(self.forced)
        chosen, best_scores, everyone = (
            forced | among(self.edges.take(mask))
            for mask in (self.assigned.chosen, self.assigned.best_scores, self.assigned.nobody_left_out)
        )
        settled = float(self.forced.weight.astype(np.float64).sum())
        objective = float(edges.weight[chosen].astype(np.float64).sum())
        return Plan(
            edges=edges,
            chosen=chosen,
            forced=forced,
            price=self.price,
            proof=self.proof,
            objective=objective,
            upper_bound=max(objective, self.bound + settled + SLACK),
            best_scores=best_scores,
            nobody_left_out=everyone,
        )

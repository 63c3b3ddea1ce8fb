"""Packing: sets of high total weight, no resource used beyond its capacity, and a bound that no packing exceeds.

The linear programme leads. What it takes most surely is taken, it is solved again for what still fits, and so on; swaps of
one chosen set for two others mend the rest (Hurkens, Schrijver 1989). Its first prices y give the bound, `sum(capacity * y)
+ sum((weight - y)+)`, true for any y >= 0, and strike out every set that no better packing can hold. If few are left, branch
and bound ends the matter exactly; it is limited by nodes, never by time, so that the same input gives the same packing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from matchmaker.matching.arcs import Reals
from matchmaker.matching.roster import Ints

Mask = NDArray[np.bool_]

EXACT_SETS_MAX = 600  # takes one to six CPU seconds where the programme is loose, far less where it is tight
NODES_MAX = 100
SURE = 0.6  # above a half, so that two sets in conflict are never both sure, and halves are settled by solving again
SURE_LEAST = 0.05
SWEEPS_MAX = 10
SWAPS_MOST = 32
FILL_AT_ONCE = 2_048
TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Packed:
    """Which sets are chosen, `(k,)`, and an upper bound on the weight of any packing."""

    chosen: Mask
    bound: float


def pack_sets(*, uses: Ints, weight: Reals, capacity: Ints, price_least: Reals, rng: np.random.Generator) -> Packed:
    """Pack sets of `weight` `(k,)` above zero; `uses` `(k, u)` are the resources of each, all different.

    No resource is used beyond `capacity` `(r,)`. `price_least` `(r,)` is zero, or prices at which every set that was left out
    of the list is outweighed by what it uses, so that the bound holds for those too. Ties fall by `rng`.
    """
    order = rng.permutation(len(uses))
    uses, weight = uses[order], weight[order]
    packing = _Packing(uses, weight, capacity)
    prices = packing.dive()
    packing.improve()
    chosen, bound = _settled(uses, weight, capacity, prices, packing.chosen)
    if price_least.any():
        bound, _ = _bound(uses, weight, capacity, np.maximum(prices, price_least))
    mask = np.zeros(len(uses), bool)
    mask[order] = chosen
    return Packed(chosen=mask, bound=max(bound, float(weight[chosen].sum())))


class _Packing:
    """A packing under construction: which sets are chosen, what is left of each resource, and sets by resource."""

    def __init__(self, uses: Ints, weight: Reals, capacity: Ints) -> None:
        self.uses = uses
        self.weight = weight
        self.left = capacity.copy()
        self.chosen = np.zeros(len(uses), bool)
        by_resource = np.argsort(uses, axis=None, kind="stable")
        starts = np.searchsorted(uses.ravel()[by_resource], np.arange(1, len(capacity)))
        self.users = np.split(by_resource // max(uses.shape[1], 1), starts)

    def dive(self) -> Reals:
        """Take what the linear programme takes most surely, until nothing fits; its first prices, `(r,)`."""
        first_prices = np.zeros(len(self.left))
        while len(sets := self._open(np.arange(len(self.uses)))):
            share, prices = _relaxed(self.uses[sets], self.weight[sets], self.left)
            if not self.chosen.any():
                first_prices = prices
            beyond = self.weight[sets] - prices[self.uses[sets]].sum(axis=1)
            surest_first = np.argsort(-(share + beyond), kind="stable")
            sure = max((share > SURE).sum(), int(SURE_LEAST * (share > 0).sum()), 1)
            self.fill(sets[surest_first[:sure]])
        return first_prices

    def fill(self, order: Ints) -> None:
        """Take every set that still fits, in order."""
        for begin in range(0, len(order), FILL_AT_ONCE):
            for one in self._open(order[begin : begin + FILL_AT_ONCE]).tolist():
                if (self.left[self.uses[one]] > 0).all():
                    self.turn(one)

    def turn(self, one: int) -> None:
        """Choose a set, or give it up."""
        self.left[self.uses[one]] += 1 if self.chosen[one] else -1
        self.chosen[one] ^= True

    def improve(self) -> None:
        """Swap one chosen set for a better one or two, then fill, until a sweep finds nothing."""
        best_first = np.argsort(-self.weight, kind="stable")
        for _ in range(SWEEPS_MAX):
            if not sum([self._swap(one) for one in np.flatnonzero(self.chosen).tolist()]):
                break
            self.fill(best_first)

    def _swap(self, one: int) -> bool:
        """Give up a chosen set for the best one or two sets that need what it used, if they are worth more."""
        self.turn(one)
        near = self._open(np.unique(np.concatenate([self.users[resource] for resource in self.uses[one]])))
        near = near[np.argsort(-self.weight[near], kind="stable")][:SWAPS_MOST]
        pair = self._best_pair(near)
        better = float(self.weight[pair].sum()) > self.weight[one] + TOLERANCE
        for other in pair if better else [one]:
            self.turn(other)
        return better

    def _open(self, sets: Ints) -> Ints:
        """Those of `sets` that could be chosen now."""
        return sets[~self.chosen[sets] & (self.left[self.uses[sets]] > 0).all(axis=1)]

    def _best_pair(self, sets: Ints) -> Ints:
        """The two of `sets`, best first, that fit together and are worth most, or the best alone."""
        uses = self.uses[sets]
        last = (self.left[uses] == 1)[:, None, :, None]
        clash = ((uses[:, None, :, None] == uses[None, :, None, :]) & last).any(axis=(2, 3))
        clash |= np.eye(len(sets), dtype=bool)
        both = np.where(clash, 0, self.weight[sets][:, None] + self.weight[sets])
        first, second = np.unravel_index(both.argmax(), both.shape)
        return sets[[first, second]] if both[first, second] > self.weight[sets[0]] else sets[:1]


def _settled(uses: Ints, weight: Reals, capacity: Ints, prices: Reals, chosen: Mask) -> tuple[Mask, float]:
    """The packing and a bound on any better one, exact if few sets are left that a better one could hold.

    With a set in it, a packing is worth no more than the bound and what the set falls short of its prices by.
    """
    best = float(weight[chosen].sum())
    bound, beyond = _bound(uses, weight, capacity, prices)
    left = np.flatnonzero(bound + beyond > best + TOLERANCE)
    if len(left) > EXACT_SETS_MAX:
        return chosen, bound
    exact, exact_bound = _exactly(uses[left], weight[left], capacity)
    if weight[left[exact]].sum() > best:
        chosen = np.isin(np.arange(len(uses)), left[exact])
    return chosen, min(bound, exact_bound)


def _bound(uses: Ints, weight: Reals, capacity: Ints, prices: Reals) -> tuple[float, Reals]:
    """What no packing exceeds, by weak duality, and what each set is worth beyond its prices."""
    beyond = weight - prices[uses].sum(axis=1)
    return float(capacity @ prices + np.maximum(beyond, 0).sum()), beyond


def _exactly(uses: Ints, weight: Reals, capacity: Ints) -> tuple[Mask, float]:
    """The best packing that branch and bound finds within its nodes (HiGHS: Huangfu, Hall 2018), and its bound."""
    if not len(uses):
        return np.zeros(0, bool), 0.0
    solved = milp(
        -weight,
        constraints=LinearConstraint(_incidence(uses, len(capacity)), ub=capacity),
        integrality=np.ones(len(uses), np.int64),
        bounds=Bounds(0, 1),
        options={"node_limit": NODES_MAX, "mip_rel_gap": 0},
    )
    if solved.x is None or solved.mip_dual_bound is None:
        return np.zeros(len(uses), bool), np.inf
    taken: Mask = solved.x > 0.5
    return taken, -solved.mip_dual_bound


def _relaxed(uses: Ints, weight: Reals, capacity: Ints) -> tuple[Reals, Reals]:
    """The linear programme: how much of each set it takes `(k,)`, and the price of each resource `(r,)`."""
    solved = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrix
        -weight, _incidence(uses, len(capacity)), capacity, bounds=(0, 1), method="highs-ipm"
    )
    return solved.x, np.maximum(-solved.ineqlin.marginals, 0)


def _incidence(uses: Ints, resources: int) -> csr_array:
    """`(r, k)`: one where a set uses a resource."""
    sets, each = uses.shape
    return csr_array((np.ones(uses.size), (uses.ravel(), np.repeat(np.arange(sets), each))), shape=(resources, sets))

"""Small rooms exactly: what the prices leave open is decided by a matching that sees odd cycles.

A linear programme cannot see that three people make only one pair: in a small room with quotas of one it promises half a pair
too much. A matching sees it, so a small room's plan can be proven to be the best, and the most promises be kept.
"""

from dataclasses import replace

import numpy as np

from matchmaker.matching.assignment import Assigned, Demand, Mask
from matchmaker.matching.blossom import UNITS, Within, heaviest, work
from matchmaker.matching.network import Doubles, Network
from matchmaker.matching.prices import bound_of, reduced_of
from matchmaker.matching.roster import Ints

WORK_MAX = 60_000_000
GAP_LEAST = 1e-6
GAIN_LEAST = 1e-8


def most_promises(network: Network, demand: Demand, price: Doubles, chosen: Mask, within: Within) -> Mask:
    """A plan that keeps more promises than `chosen`, at any price, where there is one; else `chosen`."""
    if not _missing(network, demand, chosen).any():
        return chosen
    return _as_promised(network, replace(demand, allowance=np.inf), price, chosen, within)


def proven(
    network: Network, demand: Demand, price: Doubles, assigned: Assigned, within: Within
) -> tuple[Assigned, float]:
    """The best plans without promises, as the dial says, and with promises at any price; and a bound on every plan of the
    network's edges. What is too large to be proven is bettered where it can be."""
    best, bound = most_valuable(network, demand, price, assigned.best_scores, within)
    if _kept(network, demand, best) >= _kept(network, demand, assigned.nobody_left_out):
        return Assigned(chosen=best, best_scores=best, nobody_left_out=best), bound
    everyone = _as_promised(network, replace(demand, allowance=np.inf), price, assigned.nobody_left_out, within)
    chosen = {0.0: best, np.inf: everyone}.get(demand.allowance)
    if chosen is None:
        chosen = _as_promised(network, demand, price, assigned.chosen, within)
    return Assigned(chosen=chosen, best_scores=best, nobody_left_out=everyone), bound


def _as_promised(network: Network, demand: Demand, price: Doubles, chosen: Mask, within: Within) -> Mask:
    """The plan of the greatest weight, each promised introduction worth the allowance more; infinite: of those that keep the
    most promises. In a larger room it differs from `chosen` only in edges of who misses one and in those that nearly fit."""
    distance = np.abs(reduced_of(network, price))
    needy = _missing(network, demand, chosen) > 0
    order = np.lexsort((distance, ~(needy[network.first] | needy[network.second])))
    return _bettered(network, demand, _some(network, demand, chosen, order), chosen, within)


def most_valuable(network: Network, demand: Demand, price: Doubles, chosen: Mask, within: Within) -> tuple[Mask, float]:
    """The plan of the greatest weight, promises aside, and a bound; where too many edges are open, a better plan than `chosen`.

    An edge whose weight less its two prices lies further from zero than the gap cannot change sides (reduced-cost fixing); of
    too many others the nearest to zero are tried.
    """
    bound = bound_of(network, demand.quota, price)
    if bound - _worth(network, chosen) <= GAP_LEAST * bound:
        return chosen, bound
    distance = np.abs(reduced_of(network, price))
    order = np.argsort(distance, kind="stable")
    free = order[: np.searchsorted(distance[order], bound - _worth(network, chosen) + GAP_LEAST)]
    some = _some(network, demand, chosen, free)
    chosen = _bettered(network, replace(demand, allowance=0.0), some, chosen, within)
    if len(some) == len(free):
        bound = min(bound, _worth(network, chosen) + GAIN_LEAST + float(demand.quota.sum()) / UNITS)
    return chosen, bound


def _some(network: Network, demand: Demand, chosen: Mask, order: Ints) -> Ints:
    """The first edges of `order`, as many as are decided in a second or so; all in a small room."""
    count = len(order)
    while count:
        edges = order[:count]
        left = demand.quota - _degrees(network, _without(chosen, edges))
        if work(network.first[edges], network.second[edges], left) <= WORK_MAX:
            break
        count //= 2
    return np.sort(order[:count])


def _bettered(network: Network, demand: Demand, edges: Ints, chosen: Mask, within: Within) -> Mask:
    """The best plan that differs from `chosen` in `edges` alone; `chosen` where none is better."""
    better = _without(chosen, edges)
    used = _degrees(network, better)
    better[edges] = heaviest(
        network.first[edges],
        network.second[edges],
        network.weight[edges],
        replace(demand, quota=demand.quota - used, least=np.maximum(demand.least - used, 0)),
        Within(edges=within.edges[edges], most=within.most - _degrees(network, better & within.edges)),
    )
    kept = _kept(network, demand, better) - _kept(network, demand, chosen)
    gain = _worth(network, better) - _worth(network, chosen) + (demand.allowance * kept if kept else 0.0)
    return better if gain > GAIN_LEAST else chosen


def _without(chosen: Mask, edges: Ints) -> Mask:
    left = chosen.copy()
    left[edges] = False
    return left


def _missing(network: Network, demand: Demand, chosen: Mask) -> Ints:
    """`(n,)`: how many promised introductions each person lacks, of those that they could have."""
    least = np.minimum(demand.least, np.minimum(demand.quota, np.diff(network.starts)))
    return np.maximum(least - _degrees(network, chosen), 0)


def _kept(network: Network, demand: Demand, chosen: Mask) -> int:
    """How many promised introductions there are."""
    return int(np.minimum(demand.least, _degrees(network, chosen)).sum())


def _worth(network: Network, chosen: Mask) -> float:
    return float(network.weight[chosen].sum())


def _degrees(network: Network, chosen: Mask) -> Ints:
    return np.bincount(np.concatenate([network.first[chosen], network.second[chosen]]), minlength=len(network))

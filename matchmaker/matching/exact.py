"""Small rooms exactly: branch and bound (HiGHS, Huangfu and Hall 2018) over the edges that the bound leaves open.

A linear programme cannot see that three people make only one pair: in a small room with quotas of one it promises half a pair
too much. Branch and bound sees it, so a small room's plan can be proven to be the best, or the most promises be kept.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.matching.assignment import Demand, Mask
from matchmaker.matching.network import Doubles, Network
from matchmaker.matching.prices import reduced_of
from matchmaker.matching.roster import Ints

EDGES_MAX = 8_000
NODES_MAX = 300
EDGES_EACH = 12
GAP_LEAST = 1e-6


def most_promises(network: Network, demand: Demand, price: Doubles, chosen: Mask) -> Mask:
    """A plan that keeps as many promised introductions as can be kept, if that is more than `chosen` keeps, else `chosen`.

    Of a larger room's edges those of who misses one count, what is chosen, and everyone's dozen best.
    """
    least = np.minimum(demand.least, np.minimum(demand.quota, np.diff(network.starts)))
    missing = np.maximum(least - _degrees(network, chosen), 0)
    free = _near(network, price, chosen, missing > 0)
    if not missing.any() or free.sum() > EDGES_MAX:
        return chosen
    edges, people = np.flatnonzero(free), len(network)
    kept = np.flatnonzero(least)
    incidence = _incidence(network, edges)
    promises = sparse.csr_matrix((np.ones(len(kept)), (np.arange(len(kept)), np.arange(len(kept)))))
    tied = sparse.hstack([incidence[kept], -promises])
    found = milp(
        -np.concatenate([network.weight[edges] * SMALL, np.ones(len(kept))]),
        constraints=[
            LinearConstraint(sparse.hstack([incidence, sparse.csr_matrix((people, len(kept)))]), ub=demand.quota),
            LinearConstraint(tied, lb=0),
        ],
        bounds=Bounds(0, np.concatenate([np.ones(len(edges)), least[kept]])),
        integrality=np.ones(len(edges) + len(kept), np.int64),
        options={"node_limit": NODES_MAX, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return chosen
    better = np.zeros_like(chosen)
    better[edges] = found.x[: len(edges)] > HALF
    short = np.maximum(least - _degrees(network, better), 0)
    return better if short.sum() < missing.sum() else chosen


SMALL, HALF = 1e-4, 0.5


def proven(network: Network, demand: Demand, price: Doubles, chosen: Mask, bound: float) -> tuple[Mask, float]:
    """The best plan that keeps the promises `chosen` keeps, and a bound on all such plans, where few enough edges are open.

    An edge whose weight less its two prices lies further from zero than the gap cannot change sides (reduced-cost fixing).
    """
    gap = bound - float(network.weight[chosen].sum())
    reduced = reduced_of(network, price)
    free = np.abs(reduced) <= gap + GAP_LEAST
    if gap <= GAP_LEAST * bound or free.sum() > EDGES_MAX:
        return chosen, bound
    settled = ~free & (reduced > 0)
    edges = np.flatnonzero(free)
    used, held = _degrees(network, settled), _degrees(network, chosen)
    least = np.minimum(np.minimum(demand.least, held), demand.quota)
    found = milp(
        -network.weight[edges],
        constraints=LinearConstraint(_incidence(network, edges), lb=least - used, ub=demand.quota - used),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(edges), np.int64),
        options={"node_limit": NODES_MAX, "mip_rel_gap": GAP_LEAST},
    )
    constant = float(network.weight[settled].sum())
    if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
        bound = min(bound, constant - float(found.mip_dual_bound))
    if found.x is None:
        return chosen, bound
    better = settled.copy()
    better[edges] = found.x > HALF
    worth = float(network.weight[better].sum())
    return (better if worth > float(network.weight[chosen].sum()) + GAP_LEAST else chosen), bound


def _near(network: Network, price: Doubles, chosen: Mask, needy: Mask) -> Mask:
    """The edges of the needy, what is chosen, and everyone's best; all of them in a small room."""
    if len(chosen) <= EDGES_MAX:
        return np.ones_like(chosen)
    reduced = reduced_of(network, price)
    near = chosen | needy[network.first] | needy[network.second]
    for row in range(len(network)):
        edges = network.edge[network.starts[row] : network.starts[row + 1]]
        near[edges[np.argsort(-reduced[edges], kind="stable")[:EDGES_EACH]]] = True
    return near


def _incidence(network: Network, edges: Ints) -> sparse.csr_matrix:
    """`(n, e)`: one where a person is at the end of an edge."""
    columns = np.arange(len(edges))
    return sparse.csr_matrix(
        (
            np.ones(2 * len(edges)),
            (np.concatenate([network.first[edges], network.second[edges]]), np.concatenate([columns, columns])),
        ),
        shape=(len(network), len(edges)),
    )


def _degrees(network: Network, chosen: Mask) -> Ints:
    return np.bincount(np.concatenate([network.first[chosen], network.second[chosen]]), minlength=len(network))

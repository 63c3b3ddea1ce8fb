"""Transport: each demand is served by at most one supply, no supply beyond its capacity, for the highest total value.

The transportation problem (Hitchcock 1941), solved exactly as a sparse assignment of demands to places (Jonker, Volgenant
1987), in whole numbers so that no tie is decided by rounding. Too large a problem is served greedily, best arc first: at
least half of the best, and all of it where no capacity binds.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from matchmaker.matching.arcs import Values
from matchmaker.matching.roster import Ints

ENTRIES_MAX = 500_000  # 59,000 demands with 270,000 entries took 3.7 CPU seconds
VALUE_STEPS = 1_000_000


def transport(
    *, demand: Ints, supply: Ints, value: Values, demands: int, capacity: Ints, rng: np.random.Generator
) -> Ints:
    """`(demands,)`: the arc that serves each demand, or -1.

    Arcs `(m,)`, no two alike, lead from `supply` to `demand` and are worth `value`, at least 0, counted to six decimals;
    `capacity` `(n,)`. Of equally good plans one whose load is most even (least sum of squares); ties beyond that fall by `rng`,
    whatever the order of the arcs. Exact up to half a million entries: the sum over arcs of their supply's places.
    """
    demand_label, supply_label = rng.permutation(demands), rng.permutation(len(capacity))
    places = np.clip(capacity, 0, np.bincount(supply, minlength=len(capacity)))
    steps = np.round(value * VALUE_STEPS).astype(np.int64)
    arcs = np.lexsort((supply_label[supply], demand_label[demand]))
    arcs = arcs[(steps[arcs] > 0) & (places[supply[arcs]] > 0)]
    solve = _exactly if places[supply[arcs]].sum() <= ENTRIES_MAX else _greedily
    chosen = arcs[solve(demand_label[demand[arcs]], supply_label[supply[arcs]], steps[arcs], places[supply[arcs]])]
    serving = np.full(demands, -1)
    serving[demand[chosen]] = chosen
    return serving


def _exactly(demand: Ints, supply: Ints, steps: Ints, places: Ints) -> Ints:
    """The chosen arcs of the best plan; `places` `(m,)` are those of each arc's supply.

    Whoever is served second at a supply costs one, the third two: all told less than one step of value.
    """
    if not len(demand):
        return np.empty(0, np.int64)
    row = np.unique(demand, return_inverse=True)[1]
    _, first_arc, column = np.unique(supply, return_index=True, return_inverse=True)
    ends = np.cumsum(places[first_arc])
    arc = np.repeat(np.arange(len(demand)), places)
    turn = np.arange(len(arc)) - np.repeat(np.cumsum(places) - places, places)
    place = (ends - places[first_arc])[column[arc]] + turn
    rows, columns = int(row[-1]) + 1, int(ends[-1])
    step = rows * int(places.max()) + 1
    unserved = (int(steps.max()) + 1) * step
    cost = np.concatenate([unserved - steps[arc] * step + turn, np.full(rows, unserved)])
    ends_of = (np.concatenate([row[arc], np.arange(rows)]), np.concatenate([place, columns + np.arange(rows)]))
    graph = csr_array((cost.astype(np.float64), ends_of), shape=(rows, columns + rows))
    served, taken = min_weight_full_bipartite_matching(graph)
    served, taken = served[taken < columns], taken[taken < columns]
    return arc[np.searchsorted(row[arc] * columns + place, served * columns + taken)]


def _greedily(demand: Ints, supply: Ints, steps: Ints, places: Ints) -> Ints:
    """The chosen arcs when the best that still fits is taken, again and again (Mestre 2006)."""
    waiting, left = set(demand.tolist()), dict(zip(supply.tolist(), places.tolist(), strict=True))
    chosen = []
    for arc in np.argsort(-steps, kind="stable"):
        if demand[arc] in waiting and left[supply[arc]]:
            waiting.remove(demand[arc])
            left[supply[arc]] -= 1
            chosen.append(arc)
    return np.array(chosen, np.int64)

"""One-way asks: what nobody can trade for goes to an expert's clinic table, else to a topic host, else to the organiser (L2)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arcs import Reals, Values, refuse_malformed, refuse_strangers
from matchmaker.matching.measures import gini
from matchmaker.matching.roster import Ints
from matchmaker.matching.transport import transport

CLINIC, HOST, QUEUE = range(3)


@dataclass(frozen=True, kw_only=True)
class Routes:
    """Where each ask goes, all `(q,)`: `route` is `CLINIC`, `HOST` or `QUEUE`, `expert` who takes it, -1 in the queue, and
    `value` what the asker gains there, in [0, 1]. `asked_gini` is how unevenly asks fall on those who could be asked."""

    route: Ints
    expert: Ints
    value: Reals
    asked_gini: float

    @property
    def counts(self) -> Ints:
        """`(3,)`: how many asks go each way."""
        return np.bincount(self.route, minlength=QUEUE + 1)

    @property
    def clinic_tables(self) -> dict[int, list[int]]:
        """The asks of each expert who takes two or more: one table for all of them."""
        asks = np.flatnonzero(self.route == CLINIC)
        asks = asks[np.argsort(self.expert[asks], kind="stable")]
        experts, starts = np.unique(self.expert[asks], return_index=True)
        tables = zip(experts.tolist(), np.split(asks, starts[1:]), strict=False)
        return {expert: of_expert.tolist() for expert, of_expert in tables if len(of_expert) > 1}


def route(
    *,
    asker: Ints,
    ask: Ints,
    expert: Ints,
    value: Values,
    capacity: Ints,
    host: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Routes:
    """Route every ask of `asker` `(q,)`: first to experts, what they leave to topic hosts, the rest to the queue.

    Candidates `(m,)`: `expert` would answer `ask`, a position in `asker`, at `value` in [0, 1]; at 0 never. Nobody is asked
    more often than their `capacity` `(n,)`; who is marked by `host` `(n,)` is asked as a host only. Both steps serve the highest
    total value that the capacities allow, and ask evenly where that costs nothing (see `transport`). Raises `ValueError` for a
    malformed candidate, or for one who would answer themselves.
    """
    refuse_malformed(expert, ask, value, givers=len(capacity), takers=len(asker))
    refuse_strangers(asker, people=len(capacity))
    if (asker[ask] == expert).any():
        raise ValueError("someone is to answer their own ask")
    serving = np.full(len(asker), -1)
    for as_host in (False, True):
        open_to = np.flatnonzero((host[expert] == as_host) & (serving[ask] < 0))
        arcs = transport(
            demand=ask[open_to],
            supply=expert[open_to],
            value=value[open_to],
            demands=len(asker),
            capacity=capacity,
            rng=rng,
        )
        serving[arcs >= 0] = open_to[arcs[arcs >= 0]]
    return _routes(serving, expert, value, capacity, host)


def _routes(serving: Ints, expert: Ints, value: Values, capacity: Ints, host: NDArray[np.bool_]) -> Routes:
    """The routes that the candidates `serving` `(q,)` make, -1 for the queue."""
    served = serving >= 0
    by, gain = np.full(len(serving), -1), np.zeros(len(serving))
    by[served], gain[served] = expert[serving[served]], value[serving[served]]
    way = np.full(len(serving), QUEUE)
    way[served] = np.where(host[by[served]], HOST, CLINIC)
    could_be_asked = np.unique(expert[(value > 0) & (capacity[expert] > 0)])
    asked = np.bincount(by[served], minlength=len(capacity))[could_be_asked]
    return Routes(route=way, expert=by, value=gain, asked_gini=gini(asked))

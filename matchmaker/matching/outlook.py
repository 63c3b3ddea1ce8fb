"""What more time would add for one person: whom they would meet, and what that is worth to them and to the room."""

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.edges import Edges, merged
from matchmaker.matching.pairs import Room, every_candidate, special_edges
from matchmaker.matching.pins import special_where
from matchmaker.matching.plan import Plan, best_plan
from matchmaker.matching.roster import Ints
from matchmaker.matching.whatif import partners, silent


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """One person with some introductions more, beside the plan; values and weights in [0, 1].

    `spare` places are still free now. Prices alone say that `partner` (-1: nobody) would be the next, for `worth` beyond what
    a place with them is worth already. Planned again, the room gains `gain` and the person `value`, meets `adds` and meets
    `loses` no more.
    """

    spare: int
    partner: int
    worth: float
    gain: float
    value: float
    adds: Ints
    loses: Ints


def outlook(room: Room, plan: Plan, row: int, more: int, *, rng: np.random.Generator) -> Outlook:
    """What `more` introductions for the person in `row` would add to `plan`, the room's best; `rng` as it was when the plan was
    made. Nothing is planned again for who has a place free already."""
    now = partners(plan, row)
    spare = max(int(room.rules.quota[row]) - len(now), 0)
    wider = _wider(room, row, more)
    partner, worth = _next(wider, plan, row, now)
    then = plan if spare else best_plan(wider, rng, silent)
    return Outlook(
        spare=spare,
        partner=partner,
        worth=worth,
        gain=then.objective - plan.objective,
        value=_received(then, row) - _received(plan, row),
        adds=np.setdiff1d(partners(then, row), now),
        loses=np.setdiff1d(now, partners(then, row)),
    )


def _wider(room: Room, row: int, more: int) -> Room:
    quota = room.rules.quota.copy()
    quota[row] += more
    return replace(room, rules=replace(room.rules, quota=quota, least=np.minimum(room.rules.promised, quota)))


def _next(room: Room, plan: Plan, row: int, now: Ints) -> tuple[int, float]:
    """Whom prices would give the person next, and for how much; -1 where nobody is left who is worth their price."""
    edges = candidates_of(room, np.array([row]))
    other = edges.first + edges.second - row
    worth = np.where(np.isin(other, now), -1.0, edges.weight - plan.price[other])
    best = int(worth.argmax()) if len(worth) else 0
    return (int(other[best]), float(worth[best])) if len(worth) and worth[best] > 0 else (-1, 0.0)


def candidates_of(room: Room, rows: Ints) -> Edges:
    """All candidate pairs of some people, the special ones too."""
    special, here = room.rules.special, np.zeros(len(room), np.bool_)
    here[rows] = True
    near = special_where(special, here[special.first] | here[special.second], len(room))
    ours, _ = special_edges(replace(room, rules=replace(room.rules, special=near)))
    found, _ = every_candidate(room, rows)
    return merged([found, ours], len(room))


def _received(plan: Plan, row: int) -> float:
    """What someone gains from all whom they meet."""
    edges = plan.edges.take(plan.chosen)
    return float(edges.to_first[edges.first == row].sum() + edges.to_second[edges.second == row].sum())

"""For each person who misses an introduction, the smallest relaxation of one rule that would give it to them.

Smallest is what helps first, in this order: the dial, the number within an organisation, and places more with who fits, where
enough do; else the floor, as far down as it takes, what keeps pairs apart, rule by rule, and exclusions last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.edges import Edges
from matchmaker.matching.outlook import candidates_of
from matchmaker.matching.pairs import Room
from matchmaker.matching.plan import Plan, degrees
from matchmaker.matching.relax import Relaxed
from matchmaker.matching.roster import Ints
from matchmaker.matching.whatif import partners, said_nothing
from matchmaker.model.whatif import Rule


@dataclass(frozen=True, kw_only=True)
class Cure:
    """What would help the person in `row`: which rule, and where it tells, down to which `floor` or with whom a place more."""

    row: int
    rule: Rule
    position: int | None = None
    floor: float = 0.0
    hosts: tuple[int, ...] = ()


def cures(room: Room, plan: Plan, lifts: Sequence[Relaxed], rows: Ints) -> Iterator[Cure]:
    """The first thing that would help each of some people who miss an introduction; nothing for whom nothing would."""
    wanted, edges = _wanted(room), candidates_of(room, rows)
    enough = degrees(edges, len(room))[rows] >= wanted[rows]
    for row in rows[enough].tolist():
        yield _crowded(room, plan, edges, row, int(wanted[row]))
    waiting = rows[~enough]
    for one in lifts:
        edges = candidates_of(one.room, waiting)
        helped = degrees(edges, len(room))[waiting] >= wanted[waiting]
        for row in waiting[helped].tolist():
            yield _lifted(plan, edges, one, row, int(wanted[row]))
        waiting = waiting[~helped]


def _crowded(room: Room, plan: Plan, edges: Edges, row: int, wanted: int) -> Cure:
    """For someone whom enough people fit, who have no place for them, or may not meet more within the organisation."""
    met, others = partners(plan, row), _others(plan, edges, row)
    if room.rules.internal_most is not None:
        others = _within_bounds(room, plan, others, row, room.rules.internal_most)
    if len(met) + len(others) < wanted:
        return Cure(row=row, rule=Rule.INTERNAL_MOST)
    if len(partners(replace(plan, chosen=plan.nobody_left_out), row)) >= wanted:
        return Cure(row=row, rule=Rule.INCLUSION)
    return Cure(row=row, rule=Rule.QUOTA, hosts=tuple(others[: wanted - len(met)].tolist()))


def _within_bounds(room: Room, plan: Plan, others: Ints, row: int, most: int) -> Ints:
    """Those of `others` whom someone may meet as well, though both may meet so many within the organisation."""
    organisation, chosen = room.rules.organisation, plan.edges.take(plan.chosen)
    within = (organisation[chosen.first] == organisation[chosen.second]) & (organisation[chosen.first] >= 0)
    load = degrees(chosen.take(within), len(room))
    colleagues = (organisation[others] == organisation[row]) & (organisation[row] >= 0)
    open_ = others[colleagues & (load[others] < most)][: max(most - int(load[row]), 0)]
    return np.concatenate([others[~colleagues], open_])


def _lifted(plan: Plan, edges: Edges, one: Relaxed, row: int, wanted: int) -> Cure:
    """For someone whom enough people would fit if one rule were relaxed."""
    if one.rule is Rule.FLOOR:
        mine = (edges.first == row) | (edges.second == row)
        lesser = np.sort(np.minimum(edges.to_first, edges.to_second)[mine])
        return Cure(row=row, rule=one.rule, floor=float(lesser[-wanted]))
    missing = wanted - len(partners(plan, row)) if one.rule is Rule.QUOTA else 0
    return Cure(
        row=row, rule=one.rule, position=one.position, hosts=tuple(_others(plan, edges, row)[:missing].tolist())
    )


def _others(plan: Plan, edges: Edges, row: int) -> Ints:
    """Who fits someone and is not met, the best first."""
    mine = edges.take((edges.first == row) | (edges.second == row))
    fitting = (mine.first + mine.second - row)[np.argsort(-mine.weight, kind="stable")]
    return fitting[~np.isin(fitting, partners(plan, row))]


def needy(room: Room, plan: Plan) -> Ints:
    """Who misses an introduction they were promised, or any, and has said something; in order of row."""
    load = degrees(plan.edges.take(plan.chosen), len(room))
    return np.flatnonzero((load < _wanted(room)) & ~said_nothing(room))


def _wanted(room: Room) -> Ints:
    """`(n,)`: the introductions promised to each, one at least to who wants any."""
    wanted: Ints = np.where(room.rules.quota > 0, np.maximum(room.rules.least, 1), 0)
    return wanted

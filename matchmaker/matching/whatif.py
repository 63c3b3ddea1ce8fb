"""Why a pair is not in the plan, and what having it would cost the room.

A person's price says how wanted they are: what a place in their diary is worth to the room. A pair worth less than its two
prices together stands back for better ones (prices are the dual of the assignment: Shapley and Shubik 1971), and having it
costs about what it lacks. What it costs in truth is found by planning again.
"""

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.assignment import Mask
from matchmaker.matching.directed import values_between
from matchmaker.matching.edges import Edges
from matchmaker.matching.pairs import Room, special_edges, values_among
from matchmaker.matching.pins import special_where, with_pin
from matchmaker.matching.plan import Plan, best_plan, degrees
from matchmaker.matching.roster import Floats, Ints

EQUAL = 5e-5
NEVER = frozenset({"same_person", "chosen", "quota_zero", "excluded", "rejected", "pins_over_quota", "full_of_pins"})


@dataclass(frozen=True, kw_only=True)
class Forced:
    """The plan with the pair pinned beside the plan: it is worth `cost` less to the room, `cost_least` of it proven, and misses
    so many promised introductions more; `first_loses` and `second_loses` are whom the two then meet no more.

    The cost is below zero where the pair breaks a rule, or misses a promise, that cost more.
    """

    cost: float
    cost_least: float
    missed: int
    first_loses: Ints
    second_loses: Ints


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    """Why `first` and `second` are not paired: the `code` of what stands in the way, and on which of the two `sides`.

    Values and `weight` in [0, 1] are as the plan counts them once the pair is pinned; where a rule keeps the two apart,
    values are those before any rule. `short` is what each side lacks to the floor, `price` how wanted each is; `table` is
    the rule's position among the rules' tables, or -1.
    """

    first: int
    second: int
    code: str
    sides: tuple[bool, bool]
    to_first: float
    to_second: float
    weight: float
    short: tuple[float, float]
    price: tuple[float, float]
    table: int
    forced: Forced | None


def why_not(room: Room, plan: Plan, first: int, second: int, *, rng: np.random.Generator) -> WhyNot:
    """Why the room's best `plan` has not this pair, or has it; `rng` as it was when the plan was made."""
    found = considered(room, plan, first, second)
    if found.code in NEVER:
        return found
    pair = np.array([found.first, found.second])
    forced = _forced(room, plan, _pinned(room, pair), pair, rng)
    return replace(found, code=found.code or _rivals(forced), forced=forced)


def considered(room: Room, plan: Plan, first: int, second: int) -> WhyNot:
    """What stands in a pair's way, without planning again: no `code` where only others do, and nothing `forced`."""
    pair = np.sort([first, second])
    value, weight = _worth(room, _pinned(room, pair), pair)
    short = np.maximum(room.rules.floor - value, 0)
    table = _barring_table(room, pair)
    code, sides = _obstacle(room, plan, pair, value, table)
    return WhyNot(
        first=int(pair[0]),
        second=int(pair[1]),
        code=code,
        sides=sides,
        to_first=float(value[0]),
        to_second=float(value[1]),
        weight=weight,
        short=(float(short[0]), float(short[1])),
        price=(float(plan.price[pair[0]]), float(plan.price[pair[1]])),
        table=table,
        forced=None,
    )


def _pinned(room: Room, pair: Ints) -> Room:
    special = with_pin(room.rules.special, int(pair[0]), int(pair[1]), len(room))
    return replace(room, rules=replace(room.rules, special=special))


def _worth(room: Room, pinned: Room, pair: Ints) -> tuple[Floats, float]:
    """What both gain, `(2,)`, before the rules if one keeps them apart; and the pair's weight once it is pinned."""
    if pair[0] == pair[1]:
        return np.zeros(2, np.float32), 0.0
    among, barred = values_among(room, pair)
    value = np.array([among[0, 1], among[1, 0]])
    if barred[0, 1]:
        value = np.array([one[0, 0] for one in values_between(room.words, room.scale, pair[:1], pair[1:])])
    special = pinned.rules.special
    alone = special_where(special, (special.first == pair[0]) & (special.second == pair[1]), len(room))
    edges, _ = special_edges(replace(pinned, rules=replace(pinned.rules, special=alone)))
    return value, float(edges.weight.sum())


def _barring_table(room: Room, pair: Ints) -> int:
    """Which table of attributes leaves the pair nothing; -1 if none does."""
    nothing = [table.factor[tuple(table.code[pair])] == 0 for table in room.rules.tables]
    return nothing.index(True) if True in nothing else -1


def _obstacle(room: Room, plan: Plan, pair: Ints, value: Floats, table: int) -> tuple[str, tuple[bool, bool]]:
    """The first thing that stands in the way, from the plainest, and on which sides; where only others do, who is full."""
    rules, organisation = room.rules, room.rules.organisation[pair]
    chosen = plan.edges.take(plan.chosen)
    colleagues = bool(organisation[0] == organisation[1] >= 0)
    below = (value < np.float32(rules.floor)) | (value <= 0)
    special = rules.special
    mine = (special.first == pair[0]) & (special.second == pair[1])
    never, may = mine & (special.factor == 0), mine & (special.factor > 0)
    tests: dict[str, bool | Mask] = {
        "same_person": bool(pair[0] == pair[1]),
        "chosen": _has(chosen, pair),
        "quota_zero": rules.quota[pair] == 0,
        "excluded": bool((never & special.excluded).any()),
        "rejected": bool((never & special.rejected).any()),
        "pins_over_quota": bool((may & special.pinned).any()),
        "full_of_pins": degrees(_pins(room, chosen), len(room))[pair] >= rules.quota[pair],
        "wishes_over_quota": bool((may & special.wished).any()),
        "acquainted_apart": bool((never & special.known_apart).any()),
        "met_before": bool((never & special.met_apart).any()),
        "colleagues_apart": colleagues and rules.colleague_factor == 0 and rules.internal_most != 0,
        "group_rule": table >= 0,
        "nothing_said": said_nothing(room)[pair],
        "no_common_ground": bool(below.all()),
        "one_way": below,
        "internal_full": colleagues and _full_within(room, chosen, pair),
    }
    for code, found in tests.items():
        first, second = np.broadcast_to(found, 2).tolist()
        if first or second:
            return code, (first, second)
    full = degrees(chosen, len(room))[pair] >= rules.quota[pair]
    return "", (bool(full[0]), bool(full[1]))


def _has(edges: Edges, pair: Ints) -> bool:
    return bool(((edges.first == pair[0]) & (edges.second == pair[1])).any())


def _pins(room: Room, chosen: Edges) -> Edges:
    special, people = room.rules.special, len(room)
    keys = special.first * people + special.second
    return chosen.take(np.isin(chosen.first * people + chosen.second, keys[special.pinned]))


def _full_within(room: Room, chosen: Edges, pair: Ints) -> Mask:
    """`(2,)`: which of two colleagues meets the most allowed within the organisation."""
    most, organisation = room.rules.internal_most, room.rules.organisation
    if most is None:
        return np.zeros(2, np.bool_)
    within = chosen.take(organisation[chosen.first] == organisation[chosen.second])
    full: Mask = degrees(within, len(room))[pair] >= most
    return full


def _forced(room: Room, plan: Plan, pinned: Room, pair: Ints, rng: np.random.Generator) -> Forced:
    """What having the pair would come to: both have a place that no pin takes, so the plan has it."""
    found = best_plan(pinned, rng, silent)
    first_loses, second_loses = (np.setdiff1d(partners(plan, row), partners(found, row)) for row in pair.tolist())
    return Forced(
        cost=plan.objective - found.objective,
        cost_least=plan.objective - found.upper_bound,
        missed=missed(room, found) - missed(room, plan),
        first_loses=first_loses,
        second_loses=second_loses,
    )


def _rivals(forced: Forced) -> str:
    """Of a pair that might be: whether others are worth more, keep promises, or are worth just as much."""
    if forced.cost > EQUAL:
        return "full_of_better"
    return "promises_first" if forced.missed > 0 else "or_equal"


def said_nothing(room: Room) -> Mask:
    """`(n,)`: who neither seeks nor offers anything."""
    found: Mask = (np.diff(room.words.seek_starts) == 0) & (np.diff(room.words.offer_starts) == 0)
    return found


def missed(room: Room, plan: Plan) -> int:
    """How many promised introductions a plan leaves out."""
    load = degrees(plan.edges.take(plan.chosen), len(room))
    return int(np.maximum(room.rules.least - load, 0).sum())


def partners(plan: Plan, row: int) -> Ints:
    """Whom someone meets, in order of row."""
    first, second = plan.edges.first[plan.chosen], plan.edges.second[plan.chosen]
    return np.sort(np.concatenate([second[first == row], first[second == row]]))


def silent(stage: str, share: float) -> None:
    """Progress that nobody hears."""

"""What a run came to, said for the whole room: figures, the dial's two ends, promises not kept, and remarks."""

import platform

import numpy as np
import scipy
import sklearn

from matchmaker.matching import measures
from matchmaker.matching.assignment import Mask
from matchmaker.matching.candidates import Edges, Room
from matchmaker.matching.directed import relevance
from matchmaker.matching.plan import Plan, degrees
from matchmaker.matching.roster import Roster
from matchmaker.matching.rules import Rules
from matchmaker.matching.unmatched import shortfalls
from matchmaker.model.group import Remark
from matchmaker.model.policy import MODEL_VERSIONS, Policy
from matchmaker.model.run import Extreme, Format, Report
from matchmaker.model.text import LIST_MAX
from matchmaker.model.weights import Weights

ALGORITHM = "2"
PERCENT = 100


def report_of(
    roster: Roster,
    room: Room,
    plan: Plan,
    pairs: Edges,
    *,
    policy: Policy,
    weights: Weights,
    seed: int,
    input_hash: str,
    format_: Format,
) -> Report:
    """The report of `pairs`, which are the plan's or what a format made of them."""
    count, mutual = len(roster), pairs.mutual.astype(np.float64) * PERCENT
    objective, bound = plan.objective * PERCENT, plan.upper_bound * PERCENT
    load = measures.load(pairs, count)
    known = degrees(plan.edges, count)
    return Report(
        people=count,
        pairings=len(pairs),
        coverage=round(measures.coverage(pairs, count), 4),
        one_way_share=round(measures.one_way_share(pairs, policy.floor / PERCENT), 4),
        load_gini=round(measures.gini(load), 4),
        mutual_value_mean=round(float(mutual.mean()), 1) if len(pairs) else 0.0,
        mutual_value_least=round(float(mutual.min()), 1) if len(pairs) else 0.0,
        objective=round(objective, 3),
        upper_bound=max(round(bound, 3), round(objective, 3)),
        gap=round(max(bound - objective, 0.0) / bound, 6) if bound > 0 else 0.0,
        left_out=int(((load == 0) & (known > 0) & (room.rules.quota > 0)).sum()),
        best_scores=_extreme(plan, plan.best_scores, count),
        nobody_left_out=_extreme(plan, plan.nobody_left_out, count),
        organisations_met_mean=round(measures.organisations_met(pairs, roster.organisation, count), 2),
        common_ground_mean=round(_common_ground(room, pairs, weights), 3),
        repeats=_repeats(room, pairs, count),
        shortfalls=shortfalls(roster, room.rules, load, known),
        remarks=_remarks(roster, room.rules, plan),
        versions=versions(policy, weights),
        seed=seed,
        input_hash=input_hash,
        format=format_,
    )


def versions(policy: Policy, weights: Weights) -> dict[str, str]:
    """Whatever may change the bytes of a result."""
    return {
        "algorithm": ALGORITHM,
        "model": MODEL_VERSIONS[policy.model],
        "numpy": np.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
        "weights": weights.version,
    }


def _extreme(plan: Plan, chosen: Mask, people: int) -> Extreme:
    edges = plan.edges.take(chosen)
    known = degrees(plan.edges, people)
    return Extreme(
        objective=round(float(edges.weight.astype(np.float64).sum()) * PERCENT, 3),
        left_out=int(((degrees(edges, people) == 0) & (known > 0)).sum()),
    )


def _common_ground(room: Room, pairs: Edges, weights: Weights) -> float:
    """How alike the interests of a pair are, on average, in [0, 1]."""
    if not len(pairs):
        return 0.0
    one, other = room.words.interests[pairs.first], room.words.interests[pairs.second]
    alike = (one * other if isinstance(one, np.ndarray) else one.multiply(other)).sum(axis=1)
    return float(relevance(np.asarray(alike, np.float32).ravel(), weights).mean())


def _repeats(room: Room, pairs: Edges, people: int) -> int:
    special = room.rules.special
    met = (special.first * people + special.second)[special.met]
    return int(np.isin(pairs.first * people + pairs.second, met).sum())


def _remarks(roster: Roster, rules: Rules, plan: Plan) -> list[Remark]:
    """What could not be as it was asked, whom it touches, and the smallest cure."""
    both = np.unique(np.concatenate([plan.over_quota.first, plan.over_quota.second]))
    above = np.flatnonzero(rules.promised > rules.quota)
    found = {
        "pins_over_quota": (
            both,
            "Some pinned pairs do not fit: they pin more introductions to someone than that person wants.",
            "Raise the quota of these people, or unpin some of their pairs.",
        ),
        "least_above_most": (
            above,
            "Some people are promised more introductions than they want or have time for; they get what they want.",
            "Lower the least, or raise their quota or minutes.",
        ),
    }
    return [
        Remark(
            code=code,
            message=message,
            cure=cure,
            attendees=[roster.ids[row] for row in rows[:LIST_MAX].tolist()],
            count=len(rows),
        )
        for code, (rows, message, cure) in found.items()
        if len(rows)
    ]

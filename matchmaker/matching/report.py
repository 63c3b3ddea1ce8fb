"""What a run came to, said for the whole room: figures, the dial's two ends, promises not kept, and remarks."""

import platform
from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
import rustworkx
import scipy
import sklearn

from matchmaker.matching import measures
from matchmaker.matching.assignment import Mask
from matchmaker.matching.directed import relevance
from matchmaker.matching.edges import Edges
from matchmaker.matching.formats import Made, Task
from matchmaker.matching.pairs import Room
from matchmaker.matching.plan import Plan, degrees
from matchmaker.matching.roster import Ints
from matchmaker.matching.rules import Rules
from matchmaker.matching.unmatched import remarks, shortfalls
from matchmaker.model.group import Remark
from matchmaker.model.policy import MODEL_VERSIONS, Policy
from matchmaker.model.run import Extreme, Format, Report
from matchmaker.model.text import LIST_MAX
from matchmaker.model.weights import Weights

ALGORITHM = "3"
PERCENT = 100


def report_of(
    task: Task,
    made: Made,
    *,
    format: Format,
    seed: int,
    input_hash: str,
    notes: dict[str, int],
    blocked: Sequence[Remark] = (),
) -> Report:
    """The report of what a format made, and of what rules keep people from; of pairs alone a bound that no plan can exceed."""
    roster, room, pairs, plan = task.roster, task.room, made.pairs, made.plan
    count, mutual = len(roster), pairs.mutual.astype(np.float64) * PERCENT
    objective = float(pairs.weight.astype(np.float64).sum()) * PERCENT
    loads = measures.load(pairs, count)
    known = degrees(plan.edges, count) if plan is not None else np.zeros(count, np.int64)
    return Report(
        people=count,
        pairings=len(pairs),
        coverage=round(measures.coverage(pairs, count), 4),
        one_way_share=round(measures.one_way_share(pairs, room.rules.floor), 4),
        load_gini=round(measures.gini(loads), 4),
        mutual_value_mean=round(float(mutual.mean()), 1) if len(pairs) else 0.0,
        mutual_value_least=round(float(mutual.min()), 1) if len(pairs) else 0.0,
        objective=round(objective, 3),
        **(_proof(plan, objective, count) if plan is not None else {"upper_bound": None}),
        left_out=int(((loads == 0) & (known > 0) & (room.rules.quota > 0)).sum()),
        organisations_met_mean=round(measures.organisations_met(pairs, roster.organisation, count), 2),
        common_ground_mean=round(_common_ground(room, pairs, task.weights), 3),
        repeats=_repeats(room, pairs, count),
        shortfalls=shortfalls(roster, room.rules, loads, known) if plan is not None else [],
        remarks=[*_remarks(task, plan), *remarks(roster, made), *blocked][:LIST_MAX],
        versions=versions(task.policy, task.weights),
        seed=seed,
        input_hash=input_hash,
        notes=notes,
        format=format,
    )


def _proof(plan: Plan, objective: float, people: int) -> dict[str, Any]:
    """The bound, how far below it the objective is, and what the dial's two ends come to."""
    bound = max(plan.upper_bound * PERCENT, objective)
    return {
        "upper_bound": max(round(bound, 3), round(objective, 3)),
        "gap": round((bound - objective) / bound, 6) if bound > 0 else 0.0,
        "best_scores": _extreme(plan, plan.best_scores, people),
        "nobody_left_out": _extreme(plan, plan.nobody_left_out, people),
    }


def versions(policy: Policy, weights: Weights) -> dict[str, str]:
    """Whatever may change the bytes of a result."""
    return {
        "algorithm": ALGORITHM,
        "model": MODEL_VERSIONS[policy.model],
        "numba": numba.__version__,
        "numpy": np.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "rustworkx": rustworkx.__version__,  # type: ignore[attr-defined]
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


def _pins_lost(rules: Rules, plan: Plan) -> tuple[Ints, Ints]:
    """Whose pins could not be: of excluded pairs, and of pairs there was no room for."""
    special, people, forced = rules.special, len(rules.quota), plan.edges.take(plan.forced)
    held = np.isin(special.first * people + special.second, forced.first * people + forced.second)
    lost = special.pinned & ~held
    excluded, over_quota = (
        np.unique(np.concatenate([special.first[which], special.second[which]]))
        for which in (lost & (special.factor == 0), lost & (special.factor > 0))
    )
    return excluded, over_quota


def _remarks(task: Task, plan: Plan | None) -> list[Remark]:
    """What could not be as it was asked, whom it touches, and the smallest cure."""
    roster, rules = task.roster, task.room.rules
    excluded, over_quota = _pins_lost(rules, plan) if plan is not None else np.empty((2, 0), np.int64)
    above = np.flatnonzero((rules.promised > rules.quota) & (rules.quota > 0))  # who wants none is not promised any
    kinds = ", ".join(kind.value for kind in task.policy.goal_kinds_off)
    found = {
        "goal_kinds_off": (
            task.switched_off,
            f"Some people's seeks read like a kind that the policy switches off ({kinds}); nobody answers them.",
            "Tell these people where such seeks have a place, or take the kind out of goal_kinds_off.",
        ),
        "pins_excluded": (
            excluded,
            "Some pinned pairs are excluded, or were rejected; they are kept apart.",
            "Remove the exclusion or the rejection, or unpin the pair.",
        ),
        "pins_over_quota": (
            over_quota,
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

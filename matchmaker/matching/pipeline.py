"""The whole algorithm on one screen: people in, ranked pairings of mutual value out."""

import platform
from collections.abc import Callable

import numpy as np
import scipy
import sklearn
from threadpoolctl import threadpool_limits

from matchmaker.matching import measures, vectors
from matchmaker.matching.assignment import assign
from matchmaker.matching.candidates import Edges, Room, candidates, every_candidate, merged, room_of
from matchmaker.matching.directed import words_of
from matchmaker.matching.ranking import ranked
from matchmaker.matching.reasons import reasons_between
from matchmaker.matching.roster import roster_of
from matchmaker.matching.unmatched import unmatched
from matchmaker.matching.vectors import Memory
from matchmaker.model import snapshot as snapshots
from matchmaker.model.pairing import Pairing
from matchmaker.model.policy import MODEL_VERSIONS, Policy
from matchmaker.model.run import Proposal, Report
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.weights import BUILTIN, Weights

Progress = Callable[[str, float], None]
ALGORITHM = "1"


def propose(
    snapshot: Snapshot,
    policy: Policy,
    *,
    seed: int,
    weights: Weights | None = None,
    memory: Memory | None = None,
    progress: Progress = lambda stage, share: None,
) -> Proposal:
    """Ranked pairings for the people of `snapshot`: the same bytes for the same input, policy, weights, seed and versions.

    `memory` holds encoded vectors by text hash and takes the new ones; `progress` hears each stage and its share done.
    Never raises for awkward people: they are among the unmatched, with the reason.
    """
    weights = weights or BUILTIN[policy.model]
    memory = {} if memory is None else memory
    rng = np.random.default_rng(seed)
    with threadpool_limits(1, user_api="blas"):
        data = snapshots.encode(snapshot)
        roster = roster_of(snapshots.decode(data), policy)
        progress("vectors", 0.0)
        texts = vectors.vectors_of(roster.texts, policy.model, memory=memory, progress=progress)
        words = words_of(texts, roster.seeks, roster.offers, roster.interests)
        room = room_of(roster, words, policy, weights)
        progress("candidates", 0.0)
        edges, prospects = candidates(room, progress)
        progress("assignment", 0.0)
        edges, chosen = _assigned(room, edges, prospects.candidates, rng)
        progress("ranking", 0.0)
        best = ranked(edges.take(chosen))
        progress("reasons", 0.0)
        return Proposal(
            pairings=_pairings(room, best),
            unmatched=unmatched(roster, prospects, measures.load(best, len(roster)), policy),
            report=_report(room, best, seed, snapshots.input_hash(data)),
        )


def _assigned(room: Room, edges: Edges, known: np.ndarray, rng: np.random.Generator) -> tuple[Edges, np.ndarray]:
    """Assign; whoever is left out though more candidates exist than were kept gets all of theirs, and once more."""
    people = len(room.roster)
    chosen = assign(edges, room.roster.quota, rng)
    kept = measures.load(edges, people)
    missed = np.flatnonzero((measures.load(edges.take(chosen), people) == 0) & (known > kept))
    if len(missed):
        edges = merged(edges, every_candidate(room, missed), people)
        chosen = assign(edges, room.roster.quota, rng)
    return edges, chosen


def _pairings(room: Room, edges: Edges) -> list[Pairing]:
    roster = room.roster
    return [
        Pairing(
            rank=rank,
            first=roster.ids[first],
            second=roster.ids[second],
            mutual_value=_percent(mutual),
            value_to_first=_percent(to_first),
            value_to_second=_percent(to_second),
            reasons=reasons_between(roster, room.words, room.weights, first, second),
        )
        for rank, (first, second, mutual, to_first, to_second) in enumerate(
            zip(edges.first, edges.second, edges.mutual, edges.to_first, edges.to_second, strict=True), start=1
        )
    ]


def _report(room: Room, edges: Edges, seed: int, input_hash: str) -> Report:
    people = len(room.roster)
    mutual = edges.mutual.astype(np.float64) * 100
    return Report(
        people=people,
        pairings=len(edges),
        coverage=round(measures.coverage(edges, people), 4),
        one_way_share=round(measures.one_way_share(edges, room.policy.floor / 100), 4),
        load_gini=round(measures.gini(measures.load(edges, people)), 4),
        mutual_value_mean=round(float(mutual.mean()), 1) if len(edges) else 0.0,
        mutual_value_least=round(float(mutual.min()), 1) if len(edges) else 0.0,
        objective=round(float(mutual.sum()), 3),
        upper_bound=None,
        versions=_versions(room),
        seed=seed,
        input_hash=input_hash,
    )


def _versions(room: Room) -> dict[str, str]:
    """Whatever may change the bytes of a result."""
    return {
        "algorithm": ALGORITHM,
        "model": MODEL_VERSIONS[room.policy.model],
        "numpy": np.__version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
        "weights": room.weights.version,
    }


def _percent(value: float) -> float:
    return round(float(value) * 100, 1)

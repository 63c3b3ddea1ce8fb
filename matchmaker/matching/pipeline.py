"""The whole algorithm on one screen: people in, ranked pairings of mutual value out."""

import platform
from collections.abc import Callable

import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from matchmaker.matching import measures, vectors
from matchmaker.matching.assignment import assign
from matchmaker.matching.candidates import Edges, Room, candidates, every_candidate, merged, room_of
from matchmaker.matching.directed import words_of
from matchmaker.matching.ranking import ranked
from matchmaker.matching.reasons import reasons_between
from matchmaker.matching.roster import Ints, roster_of
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
WIDENED_MAX = 1_500


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


def _assigned(room: Room, edges: Edges, known: Ints, rng: np.random.Generator) -> tuple[Edges, NDArray[np.bool_]]:
    """Assign; while someone is left out though candidates were cut away, they get all of theirs, then those who hold the
    partners they could have, and so on, until that helps or nobody's candidates are cut short who could make way."""
    people, quota = len(room.roster), room.roster.quota
    chosen = assign(edges, quota, rng)
    whole, widened = known <= measures.load(edges, people), 0
    left_out = needy = _left_out(edges, chosen, known)
    while left_out.any() and not whole.all():
        rows = np.flatnonzero(needy & ~whole)[: WIDENED_MAX - widened]
        if len(rows):
            edges = merged([edges, every_candidate(room, rows)], people)
            chosen = assign(edges, quota, rng)
            whole[rows], widened = True, widened + len(rows)
            left_out = needy = _left_out(edges, chosen, known)
        elif (wider := needy | _in_the_way(edges, chosen, needy)).sum() > needy.sum():
            needy = wider
        else:
            break
    return edges, chosen


def _left_out(edges: Edges, chosen: NDArray[np.bool_], known: Ints) -> NDArray[np.bool_]:
    """`(n,)`: those with candidates and nobody."""
    return (measures.load(edges.take(chosen), len(known)) == 0) & (known > 0)


def _in_the_way(edges: Edges, chosen: NDArray[np.bool_], needy: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """`(n,)`: those who are paired with a candidate of the `needy`."""
    wanted, rivals = np.zeros_like(needy), np.zeros_like(needy)
    wanted[edges.first[needy[edges.second]]] = wanted[edges.second[needy[edges.first]]] = True
    pairs = edges.take(chosen)
    rivals[pairs.first[wanted[pairs.second]]] = rivals[pairs.second[wanted[pairs.first]]] = True
    return rivals


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

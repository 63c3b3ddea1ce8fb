"""The whole algorithm on one screen: people in, ranked pairings of mutual value out."""

from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.matching import vectors
from matchmaker.matching.candidates import Edges, Room, every_candidate
from matchmaker.matching.directed import Scale, Words, scale_of, words_of
from matchmaker.matching.measures import load
from matchmaker.matching.plan import Plan, best_plan, degrees
from matchmaker.matching.ranking import ranked
from matchmaker.matching.reasons import reasons_between
from matchmaker.matching.report import report_of
from matchmaker.matching.roster import Roster, roster_of
from matchmaker.matching.rules import rules_of
from matchmaker.matching.unmatched import unmatched
from matchmaker.matching.vectors import Memory
from matchmaker.model import snapshot as snapshots
from matchmaker.model.pairing import Pairing, Unmatched
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format, Proposal
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.weights import BUILTIN, Weights

Progress = Callable[[str, float], None]


def propose(
    snapshot: Snapshot,
    policy: Policy,
    *,
    seed: int,
    format: Format = Format.INTRODUCTIONS,
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
        snapshot = snapshots.decode(data)
        roster = roster_of(snapshot, policy)
        progress("vectors", 0.0)
        texts = vectors.vectors_of(roster.texts, policy.model, memory=memory, progress=progress)
        words = words_of(texts, roster.seeks, roster.offers, roster.interests)
        room = Room(words=words, scale=_scale(words, weights, policy), rules=rules_of(snapshot, roster, policy))
        progress("candidates", 0.0)
        plan = best_plan(room, rng, progress)
        progress("ranking", 0.0)
        best = ranked(plan.edges.take(plan.chosen))
        progress("reasons", 0.0)
        return Proposal(
            pairings=_pairings(roster, room, weights, best),
            unmatched=_unmatched(roster, room, plan, best),
            report=report_of(
                roster,
                room,
                plan,
                best,
                policy=policy,
                weights=weights,
                seed=seed,
                input_hash=snapshots.input_hash(data),
                format_=format,
            ),
        )


def _scale(words: Words, weights: Weights, policy: Policy) -> Scale:
    seeks_most = int(np.diff(words.seek_starts).max(initial=1))
    return scale_of(weights, warmth=policy.warmth, top=policy.common_ground_top, seeks_most=seeks_most)


def _pairings(roster: Roster, room: Room, weights: Weights, edges: Edges) -> list[Pairing]:
    special = room.rules.special
    pinned, told = (
        set(zip(special.first[which].tolist(), special.second[which].tolist(), strict=True))
        for which in (special.pinned, special.told)
    )
    return [
        Pairing(
            rank=rank,
            first=roster.ids[first],
            second=roster.ids[second],
            mutual_value=_percent(mutual),
            value_to_first=_percent(to_first),
            value_to_second=_percent(to_second),
            reasons=reasons_between(roster, room.words, weights, first, second),
            pinned=(first, second) in pinned,
            told=(first, second) in told,
        )
        for rank, (first, second, mutual, to_first, to_second) in enumerate(
            zip(
                edges.first.tolist(), edges.second.tolist(), edges.mutual, edges.to_first, edges.to_second, strict=True
            ),
            start=1,
        )
    ]


def _unmatched(roster: Roster, room: Room, plan: Plan, pairs: Edges) -> list[Unmatched]:
    """Who is without a pairing, and why: of them alone all that they could hope for is looked at."""
    without = np.flatnonzero(load(pairs, len(roster)) == 0)
    _, prospects = every_candidate(room, without)
    np.maximum(prospects.candidates, degrees(plan.edges, len(roster))[without], out=prospects.candidates)
    return unmatched(roster, room.rules, without, prospects)


def _percent(value: float) -> float:
    return round(float(value) * 100, 1)

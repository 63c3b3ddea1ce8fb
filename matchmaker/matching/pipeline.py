"""The whole algorithm on one screen: people in, ranked pairings of mutual value out."""

from collections.abc import Callable

import numpy as np
from msgspec import UNSET
from threadpoolctl import threadpool_limits

from matchmaker.matching import vectors
from matchmaker.matching.blocked import blocked
from matchmaker.matching.directed import Words, scale_of, words_of
from matchmaker.matching.direction import Sides, sides_by_words, sides_of
from matchmaker.matching.doors import doors
from matchmaker.matching.earlier import with_earlier
from matchmaker.matching.formats import FORMATS, Made, Task, percent, programme_of
from matchmaker.matching.heard import explored_of, weighed
from matchmaker.matching.pairs import Room
from matchmaker.matching.ranking import ranked
from matchmaker.matching.reasons import reasons_between, shared_interests, warmths
from matchmaker.matching.report import report_of
from matchmaker.matching.reserves import reserves
from matchmaker.matching.resumed import resumed_rounds
from matchmaker.matching.resumed_tables import resumed_tables
from matchmaker.matching.roster import Ints, Roster, roster_of
from matchmaker.matching.rules import rules_of
from matchmaker.matching.suggest import counts
from matchmaker.matching.switched_off import left_on
from matchmaker.matching.unmatched import unmatched
from matchmaker.matching.vectors import Matrix, Memory
from matchmaker.model import snapshot as snapshots
from matchmaker.model.pairing import Pairing, Reserve
from matchmaker.model.policy import Model, Policy
from matchmaker.model.run import Format, Proposal
from matchmaker.model.snapshot import Earlier, Snapshot
from matchmaker.model.weights import BUILTIN, Weights

RESUMED: dict[Format, Callable[[Task, Earlier], Made]] = {
    Format.ROUNDS: resumed_rounds,
    Format.TABLES: resumed_tables,
}
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
    backend: str | None = None,
    reserves_each: int = 0,
) -> Proposal:
    """Ranked pairings for the people of `snapshot`: the same bytes for the same input, policy, weights, seed and versions.

    `memory` holds encoded vectors by text hash and takes the new ones; `progress` hears each stage and its share done;
    `backend` is joblib's, where a large room's candidates are to be sought by workers beyond this machine. Of introductions each
    person's `reserves_each` best pairs beyond those that are proposed are told, too.
    Never raises for awkward people: they are among the unmatched, with the reason.
    """
    with threadpool_limits(1, user_api="blas"):
        data = snapshots.encode(snapshot)
        snapshot = snapshots.decode(data)
        task = task_of(snapshot, policy, seed=seed, weights=weights, memory=memory, progress=progress, backend=backend)
        roster, room = task.roster, task.room
        progress("candidates", 0.0)
        made = FORMATS[format](task) if task.earlier is None else RESUMED[format](task, task.earlier)
        beyond = doors(task, made)
        progress("ranking", 0.0)
        order = ranked(made.pairs)
        progress("reasons", 0.0)
        bars = blocked(snapshot, task, made.plan, format) if made.plan is not None else []
        proposal = Proposal(
            pairings=pairings_of(task, made, order),
            unmatched=unmatched(roster, room, made, task.switched_off),
            report=report_of(
                task,
                made,
                format=format,
                seed=seed,
                input_hash=snapshots.input_hash(data),
                notes=counts(snapshot.attendees),
                blocked=bars,
            ),
            groups=[*made.groups, *beyond.circles],
            byes=made.byes,
            asks=beyond.asks,
            connectors=beyond.connectors,
            set_reserves=made.set_reserves,
            reserves=_reserves(task, made, reserves_each) if format is Format.INTRODUCTIONS else [],
        )
        return proposal if task.earlier is None else with_earlier(proposal, task.earlier)


def task_of(
    snapshot: Snapshot,
    policy: Policy,
    *,
    seed: int,
    weights: Weights | None,
    memory: Memory | None,
    progress: Progress,
    backend: str | None = None,
) -> Task:
    """All that a format is made from, of a canonical snapshot."""
    weights = weights or BUILTIN[policy.model]
    memory = {} if memory is None else memory
    roster = roster_of(snapshot, policy)
    progress("vectors", 0.0)
    texts = vectors.vectors_of(roster.texts, policy.model, memory=memory, progress=progress)
    sides = sides_in(roster.texts, texts, policy.model, memory=memory)
    roster, switched_off = left_on(roster, sides.wants, policy.goal_kinds_off)
    words = words_of(texts, roster.seeks, roster.offers, roster.interests, sides, weights)
    explored = explored_of(snapshot, policy, weights, seed)
    if weights.learned is not None:
        words = weighed(words, roster.ids, snapshot.tallies, weights.learned, explored)
    return Task(
        roster=roster,
        room=room_of(snapshot, roster, words, policy, weights),
        vectors=texts,
        weights=weights,
        programme=programme_of(snapshot, policy),
        policy=policy,
        rng=np.random.default_rng(seed),
        progress=progress,
        backend=backend,
        explored=explored,
        switched_off=switched_off,
        earlier=None if snapshot.earlier is UNSET else snapshot.earlier,
    )


def sides_in(texts: list[str], known: Matrix, model: Model, *, memory: Memory) -> Sides:
    """The texts read as seeks and as offers; `known` are their vectors, `memory` holds them as encoded."""
    if model is Model.TFIDF:
        return sides_by_words(texts, known)
    return sides_of(texts, vectors.encoded(texts, memory=memory, progress=lambda stage, share: None))


def room_of(snapshot: Snapshot, roster: Roster, words: Words, policy: Policy, weights: Weights) -> Room:
    """Join the words of a canonical snapshot's people with how they count and with the rules."""
    seeks_most = int(np.diff(words.seek_starts).max(initial=1))
    scale = scale_of(weights, warmth=policy.warmth, top=policy.common_ground_top, seeks_most=seeks_most)
    return Room(words=words, scale=scale, rules=rules_of(snapshot, roster, policy))


def _reserves(task: Task, made: Made, each: int) -> list[Reserve]:
    """Each person's `each` best pairs that were not chosen, and how many introductions either side may have."""
    if made.plan is None or each == 0:
        return []
    spare = reserves(made.plan.edges, made.pairs, task.room.rules.quota, each=each)
    none = np.zeros(len(spare), np.int64)
    quota_of = dict(zip(task.roster.ids, task.room.rules.quota.tolist(), strict=True))
    found = pairings_of(task, Made(pairs=spare, round=none, table=none), np.arange(len(spare)))
    return [Reserve(pairing=one, first_quota=quota_of[one.first], second_quota=quota_of[one.second]) for one in found]


def pairings_of(task: Task, made: Made, order: Ints) -> list[Pairing]:
    """The pairs in order, with what each side gains and why."""
    ids, pairs, special, words = task.roster.ids, made.pairs, task.room.rules.special, task.room.words
    warmth = warmths(words, task.room.scale, pairs.first, pairs.second)
    pinned, told = (
        set(zip(special.first[which].tolist(), special.second[which].tolist(), strict=True))
        for which in (special.pinned, special.told)
    )
    return [
        Pairing(
            rank=rank,
            first=ids[first := int(pairs.first[at])],
            second=ids[second := int(pairs.second[at])],
            mutual_value=percent(pairs.mutual[at]),
            value_to_first=(to_first := percent(pairs.to_first[at])),
            value_to_second=(to_second := percent(pairs.to_second[at])),
            reasons=reasons_between(
                task.roster,
                words,
                task.weights,
                first,
                second,
                values=(to_first, to_second),
                warmth=float(warmth[at]),
            ),
            round=int(made.round[at]) or None,
            table=int(made.table[at]) or None,
            pinned=(first, second) in pinned,
            told=(first, second) in told,
            exploration=bool(task.explored[[first, second]].any()),
            shared=shared_interests(task.roster, first, second),
        )
        for rank, at in enumerate(order.tolist(), start=1)
    ]

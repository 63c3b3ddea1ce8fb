"""Answers of events, with what a run would have known of each pair → weights, and whether they are better than none."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.matching import vectors
from matchmaker.matching.directed import product, relevance, scale_of, values_between, words_of
from matchmaker.matching.learning import BEFORE, Answers, Reals, beats_unsupervised, learn
from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.pipeline import sides_in
from matchmaker.matching.roster import roster_of
from matchmaker.matching.rules import pair_keys
from matchmaker.matching.switched_off import left_on
from matchmaker.matching.vectors import Memory
from matchmaker.model import snapshot as snapshots
from matchmaker.model.learning import Answered, EventAnswers, LearningFigures, Taught
from matchmaker.model.weights import BUILTIN


def teach(events: Sequence[EventAnswers], *, memory: Memory) -> Taught:
    """What the answers of `events`, in order of time, teach. `memory` holds vectors by text hash and takes the new ones."""
    with threadpool_limits(1, user_api="blas"):
        answers = gathered(events, memory=memory)
        told = beats_unsupervised(answers) if len(answers) else None
        auc, plain = told if told is not None else (None, None)
        figures = LearningFigures(
            answers=len(answers),
            events=len(np.unique(answers.event)),
            auc=None if auc is None else round(auc, 4),
            auc_unsupervised=None if plain is None else round(plain, 4),
        )
        return Taught(learned=learn(answers) if told is not None else None, figures=figures)


def gathered(events: Sequence[EventAnswers], *, memory: Memory) -> Answers:
    """The answers of all events as arrays. Answers of or about people whom a run would not read are left out."""
    rows: dict[str, int] = {}
    said: list[tuple[int, int, int, int, bool, float]] = []
    before: list[Reals] = [np.empty((0, len(BEFORE)))]
    for number, event in enumerate(events):
        known, kept = known_before(event, memory=memory)
        met: Counter[str] = Counter()
        for one in kept:
            met[one.taker] += 1
            taker, giver = (rows.setdefault(name, len(rows)) for name in (one.taker, one.giver))
            said.append((number, taker, giver, met[one.taker], one.yes, np.nan if one.useful is None else one.useful))
        before.append(known)
    place = {row[:3]: at for at, row in enumerate(said)}
    table = np.array(said, np.float64).reshape(-1, 6)
    event_of, taker_of, giver_of, order = table[:, :4].astype(np.int64).T
    return Answers(
        people=len(rows),
        event=event_of,
        taker=taker_of,
        giver=giver_of,
        order=order,
        yes=table[:, 4],
        useful=table[:, 5],
        back=np.array([place.get((event, giver, taker), -1) for event, taker, giver, *_ in said], np.int64),
        before=np.concatenate(before),
    )


def known_before(event: EventAnswers, *, memory: Memory) -> tuple[Reals, list[Answered]]:
    """`(m, 5)` as `BEFORE` names it, before any rule, of the answers whose people a run would read, and those answers."""
    snapshot, policy = snapshots.decode(event.snapshot), event.policy
    roster, weights = roster_of(snapshot, policy), BUILTIN[policy.model]
    texts = vectors.vectors_of(roster.texts, policy.model, memory=memory, progress=lambda stage, share: None)
    sides = sides_in(roster.texts, texts, policy.model, memory=memory)
    roster, _ = left_on(roster, sides.wants, policy.goal_kinds_off)
    words = words_of(texts, roster.seeks, roster.offers, roster.interests, sides, weights)
    row_of = {id_: row for row, id_ in enumerate(roster.ids)}
    kept = [at for at, (one, other) in enumerate(event.pairs) if one in row_of and other in row_of]
    taker, giver = np.array([[row_of[id_] for id_ in event.pairs[at]] for at in kept], np.int64).reshape(-1, 2).T
    seeks_most = int(np.diff(words.seek_starts).max(initial=1))
    scale = scale_of(weights, warmth=policy.warmth, top=policy.common_ground_top, seeks_most=seeks_most)
    found = np.zeros((len(kept), len(BEFORE)))
    for row in np.unique(taker):
        own = np.flatnonzero(taker == row)
        received, given = values_between(words, scale, np.array([row]), giver[own])
        near = product(words.interests[[row]], words.interests[giver[own]])
        found[own, 0], found[own, 1] = received[0], given[0]
        found[own, 2] = mutual_values(received, given)[0]
        found[own, 3] = relevance(near, weights)[0]
    people = len(roster)
    low, high = np.minimum(taker, giver), np.maximum(taker, giver)
    found[:, 4] = np.isin(low * people + high, pair_keys(roster.acquainted, people))
    return found, [event.answers[at] for at in kept]

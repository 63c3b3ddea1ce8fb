"""Answer a question about a run: planned again from the same snapshot, policy and seed, as it is and as it might be."""

import numpy as np
from threadpoolctl import threadpool_limits

from matchmaker.matching import answers
from matchmaker.matching.coverage import coverage_of
from matchmaker.matching.exchange import swap_of
from matchmaker.matching.formats import Task, room_in
from matchmaker.matching.outlook import outlook
from matchmaker.matching.pipeline import Progress, task_of
from matchmaker.matching.plan import Plan, best_plan
from matchmaker.matching.relax import outcome_of, relaxations
from matchmaker.matching.seat_pairs import seat_pairs
from matchmaker.matching.vectors import Memory
from matchmaker.matching.whatif import why_not
from matchmaker.model import snapshot as snapshots
from matchmaker.model.policy import Policy, minutes_each
from matchmaker.model.run import Format
from matchmaker.model.seating import SeatsQuestion
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import QUOTA_MAX
from matchmaker.model.weights import Weights
from matchmaker.model.whatif import (
    Answer,
    CoverageQuestion,
    Outlook,
    PairQuestion,
    Question,
    Relaxations,
    SwapQuestion,
    TimeQuestion,
    WhyNot,
)


def answer(
    snapshot: Snapshot,
    policy: Policy,
    question: Question,
    *,
    seed: int,
    format: Format = Format.INTRODUCTIONS,
    weights: Weights | None = None,
    memory: Memory | None = None,
    progress: Progress = lambda stage, share: None,
) -> Answer:
    """The answer to a question about the pairs that `propose` plans of the same input, for introductions or for rounds; or
    about what the room covers.

    Whom it names are people of the snapshot.
    """
    snapshot = snapshots.decode(snapshots.encode(snapshot))
    with threadpool_limits(1, user_api="blas"):
        task = task_of(snapshot, policy, seed=seed, weights=weights, memory=memory, progress=progress)
        if isinstance(question, CoverageQuestion):
            progress("coverage", 0.0)
            return coverage_of(task.roster, task.room.words, task.vectors, task.weights, rng=task.rng)
        if isinstance(question, SeatsQuestion):
            progress("answer", 0.0)
            return seat_pairs(task, format, question)
        progress("candidates", 0.0)
        plan = best_plan(room_in(task, format), task.rng, progress)
        progress("answer", 0.0)
        if isinstance(question, PairQuestion):
            return _why_not(snapshot, task, plan, format, question, seed)
        if isinstance(question, TimeQuestion):
            return _outlook(snapshot, task, plan, format, question, seed)
        if isinstance(question, SwapQuestion):
            return swap_of(task.roster, snapshot, task.policy, room_in(task, format), plan, question)
        return _relaxations(snapshot, task, plan, format, seed)


def _why_not(snapshot: Snapshot, task: Task, plan: Plan, format: Format, question: PairQuestion, seed: int) -> WhyNot:
    first, second = (task.roster.ids.index(one) for one in (question.first, question.second))
    found = why_not(room_in(task, format), plan, first, second, rng=np.random.default_rng(seed))
    return answers.why_not_of(task.roster, snapshot, task.policy, found)


def _outlook(snapshot: Snapshot, task: Task, plan: Plan, format: Format, question: TimeQuestion, seed: int) -> Outlook:
    room, row = room_in(task, format), task.roster.ids.index(question.attendee_id)
    asked = snapshot.attendees[row]
    own, each = asked.minutes or 0, minutes_each(asked.quiet, task.policy)
    more = (own + question.minutes) // each - own // each
    most = int(task.programme.available[row].sum()) if format is Format.ROUNDS else QUOTA_MAX
    more = max(min(more, most - int(room.rules.quota[row])), 0)
    return answers.outlook_of(
        task.roster, question, more, outlook(room, plan, row, more, rng=np.random.default_rng(seed))
    )


def _relaxations(snapshot: Snapshot, task: Task, plan: Plan, format: Format, seed: int) -> Relaxations:
    now = outcome_of(room_in(task, format), plan)
    found = relaxations(snapshot, task, format, seed=seed)
    return Relaxations(outcome=now, relaxations=[answers.relaxation_of(task.policy, now, *one) for one in found])

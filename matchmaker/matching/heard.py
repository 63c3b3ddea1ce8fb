"""What was learned of the people of a room: it goes into the strengths of their words, but for those who are explored."""

from collections.abc import Sequence

import numpy as np
from msgspec import structs

from matchmaker.matching.directed import Words
from matchmaker.matching.learning import LEAST, Mask, Tallies, discounted, discounts
from matchmaker.model.feedback import Tally
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Policy
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.weights import Learned, Weights

EXPLORED_STREAM = 1  # a stream of its own, so that exploring settles no other tie
COUNTS = [name for name in Tally.__struct_fields__ if name != "attendee_id"]


def weighed(words: Words, ids: Sequence[AttendeeId], found: Sequence[Tally], learned: Learned, explored: Mask) -> Words:
    """The words of a room's people, weaker by what their answers so far say; the `explored` `(n,)` are taken as unknown.

    Beside the room's least discounted: a room of whom nothing is known is as it is without learning.
    """
    giver, taker = discounts(tallies_of(ids, found, explored), learned)
    return discounted(words, giver / giver.max(initial=LEAST), taker / taker.max(initial=LEAST))


def explored_of(snapshot: Snapshot, policy: Policy, weights: Weights, seed: int) -> Mask:
    """`(n,)`: of those of whom answers are known the policy's share, drawn by `seed`, the fewer answers the likelier.

    Nobody where nothing was learned. To be explored is to be taken as unknown, which moves a discount by what was learned of
    that person alone: no pair leaves its kernel, and the bound stands.
    """
    people = len(snapshot.attendees)
    explored = np.zeros(people, np.bool_)
    if weights.learned is None or not policy.exploration:
        return explored
    found = tallies_of([one.id for one in snapshot.attendees], snapshot.tallies, explored)
    answers = found.said + found.heard
    known = np.flatnonzero(answers > 0)
    rng = np.random.default_rng([EXPLORED_STREAM, seed])
    unsure = 1 / answers[known]
    count = int(rng.binomial(len(known), policy.exploration))
    explored[rng.choice(known, count, replace=False, p=unsure / unsure.sum() if len(known) else None)] = True
    return explored


def tallies_of(ids: Sequence[AttendeeId], found: Sequence[Tally], unknown: Mask) -> Tallies:
    """The tallies by row; zero of those without and of the `unknown` `(n,)`."""
    table = np.zeros((len(COUNTS), len(ids)))
    row_of = {id_: row for row, id_ in enumerate(ids)}
    for tally in found:
        values = structs.asdict(tally)
        table[:, row_of[tally.attendee_id]] = [values[name] for name in COUNTS]
    table[:, unknown] = 0
    return Tallies(**dict(zip(COUNTS, table, strict=True)))

"""Holding back: with the consent of both, a small random share of introductions is left out, to measure what matching adds (L13).

All pairs among whom was drawn are kept, with what the draw said, so that like is compared with like: they differ by chance
alone. What they came to is taken as it was drawn, also where an introduction was declined.
"""

import hashlib
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.fairness import Estimate
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.text import Count, Seed

SHARE_MAX = 0.2
PAIRS_LEAST = 20

HoldBackShare = Annotated[
    float,
    Meta(
        ge=0,
        le=SHARE_MAX,
        description="The share of introductions, between two who both consent to it, that is held back by chance: not "
        "offered, and not proposed again at this event. Of a run of introductions only.",
    ),
]


class HoldBack(Struct, frozen=True, kw_only=True):
    """A pair among whom was drawn; `first_id < second_id`."""

    event_id: EventId
    run_id: RunId
    first_id: AttendeeId
    second_id: AttendeeId
    share: float
    held_back: bool
    drawn_at: datetime


class Arm(Struct, frozen=True, kw_only=True):
    """What became of the pairs that were introduced, or held back: how many there are, met, and found it useful."""

    pairs: Count
    met: Annotated[Count | None, Meta(description="Of whom at least one says so; null where the pairs are too few.")]
    useful: Annotated[
        Count | None,
        Meta(description="At least one of whom rates it 3 of 5 or better; null where the pairs are too few."),
    ]


class Uplift(Struct, frozen=True, kw_only=True):
    """What introductions added over chance at an event, among those who consented."""

    introduced: Arm
    held_back: Arm
    met: Annotated[Estimate | None, Meta(description="The share that met, less that among those held back.")]
    useful: Annotated[Estimate | None, Meta(description="The share that was useful, less that among those held back.")]
    enough: Annotated[
        bool, Meta(description=f"Whether there are {PAIRS_LEAST} pairs of either kind; without, nothing is told.")
    ]
    summary: Annotated[str, Meta(max_length=600, description="All of it in plain words.")]


def is_held_back(seed: Seed, first_id: AttendeeId, second_id: AttendeeId, share: float) -> bool:
    """What the draw says of a pair: the same for the same seed, whoever else is drawn among."""
    digest = hashlib.sha256(f"{seed}/{first_id}/{second_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64

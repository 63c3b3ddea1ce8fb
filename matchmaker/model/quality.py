"""Quality: how introductions were answered, whether people met, and whether it was useful; by event, or by release (F70)."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.fairness import Estimate
from matchmaker.model.ids import EventId, RunId
from matchmaker.model.text import Count, Line

ANSWERS_LEAST = 5
POINTS_MAX = 200


class Tallied(Struct, frozen=True, kw_only=True):
    """What was counted of one event, or of one release of it."""

    event_id: EventId
    run_id: RunId | None
    name: Line
    at: datetime
    private: bool
    answers: int
    yes: int
    introduced: int
    met: int
    rated: int
    useful: int


class Quality(Struct, frozen=True, kw_only=True):
    """Three shares of one event, or of one release of it, each with its interval; null where fewer than five tell it."""

    event_id: EventId
    run_id: Annotated[RunId | None, Meta(description="The run that was released; null where it is the whole event.")]
    name: Annotated[Line, Meta(description="The event's.")]
    at: Annotated[datetime, Meta(description="When the run, the event's first one, was released.")]
    answers: Annotated[
        Count | None,
        Meta(
            description="Answers to introductions; null where there are fewer than five, so that no one answer is told."
        ),
    ]
    accepted: Annotated[Estimate | None, Meta(description="Share of the answers that are yes.")]
    introduced: Annotated[Count, Meta(description="Pairs who both said yes before they met.")]
    met: Annotated[Estimate | None, Meta(description="Share of those pairs who met.")]
    rated: Annotated[Count, Meta(description="Meetings that someone rated.")]
    useful: Annotated[Estimate | None, Meta(description="Share of the ratings that are 3 of 5 or better.")]
    rounded: Annotated[
        bool, Meta(description="Whether it is told from numbers rounded down to fives, as it is of a private event.")
    ] = False


class Qualities(Struct, frozen=True, kw_only=True):
    """Quality over time, the earliest first, at most two hundred."""

    points: Annotated[list[Quality], Meta(max_length=POINTS_MAX)]

"""A planned release: asked for, and not begun yet, so that it can be stopped; afterwards, what it came to."""

from datetime import datetime, timedelta

from msgspec import Struct

from matchmaker.errors import Conflict
from matchmaker.model.ids import EventId, PlannedReleaseId, RunId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.message import LetterKind

WAIT = timedelta(minutes=5)


class ReleaseAlreadyPlanned(Conflict):
    """A release of this event is about to begin already."""

    cure = "Stop it first, or wait for it."


class NothingPlanned(Conflict):
    """No release of this run is waiting; it was stopped, or has begun."""


class Released(Struct, frozen=True, kw_only=True):
    """What a release came to, or would come to: introductions and seats by what became of them, and letters by kind."""

    offered: int
    kept: int
    left_out: int
    withdrawn: int
    seated: int
    announced: int
    held_back: int
    letters: dict[LetterKind, int]
    people: int


class PlannedRelease(Struct, frozen=True, kw_only=True):
    """A planned release as stored. It has one end at most: stopped, done with an `outcome`, or refused in words."""

    id: PlannedReleaseId
    event_id: EventId
    run_id: RunId
    asked: ReleaseInput
    due_at: datetime
    stopped_at: datetime | None
    ended_at: datetime | None
    outcome: Released | None
    refusal: str | None
    created_at: datetime

    @property
    def is_waiting(self) -> bool:
        return self.stopped_at is None and self.ended_at is None

"""A pause: someone wants no introductions for now, at one event or at any. An exit is always open, and so is the way back."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import EventId, PersonId

ROUND_DAYS = 30
SILENT_DAYS = 90
SILENCES_MAX = 3


class PauseScope(Enum):
    """From what someone pauses: this round of introductions, this programme (the event), everything of the association."""

    ROUND = "round"
    PROGRAMME = "programme"
    EVERYTHING = "everything"


class PauseCause(Enum):
    """Why: they asked for it, or they let several introductions pass in silence."""

    ASKED = "asked"
    SILENT = "silent"


class PauseInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may set of a pause; that of a round ends in thirty days, any other when they come back, unless told."""

    scope: PauseScope = PauseScope.PROGRAMME
    ends_at: Annotated[datetime, Meta(tz=True)] | None = None


class PauseReply(Struct, frozen=True, kw_only=True):
    """A pause as the organiser sees it."""

    scope: PauseScope
    began_at: datetime
    ends_at: datetime | None


class Pause(Struct, frozen=True, kw_only=True):
    """A pause; without `ends_at` until they come back. Of everything it has no event."""

    id: str
    person_id: PersonId
    event_id: EventId | None
    scope: PauseScope
    cause: PauseCause
    began_at: datetime
    ends_at: datetime | None


def ends(scope: PauseScope, at: datetime, ends_at: datetime | None) -> datetime | None:
    """When a pause ends: as asked; that of a round, unless asked otherwise, in thirty days."""
    if ends_at is None and scope is PauseScope.ROUND:
        return at + timedelta(days=ROUND_DAYS)
    return ends_at

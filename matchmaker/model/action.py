"""An action: what a member of an action-learning set will do until it sits again (L6)."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import ActionId, AttendeeId, EventId
from matchmaker.model.text import TEXT_PATTERN

ACTION_CHARS_MAX = 500

Words = Annotated[
    str, Meta(min_length=1, max_length=ACTION_CHARS_MAX, pattern=TEXT_PATTERN, description="What they will do.")
]


class ActionInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `attendee_id` will do."""

    attendee_id: AttendeeId
    words: Words


class Action(Struct, frozen=True, kw_only=True):
    """An action as stored and shown."""

    id: ActionId
    event_id: EventId
    attendee_id: AttendeeId
    words: Words
    created_at: datetime
    done_at: Annotated[datetime | None, Meta(description="When it was said to be done; null while it is open.")]


class ActionOutcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether an action is done."""

    done: bool

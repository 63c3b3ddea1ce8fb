"""An event of an association: when, where in time, what it is about, and its policy."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import EventId
from matchmaker.model.policy import Policy
from matchmaker.model.text import TAGS_MAX, Line, Name, Version

Tags = Annotated[list[Line], Meta(max_length=TAGS_MAX)]


class EventInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a writer may set."""

    name: Name
    starts_on: date | None = None
    time_zone: Line = "UTC"
    tags: Annotated[list[Name], Meta(max_length=TAGS_MAX)] = []
    policy: Policy = Policy()


class Event(Struct, frozen=True, kw_only=True):
    """An event as stored and shown."""

    id: EventId
    name: Line
    starts_on: date | None
    time_zone: Line
    tags: Tags
    policy: Policy
    version: Version
    created_at: datetime
    updated_at: datetime

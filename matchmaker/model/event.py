"""An event of an association: when, where in time, what it is about, and its policy."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import EventId
from matchmaker.model.policy import Policy
from matchmaker.model.text import TAGS_MAX, Line, Name, Version

Tags = Annotated[list[Line], Meta(max_length=TAGS_MAX)]

QUIET_PLACE = "The place named to two who are introduced, where one of them is in quiet mode."
HOST = "Who brings people together there; begins where both are in quiet mode."

SETS_PLACE = "Where action-learning sets sit, as their letters and calendars say it: a room, or the address of a call."


class EventInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a writer may set."""

    name: Name
    starts_on: date | None = None
    time_zone: Line = "UTC"
    tags: Annotated[list[Name], Meta(max_length=TAGS_MAX)] = []
    policy: Policy = Policy()
    quiet_place: Annotated[Name | None, Meta(description=QUIET_PLACE)] = None
    host_name: Annotated[Name | None, Meta(description=HOST)] = None
    sets_place: Annotated[Name | None, Meta(description=SETS_PLACE)] = None


class Event(Struct, frozen=True, kw_only=True):
    """An event as stored and shown."""

    id: EventId
    name: Line
    starts_on: date | None
    time_zone: Line
    tags: Tags
    policy: Policy
    quiet_place: Annotated[Line | None, Meta(description=QUIET_PLACE)]
    host_name: Annotated[Line | None, Meta(description=HOST)]
    sets_place: Annotated[Line | None, Meta(description=SETS_PLACE)]
    version: Version
    created_at: datetime
    updated_at: datetime

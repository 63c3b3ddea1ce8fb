"""The programme of an event: its rounds (slots of time) and the tables people meet at."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.group import RoundNumber, TableNumber
from matchmaker.model.ids import EventId
from matchmaker.model.text import ROUNDS_MAX, Line, Name

TABLES_MAX = 5_000

Seats = Annotated[int, Meta(ge=2, le=200)]


class Slot(Struct, frozen=True, kw_only=True):
    """A round of the programme; without times, rounds simply follow each other (F36)."""

    number: RoundNumber
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class SlotReply(Struct, frozen=True, kw_only=True):
    """A slot as stored and shown."""

    event_id: EventId
    number: RoundNumber
    starts_at: datetime
    ends_at: datetime


class Table(Struct, frozen=True, kw_only=True):
    """A table (F37). One that is not `accessible` is not for who needs an accessible one."""

    number: TableNumber
    seats: Seats = 2
    accessible: bool = True
    name: Line | None = None
    place: Line | None = None


class TableReply(Struct, frozen=True, kw_only=True):
    """A table as stored and shown."""

    event_id: EventId
    number: TableNumber
    seats: Seats
    accessible: bool
    name: Line | None
    place: Line | None


class SlotInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A slot as a writer sets it: with its hours."""

    number: RoundNumber
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]


class TableInput(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table as a writer sets it."""

    name: Name | None = None
    place: Name | None = None


class ProgrammeInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole programme as a writer sets it; slots are numbered in order of time."""

    slots: Annotated[list[SlotInput], Meta(max_length=ROUNDS_MAX)] = []
    tables: Annotated[list[TableInput], Meta(max_length=TABLES_MAX)] = []


class Programme(Struct, frozen=True, kw_only=True):
    """The rounds of an event, in order, and the tables people meet at."""

    slots: Annotated[list[SlotReply], Meta(max_length=ROUNDS_MAX)]
    tables: Annotated[list[TableReply], Meta(max_length=TABLES_MAX)]

"""The room before an event: who is coming, and what stands in the way of a good introduction for each of them."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import Count, Line

WORDS_MAX = 8


class Which(Enum):
    """Some of the people in a room, by what their organiser may want to do about it."""

    LACKS_SEEKS = "lacks_seeks"
    LACKS_OFFERS = "lacks_offers"
    NOT_OPTED_IN = "not_opted_in"
    PAUSED = "paused"
    WAITING = "waiting"
    UNREACHABLE = "unreachable"


class InRoom(Struct, frozen=True, kw_only=True):
    """Someone as the list shows them. `unreachable`: their address refuses mail, or they want none, or there is none."""

    attendee_id: AttendeeId
    name: Line
    organisation: Line | None
    role: Line | None
    lacks_seeks: bool
    lacks_offers: bool
    not_opted_in: bool
    paused: bool
    waiting: bool
    unreachable: bool

    @property
    def marks(self) -> list[str]:
        """What there is to see to, in the order of the filters."""
        return [one.value for one in Which if getattr(self, one.value)]


class RoomCount(Struct, frozen=True, kw_only=True):
    """How many people are in the room, and how many of them are what."""

    people: Count
    lacks_seeks: Count
    lacks_offers: Count
    not_opted_in: Count
    paused: Count
    waiting: Count
    unreachable: Count


class OutOfStep(Struct, frozen=True, kw_only=True):
    """Someone whom released rounds seat although they are not coming (`seated`), or do not seat although they are here."""

    attendee_id: AttendeeId
    name: Line
    seated: bool


class SeatHad(Struct, frozen=True, kw_only=True):
    """Where somebody sits in one round, and with whom; without company they sit it out."""

    table: int | None
    others: frozenset[AttendeeId]


class SeatChange(Struct, frozen=True, kw_only=True):
    """What becomes different for one attendee in one round; None where they have no seat."""

    attendee_id: AttendeeId
    round: int
    before: SeatHad | None
    after: SeatHad | None


class Resumption(Struct, frozen=True, kw_only=True):
    """Released rounds that could begin anew: at which round, and who is out of step with them."""

    round: int
    rounds: list[int]
    starts: dict[int, datetime]
    out_of_step: list[OutOfStep]

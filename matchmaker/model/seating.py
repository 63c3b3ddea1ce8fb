"""A change of seats in a run that is not released: one person goes to another place, or two change places (F43, F62)."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.group import RoundNumber, TableNumber
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing
from matchmaker.model.text import Value

PAIRS_MAX = 50_000


class Break(Enum):
    """What speaks against two people at one table."""

    EXCLUDED = "excluded"
    REJECTED = "rejected"
    NOT_OPEN = "not_open"
    KNOWN_APART = "known_apart"
    MET_APART = "met_apart"
    GROUP_RULE = "group_rule"
    COLLEAGUES = "colleagues"


FORBIDDEN = frozenset({Break.EXCLUDED, Break.REJECTED})


class SeatsQuestion(Struct, frozen=True, kw_only=True):
    """What would these pairs gain at one table, and what speaks against it? A pair is of two, each pair once."""

    pairs: Annotated[list[tuple[AttendeeId, AttendeeId]], Meta(max_length=PAIRS_MAX)]


class SeatPair(Struct, frozen=True, kw_only=True):
    """Two at one table: what each gains and why, what speaks against it, whether both gain enough, and if they met before."""

    pairing: Pairing
    breaks: list[Break]
    fits: bool
    met: bool


class SeatPairs(Struct, frozen=True, kw_only=True):
    """The answer, in the order of the question."""

    pairs: list[SeatPair]


class SeatChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In a round somebody goes from a table to another, and `other`, if anybody, comes back the same way; None is a bye,
    or no seat.

    Where they are said to sit is what whoever asks saw: where it is not so any more, nothing changes.
    """

    round: RoundNumber
    attendee_id: AttendeeId
    table_from: TableNumber | None
    table_to: TableNumber | None
    other_id: AttendeeId | None = None

    @property
    def undone(self) -> "SeatChange":
        """The change that takes this one back."""
        return SeatChange(
            round=self.round,
            attendee_id=self.attendee_id,
            table_from=self.table_to,
            table_to=self.table_from,
            other_id=self.other_id,
        )


class TableEffect(Struct, frozen=True, kw_only=True):
    """What a change makes of a table: what its people gain from each other on average, before and after."""

    table: TableNumber
    value_before: Value | None
    value_after: Value | None


class PersonEffect(Struct, frozen=True, kw_only=True):
    """What a change makes of one person's round: with whom they sit no more and with whom from now on, and what they gain."""

    attendee_id: AttendeeId
    leaves: list[AttendeeId]
    joins: list[AttendeeId]
    value_before: Value | None
    value_after: Value | None


class Two(Struct, frozen=True, kw_only=True):
    """Two people, the first of the lower id."""

    first: AttendeeId
    second: AttendeeId


class Against(Struct, frozen=True, kw_only=True):
    """A pair that the change brings to one table, and what speaks against it."""

    first: AttendeeId
    second: AttendeeId
    why: Break


class SeatEffect(Struct, frozen=True, kw_only=True):
    """What a change of seats does: to tables, to people, which rules it breaks, and who has sat together before.

    `again` are pairs that sat together at an earlier event or have another round of this run together. `unpinned` are pairs
    that were pinned and would sit together no more. `away` are those who would get a seat in a round that they said they are not
    there in. `hinders` are codes of what makes the change impossible.
    """

    tables: list[TableEffect]
    people: list[PersonEffect]
    against: list[Against]
    again: list[Two]
    unpinned: list[Two]
    away: list[AttendeeId]
    hinders: list[str]

    @property
    def possible(self) -> bool:
        return not self.hinders and not any(one.why in FORBIDDEN for one in self.against)

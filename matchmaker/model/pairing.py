"""A pairing: two attendees proposed to each other, what each gains, and in whose words."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.group import RoundNumber, TableNumber
from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import Count, Share, Text, Value


class Basis(Enum):
    """Where the words of a reason stand in a profile; anything but `seeks` and `offers` was not stated as such."""

    SEEKS = "seeks"
    OFFERS = "offers"
    INTERESTS = "interests"
    ROLE = "role"


class Reason(Struct, frozen=True, kw_only=True):
    """One seek of `to` and the other's offer that answers it; `share` of that direction's value rests on it."""

    to: AttendeeId
    seek: Text
    offer: Text
    share: Share
    seek_from: Basis = Basis.SEEKS
    offer_from: Basis = Basis.OFFERS


class Pairing(Struct, frozen=True, kw_only=True):
    """A proposed pair: `first < second`, values 0 to 100, reasons in both directions (L1)."""

    rank: Count
    first: AttendeeId
    second: AttendeeId
    mutual_value: Value
    value_to_first: Value
    value_to_second: Value
    reasons: Annotated[list[Reason], Meta(max_length=24)]
    round: RoundNumber | None = None
    table: TableNumber | None = None
    pinned: bool = False
    told: Annotated[bool, Meta(description="Whether people were told of it before this run.")] = False
    exploration: Annotated[
        bool, Meta(description="Whether what was learned of one of the two was set aside, to learn more.")
    ] = False


class Unmatched(Struct, frozen=True, kw_only=True):
    """Someone without a pairing: a stable code, and why in words with what would help."""

    id: AttendeeId
    code: Annotated[str, Meta(max_length=40)]
    reason: Annotated[str, Meta(max_length=400)]

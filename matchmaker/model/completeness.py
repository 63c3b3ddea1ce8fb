"""Completeness: who has said what they seek and offer, and who has not, in time to ask them (F06, F15)."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import Count, Name


class Lack(Enum):
    """What someone has not said: what they seek, what they offer, either of the two, or both."""

    SEEKS = "seeks"
    OFFERS = "offers"
    EITHER = "either"
    BOTH = "both"


class Completeness(Struct, frozen=True, kw_only=True):
    """How many people of an event have said what they seek and offer."""

    people: Count
    complete: Annotated[Count, Meta(description="People who say what they seek and what they offer.")]
    without_seeks: Count
    without_offers: Count
    silent: Annotated[Count, Meta(description="People who say neither.")]
    opted_in: Annotated[Count, Meta(description="People who are to be matched, and did not switch it off.")]
    reminded: Annotated[Count, Meta(description="People to whom the one reminder was written.")]


class Incomplete(Struct, frozen=True, kw_only=True):
    """Someone who has not said all, and whether they can still be asked."""

    attendee_id: AttendeeId
    name: Name
    lacks_seeks: bool
    lacks_offers: bool
    opted_in: bool
    mailable: Annotated[bool, Meta(description="Has an address that takes mail.")]
    reminded_at: Annotated[datetime | None, Meta(description="When the one reminder was written.")]
    created_at: datetime

"""A pairing: two attendees proposed to each other, what each gains, and in whose words."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.group import RoundNumber, TableNumber
from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import Count, Language, Share, Text, Value

SHARED_MAX = 3
STARTERS_EACH = 2


class Basis(Enum):
    """Where the words of a reason stand in a profile; anything but `seeks` and `offers` was not stated as such."""

    SEEKS = "seeks"
    OFFERS = "offers"
    INTERESTS = "interests"
    ROLE = "role"


class EvidenceKind(Enum):
    """What speaks for a reason, or takes from it: closeness of meaning, that it was not stated, common ground, the rules."""

    MEANING = "meaning"
    UNSTATED = "unstated"
    INTERESTS = "interests"
    RULES = "rules"


class Evidence(Struct, frozen=True, kw_only=True):
    """How many points of a value one kind of evidence gives, or takes (below zero)."""

    kind: EvidenceKind
    points: Annotated[float, Meta(ge=-100, le=100)]


class Reason(Struct, frozen=True, kw_only=True):
    """One seek of `to` and the other's offer that answers it; `share` of that direction's value rests on it.

    The texts are cleaned of what is not to be shown to others. The points of `evidence` add up to that share of the value.
    """

    to: AttendeeId
    seek: Text
    offer: Text
    share: Share
    seek_from: Basis = Basis.SEEKS
    offer_from: Basis = Basis.OFFERS
    evidence: Annotated[list[Evidence], Meta(max_length=8)] = []


class Side(Struct, frozen=True, kw_only=True):
    """What one of the two reads, in the language they write in themselves where there are words for it: why, in a sentence,
    and two open questions to begin with (F56)."""

    to: AttendeeId
    language: Language
    lead: Annotated[
        str, Meta(max_length=1_000, description="Why, in one sentence; empty where nothing of it may be shown.")
    ]
    starters: Annotated[list[Text], Meta(max_length=STARTERS_EACH)]


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
    told: Annotated[bool, Meta(description="Whether people were told of it, before this run or by its release.")] = (
        False
    )
    exploration: Annotated[
        bool, Meta(description="Whether what was learned of one of the two was set aside, to learn more.")
    ] = False
    shared: Annotated[
        list[Text], Meta(max_length=SHARED_MAX, description="Interests that both named, as the first wrote them.")
    ] = []
    sides: Annotated[list[Side], Meta(max_length=2, description="What each of the two reads.")] = []


class Reserve(Struct, frozen=True, kw_only=True):
    """A pairing that a run could have made and did not, the best first by its rank, and how many introductions each side may
    have: for who loses one by another's silence."""

    pairing: Pairing
    first_quota: Count
    second_quota: Count


class Unmatched(Struct, frozen=True, kw_only=True):
    """Someone without a pairing: a stable code, and why in words with what would help."""

    id: AttendeeId
    code: Annotated[str, Meta(max_length=40)]
    reason: Annotated[str, Meta(max_length=400)]

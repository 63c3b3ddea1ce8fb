"""What a run proposes beyond pairs: tables, action-learning sets, giving circles, byes, connectors, doors for one-way asks."""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated, TypeVar

from msgspec import Meta, Struct

from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import GROUP_PEOPLE_MAX, LIST_MAX, Count, Text, Value

RoundNumber = Annotated[int, Meta(ge=1, le=50, description="Number of a round, the first being 1.")]
RoundNumbers = Annotated[list[RoundNumber], Meta(max_length=50)]
Member = TypeVar("Member")
TableNumber = Annotated[int, Meta(ge=1, le=100_000, description="Number of a table, the first being 1.")]


class GroupKind(Enum):
    """What brings a group together."""

    TABLE = "table"
    SET = "set"
    CIRCLE = "circle"
    TRIO = "trio"


class Group(Struct, frozen=True, kw_only=True):
    """More than two people proposed to each other; values are 0 to 100.

    A table has a `round`; a set the `challenge` its members share and the `rounds` in which all are free; in a circle each
    member helps the next, and the last the first.
    """

    kind: GroupKind
    number: TableNumber
    members: Annotated[list[AttendeeId], Meta(min_length=2, max_length=GROUP_PEOPLE_MAX)]
    mutual_value: Annotated[
        Value, Meta(description="Mean mutual value of the pairs within; of a circle, the harmonic mean of its gifts.")
    ]
    value_least: Annotated[
        Value, Meta(description="What the member who gains least gains, on average, from the others.")
    ]
    round: RoundNumber | None = None
    rounds: RoundNumbers = []
    challenge: Text | None = None


class SetReserve(Struct, frozen=True, kw_only=True):
    """Somebody without a set who could take a place in the set of that rank, or only that of `instead_of`."""

    rank: int
    attendee_id: AttendeeId
    instead_of: AttendeeId | None = None


class Bye(Struct, frozen=True, kw_only=True):
    """Someone who sits out a round, because the count is odd or nobody new is left."""

    attendee_id: AttendeeId
    round: RoundNumber


class Route(Enum):
    """Where a one-way ask goes, since nobody can trade for it (L2)."""

    CLINIC = "clinic"
    HOST = "host"
    QUEUE = "queue"


class RoutedAsk(Struct, frozen=True, kw_only=True):
    """An ask that no pairing answers: to an expert's clinic table, a topic host, or the organiser's queue."""

    attendee_id: AttendeeId
    seek: Text
    route: Route
    expert_id: AttendeeId | None = None
    offer: Text | None = None
    value: Value = 0.0


class Connector(Struct, frozen=True, kw_only=True):
    """A third who knows both and is asked to introduce two strangers (L3)."""

    first: AttendeeId
    second: AttendeeId
    connector_id: AttendeeId


Groups = Annotated[list[Group], Meta(max_length=200_000)]
Byes = Annotated[list[Bye], Meta(max_length=200_000)]
RoutedAsks = Annotated[list[RoutedAsk], Meta(max_length=200_000)]
Connectors = Annotated[list[Connector], Meta(max_length=200_000)]


class Remark(Struct, frozen=True, kw_only=True):
    """Something in a run that could not be as it was asked: which rule, whom it touches, and the smallest cure (F32)."""

    code: Annotated[str, Meta(max_length=60)]
    message: Annotated[str, Meta(max_length=600)]
    cure: Annotated[str, Meta(max_length=600)]
    attendees: Annotated[list[AttendeeId], Meta(max_length=LIST_MAX, description="The first fifty of them.")] = []
    count: Count = 0


class Shortfall(Struct, frozen=True, kw_only=True):
    """A promise of a least number of introductions that could not be kept, for whom and why (F23)."""

    attendee_id: AttendeeId
    least: Count
    got: Count
    code: Annotated[str, Meta(max_length=40)]
    reason: Annotated[str, Meta(max_length=400)]


def presenter(members: Sequence[Member], number: int) -> Member:
    """Who of a set brings a question at that date, the first being 1: each in turn."""
    return members[(number - 1) % len(members)]


def facilitator(members: Sequence[Member], number: int) -> Member:
    """Who of a set leads through that date: who presents at the next."""
    return members[number % len(members)]

"""The network effect: who was connected with whom before an event, and what it added (F72, L11).

A tie is two people who know each other or have met: it is stated, never guessed. Colleagues have one only where someone says so.
"""

from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import Count, Line, Share

NODES_MAX = 500
LINES_MAX = 1_200
BRIDGES_MAX = 20
SIDE = 340


class Tied(Struct, frozen=True, kw_only=True):
    """The people of an event with their organisations, and which pairs had a tie `before` or have one `since`."""

    people: list[tuple[AttendeeId, str | None]]
    before: list[tuple[AttendeeId, AttendeeId]]
    since: list[tuple[AttendeeId, AttendeeId]]


class NetworkFigures(Struct, frozen=True, kw_only=True):
    """A network in numbers."""

    ties: Annotated[Count, Meta(description="Pairs of people with a tie.")]
    isolates: Annotated[Count, Meta(description="People without any tie.")]
    pieces: Annotated[Count, Meta(description="Groups of people that no tie connects, isolates not counted.")]
    reach: Annotated[Share, Meta(description="The share of all others whom someone reaches in two steps, on average.")]
    organisations: Annotated[
        float, Meta(ge=0, description="Other organisations in which someone has a tie, on average.")
    ]
    bridges: Annotated[
        list[Line],
        Meta(
            max_length=BRIDGES_MAX,
            description="Organisations without whose people some others would be connected no more; the most dividing first.",
        ),
    ]


class Node(Struct, frozen=True, kw_only=True):
    """A dot of the picture: one person, or an organisation's people; without a name for who states none."""

    name: Line | None
    people: Count
    x: Count
    y: Count
    tied_before: Annotated[bool, Meta(description="Whether any tie led to another dot before.")]
    tied_after: bool
    bridge_before: Annotated[bool, Meta(description="Whether the network fell apart without it before.")]
    bridge_after: bool


class Tie(Struct, frozen=True, kw_only=True):
    """A line between two dots, by their positions in the list, and whether it is new."""

    first: Count
    second: Count
    new: bool


class NetworkEffect(Struct, frozen=True, kw_only=True):
    """Both networks in numbers, and where each dot and line of the picture stands."""

    people: Count
    before: NetworkFigures
    after: NetworkFigures
    organisations_new: Annotated[
        float, Meta(ge=0, description="Organisations new to someone through this event, on average (L11).")
    ]
    by_organisation: Annotated[
        bool, Meta(description="Whether a dot is an organisation, as it is of more than 60 people.")
    ]
    nodes: Annotated[list[Node], Meta(max_length=NODES_MAX)]
    ties: Annotated[list[Tie], Meta(max_length=LINES_MAX)]
    nodes_left_out: Count
    ties_left_out: Count

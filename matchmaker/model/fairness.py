"""Fairness: how a run treats the groups of its people; and uplift: what matching adds over chance."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import QUOTA_MAX, Count, Share

PEOPLE_LEAST = 5
GROUPS_MAX = 200


class Characteristic(Enum):
    """What people are grouped by: the organiser's own groups, or what attendees state. Somebody may be in several groups."""

    GROUP = "group"
    SENIORITY = "seniority"
    SECTOR = "sector"
    REGION = "region"
    LANGUAGE = "language"
    FIRST_TIME = "first_time"


class Estimate(Struct, frozen=True, kw_only=True):
    """A figure, and between which two it lies with a confidence of 95 %."""

    value: float
    low: float
    high: float


class GroupFigures(Struct, frozen=True, kw_only=True):
    """How a run treats one group. Of a group so small that its people could be recognised only the name is told."""

    name: Annotated[
        str, Meta(max_length=200, description="As most of its people write it; empty for who states nothing.")
    ]
    suppressed: Annotated[bool, Meta(description="Whether the group is too small to be told of.")]
    people: Count | None = None
    exposure: Annotated[Estimate | None, Meta(description="Introductions a person.")] = None
    value: Annotated[Estimate | None, Meta(description="What an introduction is worth to them, 0 to 100.")] = None
    acceptance: Annotated[
        Estimate | None, Meta(description="Share of the answers about them, to introductions of the run, that are yes.")
    ] = None
    answers: Count | None = None


class Fairness(Struct, frozen=True, kw_only=True):
    """How a run treats the groups of its people, the largest group first, at most two hundred."""

    by: Characteristic
    groups: Annotated[list[GroupFigures], Meta(max_length=GROUPS_MAX)]


class SpreadRow(Struct, frozen=True, kw_only=True):
    """How many people have so many introductions."""

    introductions: Count
    people: Count


class Spread(Struct, frozen=True, kw_only=True):
    """How a run spreads its introductions over its people, the fewest first; no number up to the highest is left out."""

    rows: Annotated[list[SpreadRow], Meta(max_length=QUOTA_MAX + 1)]
    gini: Annotated[Share, Meta(description="How unevenly: 0 is even.")]


class Treatment(Struct, frozen=True, kw_only=True):
    """What fairness is told from: a snapshot, a run's pairs with what each gains, and who was answered yes or no."""

    by: Characteristic
    snapshot: bytes
    pairs: list[tuple[AttendeeId, AttendeeId, float, float]]
    answers: list[tuple[AttendeeId, bool]]


class UpliftPower(Struct, frozen=True, kw_only=True):
    """What holding back a random share of introductions could show, said before the event."""

    pairs: Count
    held_back: Count
    power: Annotated[Share, Meta(description="The chance that the difference asked about would be told from chance.")]
    difference_least: Annotated[
        float | None,
        Meta(description="The smallest difference found with a chance of 80 %; null where there is none below 1."),
    ]

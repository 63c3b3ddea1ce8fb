"""Questions about a run, and their answers: why two people are not paired, what other rules would give, what more time adds.

Values are 0 to 100. What something is worth to the room is in the same points, and may exceed 100 where wishes count.
"""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.attendee import Minutes
from matchmaker.model.coverage import Coverage
from matchmaker.model.ids import AttendeeId
from matchmaker.model.seating import SeatPairs, SeatsQuestion
from matchmaker.model.text import LIST_MAX, QUOTA_MAX, Count, Line, Value

MINUTES_MORE = 15

Code = Annotated[str, Meta(max_length=40)]
Words = Annotated[str, Meta(max_length=600)]
Worth = Annotated[float, Meta(ge=0)]
People = Annotated[list[AttendeeId], Meta(max_length=QUOTA_MAX)]


class PairQuestion(Struct, frozen=True, kw_only=True):
    """Why are these two not paired?"""

    first: AttendeeId
    second: AttendeeId


class RulesQuestion(Struct, frozen=True, kw_only=True):
    """What would it give or cost to relax each rule?"""


class TimeQuestion(Struct, frozen=True, kw_only=True):
    """What would some minutes more add for one person?"""

    attendee_id: AttendeeId
    minutes: Minutes = MINUTES_MORE


class SwapQuestion(Struct, frozen=True, kw_only=True):
    """What would it give or cost if two people who are paired swapped whom they meet?"""

    first: AttendeeId
    first_partner: AttendeeId
    second: AttendeeId
    second_partner: AttendeeId


class CoverageQuestion(Struct, frozen=True, kw_only=True):
    """What does the room seek, and what does it offer?"""


Question = PairQuestion | RulesQuestion | TimeQuestion | SwapQuestion | CoverageQuestion | SeatsQuestion


class ForcedPair(Struct, frozen=True, kw_only=True):
    """What the room would come to with the pair pinned (F63)."""

    cost: Annotated[
        float,
        Meta(description="How much less the room would be worth; below zero where a rule or a promise costs more."),
    ]
    cost_least: Annotated[float, Meta(description="So much of the cost is proven: no plan with the pair costs less.")]
    promises_missed: Annotated[int, Meta(description="How many promised introductions more would be missed.")]
    first_loses: Annotated[People, Meta(description="Whom the first would meet no more.")]
    second_loses: Annotated[People, Meta(description="Whom the second would meet no more.")]


class WhyNot(Struct, frozen=True, kw_only=True):
    """Why two people are not paired, or that they are; `first < second` (L14)."""

    first: AttendeeId
    second: AttendeeId
    code: Code
    message: Words
    cure: Words
    value_to_first: Annotated[
        Value, Meta(description="What the first gains; before the rules, if one keeps them apart.")
    ]
    value_to_second: Annotated[
        Value, Meta(description="What the second gains; before the rules, if one keeps them apart.")
    ]
    worth: Annotated[Worth, Meta(description="What the pair is worth to the room; 0 where it may not be.")]
    price_first: Annotated[Worth, Meta(description="How wanted the first is: what a place with them is worth.")]
    price_second: Annotated[Worth, Meta(description="How wanted the second is: what a place with them is worth.")]
    forced: Annotated[ForcedPair | None, Meta(description="With the pair pinned; null where that cannot be.")]


class Rule(Enum):
    """A rule that may stand in the way of introductions."""

    QUOTA = "quota"
    FLOOR = "floor"
    COLLEAGUES = "colleagues"
    ACQUAINTANCES = "acquaintances"
    ENCOUNTERS = "encounters"
    GROUP_RULES = "group_rules"
    PREFERENCES = "preferences"
    LEAST = "least"
    INTERNAL_MOST = "internal_most"
    INCLUSION = "inclusion"
    EXCLUSIONS = "exclusions"
    SEVERAL = "several"


class Outcome(Struct, frozen=True, kw_only=True):
    """What a plan comes to."""

    objective: Annotated[float, Meta(ge=0, description="What all pairings are worth together.")]
    upper_bound: Annotated[float, Meta(ge=0, description="What no plan under the same rules can exceed.")]
    pairings: Count
    left_out: Annotated[Count, Meta(description="People who fit someone, want introductions, and have none.")]
    unmatched: Annotated[Count, Meta(description="People without a pairing, for whatever reason.")]


class Relaxation(Struct, frozen=True, kw_only=True):
    """What one rule, relaxed, would give (above zero) or cost (below zero)."""

    rule: Rule
    position: Annotated[Count | None, Meta(description="Which of the policy's list, from 0, where the rule is a list.")]
    to: Annotated[Line, Meta(description="What it is relaxed to: a number, a choice, or `none`.")]
    message: Words
    outcome: Outcome
    objective_more: float
    unmatched_fewer: int


class Relaxations(Struct, frozen=True, kw_only=True):
    """The plan as it is, and what each rule in force, relaxed, would make of it."""

    outcome: Outcome
    relaxations: Annotated[list[Relaxation], Meta(max_length=2 * LIST_MAX)]


class Outlook(Struct, frozen=True, kw_only=True):
    """What some minutes more would add for one person (L9)."""

    attendee_id: AttendeeId
    minutes: Minutes
    introductions: Annotated[Count, Meta(description="How many introductions more there would be time for.")]
    message: Words
    places_free: Annotated[Count, Meta(description="Places that are free even now, for want of people who fit.")]
    value_more: Annotated[float, Meta(description="What the person would gain more in all.")]
    objective_more: Annotated[float, Meta(description="What the room would be worth more.")]
    likely: Annotated[AttendeeId | None, Meta(description="Who would be next by prices alone.")]
    meets: Annotated[People, Meta(description="Whom the person would meet as well.")]
    meets_no_more: People


class SwappedPair(Struct, frozen=True, kw_only=True):
    """A pair of a swap, as it is or as it would be."""

    first: AttendeeId
    second: AttendeeId
    value_to_first: Value
    value_to_second: Value
    worth: Annotated[Worth, Meta(description="What the pair is worth to the room.")]
    code: Annotated[Code, Meta(description="What stands in its way; empty where nothing does.")]
    message: Words


class SwapGain(Struct, frozen=True, kw_only=True):
    """What a swap changes for one of the four; for nobody else it changes anything."""

    attendee_id: AttendeeId
    meets: AttendeeId
    meets_no_more: AttendeeId
    value_before: Value
    value_after: Value


class Swap(Struct, frozen=True, kw_only=True):
    """Two pairs, and the two that a swap of partners would make of them (F62)."""

    possible: Annotated[
        bool, Meta(description="Whether both pairs are proposed, and nothing forbids the new ones; the rest is advice.")
    ]
    now: Annotated[list[SwappedPair], Meta(min_length=2, max_length=2)]
    then: Annotated[list[SwappedPair], Meta(min_length=2, max_length=2)]
    people: Annotated[list[SwapGain], Meta(min_length=4, max_length=4)]
    objective_more: Annotated[float, Meta(description="What the room would be worth more.")]


Answer = WhyNot | Relaxations | Outlook | Swap | Coverage | SeatPairs
ANSWERS: dict[type[Question], type[Answer]] = {
    PairQuestion: WhyNot,
    RulesQuestion: Relaxations,
    TimeQuestion: Outlook,
    SwapQuestion: Swap,
    CoverageQuestion: Coverage,
    SeatsQuestion: SeatPairs,
}

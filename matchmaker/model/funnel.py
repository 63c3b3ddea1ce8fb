"""The funnel: of an event's pairs, how many came how far (F69). Numbers only."""

from typing import Annotated

from msgspec import Meta, Struct, structs

from matchmaker.model.text import Count

ROUNDED_TO = 5


class Funnel(Struct, frozen=True, kw_only=True):
    """How many pairs came how far; each number holds those that follow."""

    proposed: Annotated[Count, Meta(description="Pairs that a released run proposed.")]
    offered: Annotated[Count, Meta(description="Pairs to whom an introduction was offered.")]
    half_accepted: Annotated[Count, Meta(description="Pairs of whom at least one said yes.")]
    introduced: Annotated[Count, Meta(description="Pairs who both said yes.")]
    met: Annotated[Count, Meta(description="Introduced pairs of whom one says that they met.")]
    useful: Annotated[Count, Meta(description="Pairs who met, and one of whom found it useful: 3 or more of 5.")]
    rounded: Annotated[
        bool,
        Meta(description="Whether each number is rounded down to a multiple of five, as it is of a private event."),
    ] = False


def rounded(funnel: Funnel) -> Funnel:
    """The funnel in fives, rounded down, so that no number tells of one pair, and none below five is told from nothing."""
    numbers = {
        name: number - number % ROUNDED_TO for name, number in structs.asdict(funnel).items() if name != "rounded"
    }
    return Funnel(**numbers, rounded=True)

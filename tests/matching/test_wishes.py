"""What is said of two people by name: pins, rejections, wishes, what was told, and earlier meetings."""

from typing import Any

from matchmaker.model.run import Proposal
from matchmaker.model.snapshot import Snapshot
from tests.worlds import Pair, attendee, room


def choice(**named: Any) -> Snapshot:
    """Ada has room for one: with Bob she would have a mutual value of 75, with Cyd one of 60; those two do not fit."""
    return room(
        attendee("ada", interests="quartz fjord", quota=1),
        attendee("bob", seeks="quartz fjord", offers="kiwi quartz fjord"),
        attendee("cyd", interests="quartz fjord"),
        excluded=[("bob", "cyd")],
        **named,
    )


def value_of(proposal: Proposal, pair: Pair) -> float:
    (value,) = (one.mutual_value for one in proposal.pairings if (one.first, one.second) == pair)
    return value


def remarks(proposal: Proposal) -> dict[str, list[str]]:
    return {remark.code: list(remark.attendees) for remark in proposal.report.remarks}

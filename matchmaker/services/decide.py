"""Decide of a pair: pin it, reject it, or swap whom two people meet; every run from now on reads it."""

from datetime import datetime

from matchmaker.errors import Conflict, FieldError, InvalidFields
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.privacy import Privacy
from matchmaker.model.whatif import SwapQuestion
from matchmaker.model.wish import Decision, DecisionReply, Verdict
from matchmaker.store import decisions, exclusions, privacies
from matchmaker.store.connection import Connection


class PairExcluded(Conflict):
    """An exclusion keeps the two apart, and outranks any pin."""

    cure = "Delete the exclusion first if the two may meet after all."


async def decide(
    connection: Connection, event_id: EventId, first: AttendeeId, second: AttendeeId, verdict: Verdict, *, at: datetime
) -> DecisionReply:
    """The decision on two attendees of the event, in any order. Raises `InvalidFields`, `NotOfThisEvent`, `PairExcluded`.

    In a private event whoever tries a pin learns only of exclusions that the organiser made; the others outrank it silently.
    """
    if first == second:
        raise InvalidFields([FieldError("/second_id", "same", "A pair is two people.")])
    private = await privacies.get(connection, event_id) is Privacy.PRIVATE
    apart = await exclusions.keeps_apart(connection, event_id, first, second, by_organiser=private)
    if apart and verdict is Verdict.PINNED:
        raise PairExcluded
    return await decisions.put(connection, event_id, Decision(first_id=first, second_id=second, verdict=verdict), at)


async def swap(connection: Connection, event_id: EventId, wanted: SwapQuestion, *, at: datetime) -> None:
    """Both pairs rejected and the two crosswise ones pinned (F62). Raises as `decide`."""
    for first, second, verdict in (
        (wanted.first, wanted.first_partner, Verdict.REJECTED),
        (wanted.second, wanted.second_partner, Verdict.REJECTED),
        (wanted.first, wanted.second_partner, Verdict.PINNED),
        (wanted.second, wanted.first_partner, Verdict.PINNED),
    ):
        await decide(connection, event_id, first, second, verdict, at=at)

"""Seat whom a run seats: who sits where in which round, at the hours of the programme that the run read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from matchmaker.model.ids import RunId
from matchmaker.model.programme import Slot
from matchmaker.model.run import Proposal
from matchmaker.store import placements
from matchmaker.store.connection import Connection
from matchmaker.store.placements import AtTable


async def everyone(connection: Connection, run_id: RunId, proposal: Proposal, slots: Iterable[Slot]) -> None:
    """Write the placements of a run, round by round. Raises `DoubleBooked`, which the database finds out."""
    hours = {slot.number: (slot.starts_at, slot.ends_at) for slot in slots if slot.starts_at and slot.ends_at}
    for number, seats in sorted(seats_of(proposal).items()):
        await placements.add_round(connection, run_id, number, seats, hours=hours.get(number))


def seats_of(proposal: Proposal) -> Mapping[int, Sequence[AtTable]]:
    """By round, who sits at which table. A pair at the table of a group, as where a third joins it, sits there once."""
    seats: dict[int, list[AtTable]] = defaultdict(list)
    for group in proposal.groups:
        if group.round is not None:
            seats[group.round] += [(member, group.number) for member in group.members]
    in_groups = {number: set(theirs) for number, theirs in seats.items()}
    for pairing in proposal.pairings:
        if pairing.round is not None:
            pair = {(pairing.first, pairing.table), (pairing.second, pairing.table)}
            seats[pairing.round] += pair - in_groups.get(pairing.round, set())
    return seats

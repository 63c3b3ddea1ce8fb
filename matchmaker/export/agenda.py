"""A person's agenda: their rounds in order, with time, table and whom they meet there, or a bye."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, structs

from matchmaker.export.csv import Who, person_cells, questions_to, reason_to, sheet_csv, value_to
from matchmaker.export.sheet import Sheet
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing
from matchmaker.model.programme import Slot, Table
from matchmaker.model.run import Proposal

PARTS = ("starts_at", "table", "place", "id", "name", "email", "organisation", "mutual_value", "value", "reason",
         "questions")  # fmt: skip


class Sitting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one person does in one round: at a table with others, or a bye. `pairing` is the rank of a pairing that meets."""

    round: int
    starts_at: datetime | None = None
    table: int | None = None
    place: str | None = None
    others: list[AttendeeId] = []
    pairing: int | None = None
    bye: bool = False


def agendas(
    proposal: Proposal, who: Who, *, slots: Sequence[Slot] = (), tables: Sequence[Table] = ()
) -> dict[AttendeeId, list[Sitting]]:
    """Everyone's sittings in order, times from `slots` and places from `tables`; whoever has none stands there too."""
    found: dict[AttendeeId, dict[int, Sitting]] = {one: {} for one in sorted(who)}
    for pairing in proposal.pairings:
        if pairing.round is not None:
            sitting = Sitting(round=pairing.round, table=pairing.table, pairing=pairing.rank)
            _seat(found, [pairing.first, pairing.second], sitting)
    for group in proposal.groups:
        if group.round is not None:
            _seat(found, group.members, Sitting(round=group.round, table=group.number))
    for bye in proposal.byes:
        _seat(found, [bye.attendee_id], Sitting(round=bye.round, bye=True))
    starts = {slot.number: slot.starts_at for slot in slots}
    places = {table.number: ", ".join(filter(None, (table.name, table.place))) or None for table in tables}
    return {
        one: [
            structs.replace(sitting, starts_at=starts.get(number), place=places.get(sitting.table or 0))
            for number, sitting in sorted(theirs.items())
        ]
        for one, theirs in found.items()
    }


def agenda_csv(proposal: Proposal, who: Who, *, slots: Sequence[Slot] = (), tables: Sequence[Table] = ()) -> bytes:
    """A row a person, for a mail merge: `meetings` counts, `byes` names rounds, and every round has its columns, their names
    ending in its number. Several at one table stand in one cell, parted by `|`."""
    return sheet_csv(agenda_sheet(proposal, who, slots=slots, tables=tables))


def agenda_sheet(proposal: Proposal, who: Who, *, slots: Sequence[Slot] = (), tables: Sequence[Table] = ()) -> Sheet:
    """A row a person, with columns for every round."""
    everyone = agendas(proposal, who, slots=slots, tables=tables)
    pairings = {pairing.rank: pairing for pairing in proposal.pairings}
    numbers = sorted({sitting.round for theirs in everyone.values() for sitting in theirs})
    columns = ["id", "name", "email", "organisation", "meetings", "byes"]
    columns += [f"{part}_{number}" for number in numbers for part in PARTS]
    rows = [_row(one, theirs, numbers, pairings, who) for one, theirs in everyone.items()]
    return Sheet(title="agenda", columns=columns, rows=rows)


def _seat(found: dict[AttendeeId, dict[int, Sitting]], members: Sequence[AttendeeId], sitting: Sitting) -> None:
    """Seat the members together; with whom they have that round already, as a pair whom a third joins, they stay."""
    for one in members:
        there = found[one].get(sitting.round, sitting)
        others = [*there.others, *(member for member in members if member != one and member not in there.others)]
        found[one][sitting.round] = structs.replace(there, others=others)


def _row(
    one: AttendeeId, theirs: list[Sitting], numbers: list[int], pairings: dict[int, Pairing], who: Who
) -> list[str | float | int]:
    by_round = {sitting.round: sitting for sitting in theirs}
    byes = "|".join(str(sitting.round) for sitting in theirs if sitting.bye)
    row: list[str | float | int] = [*person_cells(one, who), sum(not sitting.bye for sitting in theirs), byes]
    for number in numbers:
        row += _sitting_cells(one, by_round.get(number), pairings, who)
    return row


def _sitting_cells(
    one: AttendeeId, sitting: Sitting | None, pairings: dict[int, Pairing], who: Who
) -> list[str | float | int]:
    if sitting is None or sitting.bye:
        return [""] * len(PARTS)
    starts_at = sitting.starts_at.isoformat(" ", "minutes") if sitting.starts_at else ""
    people = ["|".join(cells) for cells in zip(*(person_cells(other, who) for other in sitting.others), strict=True)]
    row: list[str | float | int] = [starts_at, sitting.table or "", sitting.place or "", *people]
    if sitting.pairing is None or len(sitting.others) > 1:
        return [*row, "", "", "", ""]
    pairing = pairings[sitting.pairing]
    return [
        *row,
        pairing.mutual_value,
        value_to(one, pairing),
        reason_to(one, pairing, who),
        questions_to(one, pairing),
    ]

"""Drafts whose seats one can see at a glance: six people at two tables in two rounds, and pairs with a trio and a bye."""

from collections.abc import Sequence

from msgspec import Struct

from matchmaker.matching.questions import answer
from matchmaker.model import snapshot as snapshots_
from matchmaker.model.exclusion import Exclusion
from matchmaker.model.group import Bye, Group, GroupKind
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.pairing import Pairing
from matchmaker.model.policy import Model, Policy
from matchmaker.model.run import Format, Proposal, RunInput
from matchmaker.model.seating import SeatPairs, SeatsQuestion
from matchmaker.model.snapshot import Snapshot
from matchmaker.services import seat
from matchmaker.store import decisions, exclusions, groups, pairings, runs, snapshots
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT

EQUAL = Policy(model=Model.TFIDF, warmth=0, table_seats=3)
# Ada and Bob answer each other, and so do Cy and Dee; the others say nothing that anybody seeks.
SAYS = {
    "Ada": ("quartz", "fjord"),
    "Bob": ("fjord", "quartz"),
    "Cy": ("opal", "slate"),
    "Dee": ("slate", "opal"),
    "Eve": ("maple", "walnut"),
    "Flo": ("cedar", "birch"),
}
ORGANISATIONS = {"Eve": "Acme", "Flo": "Acme"}


class Draft(Struct, frozen=True, kw_only=True):
    """A draft and its people by name."""

    event_id: EventId
    run_id: RunId
    people: dict[str, AttendeeId]
    snapshot: Snapshot
    format: Format

    def answer(self, question: SeatsQuestion) -> SeatPairs:
        """The answer, without a child."""
        found = answer(self.snapshot, EQUAL, question, seed=1, format=self.format)
        assert isinstance(found, SeatPairs)
        return found

    def names(self, ids: Sequence[AttendeeId]) -> list[str]:
        found = {one: name for name, one in self.people.items()}
        return sorted(found[one] for one in ids)


async def draft(
    connection: Connection,
    format: Format = Format.TABLES,
    *,
    apart: Sequence[tuple[str, str]] = (),
    pinned: Sequence[tuple[str, str]] = (),
    **fields: object,
) -> Draft:
    """Round 1: Ada, Cy, Eve; Bob, Dee, Flo. Round 2: Ada, Dee, Flo; Bob, Cy, Eve. In pairs: `in_pairs`."""
    event = await factories.event(connection, **fields)
    people = {
        name: (
            await factories.attendee(
                connection, event.id, name, seeks=[seeks], offers=[offers], organisation=ORGANISATIONS.get(name)
            )
        ).id
        for name, (seeks, offers) in SAYS.items()
    }
    for one, other in apart:
        given = Exclusion(attendee_id=people[one], other_id=people[other])
        await exclusions.add(connection, event.id, given, AT)
    for one, other in pinned:
        await decisions.put(connection, event.id, factories.decision(people[one], people[other]), AT)
    snapshot = await snapshots.read(connection, event.id)
    run = await runs.add(connection, event.id, RunInput(format=format), policy=EQUAL, at=AT)
    assert run is not None
    await runs.start(connection, run.id, AT)
    await snapshots.add(connection, run.id, snapshots_.encode(snapshot))
    await runs.draft(
        connection, run.id, report=factories.report(people=6, format=format), unmatched=[],
        input_hash=factories.HASH, output_hash=factories.HASH, at=AT,
    )  # fmt: skip
    pairs, tables, byes = at_tables(people) if format is Format.TABLES else in_pairs(people)
    await pairings.add_all(connection, run.id, pairs)
    await groups.add_all(connection, run.id, tables)
    await groups.add_members(connection, run.id, tables)
    await groups.add_byes(connection, run.id, byes)
    proposal = Proposal(pairings=pairs, unmatched=[], report=factories.report(), groups=tables, byes=byes)
    await seat.everyone(connection, run.id, proposal, [])
    return Draft(event_id=event.id, run_id=run.id, people=people, snapshot=snapshot, format=format)


def at_tables(people: dict[str, AttendeeId]) -> tuple[list[Pairing], list[Group], list[Bye]]:
    """Nobody gains anything of those they sit with."""
    seated = {(1, 1): "Ada Cy Eve", (1, 2): "Bob Dee Flo", (2, 1): "Ada Dee Flo", (2, 2): "Bob Cy Eve"}
    tables = [
        factories.group([people[name] for name in names.split()], round=round_, number=number)
        for (round_, number), names in seated.items()
    ]
    return [], tables, []


def in_pairs(people: dict[str, AttendeeId]) -> tuple[list[Pairing], list[Group], list[Bye]]:
    """Round 1: Ada and Cy; Bob and Dee; Eve joins them; Flo has a bye. Round 2: Ada and Bob; Cy and Flo."""

    def pair(rank: int, one: str, other: str, round_: int, table: int) -> Pairing:
        first, second = sorted((people[one], people[other]))
        return factories.pairing(first, second, rank=rank, round=round_, table=table)

    pairs = [
        pair(1, "Ada", "Cy", 1, 1),
        pair(2, "Bob", "Dee", 1, 2),
        pair(3, "Ada", "Bob", 2, 1),
        pair(4, "Cy", "Flo", 2, 2),
    ]
    trio = factories.group(
        sorted(people[name] for name in ("Bob", "Dee", "Eve")), kind=GroupKind.TRIO, round=1, number=2
    )
    return pairs, [trio], [Bye(attendee_id=people["Flo"], round=1)]

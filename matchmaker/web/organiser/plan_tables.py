"""A round of a run as its page shows it: tables as cards, people in their seats, who sits out, and where there is room."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from msgspec import Struct

from matchmaker.model.event import Event
from matchmaker.model.programme import TableReply
from matchmaker.model.run import Format, MatchRun, RunState
from matchmaker.store import programmes, seatings
from matchmaker.store.connection import Connection
from matchmaker.store.seatings import RoundCount, Sitter

TABLES_EACH = 30  # of eight people each, a page stays below 100 kB
BYES_MAX = 200
TRIO_PEOPLE = 3


class TableCard(Struct, frozen=True, kw_only=True):
    """A table of a round: its names, who sits there, what they gain, how many seats are free, and whether a third joined."""

    number: int
    name: str
    sitters: Sequence[Sitter]
    value: float | None
    free: int
    is_trio: bool


class RoundView(Struct, frozen=True, kw_only=True):
    """A page of a round's tables: after the table `after`, `following` where there are more."""

    number: int
    starts_at: datetime | None
    people: int
    tables: Sequence[TableCard]
    byes: Sequence[Sitter]
    after: int
    following: int | None


class PlanView(Struct, frozen=True, kw_only=True):
    """A run that seats people, its rounds, and the one that is looked at; None where it seats nobody."""

    run: MatchRun
    rounds: Sequence[RoundCount]
    round: RoundView | None

    @property
    def open(self) -> bool:
        """Whether seats may still change."""
        return self.run.state is RunState.DRAFTED

    def path(self, **query: object) -> str:
        """The address of the plan, with a query on top of this run's."""
        return f"/events/{self.run.event_id}/plan?" + urlencode({"run": self.run.id, **query})


async def plan(connection: Connection, event: Event, run: MatchRun, *, round: int, after: int) -> PlanView:
    """A page of one of its rounds; of the first, where it has none of that number."""
    rounds = await seatings.rounds(connection, run.id)
    here = next((one for one in rounds if one.round == round), rounds[0] if rounds else None)
    view = None if here is None else await _round(connection, event, run, here, after)
    return PlanView(run=run, rounds=rounds, round=view)


async def _round(connection: Connection, event: Event, run: MatchRun, here: RoundCount, after: int) -> RoundView:
    sitters = await seatings.sitters(connection, run.id, here.round, after=after, tables_most=TABLES_EACH + 1)
    seated = {number: list(those) for number, those in groupby(sitters, lambda one: one.table or 0)}
    numbers = sorted(seated)[:TABLES_EACH]
    values = await seatings.values(connection, run.id, here.round, numbers)
    named = {one.number: one for one in await programmes.tables(connection, event.id)}
    slots = {one.number: one for one in await programmes.slots(connection, event.id)}
    return RoundView(
        number=here.round,
        starts_at=slots[here.round].starts_at if here.round in slots else None,
        people=here.people,
        tables=[_card(run, number, seated[number], values.get(number), named.get(number)) for number in numbers],
        byes=await seatings.byes(connection, run.id, here.round, limit=BYES_MAX),
        after=after,
        following=numbers[-1] if len(seated) > TABLES_EACH else None,
    )


def _card(
    run: MatchRun, number: int, sitters: Sequence[Sitter], value: float | None, table: TableReply | None
) -> TableCard:
    seats = table.seats if table is not None else run.policy.table_seats
    pairs = run.format is Format.ROUNDS
    return TableCard(
        number=number,
        name=", ".join(filter(None, (table.name, table.place))) if table is not None else "",
        sitters=sitters,
        value=value,
        free=0 if pairs else max(seats - len(sitters), 0),
        is_trio=pairs and len(sitters) == TRIO_PEOPLE,
    )

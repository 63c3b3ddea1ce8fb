"""A round of a run as its page shows it: tables as cards, people in their seats, who sits out, and where there is room."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from msgspec import Struct

from matchmaker.model.event import Event
from matchmaker.model.programme import TableReply
from matchmaker.model.run import Format, MatchRun, RunState
from matchmaker.store import programmes, runs, seatings, unseated
from matchmaker.store.connection import Connection
from matchmaker.store.seatings import RoundCount, Sitter
from matchmaker.store.unseated import Unseated

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


class NotSeated(Struct, frozen=True, kw_only=True):
    """Somebody without a seat in a round, the key of the words that say why, and whether they can be given one by hand."""

    person: Unseated
    why: str
    may_sit: bool


class RoundView(Struct, frozen=True, kw_only=True):
    """A page of a round's tables: after the table `after`, `following` where there are more."""

    number: int
    starts_at: datetime | None
    people: int
    tables: Sequence[TableCard]
    byes: Sequence[Sitter]
    unseated: Sequence[NotSeated]
    more_unseated: bool
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


async def plan(
    connection: Connection, event: Event, run: MatchRun, *, round: int, after: int, at: datetime
) -> PlanView:
    """A page of one of its rounds; of the first, where it has none of that number."""
    rounds = await seatings.rounds(connection, run.id)
    here = next((one for one in rounds if one.round == round), rounds[0] if rounds else None)
    view = None if here is None else await _round(connection, event, run, here, after, at)
    return PlanView(run=run, rounds=rounds, round=view)


async def not_seated(
    connection: Connection, run: MatchRun, round: int, *, at: datetime, name: str | None = None, limit: int
) -> list[NotSeated]:
    """Who has no seat in a round, by name, or of whom that is the name."""
    found = await unseated.find(connection, run.event_id, run.id, round, at=at, name=name, limit=limit)
    codes = {one.id: one.code for one in await runs.unmatched(connection, run.id) or []} if found else {}
    return [_not_seated(one, codes.get(one.attendee_id)) for one in found]


def _not_seated(one: Unseated, code: str | None) -> NotSeated:
    """The plainest reason that holds. Who was not there when the run was made has no values to be seated by."""
    reasons = {
        "organiser.plan.why_not_part": not one.takes_part,
        "organiser.plan.why_absent": one.absent,
        "organiser.plan.why_paused": one.paused,
        "organiser.plan.why_later": one.came_later,
    }
    without = next((why for why, holds in reasons.items() if holds), None)
    general = f"organiser.unmatched.{code}" if code else "organiser.plan.why_no_seat"
    why = without or ("organiser.plan.why_away" if one.away else general)
    return NotSeated(person=one, why=why, may_sit=without is None)


async def _round(
    connection: Connection, event: Event, run: MatchRun, here: RoundCount, after: int, at: datetime
) -> RoundView:
    sitters = await seatings.sitters(connection, run.id, here.round, after=after, tables_most=TABLES_EACH + 1)
    seated = {number: list(those) for number, those in groupby(sitters, lambda one: one.table or 0)}
    numbers = sorted(seated)[:TABLES_EACH]
    values = await seatings.values(connection, run.id, here.round, numbers)
    named = {one.number: one for one in await programmes.tables(connection, event.id)}
    without = await not_seated(connection, run, here.round, at=at, limit=BYES_MAX + 1)
    slots = {one.number: one for one in await programmes.slots(connection, event.id)}
    return RoundView(
        number=here.round,
        starts_at=slots[here.round].starts_at if here.round in slots else None,
        people=here.people,
        tables=[_card(run, number, seated[number], values.get(number), named.get(number)) for number in numbers],
        byes=await seatings.byes(connection, run.id, here.round, limit=BYES_MAX),
        unseated=without[:BYES_MAX],
        more_unseated=len(without) > BYES_MAX,
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

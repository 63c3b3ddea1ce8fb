"""Rounds begin anew on the day: from which round, for whose sake, and what that changes for whom, before it is released (F39)."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import structs

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.room import Resumption, SeatChange, SeatHad
from matchmaker.model.run import SEATING, MatchRun, RunInput, RunState
from matchmaker.services import match, review
from matchmaker.store import groups, pairings, placements, programmes, room, runs
from matchmaker.store.connection import Connection

SEATS_MAX = 1_000_000
OUT_OF_STEP_MAX = 200
RUNS_MAX = 20

Seating = dict[tuple[AttendeeId, int], SeatHad]


async def released(connection: Connection, event_id: EventId) -> MatchRun | None:
    """The run in rounds or at tables that people were told last; None where there is none."""
    found = await runs.find(connection, event_id, state=RunState.RELEASED, limit=RUNS_MAX)
    return next((run for run in found if run.format in SEATING), None)


async def standing(
    connection: Connection, event_id: EventId, run: MatchRun, *, round: int | None = None, at: datetime
) -> Resumption:
    """Who is out of step with the rounds that remain, from that round on, or from the first that has not begun."""
    seats = await placements.of_run(connection, run.id, limit=SEATS_MAX)
    rounds = sorted({seat.round for seat in seats})
    starts = {slot.number: slot.starts_at for slot in await programmes.slots(connection, event_id)}
    coming = [number for number in rounds if number not in starts or starts[number] > at]
    chosen = round if round in rounds else next(iter(coming or rounds), 1)
    return Resumption(
        round=chosen,
        rounds=rounds,
        starts=starts,
        out_of_step=await room.out_of_step(connection, event_id, run.id, round=chosen, limit=OUT_OF_STEP_MAX),
    )


async def request(connection: Connection, event_id: EventId, *, round: int, at: datetime) -> MatchRun:
    """A run that begins the released rounds anew from one on, by the same rules. Raises `NotFound`, `RunAlreadyActive`."""
    told = await released(connection, event_id)
    if told is None:
        raise NotFound
    asked = RunInput(seed=told.seed, format=told.format, policy=told.policy, builds_on=told.id, from_round=round)
    return await match.request(connection, event_id, asked, at=at)


async def changes(connection: Connection, event_id: EventId, run: MatchRun) -> list[SeatChange]:
    """What the run would change of what people were told, by round. Raises `NotFound`, `RunNotDrafted`."""
    if run.builds_on is None or run.from_round is None:
        raise NotFound
    await review.run(connection, event_id, run.id)
    before, after = await _seating(connection, run.builds_on), await _seating(connection, run.id)
    return [
        SeatChange(attendee_id=attendee_id, round=number, before=before.get(key), after=after.get(key))
        for key in sorted(before.keys() | after.keys(), key=lambda key: (key[1], key[0]))
        if before.get(key) != after.get(key)
        for attendee_id, number in [key]
        if number >= run.from_round
    ]


async def _seating(connection: Connection, run_id: RunId) -> Seating:
    """Everyone's seats by round: pairs, and tables or trios."""
    seating: Seating = {}
    for pairing in await pairings.find(connection, run_id, limit=SEATS_MAX):
        if pairing.round is not None:
            _sit(seating, (pairing.first, pairing.second), pairing.round, pairing.table)
    for _, group in await groups.find(connection, run_id, limit=SEATS_MAX):
        if group.round is not None:
            _sit(seating, group.members, group.round, group.number)
    return seating


def _sit(seating: Seating, members: Iterable[AttendeeId], round: int, table: int | None) -> None:
    together = frozenset(members)
    for one in together:
        had = seating.get((one, round), SeatHad(table=table, others=frozenset()))
        seating[one, round] = structs.replace(had, others=had.others | (together - {one}))

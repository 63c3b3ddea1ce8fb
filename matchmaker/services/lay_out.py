"""Lay out rounds and tables as one says them: from ten, six rounds of fifteen minutes, five between, thirty tables of two."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from matchmaker.model.event_kind import Hours
from matchmaker.model.programme import ProgrammeInput, SlotInput, TableInput, TableReply


def laid_out(
    hours: Hours, *, day: date, begins: time, time_zone: str, before: Sequence[TableReply] = ()
) -> ProgrammeInput:
    """Slots that follow each other from that hour of the event's own day, and tables of one size; a table that was there
    `before` under its number keeps its name, its place and whether it is accessible. Minutes are counted in UTC, so that a
    round across a change of the clocks is as long as the others."""
    first = datetime.combine(day, begins, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
    length, step = timedelta(minutes=hours.minutes), timedelta(minutes=hours.minutes + hours.pause)
    slots = [
        SlotInput(number=number + 1, starts_at=first + number * step, ends_at=first + number * step + length)
        for number in range(hours.rounds)
    ]
    known = {table.number: table for table in before}
    tables = [_table(number, hours.seats, known.get(number)) for number in range(1, hours.tables + 1)]
    return ProgrammeInput(slots=slots, tables=tables)


def hours_of(programme_slots: Sequence[tuple[datetime, datetime]], tables: Sequence[TableReply]) -> Hours | None:
    """The same as one would say it, if all rounds and tables are alike; None where there are no rounds or they differ."""
    lengths = {_minutes(start, end) for start, end in programme_slots}
    pauses = {_minutes(end, start) for (_, end), (start, _) in pairwise(programme_slots)}
    seats = {table.seats for table in tables}
    if len(lengths) != 1 or len(pauses) > 1 or len(seats) > 1:
        return None
    return Hours(
        rounds=len(programme_slots),
        minutes=lengths.pop(),
        pause=next(iter(pauses), 0),
        tables=len(tables),
        seats=next(iter(seats), 2),
    )


def _table(number: int, seats: int, before: TableReply | None) -> TableInput:
    if before is None:
        return TableInput(number=number, seats=seats)
    return TableInput(number=number, seats=seats, accessible=before.accessible, name=before.name, place=before.place)


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)

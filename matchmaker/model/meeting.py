"""Meetings of a released run's rounds: where somebody sits, with whom, and what is new of that since they were last told.

A meeting is one person's: each of those at a table has their own, with an id that names it in their calendar.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum

from msgspec import Struct

from matchmaker.model.group import RoundNumber, TableNumber
from matchmaker.model.ids import AttendeeId, EventId, MeetingId, RunId
from matchmaker.model.run import Format
from matchmaker.model.text import Count

Place = tuple[AttendeeId, int]  # whose, in which round


class Seat(Struct, frozen=True, kw_only=True):
    """Where and when a run seats someone in a round."""

    attendee_id: AttendeeId
    round: RoundNumber
    table: TableNumber | None
    starts_at: datetime | None
    ends_at: datetime | None


class Meeting(Seat, frozen=True, kw_only=True):
    """What somebody was told of a round of the run; `sequence` counts the changes since it was first told."""

    id: MeetingId
    event_id: EventId
    run_id: RunId
    format: Format
    sequence: Count
    cancelled_at: datetime | None


class News(Enum):
    """What is new of a meeting."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"


Company = Mapping[Place, frozenset[AttendeeId]]


def company(seats: Iterable[Seat], pairs: Iterable[tuple[AttendeeId, AttendeeId, int]]) -> Company:
    """With whom each sits in each round: with those at the same table, or with whom they are paired in that round."""
    seats = list(seats)
    found: dict[Place, set[AttendeeId]] = {(seat.attendee_id, seat.round): set() for seat in seats}
    tables: dict[tuple[int, int], set[AttendeeId]] = {}
    for seat in seats:
        if seat.table is not None:
            tables.setdefault((seat.round, seat.table), set()).add(seat.attendee_id)
    for seat in seats:
        if seat.table is not None:
            found[seat.attendee_id, seat.round] |= tables[seat.round, seat.table]
    for first, second, number in pairs:
        if (first, number) in found and (second, number) in found:
            found[first, number].add(second)
            found[second, number].add(first)
    return {place: frozenset(others - {place[0]}) for place, others in found.items()}


def news(
    before: Iterable[Meeting], before_with: Company, now: Iterable[Seat], now_with: Company, at: datetime
) -> dict[Place, News]:
    """What is new for whom in which round. What has begun stays as it was told."""
    told = {(one.attendee_id, one.round): one for one in before}
    seats = {(seat.attendee_id, seat.round): seat for seat in now}
    found: dict[Place, News] = {}
    for place in told.keys() | seats.keys():
        meeting, seat = told.get(place), seats.get(place)
        if meeting is not None and meeting.cancelled_at is None and _has_begun(meeting, at):
            continue
        if meeting is None or meeting.cancelled_at is not None:
            if seat is not None:
                found[place] = News.NEW
        elif seat is None:
            found[place] = News.CANCELLED
        elif _where(seat) != _where(meeting) or now_with[place] != before_with.get(place, frozenset()):
            found[place] = News.CHANGED
    return found


def agenda_at(day: date, zone: tzinfo) -> datetime:
    """When an agenda for `day` may leave: on the last working day before it, since letters rest at weekends."""
    before = day - timedelta(days=1)
    while before.weekday() >= 5:
        before -= timedelta(days=1)
    return datetime.combine(before, time(), zone)


def _has_begun(seat: Seat, at: datetime) -> bool:
    return seat.starts_at is not None and seat.starts_at <= at


def _where(seat: Seat) -> tuple[int | None, datetime | None, datetime | None]:
    return seat.table, seat.starts_at, seat.ends_at

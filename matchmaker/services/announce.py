"""Announce the rounds of a released run: an agenda to each person the day before, and later only what is new to them.

Nobody asks whether one wants a seat: whoever takes part has signed up for the rounds. What was told is kept in meetings, so that
a later release changes the entries that calendars have, and tells nothing to those for whom nothing changed.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from msgspec import Struct

from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, RunId
from matchmaker.model.meeting import Company, Meeting, News, Place, Seat, agenda_at, company, news
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.run import SEATING, Format, MatchRun
from matchmaker.model.window import zone_of
from matchmaker.store import groups, meetings, messages, pairings, placements
from matchmaker.store.connection import Connection

SEATS_MAX = 1_000_000
FORMATS = SEATING
LETTERS = (
    LetterKind.AGENDA,
    LetterKind.BYE,
    LetterKind.MEETING,
    LetterKind.MEETING_CHANGED,
    LetterKind.MEETING_CANCELLED,
)
KINDS = {
    News.NEW: LetterKind.MEETING,
    News.CHANGED: LetterKind.MEETING_CHANGED,
    News.CANCELLED: LetterKind.MEETING_CANCELLED,
}


class Announced(Struct, frozen=True, kw_only=True):
    """How many people a run seats, and how many letters about that are written."""

    seated: int = 0
    announced: int = 0


class Told(Struct, frozen=True, kw_only=True):
    """A meeting with what is new of it; when it began before, if that was at another time."""

    meeting: Meeting
    news: News
    started_at_before: datetime | None


async def announce(connection: Connection, event: Event, run: MatchRun, at: datetime) -> Announced:
    """Keep what the run seats, and write a letter to everyone to whom it is new; nothing for a run without seats.

    The event is locked by the caller, so that no two releases tell different things.
    """
    if run.format not in FORMATS:
        return Announced()
    seats = await placements.of_run(connection, run.id, limit=SEATS_MAX)
    changes = await keep(connection, run, seats, at)
    free = await _free(connection, run.id, {seat.attendee_id for seat in seats})
    concerned = sorted(changes.keys() | free.keys())
    dropped = await meetings.cancel_letters(connection, event.id, concerned, LETTERS, at)
    left = await meetings.told(connection, event.id, concerned, LETTERS)
    current = await meetings.of_format(connection, event.id, run.format, limit=SEATS_MAX)
    theirs = _by_person(current)
    written = []
    for one in concerned:
        post = _Post(event, run, one, theirs.get(one, []), again=one in left, at=at)
        only = changes.get(one, [])
        written += post.letters(only, in_one=one in dropped or one not in left or len(only) > 1, free=free.get(one, []))
    return Announced(
        seated=len({seat.attendee_id for seat in seats}), announced=await messages.add(connection, written, at)
    )


async def keep(
    connection: Connection, run: MatchRun, seats: Sequence[Seat], at: datetime
) -> dict[AttendeeId, list[Told]]:
    """What the run's seats bring that is new, and to whom, after it is kept."""
    before = await meetings.of_format(connection, run.event_id, run.format, limit=SEATS_MAX)
    with_before = await _company_before(connection, before)
    with_now = await _company_of(connection, run.id, run.format, {(seat.attendee_id, seat.round) for seat in seats})
    found = news(before, with_before, seats, with_now, at)
    were = {(one.attendee_id, one.round): one for one in before}
    put = [seat for seat in seats if found.get((seat.attendee_id, seat.round)) in (News.NEW, News.CHANGED)]
    gone = [were[place].id for place, what in found.items() if what is News.CANCELLED]
    kept = await meetings.put_all(connection, run, put, at) + await meetings.cancel_all(connection, gone, at)
    await meetings.take_over(connection, run, at)
    changes: dict[AttendeeId, list[Told]] = {}
    for meeting in sorted(kept, key=lambda one: one.round):
        place = meeting.attendee_id, meeting.round
        changes.setdefault(meeting.attendee_id, []).append(
            Told(meeting=meeting, news=found[place], started_at_before=_moved(were.get(place), meeting))
        )
    return changes


async def _company_before(connection: Connection, before: Iterable[Meeting]) -> Company:
    """Who sat with whom by the runs that the meetings stand by."""
    found: dict[Place, frozenset[AttendeeId]] = {}
    by_run: dict[tuple[RunId, Format], set[Place]] = {}
    for one in before:
        by_run.setdefault((one.run_id, one.format), set()).add((one.attendee_id, one.round))
    for (run_id, format_), places in by_run.items():
        found |= await _company_of(connection, run_id, format_, places)
    return found


async def _company_of(connection: Connection, run_id: RunId, format: Format, places: set[Place]) -> Company:
    """With whom those sit by a run, at its tables and in its pairs, or in its sets."""
    if format is Format.SETS:
        sets = await groups.find(connection, run_id, limit=SEATS_MAX)
        peers = {one: frozenset(group.members) - {one} for _, group in sets for one in group.members}
        return {place: peers.get(place[0], frozenset()) for place in places}
    seats = await placements.of_run(connection, run_id, limit=SEATS_MAX)
    together = company(seats, await pairings.seated(connection, run_id, limit=SEATS_MAX))
    return {place: others for place, others in together.items() if place in places}


def _moved(before: Meeting | None, now: Meeting) -> datetime | None:
    return before.starts_at if before is not None and before.starts_at != now.starts_at else None


async def _free(connection: Connection, run_id: RunId, seated: set[AttendeeId]) -> dict[AttendeeId, list[int]]:
    """The rounds of those who sit out all that the run has for them."""
    found: dict[AttendeeId, list[int]] = {}
    for bye in await groups.find_byes(connection, run_id, limit=SEATS_MAX):
        if bye.attendee_id not in seated:
            found.setdefault(bye.attendee_id, []).append(bye.round)
    return found


def _by_person(found: Iterable[Meeting]) -> dict[AttendeeId, list[Meeting]]:
    theirs: dict[AttendeeId, list[Meeting]] = {}
    for one in found:
        theirs.setdefault(one.attendee_id, []).append(one)
    return theirs


class _Post:
    """The letters to one person about a release; `again` where one about their rounds has left before."""

    def __init__(
        self, event: Event, run: MatchRun, to: AttendeeId, theirs: Sequence[Meeting], *, again: bool, at: datetime
    ) -> None:
        self._event, self._run, self._to, self._again, self._at = event, run, to, again, at
        self._zone = zone_of(event.time_zone)
        self._held = [one for one in theirs if one.cancelled_at is None]
        self._hours = [(one.starts_at, one.ends_at) for one in theirs if one.starts_at and one.ends_at]

    def letters(self, only: Sequence[Told], *, in_one: bool, free: Sequence[int]) -> list[MessageInput]:
        """One at most: of what is new alone, where that is one round with hours, else the agenda, or why they are free."""
        if self._is_over():
            return []
        if only and not in_one and only[0].meeting.starts_at is not None:
            return [self._single(only[0])]
        if only and (self._held or self._again):
            return [self._agenda()]
        return [self._bye(free)] if free and not self._held else []

    def _agenda(self) -> MessageInput:
        return self._message(LetterKind.AGENDA, self._run.id, {"is_new_edition": self._again})

    def _bye(self, free: Sequence[int]) -> MessageInput:
        rounds = ",".join(map(str, free))
        return self._message(LetterKind.BYE, f"{self._run.format.value} {rounds}", {"round": free[0]})

    def _single(self, one: Told) -> MessageInput:
        """About one meeting, as long as it stands as it does now."""
        began = None if one.started_at_before is None else one.started_at_before.isoformat()
        facts = {"meeting_id": one.meeting.id, "sequence": one.meeting.sequence, "started_at_before": began}
        return self._message(KINDS[one.news], f"{one.meeting.id} {one.meeting.sequence}", facts)

    def _message(self, kind: LetterKind, edition: str, facts: dict[str, Any]) -> MessageInput:
        return MessageInput(
            letter=kind,
            attendee_id=self._to,
            edition=edition,
            facts=facts,
            not_before=self._at if self._again else self._day_before(),
            deadline=self._deadline(),
        )

    def _day_before(self) -> datetime:
        first = min((starts_at.astimezone(self._zone).date() for starts_at, _ in self._hours), default=None)
        day = first or self._event.starts_on
        return self._at if day is None else max(self._at, agenda_at(day, self._zone))

    def _deadline(self) -> datetime | None:
        """Before their next round begins; once the last has begun, its end; the event's day where there are no hours."""
        coming = [starts_at for starts_at, _ in self._hours if starts_at > self._at]
        if coming:
            return min(coming)
        if self._hours:
            return max(ends_at for _, ends_at in self._hours)
        day = self._event.starts_on
        return None if day is None else datetime.combine(day + timedelta(days=1), time(), self._zone)

    def _is_over(self) -> bool:
        deadline = self._deadline()
        return deadline is not None and deadline <= self._at

"""Take in a list of attendees: good rows go in, each other is reported with its line, column and cure.

A row is the attendee of its external id, else of its e-mail, else (when it has neither) the one without either who bears
its name and organisation. Taking in the same rows again changes nothing.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct, structs

from matchmaker.errors import Conflict, NotFound
from matchmaker.intake import people as resolution
from matchmaker.intake.people import Directory, Resolved, Someone, folded
from matchmaker.intake.table import Row, RowError, Table
from matchmaker.model.attendee import ImportRow
from matchmaker.model.attendee_import import ImportOutcome
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.model.privacy import Privacy
from matchmaker.model.wish import Wish
from matchmaker.services import respond
from matchmaker.services.enrol import email_key
from matchmaker.store import acquaintances, attendee_rows, events, exclusions, jobs, people, privacies, wishes
from matchmaker.store.attendee_rows import AttendeeRow, Place
from matchmaker.store.connection import Connection
from matchmaker.store.people import PersonRow
from matchmaker.store.snapshots import ATTENDEES_MAX
from matchmaker.store.tenant import allow_statements

ROWS_EACH_STATEMENT = 2_000
STATEMENT_SECONDS_MAX = 60


class EventFull(Conflict):
    """The event has as many attendees as an event can have."""


class Seat(Struct, frozen=True, kw_only=True):
    """A good row and whose it is: someone who has a place already, or a new attendee."""

    row: Row
    place: Place | None
    id: AttendeeId
    person_id: PersonId
    is_new_person: bool


class Named(Struct, frozen=True, kw_only=True):
    """Whom the rows know, avoid and wish to meet or not, and what was counted on the way, by code."""

    knows: Resolved
    avoids: Resolved
    wishes: list[Wish]
    unresolved: dict[str, int]


async def take_in(
    connection: Connection, event_id: EventId, table: Table, *, dry_run: bool, at: datetime
) -> ImportOutcome:
    """What became of a file's rows, or in a dry run would become. Raises `NotFound` for the event, `EventFull`.

    A row replaces all its attendee has but the e-mail, which a row without one leaves as it is, and what they chose
    themselves, of which it can only take away; whoever takes no part any more by that has no open introductions. Acquaintances,
    exclusions and wishes are added and never taken away; a wish about someone replaces the one before. Of a private event all
    wishes of the file are counted, since how many are new tells what people had said.
    """
    try:
        async with connection.transaction():
            outcome = await _take_in(connection, event_id, table.rows, at)
            if dry_run:
                raise _OnlyTried(outcome)
    except _OnlyTried as tried:
        outcome = tried.outcome
    return _with_reading(outcome, table)


def failed_cells(outcome: ImportOutcome, table: Table) -> list[tuple[int, list[str]]]:
    """The number and the cells, as they came, of every row that was left out."""
    refused = {error.row for error in outcome.errors if not error.kept}
    return sorted([*table.failed, *((row.row, row.cells) for row in table.rows if row.row in refused)])


class _OnlyTried(Exception):
    """Leaves a dry run's transaction, which forgets all but the outcome."""

    def __init__(self, outcome: ImportOutcome) -> None:
        self.outcome = outcome


async def _take_in(connection: Connection, event_id: EventId, rows: Sequence[Row], at: datetime) -> ImportOutcome:
    if await events.lock(connection, event_id) is None:
        raise NotFound
    await allow_statements(connection, STATEMENT_SECONDS_MAX)
    places = await attendee_rows.places(connection, event_id, limit=ATTENDEES_MAX)
    known, placed = await asyncio.to_thread(_placed, places, rows)
    if len(places) + sum(place is None for _, place in placed) > ATTENDEES_MAX:
        raise EventFull(f"An event can have {ATTENDEES_MAX:,} attendees.")
    seats = await _seats(connection, placed)
    changed = await _write(connection, event_id, seats, at)
    named = await asyncio.to_thread(_resolved, places, seats)
    private = await privacies.get(connection, event_id) is Privacy.PRIVATE
    wished = await wishes.put_all(connection, event_id, named.wishes, at)
    outcome = ImportOutcome(
        added=sum(seat.place is None for seat in seats),
        changed=sum(seat.place is not None and seat.id in changed for seat in seats),
        unchanged=sum(seat.id not in changed for seat in seats),
        failed=len(rows) - len(seats),
        acquaintances=await acquaintances.add_all(connection, event_id, _acquaintances(named.knows), at),
        exclusions=await exclusions.add_all(connection, event_id, _exclusions(named.avoids), at),
        wishes=len(named.wishes) if private else wished,
        errors=known.errors,
        notes=_notes(named),
    )
    if changed:
        await jobs.add_encode(connection, event_id)
        await respond.end_unwilling(connection, event_id, at)
    return outcome


def _placed(places: Sequence[Place], rows: Sequence[Row]) -> tuple["_Known", list[tuple[Row, Place | None]]]:
    """Each good row with the place it is about, in a thread: 20,000 rows would hold up every other request."""
    known = _Known(places)
    return known, [(row, place) for row in rows if not isinstance(place := known.place_of(row), RowError)]


class _Known:
    """Who is at the event already, and which rows came before."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.errors: list[RowError] = []
        self._by_external_id = {place.external_id: place for place in places if place.external_id}
        self._by_email = {place.email_key: place for place in places if place.email_key}
        self._by_name = {
            _name_key(place): place for place in reversed(places) if not place.external_id and not place.email_key
        }
        self._lines: dict[tuple[str, object], int] = {}

    def place_of(self, row: Row) -> Place | RowError | None:
        """Whose place the row is about; None for a new attendee's; an error, which is noted, where that cannot be told."""
        attendee = row.attendee
        key = email_key(attendee.email)
        by_external_id = self._by_external_id.get(attendee.external_id or "")
        by_email = self._by_email.get(key or "")
        place = by_external_id or by_email
        if place is None and attendee.external_id is None and key is None:
            place = self._by_name.get(_name_key(attendee))
        if by_email is not None and _differ(by_email, by_external_id, attendee):
            return self._error(row, "email", "email_taken", _EMAIL_TAKEN.format(line=row.line, other=_called(by_email)))
        return self._claimed_twice(row, place) or place

    def _claimed_twice(self, row: Row, place: Place | None) -> RowError | None:
        claims = _claims(row.attendee, place)
        for claim in claims:
            if claim in self._lines:
                column = claim[0]
                message = _TWICE[column].format(first=self._lines[claim], line=row.line)
                return self._error(row, "" if column == "place" else column, f"{column}_twice", message)
        self._lines.update(dict.fromkeys(claims, row.line))
        return None

    def _error(self, row: Row, column: str, code: str, message: str) -> RowError:
        error = RowError(row=row.row, line=row.line, column=column, code=code, message=message)
        self.errors.append(error)
        return error


_EMAIL_TAKEN = (
    "The e-mail on line {line} belongs to {other}, another attendee of this event. Give each person their own address, or "
    "correct the external id."
)
_TWICE = {
    "external_id": "Lines {first} and {line} have the same external id; line {first} is kept.",
    "email": "Lines {first} and {line} have the same e-mail, and it tells people apart; line {first} is kept.",
    "name": "Lines {first} and {line} have the same name and organisation, and nothing tells the two apart; line {first} is "
    "kept. Give each an external id or an e-mail.",
    "place": "Lines {first} and {line} are about the same attendee; line {first} is kept.",
}


def _differ(by_email: Place, by_external_id: Place | None, attendee: ImportRow) -> bool:
    """Whether the row's e-mail and external id speak of two people; an external id may be new to whom the e-mail names."""
    if by_external_id is not None:
        return by_external_id.id != by_email.id
    return attendee.external_id is not None and by_email.external_id is not None


def _claims(attendee: ImportRow, place: Place | None) -> list[tuple[str, object]]:
    """What no other row of the same list may claim."""
    claims: list[tuple[str, object]] = []
    if attendee.external_id is not None:
        claims.append(("external_id", attendee.external_id))
    if attendee.email is not None:
        claims.append(("email", email_key(attendee.email)))
    if not claims:
        claims.append(("name", _name_key(attendee)))
    if place is not None:
        claims.append(("place", place.id))
    return claims


def _name_key(one: Place | ImportRow) -> tuple[str, str]:
    return folded(one.name), folded(one.organisation)


def _called(place: Place) -> str:
    return f"{place.name} (external id {place.external_id})" if place.external_id else place.name


async def _seats(connection: Connection, placed: Sequence[tuple[Row, Place | None]]) -> list[Seat]:
    """Each row with its attendee's id and its person: whose e-mail that is, else who had the place, else someone new."""
    keys = sorted({key for row, _ in placed if (key := email_key(row.attendee.email))})
    owners = await people.find_by_emails(connection, keys)
    fresh = iter(await people.new_ids(connection, 2 * len(placed)))
    seats = []
    for row, place in placed:
        owner = owners.get(email_key(row.attendee.email) or "") or (place.person_id if place else None)
        seats.append(
            Seat(
                row=row,
                place=place,
                id=place.id if place else AttendeeId(next(fresh)),
                person_id=owner or PersonId(next(fresh)),
                is_new_person=owner is None,
            )
        )
    return seats


async def _write(connection: Connection, event_id: EventId, seats: Sequence[Seat], at: datetime) -> set[AttendeeId]:
    """Who is new or differs from before, in their place or in their contact data."""
    changed: set[AttendeeId] = set()
    for begin in range(0, len(seats), ROWS_EACH_STATEMENT):
        part = seats[begin : begin + ROWS_EACH_STATEMENT]
        await people.add_all(connection, [_person(seat) for seat in part if seat.is_new_person], at)
        present = [_person(seat) for seat in part if not seat.is_new_person]
        renamed = await people.save_all(connection, present, at)
        changed |= {seat.id for seat in part if seat.person_id in renamed}
        changed |= await attendee_rows.save_all(connection, event_id, [_attendee(seat) for seat in part], at)
    for seat in seats:
        if seat.place is not None and seat.place.person_id != seat.person_id:
            await people.remove_unless_attending(connection, seat.place.person_id)
    return changed


def _person(seat: Seat) -> PersonRow:
    attendee, place = seat.row.attendee, seat.place
    kept = place.email if place is not None else None
    email = attendee.email or kept
    return PersonRow(person_id=seat.person_id, name=attendee.name, email=email, email_key=email_key(email))


def _attendee(seat: Seat) -> AttendeeRow:
    attendee, place = seat.row.attendee, seat.place
    return AttendeeRow(
        id=seat.id,
        person_id=seat.person_id,
        external_id=attendee.external_id or (place.external_id if place else None),
        organisation=attendee.organisation,
        role=attendee.role,
        seniority=attendee.seniority,
        sector=attendee.sector,
        region=attendee.region,
        languages=attendee.languages,
        groups=attendee.groups,
        interests=attendee.interests,
        seeks=attendee.seeks,
        offers=attendee.offers,
        quota=attendee.quota,
        least=attendee.least,
        minutes=attendee.minutes,
        challenge=attendee.challenge,
        available=attendee.available,
        needs_accessible=attendee.needs_accessible,
        opted_in=attendee.opted_in,
        listed=attendee.listed,
        matched=attendee.matched,
        introduced=attendee.introduced,
        measured=attendee.measured,
        may_hold_back=attendee.may_hold_back,
        quiet=attendee.quiet,
        meets_at=None if attendee.meets_at is None else [place.value for place in attendee.meets_at],
        extra=attendee.extra,
    )


def _resolved(places: Sequence[Place], seats: Sequence[Seat]) -> Named:
    """Whom the rows name, among all who are at the event now."""
    someone = {place.id: _as_before(place) for place in places} | {seat.id: _as_now(seat) for seat in seats}
    directory = Directory(someone.values())
    wished, unresolved = resolution.wishes_of({seat.id: seat.row.attendee for seat in seats}, directory)
    return Named(
        knows=resolution.resolve({seat.id: seat.row.attendee.knows for seat in seats}, directory),
        avoids=resolution.resolve({seat.id: seat.row.attendee.avoids for seat in seats}, directory),
        wishes=wished,
        unresolved=unresolved,
    )


def _as_before(place: Place) -> Someone:
    return Someone(
        id=place.id,
        external_id=place.external_id,
        email=place.email,
        name=place.name,
        organisation=place.organisation,
    )


def _as_now(seat: Seat) -> Someone:
    person, attendee = _person(seat), _attendee(seat)
    return Someone(
        id=seat.id,
        external_id=attendee.external_id,
        email=person.email,
        name=person.name,
        organisation=attendee.organisation,
    )


def _acquaintances(knows: Resolved) -> Iterable[Acquaintance]:
    return (Acquaintance(first_id=first, second_id=second) for first, second in sorted(knows.pairs))


def _exclusions(avoids: Resolved) -> Iterable[Exclusion]:
    for first, second in sorted(avoids.pairs):
        yield Exclusion(attendee_id=first, other_id=second)
    for one, organisation in sorted(avoids.organisations):
        yield Exclusion(attendee_id=one, organisation=organisation)


def _notes(named: Named) -> dict[str, int]:
    counted = {"avoids_unresolved": named.avoids.unresolved, "knows_unresolved": named.knows.unresolved}
    return {code: count for code, count in {**counted, **named.unresolved}.items() if count}


def _with_reading(outcome: ImportOutcome, table: Table) -> ImportOutcome:
    """The outcome with the rows that could not even be read, and what reading counted."""
    return structs.replace(
        outcome,
        failed=outcome.failed + len(table.failed),
        errors=sorted([*table.errors, *_as_named(outcome, table)], key=lambda error: (error.row, error.column)),
        notes=dict(sorted({**table.notes, **outcome.notes}.items())),
    )


def _as_named(outcome: ImportOutcome, table: Table) -> Iterable[RowError]:
    """The errors with the columns as the file names them."""
    for error in outcome.errors:
        yield structs.replace(error, column=table.columns.get(error.column, error.column))

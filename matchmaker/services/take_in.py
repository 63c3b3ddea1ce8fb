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
from matchmaker.intake.people import Directory, Resolved, Someone
from matchmaker.intake.table import Row, RowError, Table, Tell, untold
from matchmaker.model.attendee_import import ImportOutcome
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.model.privacy import Privacy
from matchmaker.model.wish import Wish
from matchmaker.services import respond
from matchmaker.services.enrol import email_key
from matchmaker.services.place import place_all
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

    code = "event_full"


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
    connection: Connection, event_id: EventId, table: Table, *, dry_run: bool, at: datetime, tell: Tell = untold
) -> ImportOutcome:
    """What became of a file's rows, or in a dry run would become. Raises `NotFound` for the event, `EventFull`.

    A row replaces all its attendee has but the e-mail, which a row without one leaves as it is, and what they chose
    themselves, of which it can only take away; whoever takes no part any more by that has no open introductions. Acquaintances,
    exclusions and wishes are added and never taken away; a wish about someone replaces the one before. Of a private event all
    wishes of the file are counted, since how many are new tells what people had said.
    """
    try:
        async with connection.transaction():
            outcome = await _take_in(connection, event_id, table.rows, at, tell)
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


async def _take_in(
    connection: Connection, event_id: EventId, rows: Sequence[Row], at: datetime, tell: Tell
) -> ImportOutcome:
    if await events.lock(connection, event_id) is None:
        raise NotFound
    await allow_statements(connection, STATEMENT_SECONDS_MAX)
    places = await attendee_rows.places(connection, event_id, limit=ATTENDEES_MAX)
    known, placed = await asyncio.to_thread(place_all, places, rows)  # 20,000 rows would hold up every other request
    if len(places) + sum(place is None for _, place in placed) > ATTENDEES_MAX:
        raise EventFull(f"An event can have {ATTENDEES_MAX:,} attendees.")
    seats = await _seats(connection, placed)
    changed = await _write(connection, event_id, seats, at, tell)
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


async def _write(
    connection: Connection, event_id: EventId, seats: Sequence[Seat], at: datetime, tell: Tell
) -> set[AttendeeId]:
    """Who is new or differs from before, in their place or in their contact data."""
    changed: set[AttendeeId] = set()
    for begin in range(0, len(seats), ROWS_EACH_STATEMENT):
        part = seats[begin : begin + ROWS_EACH_STATEMENT]
        await people.add_all(connection, [_person(seat) for seat in part if seat.is_new_person], at)
        present = [_person(seat) for seat in part if not seat.is_new_person]
        renamed = await people.save_all(connection, present, at)
        changed |= {seat.id for seat in part if seat.person_id in renamed}
        changed |= await attendee_rows.save_all(connection, event_id, [_attendee(seat) for seat in part], at)
        tell((begin + len(part)) / len(seats))
    for seat in seats:
        if seat.place is not None and seat.place.person_id != seat.person_id:
            await people.remove_unless_attending(connection, seat.place.person_id)
    return changed


def _person(seat: Seat) -> PersonRow:
    """An address that is the same but for its case stays as it is written: no letter goes another way, and nothing changed."""
    email, place = seat.row.attendee.email, seat.place
    if place is not None and (email is None or email_key(email) == place.email_key):
        email = place.email
    return PersonRow(person_id=seat.person_id, name=seat.row.attendee.name, email=email, email_key=email_key(email))


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

"""Enrol people at an event, one at a time: the place is the event's, the contact data the person's.

A person is known across the association's events by their e-mail address, case aside. Who has none is a new person at
each event.
"""

from collections.abc import Callable
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from msgspec import structs

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.model.attendee import AttendeeInput, AttendeeReply, MeetingPlace
from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.model.person import Contact
from matchmaker.model.text import LINE_CHARS_MAX, TEXT_CHARS_MAX, clean_line, clean_text
from matchmaker.services import respond
from matchmaker.services.unread import unread
from matchmaker.services.withdraw import leave
from matchmaker.store import attendees, events, imports, jobs, people
from matchmaker.store.connection import Connection
from matchmaker.store.people import PersonRow

LANGUAGE_CHARS_MAX = 35
LINES = ("external_id", "organisation", "role", "seniority", "sector", "region")
LISTS = {
    "groups": (clean_line, LINE_CHARS_MAX),
    "languages": (clean_line, LANGUAGE_CHARS_MAX),
    "interests": (clean_text, TEXT_CHARS_MAX),
    "seeks": (clean_text, TEXT_CHARS_MAX),
    "offers": (clean_text, TEXT_CHARS_MAX),
}


async def create(connection: Connection, event_id: EventId, given: AttendeeInput, at: datetime) -> AttendeeReply:
    """A new attendee. Raises `InvalidFields`, `AlreadyAttending`, `ExternalIdTaken`, or `NotFound` for the event."""
    attendee = normalised(given)
    person_id = await _owner(connection, attendee)
    if person_id is None:
        contact = Contact(name=attendee.name, email=attendee.email)
        person_id = await people.add(connection, contact, email_key=email_key(attendee.email), at=at)
    else:
        await people.save(connection, _person(person_id, attendee), at)
    attendee_id = await attendees.add(connection, event_id, person_id, attendee, at)
    if _texts(attendee):
        await jobs.add_encode(connection, event_id)
    return _present(await attendees.get(connection, event_id, attendee_id))


async def update(
    connection: Connection,
    event_id: EventId,
    attendee_id: AttendeeId,
    given: AttendeeInput,
    *,
    version: int,
    chosen: bool = False,
    at: datetime,
) -> AttendeeReply | None:
    """The attendee changed, `chosen` by themselves if so; None where there is none of that version. Raises as `create`.

    An address that belongs to a person of an earlier event makes this attendee that person. Who no longer takes part has no
    open introduction any more; a release under way is waited for, so that it offers nothing behind their back.
    """
    attendee = normalised(given)
    before = await attendees.get(connection, event_id, attendee_id)
    if before is None:
        return None
    leaves = False in (attendee.opted_in, attendee.matched, attendee.introduced)
    if leaves:
        await events.lock(connection, event_id)
    person_id = await _owner(connection, attendee) or before.person_id
    saved = await attendees.save(
        connection, event_id, attendee_id, attendee, person_id=person_id, version=version, chosen=chosen, at=at
    )
    if not saved:
        return None
    if leaves:
        await respond.end_unwilling(connection, event_id, at)
    await people.save(connection, _person(person_id, attendee), at)
    if person_id != before.person_id:
        await people.remove_unless_attending(connection, before.person_id)
    if _texts(attendee) - _texts(before):
        await jobs.add_encode(connection, event_id)
    return _present(await attendees.get(connection, event_id, attendee_id))


async def remove(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, version: int, at: datetime
) -> bool:
    """Whether there was an attendee of that version. Who waits for them is told; who attends nothing any more is forgotten."""
    present = await attendees.get(connection, event_id, attendee_id)
    if present is None or present.version != version:
        return False
    await leave(connection, [attendee_id], at)
    await unread(connection, [attendee_id])
    await imports.forget_rows(connection, [attendee_id])
    person_id = await attendees.remove(connection, event_id, attendee_id, version=version)
    if person_id is None:
        return False
    await people.remove_unless_attending(connection, person_id)
    return True


def email_key(email: str | None) -> str | None:
    """The address as it is compared."""
    return None if email is None else email.casefold()


def normalised(given: AttendeeInput) -> AttendeeInput:
    """What was set, in NFC, without blanks around it, empty entries or repetitions. Raises `InvalidFields`."""
    problems: list[FieldError] = []
    line = {field: _line(getattr(given, field), f"/{field}", problems) for field in LINES}
    lists = {
        field: _list(getattr(given, field), f"/{field}", clean, chars_max, problems)
        for field, (clean, chars_max) in LISTS.items()
    }
    name = _line(given.name, "/name", problems)
    if name is None:
        problems.append(FieldError("/name", "empty", "Give a name, or a word that stands for one."))
    email = _email(given.email, problems)
    challenge = _text(given.challenge, "/challenge", problems)
    likes = None if given.meets_at is None else [place for place in MeetingPlace if place in given.meets_at]
    available = None if given.available is None else sorted(set(given.available))
    extra = _extra(given.extra)
    if problems:
        raise InvalidFields(problems)
    return structs.replace(
        given,
        name=name,
        email=email,
        challenge=challenge,
        available=available,
        meets_at=likes,
        extra=extra,
        **line,
        **lists,
    )


def _line(value: str | None, pointer: str, problems: list[FieldError]) -> str | None:
    cleaned = clean_line(value or "")
    if len(cleaned) > LINE_CHARS_MAX:
        problems.append(FieldError(pointer, "too_long", f"Use at most {LINE_CHARS_MAX} characters (in Unicode's NFC)."))
    return cleaned or None


def _text(value: str | None, pointer: str, problems: list[FieldError]) -> str | None:
    cleaned = clean_text(value or "")
    if len(cleaned) > TEXT_CHARS_MAX:
        at_most = f"Use at most {TEXT_CHARS_MAX:,} characters (in Unicode's NFC)."
        problems.append(FieldError(pointer, "too_long", at_most))
    return cleaned or None


def _list(
    values: list[str], pointer: str, clean: Callable[[str], str], chars_max: int, problems: list[FieldError]
) -> list[str]:
    cleaned = [clean(value) for value in values]
    for place, value in enumerate(cleaned):
        if len(value) > chars_max:
            at_most = f"Use at most {chars_max:,} characters (in Unicode's NFC)."
            problems.append(FieldError(f"{pointer}/{place}", "too_long", at_most))
    return [value for value in dict.fromkeys(cleaned) if value]


def _email(value: str | None, problems: list[FieldError]) -> str | None:
    if value is None or not clean_line(value):
        return None
    try:
        return validate_email(clean_line(value), check_deliverability=False).normalized
    except EmailNotValidError as error:
        problems.append(FieldError("/email", "email_malformed", f"The e-mail address cannot be right: {error}"))
        return None


def _extra(given: dict[str, str]) -> dict[str, str]:
    cleaned = {clean_line(key): clean_text(value) for key, value in given.items()}
    return {key: value for key, value in cleaned.items() if key}


async def _owner(connection: Connection, attendee: AttendeeInput) -> PersonId | None:
    key = email_key(attendee.email)
    return None if key is None else await people.find_by_email(connection, key)


def _person(person_id: PersonId, attendee: AttendeeInput) -> PersonRow:
    return PersonRow(person_id=person_id, name=attendee.name, email=attendee.email, email_key=email_key(attendee.email))


def _texts(attendee: AttendeeInput | AttendeeReply) -> set[str]:
    return {*attendee.interests, *attendee.seeks, *attendee.offers, *filter(None, [attendee.challenge])}


def _present(attendee: AttendeeReply | None) -> AttendeeReply:
    if attendee is None:
        raise NotFound
    return attendee

"""Join an event by its open door: sign up, verify one's address by a letter, take part at once or once admitted.

Whoever signs up is answered alike, known or not, since a stranger may have typed the address; only the letter differs, and
only the address's owner reads it. Nothing that was known is changed by a sign-up, and nobody is matched before the
address is verified.
"""

from datetime import datetime, timedelta

from msgspec import structs

from matchmaker.errors import Conflict, NotFound
from matchmaker.model.attendee import AttendeeInput
from matchmaker.model.door import Door, SignUp
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.services import enrol
from matchmaker.store import attendees, doors, messages, people
from matchmaker.store.connection import Connection

LETTERS_EACH = timedelta(minutes=12)  # so at most five an hour to one address
LINK_DEADLINE = timedelta(hours=1)
VERIFY_DEADLINE = timedelta(days=2)


class DoorClosed(Conflict):
    """This event takes no sign-ups."""


class NotWaiting(Conflict):
    """They have not verified their address, or take part already."""


async def sign_up(connection: Connection, event_id: EventId, given: AttendeeInput, at: datetime) -> None:
    """Enrols somebody new, who does not take part yet, and writes to them; to somebody known only writes.

    Raises `DoorClosed`, `InvalidFields`, or `NotFound` for the event.
    """
    if await _door(connection, event_id) is Door.CLOSED:
        raise DoorClosed
    normal = enrol.normalised(structs.replace(given, opted_in=False))
    person_id = await people.find_by_email(connection, enrol.email_key(normal.email) or "")
    known = None if person_id is None else await attendees.find_of_person(connection, event_id, person_id)
    if known is not None:
        await write_to(connection, event_id, known, at)
        return
    contact = None if person_id is None else await people.get_contact(connection, person_id)
    if contact is not None:  # theirs, whatever a stranger typed
        normal = structs.replace(normal, name=contact.name, email=contact.email)
    attendee = await enrol.create(connection, event_id, normal, at)
    await doors.add(connection, event_id, attendee.id, at)
    await messages.add(connection, [_letter(LetterKind.VERIFY, attendee.id, at)], at)


async def ask_for_page(connection: Connection, event_id: EventId, email: str, at: datetime) -> None:
    """Writes to the attendee of that address, if there is one; whoever asks learns nothing of it."""
    person_id = await people.find_by_email(connection, enrol.email_key(email) or "")
    known = None if person_id is None else await attendees.find_of_person(connection, event_id, person_id)
    if known is not None:
        await write_to(connection, event_id, known, at)


async def write_to(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> None:
    """A letter with a fresh link to an attendee's page; one that verifies their address while that is not done."""
    signed_up = await doors.get_sign_up(connection, event_id, attendee_id)
    unverified = signed_up is not None and signed_up.verified_at is None
    letter = LetterKind.VERIFY if unverified else LetterKind.LINK
    await messages.add(connection, [_letter(letter, attendee_id, at)], at)


async def verify(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> SignUp:
    """Verifies the address of somebody who signed up; at an open door they take part from now on. Raises `NotFound`."""
    await doors.verify(connection, attendee_id, at)
    if await _door(connection, event_id) is Door.OPEN:
        await doors.admit(connection, attendee_id, at)
    return _present(await doors.get_sign_up(connection, event_id, attendee_id))


async def admit(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> SignUp:
    """Lets somebody take part who waits, and writes to them. Raises `NotWaiting`, `NotFound`."""
    _present(await doors.get_sign_up(connection, event_id, attendee_id))
    if not await doors.admit(connection, attendee_id, at):
        raise NotWaiting
    await messages.add(connection, [_letter(LetterKind.INVITED, attendee_id, at)], at)
    return _present(await doors.get_sign_up(connection, event_id, attendee_id))


async def refuse(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> None:
    """Removes somebody who waits, with what they wrote; no letter says so. Raises `NotWaiting`, `NotFound`."""
    signed_up = _present(await doors.get_sign_up(connection, event_id, attendee_id))
    attendee = await attendees.get(connection, event_id, attendee_id)
    if attendee is None or signed_up.verified_at is None or signed_up.admitted_at is not None:
        raise NotWaiting
    if not await enrol.remove(connection, event_id, attendee_id, version=attendee.version, at=at):
        raise NotWaiting  # somebody admitted them just now, which counts as a change of theirs


async def _door(connection: Connection, event_id: EventId) -> Door:
    door = await doors.get(connection, event_id)
    if door is None:
        raise NotFound
    return door


def _letter(letter: LetterKind, attendee_id: AttendeeId, at: datetime) -> MessageInput:
    """The same letter in the same twelve minutes is one, however often it is asked for."""
    deadline = LINK_DEADLINE if letter is LetterKind.LINK else VERIFY_DEADLINE
    return MessageInput(
        letter=letter,
        attendee_id=attendee_id,
        edition=str(int(at.timestamp() // LETTERS_EACH.total_seconds())),
        not_before=at,
        deadline=at + deadline,
        asked_for=True,
    )


def _present(found: SignUp | None) -> SignUp:
    if found is None:
        raise NotFound
    return found

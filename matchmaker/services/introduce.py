"""What one of two sees of their introduction, in a letter or on a page: who the other is, what each gains, two questions.

A contact stands in it once both said yes, and never before: this is the one place where letters and pages get one from.
"""

from datetime import datetime

from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.export.words import gift
from matchmaker.model.attendee import AttendeeReply, MeetingPlace
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import Introduction, Standing, other_of, standing
from matchmaker.model.letter import Begins
from matchmaker.model.other import Contact, Other
from matchmaker.model.pairing import Pairing
from matchmaker.model.policy import minutes_each
from matchmaker.services.tell import spoken, told
from matchmaker.store import attendees, events, pairings
from matchmaker.store.connection import Connection


class Seen(Struct, frozen=True, kw_only=True):
    """An introduction as one of the two sees it; the sentences are empty where nothing may be shown."""

    introduction: Introduction
    standing: Standing
    event: Event
    other: Other
    contact: Contact | None
    you_get: str
    they_get: str
    questions: list[str]
    language: str
    minutes: int
    quiet: bool
    begins: Begins
    place: str | None
    host_name: str | None
    likes: list[MeetingPlace]


async def seen(
    connection: Connection,
    introduction: Introduction,
    attendee_id: AttendeeId,
    *,
    language: str | None = None,
    at: datetime,
) -> Seen:
    """What `attendee_id` sees, in `language`, else in the first of theirs that there are words for. Raises `NotFound`."""
    other_id = other_of(introduction, attendee_id)
    event = await events.get(connection, introduction.event_id)
    people = await attendees.find_by_ids(connection, introduction.event_id, [attendee_id, other_id])
    if event is None or len(people) < 2:
        raise NotFound
    reader, other = people[attendee_id], people[other_id]
    stands = standing(introduction, attendee_id, at)
    language = spoken([language] if language else reader.languages)
    pairing = await pairings.of_two(connection, introduction.run_id, introduction.first_id, introduction.second_id)
    you_get, they_get, questions = _words(pairing, reader, other, language)
    introduced, quiet = stands is Standing.INTRODUCED, reader.quiet or other.quiet
    return Seen(
        introduction=introduction,
        standing=stands,
        event=event,
        other=Other(name=other.name, role=other.role, organisation=other.organisation),
        contact=Contact(email=other.email) if introduced and other.email else None,
        you_get=you_get,
        they_get=they_get,
        questions=questions,
        language=language,
        minutes=minutes_each(quiet, event.policy),
        quiet=reader.quiet,
        begins=_begins(reader, other, event) if introduced else Begins.EITHER,
        place=event.quiet_place if introduced and quiet else None,
        host_name=event.host_name if introduced and quiet else None,
        likes=other.meets_at if introduced else [],
    )


def _begins(reader: AttendeeReply, other: AttendeeReply, event: Event) -> Begins:
    """Whoever is in quiet mode never has to ask: the other begins, else the host, else the organiser."""
    if reader.quiet and other.quiet:
        return Begins.HOST if event.host_name else Begins.ORGANISER
    return Begins.OTHER if reader.quiet else Begins.READER if other.quiet else Begins.EITHER


def _words(
    pairing: Pairing | None, reader: AttendeeReply, other: AttendeeReply, language: str
) -> tuple[str, str, list[str]]:
    if pairing is None:
        return "", "", []
    sides = told(pairing, {other.id: other.name}, language=language).sides
    own = next((side for side in sides if side.to == reader.id), None)
    they_get = next((gift(one, language, other.name) for one in pairing.reasons if one.to == other.id), "")
    return (own.lead, they_get, own.starters) if own else ("", they_get, [])

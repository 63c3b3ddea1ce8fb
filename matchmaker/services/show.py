"""Show someone their own pages: an introduction as they may see it, all of theirs, and what stands around them."""

from datetime import UTC, datetime

from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.model.appointment import Appointment
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.day_letter import AgendaItem
from matchmaker.model.event import Event
from matchmaker.model.feedback import FeedbackReply
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import REVEALED, Standing, other_of, standing
from matchmaker.model.meeting import Meeting
from matchmaker.model.other import Other
from matchmaker.model.programme import SlotReply
from matchmaker.model.promise import Promise
from matchmaker.model.run import Format
from matchmaker.services import agree
from matchmaker.services.introduce import Seen, seen
from matchmaker.store import (
    appointments,
    associations,
    attendees,
    events,
    feedback,
    groups,
    introductions,
    meetings,
    programmes,
    promises,
)
from matchmaker.store.connection import Connection

INTRODUCTIONS_MAX = 500
ROUNDS_MAX = 200
TRIO_OTHERS = 2


class Shown(Struct, frozen=True, kw_only=True):
    """An introduction as one of the two sees it: what a letter says of it, and what they said and promised themselves."""

    seen: Seen
    may_put_off: bool
    met: bool | None
    said: FeedbackReply | None
    promise: Promise | None
    appointment: Appointment | None
    slots: list[SlotReply]


class Circumstances(Struct, frozen=True, kw_only=True):
    """What stands around an attendee's page: who they are, at which event, of which association."""

    association: str
    event: Event
    attendee: AttendeeReply


async def circumstances(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> Circumstances:
    """Whose page it is. Raises `NotFound`."""
    association = await associations.get(connection)
    event = await events.get(connection, event_id)
    attendee = await attendees.get(connection, event_id, attendee_id)
    if association is None or event is None or attendee is None:
        raise NotFound
    return Circumstances(association=association.name, event=event, attendee=attendee)


async def introduction(
    connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId, *, language: str, at: datetime
) -> Shown:
    """The introduction as `attendee_id` may see it. Raises `NotFound` for whoever is neither of the two."""
    found = await introductions.get(connection, introduction_id)
    if found is None:
        raise NotFound
    other_id, is_first = other_of(found, attendee_id), found.first_id == attendee_id
    promised = await promises.find(connection, found.id)
    return Shown(
        seen=await seen(connection, found, attendee_id, language=language, at=at),
        may_put_off=not found.sat_together and (found.first_later_at if is_first else found.second_later_at) is None,
        met=found.first_met if is_first else found.second_met,
        said=await feedback.of_pair(connection, found.event_id, attendee_id, other_id),
        promise=next((one for one in promised if one.attendee_id == attendee_id), None),
        appointment=await appointments.get(connection, found.id),
        slots=await agree.free_slots(connection, found, at) if found.state in REVEALED else [],
    )


async def name_of_other(connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId) -> str:
    """The name of the other of the two. Raises `NotFound`."""
    found = await introductions.get(connection, introduction_id)
    other = None if found is None else await attendees.get(connection, found.event_id, other_of(found, attendee_id))
    if other is None:
        raise NotFound
    return other.name


async def rounds(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, with_sets: bool = False
) -> list[AgendaItem]:
    """An attendee's released rounds in order: those to come and past, those cancelled, and those they sit out.

    With the dates of their set, if asked for.
    """
    found = [
        one
        for one in await meetings.of_attendee(connection, attendee_id, limit=ROUNDS_MAX)
        if with_sets or one.format is not Format.SETS
    ]
    with_whom = await meetings.with_whom(connection, attendee_id, limit=ROUNDS_MAX)
    byes = await groups.released_byes(connection, attendee_id, limit=ROUNDS_MAX)
    people = await attendees.find_by_ids(
        connection, event_id, list({one for all_ in with_whom.values() for one in all_})
    )
    others = {one.id: Other(name=one.name, role=one.role, organisation=one.organisation) for one in people.values()}
    event = await events.get(connection, event_id)
    tables = await programmes.tables(connection, event_id)
    places = {table.number: ", ".join(filter(None, (table.name, table.place))) or None for table in tables}
    items = [
        _item(
            one,
            [others[other] for other in with_whom.get(one.id, []) if other in others],
            places.get(one.table or 0) if one.format is not Format.SETS else event.sets_place if event else None,
        )
        for one in found
    ]
    taken = {one.round for one in found if one.format is Format.ROUNDS}
    items += [
        AgendaItem(round=bye.number, starts_at=bye.starts_at, ends_at=bye.ends_at)
        for bye in byes
        if bye.number not in taken
    ]
    return sorted(items, key=lambda item: (item.starts_at or datetime.max.replace(tzinfo=UTC), item.round))


def _item(meeting: Meeting, others: list[Other], place: str | None) -> AgendaItem:
    cancelled = meeting.cancelled_at is not None
    return AgendaItem(
        round=meeting.round,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        others=sorted(others, key=lambda other: other.name),
        table=None if cancelled else meeting.table,
        place=None if cancelled else place,
        is_trio=meeting.format is Format.ROUNDS and len(others) == TRIO_OTHERS,
        meeting_id=meeting.id,
        sequence=meeting.sequence,
        is_cancelled=cancelled,
    )


async def agreed(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> list[AgendaItem]:
    """What an attendee has agreed on with those to whom they were introduced, in order, what was called off too."""
    found = await appointments.of_attendee(connection, attendee_id, limit=INTRODUCTIONS_MAX)
    others = {
        one.id: other_of(one, attendee_id)
        for one in await introductions.find(connection, event_id, attendee_id=attendee_id, limit=INTRODUCTIONS_MAX)
    }
    people = await attendees.find_by_ids(connection, event_id, list(set(others.values())))
    return [
        AgendaItem(
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            others=[Other(name=people[others[one.introduction_id]].name)],
            meeting_id=one.id,
            sequence=one.sequence,
            is_cancelled=one.cancelled_at is not None,
        )
        for one in found
    ]


async def of_attendee(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime
) -> list[tuple[IntroductionId, str, Standing]]:
    """All introductions of an attendee at an event: which, with whom, and how each stands for them."""
    found = await introductions.find(connection, event_id, attendee_id=attendee_id, limit=INTRODUCTIONS_MAX)
    others = {one.id: other_of(one, attendee_id) for one in found}
    names = await attendees.find_by_ids(connection, event_id, list(set(others.values())))
    return [(one.id, names[others[one.id]].name, standing(one, attendee_id, at)) for one in found]

"""Show someone their own pages: an introduction as they may see it, all of theirs, and what stands around them."""

from datetime import datetime

from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.feedback import FeedbackReply
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import Standing, other_of, standing
from matchmaker.model.promise import Promise
from matchmaker.services.introduce import Seen, seen
from matchmaker.store import associations, attendees, events, feedback, introductions, promises
from matchmaker.store.connection import Connection

INTRODUCTIONS_MAX = 500


class Shown(Struct, frozen=True, kw_only=True):
    """An introduction as one of the two sees it: what a letter says of it, and what they said and promised themselves."""

    seen: Seen
    may_put_off: bool
    met: bool | None
    said: FeedbackReply | None
    promise: Promise | None


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
        may_put_off=(found.first_later_at if is_first else found.second_later_at) is None,
        met=found.first_met if is_first else found.second_met,
        said=await feedback.of_pair(connection, found.event_id, attendee_id, other_id),
        promise=next((one for one in promised if one.attendee_id == attendee_id), None),
    )


async def name_of_other(connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId) -> str:
    """The name of the other of the two. Raises `NotFound`."""
    found = await introductions.get(connection, introduction_id)
    other = None if found is None else await attendees.get(connection, found.event_id, other_of(found, attendee_id))
    if other is None:
        raise NotFound
    return other.name


async def of_attendee(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime
) -> list[tuple[IntroductionId, str, Standing]]:
    """All introductions of an attendee at an event: which, with whom, and how each stands for them."""
    found = await introductions.find(connection, event_id, attendee_id=attendee_id, limit=INTRODUCTIONS_MAX)
    others = {one.id: other_of(one, attendee_id) for one in found}
    names = await attendees.find_by_ids(connection, event_id, list(set(others.values())))
    return [(one.id, names[others[one.id]].name, standing(one, attendee_id, at)) for one in found]

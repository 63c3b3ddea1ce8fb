"""Show an introduction to one of the two: what their page may hold, and no more.

How to reach the other is in it once both said yes; that the other said no, never.
"""

from datetime import datetime

from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.feedback import FeedbackReply
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import Introduction, Standing, other_of, standing
from matchmaker.model.pairing import Pairing, Reason
from matchmaker.model.promise import Promise
from matchmaker.services.tell import told
from matchmaker.store import associations, attendees, events, feedback, introductions, pairings, promises
from matchmaker.store.connection import Connection

PAIRINGS_EACH_MAX = 200
INTRODUCTIONS_MAX = 500


class Reached(Struct, frozen=True, kw_only=True):
    """The other of the two; `email` only once both said yes."""

    name: str
    role: str | None
    organisation: str | None
    email: str | None


class Shown(Struct, frozen=True, kw_only=True):
    """An introduction as one of the two sees it. `lead` says what they get, `gives` what they give, `starters` what to ask."""

    id: IntroductionId
    standing: Standing
    other: Reached
    lead: str
    gives: list[Reason]
    starters: list[str]
    may_put_off: bool
    expires_at: datetime
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
    connection: Connection, introduction_id: IntroductionId, attendee_id: AttendeeId, at: datetime
) -> Shown:
    """The introduction as `attendee_id` may see it. Raises `NotFound` for whoever is neither of the two."""
    found = await introductions.get(connection, introduction_id)
    if found is None:
        raise NotFound
    other = await attendees.get(connection, found.event_id, other_of(found, attendee_id))
    if other is None:
        raise NotFound
    return await _shown(connection, found, attendee_id, other, at)


async def of_attendee(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime
) -> list[tuple[IntroductionId, str, Standing]]:
    """All introductions of an attendee at an event: which, with whom, and how each stands for them."""
    found = await introductions.find(connection, event_id, attendee_id=attendee_id, limit=INTRODUCTIONS_MAX)
    others = {one.id: other_of(one, attendee_id) for one in found}
    names = await attendees.find_by_ids(connection, event_id, list(set(others.values())))
    return [(one.id, names[others[one.id]].name, standing(one, attendee_id, at)) for one in found]


async def _shown(
    connection: Connection, found: Introduction, attendee_id: AttendeeId, other: AttendeeReply, at: datetime
) -> Shown:
    stands = standing(found, attendee_id, at)
    pairing = await _pairing(connection, found, attendee_id, other)
    side = next((one for one in pairing.sides if one.to == attendee_id), None) if pairing else None
    is_first = found.first_id == attendee_id
    said = await feedback.of_pair(connection, found.event_id, attendee_id, other.id)
    promised = await promises.find(connection, found.id)
    return Shown(
        id=found.id,
        standing=stands,
        other=Reached(
            name=other.name,
            role=other.role,
            organisation=other.organisation,
            email=other.email if stands is Standing.INTRODUCED else None,
        ),
        lead=side.lead if side else "",
        gives=[reason for reason in pairing.reasons if reason.to != attendee_id] if pairing else [],
        starters=list(side.starters) if side else [],
        may_put_off=(found.first_later_at if is_first else found.second_later_at) is None,
        expires_at=found.expires_at,
        met=found.first_met if is_first else found.second_met,
        said=said,
        promise=next((one for one in promised if one.attendee_id == attendee_id), None),
    )


async def _pairing(
    connection: Connection, found: Introduction, attendee_id: AttendeeId, other: AttendeeReply
) -> Pairing | None:
    """The pairing it came from, with the words for each side; None once its run is gone."""
    theirs = await pairings.find(connection, found.run_id, attendee_id=attendee_id, limit=PAIRINGS_EACH_MAX)
    pair = next((one for one in theirs if other.id in (one.first, one.second)), None)
    return None if pair is None else told(pair, {other.id: other.name})

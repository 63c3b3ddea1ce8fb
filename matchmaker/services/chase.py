"""Chase those who have not said what they seek or offer: one letter, once a person an event, and none where it is said (F06)."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from matchmaker.errors import NotFound
from matchmaker.model import letter as letters
from matchmaker.model.completeness import Completeness, Lack
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.message import LetterKind, Message, MessageInput
from matchmaker.model.note import Reach, Recipients, Segment
from matchmaker.store import attendees, completeness, events, messages, segments
from matchmaker.store.connection import Connection
from matchmaker.store.snapshots import ATTENDEES_MAX

DEADLINE = timedelta(days=14)


async def count(connection: Connection, event_id: EventId) -> Completeness:
    """How many people of an event have said what. Raises `NotFound`."""
    if await events.get(connection, event_id) is None:
        raise NotFound
    return await completeness.get(connection, event_id)


async def preview(connection: Connection, event_id: EventId, lacks: Lack, *, at: datetime) -> Recipients:
    """To how many the reminder would go. Raises `NotFound`."""
    found, before = await _concerned(connection, event_id, lacks, at)
    return recipients(found, written_before=before)


async def remind(connection: Connection, event_id: EventId, lacks: Lack, *, at: datetime) -> Recipients:
    """To how many it goes; to nobody a second time, whoever asks again. Raises `NotFound`."""
    found, before = await _concerned(connection, event_id, lacks, at)
    written = [
        MessageInput(letter=LetterKind.SAY_MORE, attendee_id=one, not_before=at, deadline=at + DEADLINE)
        for one, reach in found.items()
        if reach is Reach.REACHED
    ]
    await messages.add(connection, written, at)
    return recipients(found, written_before=before)


async def letter(connection: Connection, event: Event, message: Message, page_url: str) -> letters.SayMore | None:
    """What is still to be said as things are when it is sent; nothing where all is said, or they will not be matched."""
    attendee = await attendees.get(connection, event.id, message.attendee_id)
    if attendee is None or not (attendee.opted_in and attendee.matched) or (attendee.seeks and attendee.offers):
        return None
    return letters.SayMore(
        event_name=event.name,
        page_url=page_url,
        lacks=Lack.BOTH if not (attendee.seeks or attendee.offers) else Lack.OFFERS if attendee.seeks else Lack.SEEKS,
    )


def recipients(found: Mapping[AttendeeId, Reach], *, written_before: int = 0) -> Recipients:
    """Counted by whether it would reach them."""
    reached = Counter(found.values())
    return Recipients(
        letters=reached[Reach.REACHED],
        without_address=reached[Reach.WITHOUT_ADDRESS],
        unverified=reached[Reach.UNVERIFIED],
        suppressed=reached[Reach.SUPPRESSED],
        written_before=written_before,
    )


async def _concerned(
    connection: Connection, event_id: EventId, lacks: Lack, at: datetime
) -> tuple[dict[AttendeeId, Reach], int]:
    """Who lacks it, is to be matched, and had no reminder; and how many had one."""
    if await events.get(connection, event_id) is None:
        raise NotFound
    found = await segments.find(connection, event_id, Segment(lacks=lacks), at, limit=ATTENDEES_MAX)
    willing = await completeness.willing(connection, event_id, found)
    before = await completeness.reminded(connection, event_id, willing)
    return {one: reach for one, reach in found.items() if one in willing - before}, len(before)

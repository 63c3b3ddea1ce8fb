"""Say farewell: who has something open at an event is told, as it is deleted, that it is over; one letter, which names nobody.

The letter leaves after its event is gone, and so are the attendees. What is left of both is a name and an empty place for each
reader, in no list, until the letters have left.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import to_builtins

from matchmaker.model import letter as letters
from matchmaker.model.day_letter import AgendaItem
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.message import LetterKind, Message, MessageInput
from matchmaker.store import farewells, messages
from matchmaker.store.connection import Connection
from matchmaker.store.farewells import Ended
from matchmaker.store.snapshots import ATTENDEES_MAX

DEADLINE = timedelta(days=3)
KEPT = timedelta(days=7)
ENTRIES_EACH = 20  # what a message may hold


async def count(connection: Connection, event_id: EventId, at: datetime) -> int:
    """How many letters would leave."""
    return len(await farewells.concerned(connection, event_id, at, limit=ATTENDEES_MAX))


async def say(connection: Connection, event_id: EventId, at: datetime) -> int:
    """How many letters leave. To be called in the transaction that deletes the event, before it does."""
    told = await farewells.concerned(connection, event_id, at, limit=ATTENDEES_MAX)
    if not told:
        return 0
    ids = [attendee_id for attendee_id, _ in told]
    ending: dict[AttendeeId, list[Ended]] = defaultdict(list)
    for one in await farewells.ended(connection, event_id, ids, at, limit=ENTRIES_EACH * len(ids)):
        ending[one.attendee_id].append(one)
    left = await farewells.leave_name(connection, event_id, at)
    places = await farewells.leave_places(connection, left, ids, at)
    written = [_message(places[person_id], ending[attendee_id][:ENTRIES_EACH], at) for attendee_id, person_id in told]
    return await messages.add(connection, written, at)


def letter(event: Event, message: Message) -> letters.Withdrawn:
    """What the message holds: the rest is gone."""
    ended = [AgendaItem(**_hours(one), is_cancelled=True) for one in message.facts["ended"]]
    return letters.Withdrawn(event_name=event.name, event_over=True, ended=ended)


def _message(place: AttendeeId, ended: Sequence[Ended], at: datetime) -> MessageInput:
    entries = [{name: value for name, value in to_builtins(one).items() if name != "attendee_id"} for one in ended]
    return MessageInput(
        letter=LetterKind.WITHDRAWN,
        attendee_id=place,
        facts={"event_over": True, "ended": entries},
        not_before=at,
        deadline=min([at + DEADLINE, *(one.starts_at for one in ended)]),
    )


def _hours(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, **{name: datetime.fromisoformat(entry[name]) for name in ("starts_at", "ends_at")}}

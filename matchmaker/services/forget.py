"""Give someone all that is known of them, and forget them (F78)."""

from datetime import datetime
from typing import Any

from msgspec import to_builtins

from matchmaker.errors import NotFound
from matchmaker.export.words import LANGUAGE
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.services import farewell, show
from matchmaker.services.unread import unread
from matchmaker.services.withdraw import leave
from matchmaker.store import (
    actions,
    attendees,
    check_ins,
    events,
    exclusions,
    feedback,
    imports,
    leftovers,
    pauses,
    people,
    promises,
    wishes,
)
from matchmaker.store.connection import Connection

ROWS_MAX = 10_000
PEOPLE_MAX = 1_000_000


async def all_of(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> dict[str, Any]:
    """All that is known of an attendee at an event, in plain values: what they gave, what they said, and how it stands.

    Of others it holds what the attendee's own pages show, and no answer of theirs. Raises `NotFound`.
    """
    around = await show.circumstances(connection, event_id, attendee_id)
    met = await show.of_attendee(connection, event_id, attendee_id, at)
    said = await feedback.said_by(connection, event_id, attendee_id, limit=ROWS_MAX)
    apart = await exclusions.find_asked(connection, event_id, attendee_id, limit=ROWS_MAX)
    promised = [
        one for each in met for one in await promises.find(connection, each[0]) if one.attendee_id == attendee_id
    ]
    wished = await wishes.stated_by(connection, event_id, attendee_id, limit=ROWS_MAX)
    paused = await pauses.of_attendee(connection, attendee_id, at)
    language = next(iter(around.attendee.languages), LANGUAGE)
    shown = [await show.introduction(connection, one[0], attendee_id, language=language, at=at) for one in met]
    return {
        "association": around.association,
        "event": {"name": around.event.name, "starts_on": to_builtins(around.event.starts_on)},
        "attendee": to_builtins(around.attendee),
        "introductions": [
            {
                "other": to_builtins(one.seen.other),
                "contact": to_builtins(one.seen.contact),
                "standing": one.seen.standing.value,
                "you_get": one.seen.you_get,
                "they_get": one.seen.they_get,
            }
            for one in shown
        ],
        "feedback": [to_builtins(one) for one in said],
        "appointments": [to_builtins(one) for one in await show.agreed(connection, event_id, attendee_id)],
        "promises": [to_builtins(one) for one in promised],
        "rounds": [to_builtins(one) for one in await show.rounds(connection, event_id, attendee_id, with_sets=True)],
        "actions": [
            to_builtins(one)
            for one in await actions.find(connection, event_id, attendee_id=attendee_id, limit=ROWS_MAX)
        ],
        "kept_apart": [named for _, named in apart],
        "wishes": [{"other": name, "strength": strength} for _, name, strength in wished],
        "pause": to_builtins(paused),
        "check_in": to_builtins(await check_ins.get(connection, event_id, attendee_id)),
    }


async def forget_event(connection: Connection, event_id: EventId, *, version: int, at: datetime) -> bool:
    """Whether the event had that version and is gone, with all that is its own, and everyone who attends no other.

    Who had something open there is told, and forgotten when that letter has left.
    """
    present = await events.lock(connection, event_id)
    if present is None or present.version != version:
        return False
    people_there = await attendees.people_of(connection, event_id, limit=PEOPLE_MAX)
    await farewell.say(connection, event_id, at)
    await events.remove(connection, event_id, version=version)
    await leftovers.remove_people(connection, people_there)
    return True


async def forget(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> None:
    """Deletes someone with everything of theirs, at every event of the association, and tells who waits for them.

    Raises `NotFound`.
    """
    attendee = await attendees.get(connection, event_id, attendee_id)
    if attendee is None:
        raise NotFound
    places = await pauses.lock_places(connection, attendee.person_id, None)
    await leave(connection, places, at)
    await unread(connection, places)
    await imports.forget_rows(connection, places)
    await exclusions.forget_written(connection, attendee.name, attendee.email)
    await attendees.remove_all_of_person(connection, attendee.person_id)
    await people.remove_unless_attending(connection, attendee.person_id)

"""Ids of attendees in a body are checked against the event before anything is written."""

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store import attendees
from matchmaker.store.connection import Connection


async def refuse_strangers(connection: Connection, event_id: EventId, **given: AttendeeId | None) -> None:
    """Raises `InvalidFields` that names each field whose attendee is not of this event."""
    ids = [one for one in given.values() if one is not None]
    known = await attendees.find_by_ids(connection, event_id, ids)
    errors = [
        FieldError(f"/{name}", "unknown-id", "This event has no such attendee.")
        for name, one in given.items()
        if one is not None and one not in known
    ]
    if errors:
        raise InvalidFields(errors)

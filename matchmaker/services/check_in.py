"""Check attendees in at the desk, by hand or by the code on their badge."""

from datetime import datetime

from matchmaker.errors import NotFound
from matchmaker.model.check_in import CheckIn, code_of
from matchmaker.model.ids import EventId
from matchmaker.store import check_ins
from matchmaker.store.connection import Connection

NOBODY = "Nobody of this event has that code."


async def by_code(connection: Connection, event_id: EventId, typed: str, at: datetime) -> CheckIn:
    """Who has the code, checked in. Raises `NotFound` where nobody of the event has it, whoever has it elsewhere."""
    attendee_id = await check_ins.find_by_code(connection, event_id, code_of(typed))
    found = None if attendee_id is None else await check_ins.check_in(connection, event_id, attendee_id, at)
    if found is None:
        raise NotFound(NOBODY)
    return found

"""Check attendees in at the desk, by hand or by the code on their badge."""

from datetime import datetime
from uuid import UUID

from matchmaker.errors import NotFound
from matchmaker.model.check_in import CheckIn, code_in
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store import attendees, check_ins
from matchmaker.store.connection import Connection

NOBODY = "Nobody of this event has that code."


async def by_code(connection: Connection, event_id: EventId, typed: str, at: datetime) -> CheckIn:
    """Who has the code, checked in. Raises `NotFound` where nobody of the event has it, whoever has it elsewhere."""
    found = await named(connection, typed)
    if found is None or found[0] != event_id:
        raise NotFound(NOBODY)
    done = await check_ins.check_in(connection, event_id, found[1], at)
    if done is None:
        raise NotFound(NOBODY)
    return done


async def named(connection: Connection, typed: str) -> tuple[EventId, AttendeeId] | None:
    """Whom a badge names, and at which event: by their code, by its address, as a scanner types it, or by their id."""
    code = code_in(typed)
    if code is not None:
        return await check_ins.whose(connection, code)
    try:
        attendee_id = AttendeeId(str(UUID(typed.strip().rstrip("/").rpartition("/")[2])))
    except ValueError:
        return None
    event_id = await attendees.event_of(connection, attendee_id)
    return None if event_id is None else (event_id, attendee_id)


async def addresses(connection: Connection, event_id: EventId, *, base_url: str, limit: int) -> dict[AttendeeId, str]:
    """What each badge of an event says: where a telephone that is signed in finds whom it names, to check them in."""
    codes = await check_ins.codes(connection, event_id, limit=limit)
    return {one: f"{base_url}/desk/{code}" for one, code in codes.items()}

"""An event's people by any part of their name or organisation: for whoever types a few letters of one."""

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store.connection import Connection


async def find(connection: Connection, event_id: EventId, text: str, *, limit: int) -> list[AttendeeId]:
    """Those whose name, with the organisation after it, holds the text, case aside; whose name begins with it come first."""
    rows = await connection.fetch(
        """
        select attendee.id
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and position(lower($2) in lower(concat_ws(' · ', name, organisation))) > 0
         order by position(lower($2) in lower(name)) <> 1, name, attendee.id
         limit $3
        """,
        event_id,
        text,
        limit,
    )
    return [row["id"] for row in rows]

"""How private an event is. What was promised to people who answered stays promised."""

from matchmaker.model.ids import EventId
from matchmaker.model.privacy import Privacy
from matchmaker.store.connection import Connection, changed


async def get(connection: Connection, event_id: EventId) -> Privacy | None:
    """How private an event is."""
    found: str | None = await connection.fetchval("select privacy from event where id = $1", event_id)
    return None if found is None else Privacy(found)


async def put(connection: Connection, event_id: EventId, privacy: Privacy) -> bool:
    """Whether the event is so now; a private one stays so once it has an introduction."""
    done = await connection.execute(
        """
        update event
           set privacy = $2
         where id = $1
           and (privacy = $2
                or privacy = 'open'
                or not exists (select from introduction where introduction.event_id = event.id))
        """,
        event_id,
        privacy.value,
    )
    return bool(changed(done))

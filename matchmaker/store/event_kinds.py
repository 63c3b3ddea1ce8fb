"""What kind of event it is, and for how long its people are kept."""

from msgspec import Struct

from matchmaker.model.event_kind import EventKind
from matchmaker.model.ids import EventId
from matchmaker.store.connection import Connection


class KindKept(Struct, frozen=True, kw_only=True):
    """The kind of an event, if one was chosen, and its own days of keeping, if it has any."""

    kind: EventKind | None
    keep_days: int | None


async def get(connection: Connection, event_id: EventId) -> KindKept:
    """Both, of an event that is there."""
    row = await connection.fetchrow("select kind, keep_days from event where id = $1", event_id)
    kind = None if row is None or row["kind"] is None else EventKind(row["kind"])
    return KindKept(kind=kind, keep_days=None if row is None else row["keep_days"])


async def put(connection: Connection, event_id: EventId, kind: EventKind) -> None:
    """The kind it is from now on."""
    await connection.execute("update event set kind = $2 where id = $1", event_id, kind.value)


async def put_keep_days(connection: Connection, event_id: EventId, days: int | None) -> None:
    """For how many days after it its people are kept; None leaves that to the operator."""
    await connection.execute("update event set keep_days = $2 where id = $1", event_id, days)

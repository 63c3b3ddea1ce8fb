"""Acquaintances: who already knows whom; a pair is stored once, the lower id first, and once more where one of them says so."""

from collections.abc import Iterable
from datetime import datetime

from matchmaker.errors import Invalid, NotFound
from matchmaker.model.exclusion import Acquaintance, AcquaintanceReply
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store.connection import Connection, changed
from matchmaker.store.violations import refused_as


class NotOfThisEvent(Invalid):
    """An acquaintance is between attendees of the event."""


class WithOneself(Invalid):
    """Nobody is their own acquaintance."""


REFUSALS = {
    "acquaintance_first": NotOfThisEvent,
    "acquaintance_second": NotOfThisEvent,
    "acquaintance_in_order": WithOneself,
    "acquaintance_event": NotFound,
}


async def add(
    connection: Connection, event_id: EventId, acquaintance: Acquaintance, at: datetime, *, is_own: bool = False
) -> AcquaintanceReply | None:
    """A new acquaintance, the two in any order; None where it is there already. `is_own` is what one says on one's own page, of
    which the organiser learns nothing by saying it too. Raises `NotOfThisEvent`, `WithOneself`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into acquaintance (event_id, first_id, second_id, created_at, is_own)
            values ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), $4, $5)
                on conflict do nothing
            returning id, event_id, first_id, second_id, created_at
            """,
            event_id,
            acquaintance.first_id,
            acquaintance.second_id,
            at,
            is_own,
        )
    return None if row is None else AcquaintanceReply(**row)


async def add_all(
    connection: Connection, event_id: EventId, acquaintances: Iterable[Acquaintance], at: datetime
) -> int:
    """How many of `acquaintances` are new."""
    pairs = [(one.first_id, one.second_id) for one in acquaintances]
    done = await connection.execute(
        """
        insert into acquaintance (event_id, first_id, second_id, created_at)
        select $1, least(one, other), greatest(one, other), $4
          from unnest($2::uuid[], $3::uuid[]) as given (one, other)
            on conflict do nothing
        """,
        event_id,
        [pair[0] for pair in pairs],
        [pair[1] for pair in pairs],
        at,
    )
    return changed(done)


async def get(connection: Connection, event_id: EventId, acquaintance_id: str) -> AcquaintanceReply | None:
    """One acquaintance."""
    row = await connection.fetchrow(
        """
        select id, event_id, first_id, second_id, created_at
          from acquaintance
         where id = $1
           and event_id = $2
        """,
        acquaintance_id,
        event_id,
    )
    return None if row is None else AcquaintanceReply(**row)


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[AcquaintanceReply]:
    """Acquaintances of an event, or of one attendee; the first made first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, first_id, second_id, created_at
          from acquaintance
         where event_id = $1
           and ($2::uuid is null or first_id = $2 or second_id = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4))
         order by created_at, id
         limit $5
        """,
        event_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [AcquaintanceReply(**row) for row in rows]


async def remove(connection: Connection, event_id: EventId, acquaintance_id: str) -> bool:
    """Whether there was such an acquaintance."""
    done = await connection.execute(
        "delete from acquaintance where id = $1 and event_id = $2", acquaintance_id, event_id
    )
    return bool(changed(done))

"""Pauses: who wants no introductions, and until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.model.pause import Pause, PauseCause, PauseScope
from matchmaker.store.connection import Connection, changed, returned


async def add(
    connection: Connection,
    person_id: PersonId,
    scope: PauseScope,
    *,
    event_id: EventId | None,
    cause: PauseCause,
    ends_at: datetime | None,
    at: datetime,
) -> Pause:
    """A new pause; `event_id` is None for everything."""
    row = await connection.fetchrow(
        """
        insert into pause (person_id, event_id, scope, cause, began_at, ends_at)
        values ($1, $2, $3, $4, $5, $6)
        returning id, person_id, event_id, scope, cause, began_at, ends_at
        """,
        person_id,
        event_id,
        scope.value,
        cause.value,
        at,
        ends_at,
    )
    return _pause(returned(row))


async def lock_places(connection: Connection, person_id: PersonId, event_id: EventId | None) -> list[AttendeeId]:
    """The attendees that a person is at an event, or at all, the events being locked against a release meanwhile."""
    rows = await connection.fetch(
        """
        select attendee.id
          from attendee
          join event on event.id = attendee.event_id
         where person_id = $1
           and ($2::uuid is null or event_id = $2)
         order by event.id
         limit 10000
           for no key update of event
        """,
        person_id,
        event_id,
    )
    return [row["id"] for row in rows]


async def of_attendee(connection: Connection, attendee_id: AttendeeId, at: datetime) -> Pause | None:
    """The pause that keeps an attendee from introductions at that hour; None if none does.

    Of several that of everything, else the longest.
    """
    row = await connection.fetchrow(
        """
        select pause.id, pause.person_id, pause.event_id, scope, cause, began_at, ends_at
          from attendee
          join pause on pause.person_id = attendee.person_id
                    and (pause.event_id is null or pause.event_id = attendee.event_id)
         where attendee.id = $1
           and ended_at is null
           and (ends_at is null or ends_at > $2)
         order by scope = 'everything' desc, ends_at desc nulls first, pause.id
         limit 1
        """,
        attendee_id,
        at,
    )
    return None if row is None else _pause(row)


async def end(connection: Connection, person_id: PersonId, event_id: EventId, at: datetime) -> int:
    """End all pauses of a person that hold at an event; gives how many."""
    done = await connection.execute(
        """
        update pause
           set ended_at = $3
         where person_id = $1
           and (event_id is null or event_id = $2)
           and ended_at is null
        """,
        person_id,
        event_id,
        at,
    )
    return changed(done)


def _pause(row: Mapping[str, Any]) -> Pause:
    return Pause(**{**row, "scope": PauseScope(row["scope"]), "cause": PauseCause(row["cause"])})

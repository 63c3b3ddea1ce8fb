"""Events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.model.event import Event, EventInput
from matchmaker.model.ids import EventId
from matchmaker.model.policy import Policy
from matchmaker.store.connection import Connection, changed, returned, to_json


async def add(connection: Connection, event: EventInput, at: datetime) -> Event:
    """A new event."""
    row = await connection.fetchrow(
        """
        insert into event (name, starts_on, time_zone, tags, policy, created_at, updated_at, quiet_place, host_name,
                           sets_place)
        values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)
        returning id, name, starts_on, time_zone, tags, policy, quiet_place, host_name, sets_place, version, created_at,
                  updated_at
        """,
        event.name,
        event.starts_on,
        event.time_zone,
        event.tags,
        to_json(event.policy),
        at,
        event.quiet_place,
        event.host_name,
        event.sets_place,
    )
    return _event(returned(row))


async def get(connection: Connection, event_id: EventId) -> Event | None:
    """One event."""
    row = await connection.fetchrow(
        """
        select id, name, starts_on, time_zone, tags, policy, quiet_place, host_name, sets_place, version, created_at,
               updated_at
          from event
         where id = $1
        """,
        event_id,
    )
    return None if row is None else _event(row)


async def lock(connection: Connection, event_id: EventId) -> Event | None:
    """One event, which nobody else changes, imports into or starts a run of until this transaction ends."""
    row = await connection.fetchrow(
        """
        select id, name, starts_on, time_zone, tags, policy, quiet_place, host_name, sets_place, version, created_at,
               updated_at
          from event
         where id = $1
           for no key update
        """,
        event_id,
    )
    return None if row is None else _event(row)


async def find(
    connection: Connection, *, only: EventId | None = None, after: tuple[datetime, str] | None = None, limit: int
) -> list[Event]:
    """Events, the latest made first; `only` one, or those after `(created_at, id)`. One that is over is in no list."""
    rows = await connection.fetch(
        """
        select id, name, starts_on, time_zone, tags, policy, quiet_place, host_name, sets_place, version, created_at,
               updated_at
          from event
         where ($1::uuid is null or id = $1)
           and ($2::timestamptz is null or (created_at, id) < ($2, $3))
           and over_at is null
         order by created_at desc, id desc
         limit $4
        """,
        only,
        *(after or (None, None)),
        limit,
    )
    return [_event(row) for row in rows]


async def save(
    connection: Connection, event_id: EventId, event: EventInput, *, version: int, at: datetime
) -> Event | None:
    """The event changed; None where there is none of that version."""
    row = await connection.fetchrow(
        """
        update event
           set name        = $3,
               starts_on   = $4,
               time_zone   = $5,
               tags        = $6,
               policy      = $7,
               version     = version + 1,
               updated_at  = greatest(updated_at, $8),
               quiet_place = $9,
               host_name   = $10,
               sets_place  = $11
         where id = $1
           and version = $2
        returning id, name, starts_on, time_zone, tags, policy, quiet_place, host_name, sets_place, version, created_at,
                  updated_at
        """,
        event_id,
        version,
        event.name,
        event.starts_on,
        event.time_zone,
        event.tags,
        to_json(event.policy),
        at,
        event.quiet_place,
        event.host_name,
        event.sets_place,
    )
    return None if row is None else _event(row)


async def touch(connection: Connection, event_id: EventId, *, version: int, at: datetime) -> Event | None:
    """The event, one version on, because something that belongs to it changes; None where there is none of that version."""
    row = await connection.fetchrow(
        """
        update event
           set version    = version + 1,
               updated_at = greatest(updated_at, $3)
         where id = $1
           and version = $2
        returning id, name, starts_on, time_zone, tags, policy, quiet_place, host_name, sets_place, version, created_at,
                  updated_at
        """,
        event_id,
        version,
        at,
    )
    return None if row is None else _event(row)


async def remove(connection: Connection, event_id: EventId, *, version: int) -> bool:
    """Whether there was an event of that version; its attendees, runs and imports go with it."""
    return bool(
        changed(await connection.execute("delete from event where id = $1 and version = $2", event_id, version))
    )


def _event(row: Mapping[str, Any]) -> Event:
    return Event(**{**row, "policy": json.decode(row["policy"], type=Policy)})

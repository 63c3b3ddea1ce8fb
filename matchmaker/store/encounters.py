"""Encounters: the memory of who came together, at which event; a pair is stored once a kind, the lower id first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.errors import Invalid, NotFound
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.wish import Encounter, EncounterKind, EncounterReply, Remembered
from matchmaker.store.connection import Connection, changed
from matchmaker.store.violations import refused_as


class NotOfThisEvent(Invalid):
    """An encounter is between attendees of the event."""


class WithOneself(Invalid):
    """Nobody meets themselves."""


REFUSALS = {
    "encounter_first": NotOfThisEvent,
    "encounter_second": NotOfThisEvent,
    "encounter_in_order": WithOneself,
    "encounter_event": NotFound,
}


async def add(connection: Connection, event_id: EventId, encounter: Encounter, at: datetime) -> EncounterReply | None:
    """A new encounter, the two in any order; None where it is known already. Raises `NotOfThisEvent`, `WithOneself`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into encounter (event_id, first_id, second_id, kind, created_at)
            values ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), $4, $5)
                on conflict do nothing
            returning id, event_id, first_id, second_id, kind, created_at
            """,
            event_id,
            encounter.first_id,
            encounter.second_id,
            encounter.kind.value,
            at,
        )
    return None if row is None else _encounter(row)


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[EncounterReply]:
    """Encounters at an event, or one attendee's; the first made first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, first_id, second_id, kind, created_at
          from encounter
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
    return [_encounter(row) for row in rows]


async def of_person(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, limit: int
) -> list[Remembered]:
    """Whom an attendee came together with at any event of the association that is open, the latest first: what runs read."""
    rows = await connection.fetch(
        """
        select encounter.id, encounter.event_id, event.name as event_name, once.id as attendee_id, other.id as other_id,
               contact.name as other_name, encounter.kind, encounter.created_at
          from attendee as here
          join attendee as once on once.person_id = here.person_id
          join encounter on once.id in (encounter.first_id, encounter.second_id)
          join attendee as other on other.id = case once.id when encounter.first_id then encounter.second_id
                                                            else encounter.first_id end
          join contact on contact.person_id = other.person_id
          join event on event.id = encounter.event_id
         where here.event_id = $1
           and here.id = $2
           and event.privacy = 'open'
         order by encounter.created_at desc, encounter.id
         limit $3
        """,
        event_id,
        attendee_id,
        limit,
    )
    return [Remembered(**{**row, "kind": EncounterKind(row["kind"])}) for row in rows]


async def remove(connection: Connection, event_id: EventId, encounter_id: str) -> bool:
    """Whether there was such an encounter."""
    done = await connection.execute("delete from encounter where id = $1 and event_id = $2", encounter_id, event_id)
    return bool(changed(done))


def _encounter(row: Mapping[str, Any]) -> EncounterReply:
    return EncounterReply(**{**row, "kind": EncounterKind(row["kind"])})

"""The open door of an event, and those who came in by it. Whoever has no sign-up was entered by the organiser."""

from collections.abc import Mapping
from datetime import datetime

from matchmaker.model.door import Door, SignUp
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store.connection import Connection, changed


async def get(connection: Connection, event_id: EventId) -> Door | None:
    """How the door of an event stands."""
    found: str | None = await connection.fetchval("select door from event where id = $1", event_id)
    return None if found is None else Door(found)


async def put(connection: Connection, event_id: EventId, door: Door) -> bool:
    """Whether there is such an event; its door now stands so."""
    done = await connection.execute("update event set door = $2 where id = $1", event_id, door.value)
    return bool(changed(done))


async def count(connection: Connection, event_id: EventId) -> Mapping[str, int]:
    """How many signed up at an event and are `unverified`, `waiting`, `admitted`."""
    row = await connection.fetchrow(
        """
        select count(*) filter (where verified_at is null) as unverified,
               count(*) filter (where verified_at is not null and admitted_at is null) as waiting,
               count(*) filter (where admitted_at is not null) as admitted
          from sign_up
         where event_id = $1
        """,
        event_id,
    )
    return dict(row or {})


async def add(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> None:
    """A sign-up of a new attendee, whose address nobody has verified yet."""
    await connection.execute(
        "insert into sign_up (attendee_id, event_id, signed_up_at) values ($1, $2, $3)", attendee_id, event_id, at
    )


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    waiting: bool | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[SignUp]:
    """Sign-ups at an event, or those that are `waiting` to be admitted, or not; the first first."""
    rows = await connection.fetch(
        """
        select attendee_id, name, signed_up_at, verified_at, admitted_at
          from sign_up
          join attendee on attendee.id = attendee_id
          join contact on contact.person_id = attendee.person_id
         where sign_up.event_id = $1
           and ($2::boolean is null or (verified_at is not null and admitted_at is null) = $2)
           and ($3::timestamptz is null or (signed_up_at, attendee_id) > ($3, $4))
         order by signed_up_at, attendee_id
         limit $5
        """,
        event_id,
        waiting,
        *(after or (None, None)),
        limit,
    )
    return [SignUp(**row) for row in rows]


async def get_sign_up(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> SignUp | None:
    """How an attendee came in by the door; None for those whom the organiser entered."""
    row = await connection.fetchrow(
        """
        select attendee_id, name, signed_up_at, verified_at, admitted_at
          from sign_up
          join attendee on attendee.id = attendee_id
          join contact on contact.person_id = attendee.person_id
         where sign_up.event_id = $1
           and attendee_id = $2
        """,
        event_id,
        attendee_id,
    )
    return None if row is None else SignUp(**row)


async def verify(connection: Connection, attendee_id: AttendeeId, at: datetime) -> bool:
    """Whether an address was still to be verified; now it is."""
    done = await connection.execute(
        """
        update sign_up
           set verified_at = greatest(signed_up_at, $2)
         where attendee_id = $1
           and verified_at is null
        """,
        attendee_id,
        at,
    )
    return bool(changed(done))


async def admit(connection: Connection, attendee_id: AttendeeId, at: datetime) -> bool:
    """Whether somebody with a verified address was still waiting; from now on they take part."""
    done = await connection.execute(
        """
        with admitted as (
            update sign_up
               set admitted_at = greatest(verified_at, $2)
             where attendee_id = $1
               and verified_at is not null
               and admitted_at is null
            returning attendee_id
        )
        update attendee
           set opted_in   = true,
               version    = version + 1,
               updated_at = greatest(updated_at, $2)
          from admitted
         where attendee.id = admitted.attendee_id
        """,
        attendee_id,
        at,
    )
    return bool(changed(done))

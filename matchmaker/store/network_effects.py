"""Who of an event's people had a tie before it, and who has one since; of those who let it be measured."""

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store.connection import Connection

Pair = tuple[AttendeeId, AttendeeId]


async def people(connection: Connection, event_id: EventId, *, limit: int) -> list[tuple[AttendeeId, str | None]]:
    """The people of an event with their organisations."""
    rows = await connection.fetch(
        "select id, organisation from attendee where event_id = $1 and measured order by id limit $2", event_id, limit
    )
    return [tuple(row) for row in rows]


async def before(connection: Connection, event_id: EventId, *, limit: int) -> list[Pair]:
    """Who know each other, or came together at another event of the association before this one's first release."""
    rows = await connection.fetch(
        """
        select first_id, second_id
          from acquaintance
         where event_id = $1
         union
        select least(first_now.id, second_now.id), greatest(first_now.id, second_now.id)
          from attendee as first_now
          join attendee as first_then on first_then.person_id = first_now.person_id
          join encounter on encounter.first_id = first_then.id
          join attendee as second_then on second_then.id = encounter.second_id
          join attendee as second_now on second_now.person_id = second_then.person_id
         where first_now.event_id = $1
           and second_now.event_id = $1
           and encounter.event_id <> $1
           and encounter.created_at < coalesce((select min(released_at) from match_run where event_id = $1), 'infinity')
         order by first_id, second_id
         limit $2
        """,
        event_id,
        limit,
    )
    return [tuple(row) for row in rows]


async def since(connection: Connection, event_id: EventId, *, limit: int) -> list[Pair]:
    """Who was introduced at the event, unless they missed each other, or came together there."""
    rows = await connection.fetch(
        """
        select first_id, second_id
          from introduction
         where event_id = $1
           and state in ('introduced', 'met')
         union
        select first_id, second_id
          from encounter
         where event_id = $1
         order by first_id, second_id
         limit $2
        """,
        event_id,
        limit,
    )
    return [tuple(row) for row in rows]

"""Actions: the log of what members of action-learning sets will do, carried over until it is done."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.errors import NotFound
from matchmaker.model.action import Action, ActionInput
from matchmaker.model.ids import ActionId, AttendeeId, EventId
from matchmaker.store.connection import Connection, returned
from matchmaker.store.violations import refused_as

REFUSALS = {"action_event": NotFound, "action_attendee": NotFound}


async def add(connection: Connection, event_id: EventId, action: ActionInput, at: datetime) -> Action:
    """A new action. Raises `NotFound` for whoever is not at the event."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into action (event_id, attendee_id, words, created_at)
            values ($1, $2, $3, $4)
            returning id, event_id, attendee_id, words, created_at, done_at
            """,
            event_id,
            action.attendee_id,
            action.words,
            at,
        )
    return Action(**returned(row))


async def get(connection: Connection, event_id: EventId, action_id: ActionId) -> Action | None:
    """One action."""
    row = await connection.fetchrow(
        """
        select id, event_id, attendee_id, words, created_at, done_at
          from action
         where id = $1
           and event_id = $2
        """,
        action_id,
        event_id,
    )
    return None if row is None else Action(**row)


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[Action]:
    """Actions at an event, or one attendee's; the first made first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, words, created_at, done_at
          from action
         where event_id = $1
           and ($2::uuid is null or attendee_id = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4))
         order by created_at, id
         limit $5
        """,
        event_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [Action(**row) for row in rows]


async def find_open(
    connection: Connection, event_id: EventId, attendee_ids: Sequence[AttendeeId], *, limit: int
) -> list[Action]:
    """What those attendees have still to do, the first made first."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, words, created_at, done_at
          from action
         where event_id = $1
           and attendee_id = any($2)
           and done_at is null
         order by created_at, id
         limit $3
        """,
        event_id,
        attendee_ids,
        limit,
    )
    return [Action(**row) for row in rows]


async def of_attendees(
    connection: Connection, event_id: EventId, attendee_ids: Sequence[AttendeeId], *, limit: int
) -> list[Action]:
    """What those attendees have to do, or did: what is open first, then what was done, the latest first."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, words, created_at, done_at
          from action
         where event_id = $1
           and attendee_id = any($2)
         order by done_at desc nulls first, created_at desc, id
         limit $3
        """,
        event_id,
        attendee_ids,
        limit,
    )
    return [Action(**row) for row in rows]


async def close(
    connection: Connection, event_id: EventId, action_id: ActionId, *, done: bool, at: datetime
) -> Action | None:
    """The action, done or open again; what was done before keeps its hour. None where there is none."""
    row = await connection.fetchrow(
        """
        update action
           set done_at = case when $3 then coalesce(done_at, greatest($4, created_at)) end
         where id = $1
           and event_id = $2
        returning id, event_id, attendee_id, words, created_at, done_at
        """,
        action_id,
        event_id,
        done,
        at,
    )
    return None if row is None else Action(**row)

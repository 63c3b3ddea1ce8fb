"""Promises: one a side of an introduction, reminded of once, and closed by saying whether it was kept."""

from datetime import datetime

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId, IntroductionId, PromiseId
from matchmaker.model.promise import Promise
from matchmaker.store.connection import Connection
from matchmaker.store.violations import refused_as

REFUSALS = {"promise_introduction": NotFound, "promise_attendee": NotFound}


async def add(
    connection: Connection,
    introduction_id: IntroductionId,
    attendee_id: AttendeeId,
    words: str,
    *,
    due_at: datetime,
    at: datetime,
) -> Promise | None:
    """A new promise; None where they made one here before. Raises `NotFound`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into promise (introduction_id, attendee_id, words, due_at, created_at)
            values ($1, $2, $3, $4, $5)
                on conflict (association_id, introduction_id, attendee_id) do nothing
            returning id, introduction_id, attendee_id, words, due_at, kept, created_at, closed_at
            """,
            introduction_id,
            attendee_id,
            words,
            due_at,
            at,
        )
    return None if row is None else Promise(**row)


async def get(connection: Connection, introduction_id: IntroductionId, promise_id: PromiseId) -> Promise | None:
    """One promise of an introduction."""
    row = await connection.fetchrow(
        """
        select id, introduction_id, attendee_id, words, due_at, kept, created_at, closed_at
          from promise
         where id = $1
           and introduction_id = $2
        """,
        promise_id,
        introduction_id,
    )
    return None if row is None else Promise(**row)


async def find(connection: Connection, introduction_id: IntroductionId) -> list[Promise]:
    """The promises of an introduction, two at most, the earlier first."""
    rows = await connection.fetch(
        """
        select id, introduction_id, attendee_id, words, due_at, kept, created_at, closed_at
          from promise
         where introduction_id = $1
         order by created_at, id
         limit 2
        """,
        introduction_id,
    )
    return [Promise(**row) for row in rows]


async def close(connection: Connection, promise_id: PromiseId, kept: bool, at: datetime) -> Promise | None:
    """The promise, now closed; None where it was closed before."""
    row = await connection.fetchrow(
        """
        update promise
           set kept      = $2,
               closed_at = $3
         where id = $1
           and kept is null
        returning id, introduction_id, attendee_id, words, due_at, kept, created_at, closed_at
        """,
        promise_id,
        kept,
        at,
    )
    return None if row is None else Promise(**row)

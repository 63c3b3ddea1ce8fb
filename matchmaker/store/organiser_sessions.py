"""Organisers' sessions: stored as a hash, over after half a day, and earlier where nobody was seen for half an hour."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from matchmaker.model.ids import OrganiserId, SessionId
from matchmaker.model.organiser import SESSION_IDLE, OrganiserSession, Way
from matchmaker.store.connection import Connection, changed

SEEN_EACH = timedelta(minutes=1)
REMOVED_AT_ONCE_MAX = 1_000


async def add(
    connection: Connection,
    organiser_id: OrganiserId,
    secret_hash: bytes,
    *,
    way: Way,
    browser: str,
    ends_at: datetime,
    at: datetime,
) -> None:
    """A new session."""
    await connection.execute(
        """
        insert into organiser_session (organiser_id, secret_hash, way, browser, began_at, seen_at, ends_at)
        values ($1, $2, $3, $4, $5, $5, $6)
        """,
        organiser_id,
        secret_hash,
        way.value,
        browser,
        at,
        ends_at,
    )


async def get(connection: Connection, secret_hash: bytes, at: datetime) -> OrganiserSession | None:
    """The session of a cookie; None when it is over."""
    row = await connection.fetchrow(
        """
        select id, organiser_id, way, browser, began_at, seen_at, ends_at
          from organiser_session
         where secret_hash = $1
           and ends_at > $2
           and seen_at > $3
        """,
        secret_hash,
        at,
        at - SESSION_IDLE,
    )
    return None if row is None else _session(row)


async def note_seen(connection: Connection, session_id: SessionId, at: datetime) -> None:
    """Note that somebody is there, at most once a minute; a session that another request is noting is left to it."""
    await connection.execute(
        """
        update organiser_session
           set seen_at = $2
         where id = (select id
                       from organiser_session
                      where id = $1
                        and seen_at < $3
                        for no key update skip locked)
        """,
        session_id,
        at,
        at - SEEN_EACH,
    )


async def find(
    connection: Connection, organiser_id: OrganiserId, at: datetime, *, limit: int
) -> list[OrganiserSession]:
    """An organiser's sessions that are not over, the one seen last first."""
    rows = await connection.fetch(
        """
        select id, organiser_id, way, browser, began_at, seen_at, ends_at
          from organiser_session
         where organiser_id = $1
           and ends_at > $2
           and seen_at > $3
         order by seen_at desc, id
         limit $4
        """,
        organiser_id,
        at,
        at - SESSION_IDLE,
        limit,
    )
    return [_session(row) for row in rows]


async def remove(connection: Connection, organiser_id: OrganiserId, session_id: SessionId) -> bool:
    """Whether the organiser had that session, which is over now."""
    done = await connection.execute(
        "delete from organiser_session where organiser_id = $1 and id = $2", organiser_id, session_id
    )
    return bool(changed(done))


async def remove_others(connection: Connection, organiser_id: OrganiserId, session_id: SessionId | None) -> int:
    """How many of an organiser's sessions are over now: all but that one."""
    done = await connection.execute(
        "delete from organiser_session where organiser_id = $1 and ($2::uuid is null or id <> $2)",
        organiser_id,
        session_id,
    )
    return changed(done)


async def remove_before(connection: Connection, before: datetime) -> int:
    """How many sessions that ended earlier are gone."""
    done = await connection.execute(
        """
        delete from organiser_session
         where id in (select id
                        from organiser_session
                       where ends_at < $1
                       limit $2
                         for update skip locked)
        """,
        before,
        REMOVED_AT_ONCE_MAX,
    )
    return changed(done)


def _session(row: Mapping[str, Any]) -> OrganiserSession:
    return OrganiserSession(**{**row, "way": Way(row["way"])})

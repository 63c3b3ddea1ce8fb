"""What nobody needs any more, removed a part at a time, so that no statement holds others up for long."""

from datetime import date, datetime

from matchmaker.model.ids import PersonId
from matchmaker.store.connection import Connection, changed


async def remove_messages(connection: Connection, before: datetime, *, limit: int) -> int:
    """How many messages that ended before then are gone."""
    done = await connection.execute(
        """
        delete from message
         where id in (select id
                        from message
                       where ended_at < $1
                         and state in ('sent', 'failed', 'dropped')
                       limit $2
                         for update skip locked)
        """,
        before,
        limit,
    )
    return changed(done)


async def remove_bounces(connection: Connection, before: datetime, *, limit: int) -> int:
    """How many soft bounces of before then are gone."""
    done = await connection.execute(
        "delete from bounce where id in (select id from bounce where created_at < $1 limit $2 for update skip locked)",
        before,
        limit,
    )
    return changed(done)


async def remove_links(connection: Connection, before: datetime, *, limit: int) -> int:
    """How many links that expired before then are gone."""
    done = await connection.execute(
        "delete from link where id in (select id from link where expires_at < $1 limit $2 for update skip locked)",
        before,
        limit,
    )
    return changed(done)


async def remove_failed_rows(connection: Connection, before: datetime, *, limit: int) -> int:
    """How many imports of before then keep what was counted, and neither the rows left out nor what was wrong with any."""
    done = await connection.execute(
        """
        update attendee_import
           set failed_rows = null, errors = '[]'
         where id in (select id
                        from attendee_import
                       where created_at < $1
                         and (failed_rows is not null or errors <> '[]')
                       limit $2
                         for update skip locked)
        """,
        before,
        limit,
    )
    return changed(done)


async def remove_unverified(connection: Connection, before: datetime, *, limit: int) -> list[PersonId]:
    """Whose places are gone, of those who signed up before then and never confirmed their address."""
    rows = await connection.fetch(
        """
        delete from attendee
         where id in (select attendee_id
                        from sign_up
                       where verified_at is null
                         and signed_up_at < $1
                       limit $2
                         for update skip locked)
        returning person_id
        """,
        before,
        limit,
    )
    return [row["person_id"] for row in rows]


async def remove_attendees(connection: Connection, before: date | None, *, today: date, limit: int) -> list[PersonId]:
    """Whose places are gone, at events that began before that day, or longer ago than the event itself says; an event without
    a day keeps its people."""
    rows = await connection.fetch(
        """
        delete from attendee
         where id in (select attendee.id
                        from attendee
                        join event on event.id = event_id
                       where starts_on < greatest($1::date, $2::date - keep_days)
                       limit $3
                         for update of attendee skip locked)
        returning person_id
        """,
        before,
        today,
        limit,
    )
    return [row["person_id"] for row in rows]


async def remove_snapshots(connection: Connection, before: date | None, *, today: date, limit: int) -> int:
    """How many runs keep no longer what they read, at events whose attendees go by `remove_attendees`."""
    done = await connection.execute(
        """
        delete from run_snapshot
         where run_id in (select run_id
                            from run_snapshot
                            join match_run on match_run.id = run_id
                            join event on event.id = event_id
                           where starts_on < greatest($1::date, $2::date - keep_days)
                           limit $3)
        """,
        before,
        today,
        limit,
    )
    return changed(done)


async def remove_people(connection: Connection, person_ids: list[PersonId]) -> int:
    """How many of these people are gone: those who have no place left at any event."""
    done = await connection.execute(
        """
        delete from person
         where id = any($1)
           and not exists (select from attendee where person_id = person.id)
        """,
        person_ids,
    )
    return changed(done)

"""Imports of attendees: what became of the rows, and the failed ones as they came."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import json, structs

from matchmaker.model.attendee_import import AttendeeImport, ImportOutcome, RowError
from matchmaker.model.ids import AttendeeId, EventId, HeldFileId, ImportId
from matchmaker.store.connection import Connection, to_json


async def add(
    connection: Connection,
    event_id: EventId,
    outcome: ImportOutcome,
    *,
    file_name: str | None,
    dry_run: bool,
    failed_rows: bytes | None,
    held_id: HeldFileId | None = None,
    at: datetime,
) -> AttendeeImport:
    """A new import; `failed_rows` is a file that can be mended and sent again, `held_id` whence the rows were taken."""
    import_id = await connection.fetchval(
        """
        insert into attendee_import (event_id, file_name, dry_run, added, changed, unchanged, failed, acquaintances,
                                     exclusions, wishes, errors, notes, failed_rows, held_id, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        returning id
        """,
        event_id,
        file_name,
        dry_run,
        outcome.added,
        outcome.changed,
        outcome.unchanged,
        outcome.failed,
        outcome.acquaintances,
        outcome.exclusions,
        outcome.wishes,
        to_json(outcome.errors),
        to_json(outcome.notes),
        failed_rows,
        held_id,
        at,
    )
    return AttendeeImport(
        **structs.asdict(outcome),
        id=import_id,
        event_id=event_id,
        file_name=file_name,
        dry_run=dry_run,
        created_at=at,
    )


async def get(connection: Connection, event_id: EventId, import_id: ImportId) -> AttendeeImport | None:
    """One import."""
    row = await connection.fetchrow(
        """
        select id, event_id, file_name, dry_run, added, changed, unchanged, failed, acquaintances, exclusions, wishes,
               errors, notes, created_at
          from attendee_import
         where id = $1
           and event_id = $2
        """,
        import_id,
        event_id,
    )
    return None if row is None else _import(row)


async def find(
    connection: Connection, event_id: EventId, *, after: tuple[datetime, str] | None = None, limit: int
) -> list[AttendeeImport]:
    """Imports into an event, the latest first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, file_name, dry_run, added, changed, unchanged, failed, acquaintances, exclusions, wishes,
               errors, notes, created_at
          from attendee_import
         where event_id = $1
           and ($2::timestamptz is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc
         limit $4
        """,
        event_id,
        *(after or (None, None)),
        limit,
    )
    return [_import(row) for row in rows]


async def latest_of(connection: Connection, event_id: EventId, held_id: HeldFileId) -> ImportId | None:
    """The last import into an event that took its rows from that held file."""
    found: ImportId | None = await connection.fetchval(
        """
        select id
          from attendee_import
         where event_id = $1
           and held_id = $2
           and not dry_run
         order by created_at desc, id desc
         limit 1
        """,
        event_id,
        held_id,
    )
    return found


async def failed_rows(connection: Connection, event_id: EventId, import_id: ImportId) -> bytes | None:
    """The file of the failed rows; None where none failed."""
    found: bytes | None = await connection.fetchval(
        "select failed_rows from attendee_import where id = $1 and event_id = $2", import_id, event_id
    )
    return found


async def forget_rows(connection: Connection, attendee_ids: Sequence[AttendeeId]) -> None:
    """Keep of the imports into the events of these attendees what was counted, and neither rows nor what was wrong with them.

    The rows and the errors are as they came, so whoever is named in them cannot be found there.
    """
    await connection.execute(
        """
        update attendee_import
           set failed_rows = null, errors = '[]'
         where event_id in (select event_id from attendee where id = any($1))
           and (failed_rows is not null or errors <> '[]')
        """,
        attendee_ids,
    )


def _import(row: Mapping[str, Any]) -> AttendeeImport:
    return AttendeeImport(
        **{
            **row,
            "errors": json.decode(row["errors"], type=list[RowError]),
            "notes": json.decode(row["notes"], type=dict[str, int]),
        }
    )

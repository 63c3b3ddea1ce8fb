"""Files that are held between being chosen and being taken in. One that expired is no longer found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.model.held_file import HELD, Asked, HeldFile, HeldFileInput, Refusal
from matchmaker.model.ids import EventId, HeldFileId, ImportId
from matchmaker.model.mapping import Rule, Tool
from matchmaker.store.connection import Connection, changed, returned, to_json


async def add(connection: Connection, event_id: EventId, given: HeldFileInput, at: datetime) -> HeldFile:
    """A file that is held from now on, for a day."""
    row = await connection.fetchrow(
        """
        insert into held_file (event_id, file_name, rows, cells, rules, tool, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id, event_id, file_name, rows, rules, tool, import_id, version, created_at, expires_at, asked,
                  progress, starts, refusal
        """,
        event_id,
        given.file_name,
        given.rows,
        given.cells,
        to_json(given.rules),
        given.tool.value if given.tool else None,
        at,
        at + HELD,
    )
    return _held(returned(row))


async def get(connection: Connection, event_id: EventId, held_id: HeldFileId, at: datetime) -> HeldFile | None:
    """A held file, unless it expired."""
    row = await connection.fetchrow(
        """
        select id, event_id, file_name, rows, rules, tool, import_id, version, created_at, expires_at, asked, progress,
               starts, refusal
          from held_file
         where id = $1
           and event_id = $2
           and expires_at > $3
        """,
        held_id,
        event_id,
        at,
    )
    return None if row is None else _held(row)


async def find(connection: Connection, event_id: EventId, at: datetime, *, limit: int) -> list[HeldFile]:
    """Files that are held for an event, the latest first."""
    rows = await connection.fetch(
        """
        select id, event_id, file_name, rows, rules, tool, import_id, version, created_at, expires_at, asked, progress,
               starts, refusal
          from held_file
         where event_id = $1
           and expires_at > $2
         order by created_at desc, id desc
         limit $3
        """,
        event_id,
        at,
        limit,
    )
    return [_held(row) for row in rows]


async def cells(connection: Connection, held_id: HeldFileId) -> bytes:
    """The cells of a held file that is there."""
    found: bytes = await connection.fetchval("select cells from held_file where id = $1", held_id)
    return found


async def save_rules(
    connection: Connection, held_id: HeldFileId, rules: list[Rule], *, version: int
) -> HeldFile | None:
    """The file with other rules, not yet tried; None where it no longer has that version."""
    row = await connection.fetchrow(
        """
        update held_file
           set rules = $3, import_id = null, refusal = null, version = version + 1
         where id = $1
           and version = $2
           and asked is null
        returning id, event_id, file_name, rows, rules, tool, import_id, version, created_at, expires_at, asked,
                  progress, starts, refusal
        """,
        held_id,
        version,
        to_json(rules),
    )
    return None if row is None else _held(row)


async def save_cells(
    connection: Connection, held_id: HeldFileId, cells: bytes, *, rows: int, version: int
) -> HeldFile | None:
    """The file with other cells, not yet tried; None where it no longer has that version."""
    row = await connection.fetchrow(
        """
        update held_file
           set cells = $3, rows = $4, import_id = null, refusal = null, version = version + 1
         where id = $1
           and version = $2
           and asked is null
        returning id, event_id, file_name, rows, rules, tool, import_id, version, created_at, expires_at, asked,
                  progress, starts, refusal
        """,
        held_id,
        version,
        cells,
        rows,
    )
    return None if row is None else _held(row)


async def note_tried(connection: Connection, held_id: HeldFileId, import_id: ImportId, *, version: int) -> bool:
    """Whether the file still had that version; its last dry run is this one now."""
    done = await connection.execute(
        "update held_file set import_id = $3, refusal = null where id = $1 and version = $2 and asked is null",
        held_id,
        version,
        import_id,
    )
    return bool(changed(done))


async def ask(connection: Connection, held_id: HeldFileId, asked: Asked, *, version: int, at: datetime) -> bool:
    """Whether a worker is asked to do that; not where the file has not that version, or something is asked already."""
    done = await connection.execute(
        """
        update held_file
           set asked = $3, asked_at = $4, refusal = null
         where id = $1
           and version = $2
           and asked is null
        """,
        held_id,
        version,
        asked.value,
        at,
    )
    return bool(changed(done))


async def begin(connection: Connection, held_id: HeldFileId, at: datetime) -> HeldFile | None:
    """The file with what is asked of it, begun once more; None where nothing is asked any more."""
    row = await connection.fetchrow(
        """
        update held_file
           set starts = starts + 1, progress = 0
         where id = $1
           and asked is not null
           and expires_at > $2
        returning id, event_id, file_name, rows, rules, tool, import_id, version, created_at, expires_at, asked,
                  progress, starts, refusal
        """,
        held_id,
        at,
    )
    return None if row is None else _held(row)


async def give_back(connection: Connection, held_id: HeldFileId) -> None:
    """The start that was broken off does not count."""
    await connection.execute(
        "update held_file set starts = starts - 1, progress = 0 where id = $1 and asked is not null and starts > 0",
        held_id,
    )


async def note_progress(connection: Connection, held_id: HeldFileId, progress: float) -> bool:
    """Whether to go on: not when nothing is asked any more."""
    done = await connection.execute(
        "update held_file set progress = $2 where id = $1 and asked is not null", held_id, progress
    )
    return bool(changed(done))


async def end(connection: Connection, held_id: HeldFileId, refusal: Refusal | None = None) -> bool:
    """Whether something was asked, which it is not any more: it is done in this transaction, was refused, or was called off."""
    done = await connection.execute(
        """
        update held_file
           set asked = null, asked_at = null, progress = 0, starts = 0, refusal = $2
         where id = $1
           and asked is not null
        """,
        held_id,
        None if refusal is None else to_json(refusal),
    )
    return bool(changed(done))


async def remove(connection: Connection, held_id: HeldFileId) -> None:
    """The file is held no longer."""
    await connection.execute("delete from held_file where id = $1", held_id)


async def remove_before(connection: Connection, at: datetime) -> int:
    """How many files that expired by then are gone."""
    return changed(await connection.execute("delete from held_file where expires_at <= $1", at))


def _held(row: Mapping[str, Any]) -> HeldFile:
    tool = None if row["tool"] is None else Tool(row["tool"])
    asked = None if row["asked"] is None else Asked(row["asked"])
    refusal = None if row["refusal"] is None else json.decode(row["refusal"], type=Refusal)
    rules = json.decode(row["rules"], type=list[Rule])
    return HeldFile(**{**row, "rules": rules, "tool": tool, "asked": asked, "refusal": refusal})

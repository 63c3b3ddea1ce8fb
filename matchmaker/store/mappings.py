"""Mappings: what an association's files call our fields."""

from collections.abc import Mapping as Row
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.errors import Conflict
from matchmaker.model.ids import MappingId
from matchmaker.model.mapping import Mapping, MappingInput, Rule
from matchmaker.store.connection import Connection, changed, returned, to_json
from matchmaker.store.violations import refused_as


class MappingNamedAlready(Conflict):
    """The association has a mapping of that name."""


REFUSALS = {"mapping_name_once": MappingNamedAlready}


async def add(connection: Connection, mapping: MappingInput, at: datetime) -> Mapping:
    """A new mapping. Raises `MappingNamedAlready`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into mapping (name, rules, created_at, updated_at)
            values ($1, $2, $3, $3)
            returning id, name, rules, version, created_at, updated_at
            """,
            mapping.name,
            to_json(mapping.rules),
            at,
        )
    return _mapping(returned(row))


async def get(connection: Connection, mapping_id: MappingId) -> Mapping | None:
    """One mapping."""
    row = await connection.fetchrow(
        "select id, name, rules, version, created_at, updated_at from mapping where id = $1", mapping_id
    )
    return None if row is None else _mapping(row)


async def find(connection: Connection, *, after: tuple[datetime, str] | None = None, limit: int) -> list[Mapping]:
    """Mappings, the latest made first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, name, rules, version, created_at, updated_at
          from mapping
         where $1::timestamptz is null or (created_at, id) < ($1, $2)
         order by created_at desc, id desc
         limit $3
        """,
        *(after or (None, None)),
        limit,
    )
    return [_mapping(row) for row in rows]


async def save(
    connection: Connection, mapping_id: MappingId, mapping: MappingInput, *, version: int, at: datetime
) -> Mapping | None:
    """The mapping as it is now; None where it no longer has that version. Raises `MappingNamedAlready`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            update mapping
               set name = $3, rules = $4, version = version + 1, updated_at = greatest(updated_at, $5)
             where id = $1
               and version = $2
            returning id, name, rules, version, created_at, updated_at
            """,
            mapping_id,
            version,
            mapping.name,
            to_json(mapping.rules),
            at,
        )
    return None if row is None else _mapping(row)


async def remove(connection: Connection, mapping_id: MappingId, *, version: int) -> bool:
    """Whether it had that version, and is gone."""
    return (
        changed(await connection.execute("delete from mapping where id = $1 and version = $2", mapping_id, version)) > 0
    )


def _mapping(row: Row[str, Any]) -> Mapping:
    return Mapping(**{**row, "rules": json.decode(row["rules"], type=list[Rule])})

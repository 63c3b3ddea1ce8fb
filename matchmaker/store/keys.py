"""API keys. The secret is not here, only its SHA-256; which association to look in, the key itself says (`tokens.py`)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.errors import Invalid
from matchmaker.model.association import ApiKey, KeyInput, Scope
from matchmaker.model.ids import EventId, KeyId
from matchmaker.store.connection import Connection, returned
from matchmaker.store.violations import refused_as


class NoSuchEvent(Invalid):
    """A key can be restricted to an event of the association only."""


REFUSALS = {"api_key_event": NoSuchEvent}


async def add(
    connection: Connection, key: KeyInput, *, public_id: str, secret_hash: bytes, last_four: str, at: datetime
) -> ApiKey:
    """A new key. Raises `NoSuchEvent`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into api_key (public_id, secret_hash, last_four, label, scopes, event_id, created_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            returning id, label, scopes, last_four, event_id, created_at, expires_at, last_used_at, revoked_at
            """,
            public_id,
            secret_hash,
            last_four,
            key.label,
            [scope.value for scope in key.scopes],
            key.event_id,
            at,
            key.expires_at,
        )
    return _key(returned(row))


async def get(connection: Connection, key_id: KeyId) -> ApiKey | None:
    """One key."""
    row = await connection.fetchrow(
        """
        select id, label, scopes, last_four, event_id, created_at, expires_at, last_used_at, revoked_at
          from api_key
         where id = $1
        """,
        key_id,
    )
    return None if row is None else _key(row)


async def get_by_public_id(connection: Connection, public_id: str) -> tuple[ApiKey, bytes] | None:
    """The key of that public id, and the SHA-256 of its secret."""
    row = await connection.fetchrow(
        """
        select id, label, scopes, last_four, event_id, created_at, expires_at, last_used_at, revoked_at, secret_hash
          from api_key
         where public_id = $1
        """,
        public_id,
    )
    return None if row is None else (_key(row), row["secret_hash"])


async def find(
    connection: Connection,
    *,
    only_event: EventId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[ApiKey]:
    """Keys, the latest made first; those of one event, or those after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, label, scopes, last_four, event_id, created_at, expires_at, last_used_at, revoked_at
          from api_key
         where ($1::uuid is null or event_id = $1)
           and ($2::timestamptz is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc
         limit $4
        """,
        only_event,
        *(after or (None, None)),
        limit,
    )
    return [_key(row) for row in rows]


async def revoke(connection: Connection, key_id: KeyId, at: datetime) -> ApiKey | None:
    """The key, revoked now or earlier."""
    row = await connection.fetchrow(
        """
        update api_key
           set revoked_at = coalesce(revoked_at, $2)
         where id = $1
        returning id, label, scopes, last_four, event_id, created_at, expires_at, last_used_at, revoked_at
        """,
        key_id,
        at,
    )
    return None if row is None else _key(row)


async def note_use(connection: Connection, key_id: KeyId, at: datetime) -> None:
    """Note that the key was used, at most once a minute; a key that another request is noting is left to it."""
    await connection.execute(
        """
        update api_key
           set last_used_at = $2
         where id = (select id
                       from api_key
                      where id = $1
                        and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')
                        for no key update skip locked)
        """,
        key_id,
        at,
    )


def _key(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey(
        id=row["id"],
        label=row["label"],
        scopes=[Scope(scope) for scope in row["scopes"]],
        last_four=row["last_four"],
        event_id=row["event_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
        revoked_at=row["revoked_at"],
    )

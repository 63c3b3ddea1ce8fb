"""Answers kept by idempotency key, in the transaction of the effect they tell of."""

from datetime import datetime

from msgspec import Struct, json

from matchmaker.model.ids import KeyId
from matchmaker.store.connection import Connection, changed, to_json


class Answer(Struct, frozen=True, kw_only=True):
    """What was asked, as a route and the SHA-256 of the rest, and what was answered."""

    route: str
    body_hash: bytes
    status: int
    headers: dict[str, str]
    body: bytes


async def lock(connection: Connection, key_id: KeyId, key: str) -> bool:
    """Whether nobody else works under this key; held until this transaction ends."""
    free: bool = await connection.fetchval(
        """
        select pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', 'idempotency', $1::uuid, $2::text), 0))
        """,
        key_id,
        key,
    )
    return free


async def get(connection: Connection, key_id: KeyId, key: str, *, since: datetime) -> Answer | None:
    """What was answered under this key, if that was not before `since`."""
    row = await connection.fetchrow(
        """
        select route, body_hash, status, headers, body
          from idempotency
         where key_id = $1
           and key = $2
           and created_at >= $3
        """,
        key_id,
        key,
        since,
    )
    return None if row is None else Answer(**{**row, "headers": json.decode(row["headers"], type=dict[str, str])})


async def add(connection: Connection, key_id: KeyId, key: str, answer: Answer, at: datetime) -> None:
    """Keep an answer, in place of one that was kept long enough."""
    await connection.execute(
        """
        insert into idempotency (key_id, key, route, body_hash, status, headers, body, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
            on conflict (association_id, key_id, key) do update
           set route      = excluded.route,
               body_hash  = excluded.body_hash,
               status     = excluded.status,
               headers    = excluded.headers,
               body       = excluded.body,
               created_at = excluded.created_at
        """,
        key_id,
        key,
        answer.route,
        answer.body_hash,
        answer.status,
        to_json(answer.headers),
        answer.body,
        at,
    )


async def remove_before(connection: Connection, before: datetime) -> int:
    """How many answers of the association were kept long enough, and are gone."""
    return changed(await connection.execute("delete from idempotency where created_at < $1", before))

"""Weights an association learned, a version each time; at most one is active."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.model.ids import WeightsId
from matchmaker.model.learning import LearningFigures, Taught, WeightsState, WeightsVersion
from matchmaker.model.weights import Learned
from matchmaker.store.connection import Connection, changed, to_json


async def add(connection: Connection, at: datetime) -> WeightsVersion | None:
    """The next version, queued; None while another is."""
    row = await connection.fetchrow(
        """
        insert into weights (version, created_at)
        select coalesce(max(version), 0) + 1, $1
          from weights
            on conflict do nothing
        returning id, version, state, active, figures, learned, error, created_at, finished_at
        """,
        at,
    )
    return _weights(row)


async def get(connection: Connection, weights_id: WeightsId) -> WeightsVersion | None:
    """One version."""
    row = await connection.fetchrow(
        """
        select id, version, state, active, figures, learned, error, created_at, finished_at
          from weights
         where id = $1
        """,
        weights_id,
    )
    return _weights(row)


async def active(connection: Connection) -> WeightsVersion | None:
    """The version that is active; None where the built-in weights hold."""
    row = await connection.fetchrow(
        """
        select id, version, state, active, figures, learned, error, created_at, finished_at
          from weights
         where active
        """
    )
    return _weights(row)


async def find(connection: Connection, *, before: int | None = None, limit: int) -> list[WeightsVersion]:
    """Versions, the newest first, older than `before`."""
    rows = await connection.fetch(
        """
        select id, version, state, active, figures, learned, error, created_at, finished_at
          from weights
         where $1::integer is null
            or version < $1
         order by version desc
         limit $2
        """,
        before,
        limit,
    )
    return [found for row in rows if (found := _weights(row))]


async def outdated(connection: Connection, *, since: datetime) -> bool:
    """Whether answers of two events or more say what no version knows yet, none was begun after `since`, and nobody went back."""
    found: bool = await connection.fetchval(
        """
        select count(distinct event_id) >= 2
               and max(updated_at) > coalesce((select max(created_at) from weights), '-infinity')
          from feedback
         where coalesce(useful >= 3, accepted) is not null
           and not exists (select from weights where created_at > $1 or state = 'queued')
           and coalesce((select active from weights where state = 'learned' order by version desc limit 1), true)
        """,
        since,
    )
    return found


async def start(connection: Connection, weights_id: WeightsId) -> int | None:
    """How often this queued version was begun, this time included; None where it is not queued."""
    starts: int | None = await connection.fetchval(
        "update weights set starts = starts + 1 where id = $1 and state = 'queued' returning starts", weights_id
    )
    return starts


async def finish(
    connection: Connection, weights_id: WeightsId, state: WeightsState, taught: Taught, at: datetime
) -> WeightsVersion | None:
    """The version with what was learned; None where it is not queued."""
    row = await connection.fetchrow(
        """
        update weights
           set state       = $2,
               figures     = $3,
               learned     = $4,
               finished_at = greatest(created_at, $5)
         where id = $1
           and state = 'queued'
        returning id, version, state, active, figures, learned, error, created_at, finished_at
        """,
        weights_id,
        state.value,
        to_json(taught.figures),
        None if state is WeightsState.TOO_FEW else to_json(taught.learned),
        at,
    )
    return _weights(row)


async def fail(connection: Connection, weights_id: WeightsId, error: str, at: datetime) -> bool:
    """Whether the version, which was queued, has now failed for the reason given (its first thousand characters)."""
    done = await connection.execute(
        """
        update weights
           set state       = 'failed',
               error       = left($2, 1000),
               finished_at = greatest(created_at, $3)
         where id = $1
           and state = 'queued'
        """,
        weights_id,
        error,
        at,
    )
    return bool(changed(done))


async def deactivate(connection: Connection) -> bool:
    """Whether a version was active, which is not any more: the built-in weights hold."""
    return bool(changed(await connection.execute("update weights set active = false where active")))


async def activate(connection: Connection, weights_id: WeightsId) -> WeightsVersion | None:
    """The version, now active; none other may be. None where there is none that is better than the built-in weights."""
    row = await connection.fetchrow(
        """
        update weights
           set active = true
         where id = $1
           and state = 'learned'
        returning id, version, state, active, figures, learned, error, created_at, finished_at
        """,
        weights_id,
    )
    return _weights(row)


def _weights(row: Mapping[str, Any] | None) -> WeightsVersion | None:
    if row is None:
        return None
    figures, learned = row["figures"], row["learned"]
    return WeightsVersion(
        **{
            **row,
            "state": WeightsState(row["state"]),
            "figures": None if figures is None else json.decode(figures, type=LearningFigures),
            "learned": None if learned is None else json.decode(learned, type=Learned),
        }
    )

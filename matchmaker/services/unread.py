"""Let runs forget whom they read: what a run keeps so that it can be asked again holds people's words, too (F78)."""

import asyncio
from collections.abc import Sequence

from matchmaker.model import snapshot as snapshots_
from matchmaker.model.ids import AttendeeId
from matchmaker.store import snapshots
from matchmaker.store.connection import Connection

RUNS_MAX = 10_000


async def unread(connection: Connection, places: Sequence[AttendeeId]) -> None:
    """Take these out of all that runs of their events keep; before they are deleted.

    A run without them answers about everyone else; what it repeats is no longer, byte for byte, what it once was.
    """
    gone = frozenset(places)
    for run_id in await snapshots.of_events_with(connection, places, limit=RUNS_MAX):
        data = await snapshots.get(connection, run_id)
        left = None if data is None else await asyncio.to_thread(_without, data, gone)
        if left is not None:
            await snapshots.remove(connection, run_id)
            await snapshots.add(connection, run_id, left)


def _without(data: bytes, gone: frozenset[AttendeeId]) -> bytes | None:
    """None where none of them is in it."""
    if not any(one.encode() in data for one in gone):
        return None
    return snapshots_.encode(snapshots_.without(snapshots_.decode(data), gone))

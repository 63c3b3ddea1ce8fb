"""Jobs: work to be done after the transaction that asks for it; they carry ids and nothing else."""

from typing import Any

from asyncpg import Connection
from msgspec import Struct, json
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.queries import Queries

from matchmaker.model.ids import AssociationId, EventId, RunId

MATCH = "match"
ENCODE = "encode"


class MatchJob(Struct, frozen=True, kw_only=True):
    """Carry out a match run."""

    association_id: AssociationId
    run_id: RunId


class EncodeJob(Struct, frozen=True, kw_only=True):
    """Encode the texts of an event's attendees that have no vector yet."""

    association_id: AssociationId
    event_id: EventId


async def add_match(connection: "Connection[Any]", job: MatchJob) -> None:
    """Queue a run, in the caller's transaction."""
    await Queries(AsyncpgDriver(connection)).enqueue(MATCH, json.encode(job))


async def add_encode(connection: "Connection[Any]", job: EncodeJob) -> None:
    """Queue an event's texts, in the caller's transaction; one waiting job an event is enough."""
    key = f"{ENCODE}:{job.association_id}:{job.event_id}"
    await Queries(AsyncpgDriver(connection)).enqueue(ENCODE, json.encode(job), dedupe_key=key, on_conflict="skip")

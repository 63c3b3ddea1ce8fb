"""Jobs: work to be done after the transaction that asks for it; they carry ids and nothing else."""

from datetime import timedelta

from msgspec import Struct, json
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.queries import Queries

from matchmaker.model.ids import AssociationId, EventId, HeldFileId, PlannedReleaseId, RunId, WeightsId
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import association_of

MATCH = "match"
ENCODE = "encode"
LEARN = "learn"
RELEASE = "release"
IMPORT = "import"
HELD_MAX = 10_000


class MatchJob(Struct, frozen=True, kw_only=True):
    """Carry out a match run."""

    association_id: AssociationId
    run_id: RunId


class EncodeJob(Struct, frozen=True, kw_only=True):
    """Encode the texts of an event's attendees that have no vector yet."""

    association_id: AssociationId
    event_id: EventId


class LearnJob(Struct, frozen=True, kw_only=True):
    """Learn from the answers of an association."""

    association_id: AssociationId
    weights_id: WeightsId


class ReleaseJob(Struct, frozen=True, kw_only=True):
    """Carry out a planned release, unless it was stopped."""

    association_id: AssociationId
    planned_id: PlannedReleaseId


class ImportJob(Struct, frozen=True, kw_only=True):
    """Try the rows of a held file or take them in, as is asked of it."""

    association_id: AssociationId
    held_id: HeldFileId


async def add_match(connection: Connection, run_id: RunId) -> None:
    """Queue a run of the transaction's association, in the caller's transaction."""
    job = MatchJob(association_id=await association_of(connection), run_id=run_id)
    await Queries(AsyncpgDriver(connection)).enqueue(MATCH, json.encode(job))


async def add_encode(connection: Connection, event_id: EventId) -> None:
    """Queue an event's texts, in the caller's transaction; one waiting job an event is enough."""
    job = EncodeJob(association_id=await association_of(connection), event_id=event_id)
    key = f"{ENCODE}:{job.association_id}:{event_id}"
    await Queries(AsyncpgDriver(connection)).enqueue(ENCODE, json.encode(job), dedupe_key=key, on_conflict="skip")


async def add_learn(connection: Connection, weights_id: WeightsId) -> None:
    """Queue learning, in the caller's transaction."""
    job = LearnJob(association_id=await association_of(connection), weights_id=weights_id)
    await Queries(AsyncpgDriver(connection)).enqueue(LEARN, json.encode(job))


async def add_release(connection: Connection, planned_id: PlannedReleaseId, wait: timedelta) -> None:
    """Queue a planned release, to begin after so long, in the caller's transaction."""
    job = ReleaseJob(association_id=await association_of(connection), planned_id=planned_id)
    await Queries(AsyncpgDriver(connection)).enqueue(RELEASE, json.encode(job), execute_after=wait)


async def add_import(connection: Connection, held_id: HeldFileId) -> None:
    """Queue what is asked of a held file, in the caller's transaction."""
    job = ImportJob(association_id=await association_of(connection), held_id=held_id)
    await Queries(AsyncpgDriver(connection)).enqueue(IMPORT, json.encode(job))


async def take_up_held(pool: Pool) -> int:
    """Queue again what a worker could neither finish nor put back, the database being gone; gives how many."""
    queries = Queries(AsyncpgPoolDriver(pool))
    held = [job.id for job in await queries.list_failed_jobs(HELD_MAX)]
    await queries.requeue_jobs(held)
    return len(held)

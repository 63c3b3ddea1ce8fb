"""Learn from the answers of an association's events, and go back to earlier weights."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import structs

from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.model import snapshot as snapshots_
from matchmaker.model.ids import AssociationId, EventId, WeightsId
from matchmaker.model.learning import (
    Answered,
    DecisionFile,
    EventAnswers,
    Foretold,
    Taught,
    WeightsState,
    WeightsVersion,
)
from matchmaker.model.policy import MODEL_VERSIONS
from matchmaker.services import encode
from matchmaker.services.calculate import AskedLesson, CalculationFailed, Calculator
from matchmaker.store import events, feedback, jobs, snapshots, weights
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction

DEPTHS_SHOWN = (0, 2, 4)
LEARN_EVERY = timedelta(days=1)
EVENTS_MAX = 200
ANSWERS_EACH_MAX = 100_000
STARTS_MAX = 3
STATEMENT_SECONDS_MAX = 120

Clock = Callable[[], datetime]


class TooFewAnswers(Invalid):
    """The answers cannot teach anything yet."""

    cure = "It takes answers of two events at least, with both yes and no among them."


class LearningUnderWay(Conflict):
    """Weights are being learned already."""

    cure = "Wait for them."


class NoBetter(Conflict):
    """Only weights that are better than the built-in ones may be active."""

    cure = "Choose a version whose state is learned, or learn again once there are more answers."


def evaluate(file: DecisionFile, *, seed: int) -> list[Foretold]:
    """How well the answers of a file are foretold by the very code that learns from feedback. Raises `TooFewAnswers`."""
    from matchmaker.matching.trial import answers_of, trial_with

    found = trial_with(answers_of(file), DEPTHS_SHOWN, seed=seed)
    if not found:
        raise TooFewAnswers
    return found


async def request(connection: Connection, *, at: datetime) -> WeightsVersion:
    """The next version, queued, and its job, in the caller's transaction. Raises `LearningUnderWay`."""
    queued = await weights.add(connection, at)
    if queued is None:
        raise LearningUnderWay
    await jobs.add_learn(connection, queued.id)
    return queued


async def keep_up(connection: Connection, *, at: datetime) -> bool:
    """Request the next version, once a day at most, where there are answers that none has learned from."""
    if not await weights.outdated(connection, since=at - LEARN_EVERY):
        return False
    await request(connection, at=at)
    return True


async def activate(connection: Connection, weights_id: WeightsId) -> WeightsVersion:
    """The version, which runs use from now on; no other is active. Raises `NotFound`, `NoBetter`."""
    if await weights.get(connection, weights_id) is None:
        raise NotFound
    await weights.deactivate(connection)
    found = await weights.activate(connection, weights_id)
    if found is None:
        raise NoBetter
    return found


async def carry_out(pool: Pool, job: jobs.LearnJob, calculator: Calculator, *, now: Clock) -> None:
    """Learn, and use what was learned where it beats the built-in weights at the newest event. Done twice, it is done once."""
    async with tenant_transaction(pool, job.association_id) as connection:
        starts = await weights.start(connection, job.weights_id)
    if starts is None:
        return
    try:
        taught = await calculator.teach(await _asked(pool, job))
    except CalculationFailed as error:
        await _fail(pool, job, error.detail, now())
    except Exception:
        if starts < STARTS_MAX:
            raise
        await _fail(pool, job, f"Learning was begun {starts} times and never finished.", now())
    else:
        await _finish(pool, job, taught, now())


async def _asked(pool: Pool, job: jobs.LearnJob) -> AskedLesson:
    """All answers, and the vectors there are; the child encodes the others."""
    async with tenant_transaction(
        pool, job.association_id, isolation="repeatable_read", statement_seconds_max=STATEMENT_SECONDS_MAX
    ) as connection:
        answered = await feedback.answered_events(connection, limit=EVENTS_MAX)
        given = [one for event_id in answered if (one := await _event(connection, event_id)) is not None]
    memory: dict[bytes, bytes] = {}
    for one in given:
        model = MODEL_VERSIONS[one.policy.model]
        memory |= await encode.known(pool, job.association_id, model, snapshots_.decode(one.snapshot))
    return AskedLesson(events=given, memory=memory)


async def _event(connection: Connection, event_id: EventId) -> EventAnswers | None:
    event = await events.get(connection, event_id)
    if event is None:
        return None
    rows = await feedback.answers(connection, event_id, limit=ANSWERS_EACH_MAX)
    return EventAnswers(
        snapshot=snapshots_.encode(await snapshots.read(connection, event_id)),
        policy=event.policy,
        pairs=[(row["attendee_id"], row["other_id"]) for row in rows],
        answers=[
            Answered(
                event=event_id, taker=row["taker"], giver=row["giver"], order=0, yes=row["yes"], useful=row["useful"]
            )
            for row in rows
        ],
    )


async def _finish(pool: Pool, job: jobs.LearnJob, taught: Taught, at: datetime) -> None:
    state = WeightsState.LEARNED if taught.is_better else WeightsState.NO_BETTER
    async with tenant_transaction(pool, job.association_id) as connection:
        version = await weights.get(connection, job.weights_id)
        if taught.learned is None or version is None:
            state = WeightsState.TOO_FEW
        else:
            taught = structs.replace(taught, learned=structs.replace(taught.learned, version=version.version))
        done = await weights.finish(connection, job.weights_id, state, taught, at)
        if done is not None and state is WeightsState.LEARNED:
            await activate(connection, job.weights_id)


async def _fail(pool: Pool, job: jobs.LearnJob, error: str, at: datetime) -> None:
    async with tenant_transaction(pool, job.association_id) as connection:
        await weights.fail(connection, job.weights_id, error, at)


async def learn_now(pool: Pool, association_id: AssociationId, calculator: Calculator, *, now: Clock) -> WeightsVersion:
    """Request and carry out in one go, for who waits; a worker goes on with it if this is ended.

    Raises `LearningUnderWay`, or what stopped the calculation.
    """
    async with tenant_transaction(pool, association_id) as connection:
        queued = await request(connection, at=now())
    await carry_out(pool, jobs.LearnJob(association_id=association_id, weights_id=queued.id), calculator, now=now)
    async with tenant_transaction(pool, association_id, readonly=True) as connection:
        found = await weights.get(connection, queued.id)
    return found or queued

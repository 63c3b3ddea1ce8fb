"""Ask for a match run, carry it out, call it off, repeat it.

Between reading the snapshot and saving the result there is no database work but progress: the arithmetic runs in a child
process on the snapshot alone, so a run can be repeated from what it read. Each start is counted before it begins, so a run
that ends its worker each time is failed at last. Of two workers on one run the first to save has drafted it, and the other
finds it over.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from msgspec import json, structs

from matchmaker.errors import Conflict, FieldError, InvalidFields, NotFound, Unavailable
from matchmaker.model import snapshot as snapshots_
from matchmaker.model.ids import AssociationId, EventId, RunId
from matchmaker.model.policy import MODEL_VERSIONS
from matchmaker.model.programme import Slot
from matchmaker.model.run import SEATING, STARTS_MAX, Format, MatchRun, Proposal, RunInput, RunState
from matchmaker.model.weights import Learned
from matchmaker.services import encode, review, seat
from matchmaker.services.calculate import Asked, CalculationFailed, Calculator, decoded
from matchmaker.services.review import InputForgotten
from matchmaker.store import (
    events,
    groups,
    jobs,
    pairings,
    progress,
    reserves,
    runs,
    set_reserves,
    snapshots,
    vectors,
    weights,
)
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.placements import DoubleBooked
from matchmaker.store.tenant import tenant_transaction

PROGRESS_SECONDS = 0.5
WATCH_SECONDS = 1
SAVE_SECONDS_MAX = 120

Clock = Callable[[], datetime]
_NOTHING_TO_RESUME = "Rounds begin anew only where a run in rounds or at tables builds on another of its format."
_ONE_OF_TWO = "A run repeats what an earlier one read, or builds on what it told, and not both."


class RunAlreadyActive(Conflict):
    """The event has a run under way already."""

    cure = "Wait for it, or cancel it first."


class RunNotActive(Conflict):
    """The run is over already."""


class TakenOver(Unavailable):
    """Another worker began this run too, or gave it back."""


class Stopped(Exception):
    """The run is over, its end is wished for, or another worker has it."""


async def request(connection: Connection, event_id: EventId, asked: RunInput, *, at: datetime) -> MatchRun:
    """A queued run and its job, in the caller's transaction.

    Raises `NotFound`, `RunAlreadyActive`, `RunNotDrafted` for the run it would build on, `InvalidFields`.
    """
    event = await events.get(connection, event_id)
    if event is None:
        raise NotFound("There is no such event.")
    policy = asked.policy or event.policy
    active = await weights.active(connection)
    weights_id = None if active is None else active.id
    if asked.replay_of is not None and asked.builds_on is not None:
        raise InvalidFields([FieldError("/builds_on", "one-of-two", _ONE_OF_TWO)])
    if asked.replay_of is not None:
        earlier = await runs.get(connection, event_id, asked.replay_of)
        if earlier is None or earlier.input_hash is None:
            raise NotFound("There is no such run to repeat, or it has not read its input yet.")
        if not await snapshots.is_kept(connection, earlier.id):
            raise InputForgotten
        policy, weights_id = earlier.policy, earlier.weights_id
        asked = structs.replace(
            asked, seed=earlier.seed, format=earlier.format, builds_on=earlier.builds_on, from_round=earlier.from_round
        )
    if asked.builds_on is not None:
        built_on = await review.run(connection, event_id, asked.builds_on)
        _check_resumed(asked, built_on.format)
    elif asked.from_round is not None and asked.replay_of is None:
        _check_resumed(asked, None)
    run = await runs.add(connection, event_id, asked, policy=policy, weights_id=weights_id, at=at)
    if run is None:
        raise RunAlreadyActive
    await jobs.add_match(connection, run.id)
    return run


def _check_resumed(asked: RunInput, format: Format | None) -> None:
    """Raises `InvalidFields` where there are no rounds to begin anew."""
    if asked.from_round is not None and (asked.format is not format or format not in SEATING):
        raise InvalidFields([FieldError("/from_round", "nothing-to-resume", _NOTHING_TO_RESUME)])


async def cancel(connection: Connection, event_id: EventId, run_id: RunId, *, at: datetime) -> MatchRun:
    """Call off a run: a queued one at once, a running one at its next step. Raises `NotFound`, `RunNotActive`."""
    if await runs.get(connection, event_id, run_id) is None:
        raise NotFound("There is no such run.")
    run = await runs.request_cancel(connection, run_id, at)
    if run is None:
        raise RunNotActive
    return run


async def carry_out(pool: Pool, job: jobs.MatchJob, calculator: Calculator, *, now: Clock) -> None:
    """Do a run's work from wherever it stands; nothing is done for a run that is over.

    What the core raises fails the run at once. Any other error is raised, to be tried again, until the run has been begun three
    times: then it is failed. Cancelled itself, this gives the run back.
    """
    async with tenant_transaction(pool, job.association_id) as connection:
        run = await runs.start(connection, job.run_id, now())
        if run is None:
            await _close(connection, job.run_id, now())
            return
    carrying = _Carrying(pool, job.association_id, run, now)
    try:
        await carrying.watched(carrying.out(calculator))
    except Stopped:
        await carrying.close()
    except (CalculationFailed, DoubleBooked) as error:
        await carrying.fail(error.detail)
    except asyncio.CancelledError:
        await asyncio.shield(carrying.give_back())
        raise
    except Exception:
        if run.starts < STARTS_MAX:
            raise
        await carrying.fail(_begun_too_often(run))


async def _close(connection: Connection, run_id: RunId, at: datetime) -> None:
    """End a run that may not be begun again: cancelled if someone wished so, failed if it was begun too often.

    Raises `TakenOver` where it may be begun again.
    """
    run = await runs.get_by_id(connection, run_id)
    if run is None or run.state not in (RunState.QUEUED, RunState.RUNNING):
        return
    if not await progress.is_wanted(connection, run_id):
        await runs.cancel(connection, run_id, at)
    elif run.starts < STARTS_MAX:
        raise TakenOver
    else:
        await runs.fail(connection, run_id, _begun_too_often(run), at)


def _begun_too_often(run: MatchRun) -> str:
    return f"The run was begun {run.starts} times and never finished; it is not tried again."


class _Carrying:
    """One start of one run."""

    def __init__(self, pool: Pool, association_id: AssociationId, run: MatchRun, now: Clock) -> None:
        self.pool, self.association_id, self.run, self.now = pool, association_id, run, now
        self.model = MODEL_VERSIONS[run.policy.model]
        self.told_at: datetime | None = None
        self.told_stage = ""

    async def watched(self, work: Awaitable[None]) -> None:
        """Do the work, and look every second whether it is still wanted. Raises `Stopped`, or what the work raises."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait((task,), timeout=WATCH_SECONDS))[0]:
                if not await self._is_wanted():
                    raise Stopped
            task.result()
        finally:
            task.cancel()
            await asyncio.wait((task,))

    async def out(self, calculator: Calculator) -> None:
        data = await self._snapshot()
        snapshot = snapshots_.decode(data)
        memory = await encode.known(self.pool, self.association_id, self.model, snapshot)
        asked = Asked(
            snapshot=data,
            policy=self.run.policy,
            seed=self.run.seed,
            format=self.run.format,
            memory=memory,
            learned=await learned_by(self.pool, self.association_id, self.run),
        )
        result = await calculator.propose(asked, self._hear)
        await self._save(await asyncio.to_thread(decoded, result), snapshot.slots)

    async def close(self) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            await _close(connection, self.run.id, self.now())

    async def fail(self, error: str) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            await runs.fail(connection, self.run.id, error, self.now())

    async def give_back(self) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            await runs.give_back(connection, self.run.id, self.now())

    async def _is_wanted(self) -> bool:
        async with tenant_transaction(self.pool, self.association_id, readonly=True) as connection:
            return await progress.is_wanted(connection, self.run.id)

    async def _snapshot(self) -> bytes:
        """What an earlier start read, or the run this one repeats; else the event as it is now. Kept before it is used."""
        async with tenant_transaction(
            self.pool, self.association_id, isolation="repeatable_read", statement_seconds_max=SAVE_SECONDS_MAX
        ) as connection:
            data = await snapshots.get(connection, self.run.replay_of or self.run.id)
            if data is None:
                read = await snapshots.read(
                    connection,
                    self.run.event_id,
                    format=self.run.format,
                    builds_on=self.run.builds_on,
                    from_round=self.run.from_round,
                    at=self.now(),
                )
                data = snapshots_.encode(read)
            await snapshots.add(connection, self.run.id, data)
            await runs.note_input(connection, self.run.id, snapshots_.input_hash(data))
            return data

    async def _hear(self, stage: str, share: float, new: Mapping[bytes, bytes]) -> None:
        """Keep new vectors at once; tell progress at each stage and every half second; stop where the run is over."""
        at = self.now()
        quiet = self.told_at is not None and (at - self.told_at).total_seconds() < PROGRESS_SECONDS
        if not new and quiet and stage == self.told_stage:
            return
        self.told_at, self.told_stage = at, stage
        async with tenant_transaction(self.pool, self.association_id) as connection:
            if new:
                await vectors.add_all(connection, self.model, new)
            goes_on = await progress.note_progress(connection, self.run.id, stage, share, at)
        if not goes_on:
            raise Stopped

    async def _save(self, proposal: Proposal, slots: list[Slot]) -> None:
        async with tenant_transaction(
            self.pool, self.association_id, statement_seconds_max=SAVE_SECONDS_MAX
        ) as connection:
            drafted = await runs.draft(
                connection,
                self.run.id,
                report=proposal.report,
                unmatched=proposal.unmatched,
                input_hash=proposal.report.input_hash,
                output_hash=output_hash(proposal),
                at=self.now(),
            )
            if drafted is None:
                raise Stopped
            await runs.supersede_others(connection, drafted, self.now())
            await pairings.add_all(connection, self.run.id, proposal.pairings)
            await reserves.add_all(connection, self.run.id, proposal.reserves)
            await _save_groups(connection, self.run.id, proposal)
            await seat.everyone(connection, self.run.id, proposal, slots)


async def _save_groups(connection: Connection, run_id: RunId, proposal: Proposal) -> None:
    await groups.add_all(connection, run_id, proposal.groups)
    await groups.add_members(connection, run_id, proposal.groups)
    await groups.add_byes(connection, run_id, proposal.byes)
    await groups.add_asks(connection, run_id, proposal.asks)
    await groups.add_connectors(connection, run_id, proposal.connectors)
    await set_reserves.add_all(connection, run_id, proposal.set_reserves)


async def learned_by(pool: Pool, association_id: AssociationId, run: MatchRun) -> Learned | None:
    """What the weights of a run hold; None for the built-in ones."""
    if run.weights_id is None:
        return None
    async with tenant_transaction(pool, association_id, readonly=True) as connection:
        version = await weights.get(connection, run.weights_id)
    return None if version is None else version.learned


def output_hash(proposal: Proposal) -> str:
    """SHA-256 of all that is proposed, but for the report and the reserves, as canonical JSON: equal hashes, equal bytes."""
    told = {"report", "reserves", "set_reserves"}
    proposed = {name: value for name, value in structs.asdict(proposal).items() if name not in told}
    return hashlib.sha256(json.encode(proposed, order="deterministic")).hexdigest()

"""Versions of weights: one learned at a time, one active at most, none changed once learned."""

from typing import Any

import asyncpg
import pytest
from msgspec import structs

from matchmaker.model.learning import WeightsState
from matchmaker.store import weights
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER


async def learned(connection: Connection, state: WeightsState = WeightsState.LEARNED) -> Any:
    queued = await weights.add(connection, AT)
    assert queued is not None
    return await weights.finish(connection, queued.id, state, factories.taught(), LATER)


async def test_one_is_learned_at_a_time_and_counts_on(connection: Connection) -> None:
    first = await weights.add(connection, AT)
    assert first is not None
    assert (first.version, first.state, first.active, first.learned) == (1, WeightsState.QUEUED, False, None)
    assert await weights.add(connection, AT) is None
    assert await weights.start(connection, first.id) == 1
    assert await weights.start(connection, first.id) == 2
    done = await weights.finish(connection, first.id, WeightsState.LEARNED, factories.taught(), LATER)
    assert done is not None
    assert (done.learned, done.figures, done.finished_at) == (*structs.astuple(factories.taught()), LATER)
    assert await weights.start(connection, first.id) is None
    assert await weights.finish(connection, first.id, WeightsState.NO_BETTER, factories.taught(), LATER) is None
    second = await weights.add(connection, LATER)
    assert second is not None
    assert second.version == 2
    assert await weights.find(connection, limit=10) == [second, done]
    assert await weights.find(connection, before=2, limit=10) == [done]
    assert await weights.get(connection, second.id) == second


async def test_one_is_active_and_only_what_is_better(connection: Connection) -> None:
    first, second = await learned(connection), await learned(connection)
    worse = await learned(connection, WeightsState.NO_BETTER)
    assert await weights.active(connection) is None
    assert await weights.activate(connection, first.id) == structs.replace(first, active=True)
    with pytest.raises(asyncpg.UniqueViolationError):
        async with connection.transaction():
            await weights.activate(connection, second.id)
    assert await weights.deactivate(connection)
    assert not await weights.deactivate(connection)
    assert await weights.activate(connection, worse.id) is None
    await weights.activate(connection, second.id)
    assert await weights.active(connection) == structs.replace(second, active=True)


async def test_what_cannot_teach_keeps_its_figures_and_a_fault_its_words(connection: Connection) -> None:
    few = await learned(connection, WeightsState.TOO_FEW)
    assert (few.learned, few.figures) == (None, factories.taught().figures)
    queued = await weights.add(connection, AT)
    assert queued is not None
    assert await weights.fail(connection, queued.id, "x" * 2_000, LATER)
    assert not await weights.fail(connection, queued.id, "again", LATER)
    failed = await weights.get(connection, queued.id)
    assert failed is not None
    assert (failed.state, failed.error, failed.finished_at) == (WeightsState.FAILED, "x" * 1_000, LATER)

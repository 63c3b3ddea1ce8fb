"""Work that is rolled back leaves no message, whichever of its statements fails; work that is committed leaves them all."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import asyncpg
import pytest

from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.introduction import Answer, ReleaseInput
from matchmaker.model.pause import PauseCause, PauseScope
from matchmaker.services import pause, release, respond
from matchmaker.store import introductions, pairings
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER

Work = Callable[[Connection], Awaitable[object]]
Prepare = Callable[[Connection, EventId], Awaitable[Work]]

STATEMENTS = frozenset({"execute", "executemany", "fetch", "fetchrow", "fetchval", "copy_records_to_table"})
LEAST = 4  # statements of the shortest of these works; fewer would mean that they are not counted


class Failing:
    """A connection whose statement of a given number fails in the database; it counts them all."""

    def __init__(self, connection: Connection, fails: int | None) -> None:
        self._connection, self._fails, self.statements = connection, fails, 0

    def __getattr__(self, name: str) -> Any:
        return self._counted(name) if name in STATEMENTS else getattr(self._connection, name)

    def _counted(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def statement(*arguments: Any, **options: Any) -> Any:
            self.statements += 1
            if self.statements == self._fails:
                await self._connection.execute("select 1 / 0")
            return await getattr(self._connection, name)(*arguments, **options)

        return statement


async def _release(connection: Connection, event_id: EventId) -> Work:
    """A second release, of which one pairing is new and one is missing."""
    first, second, third = sorted(
        [(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy")]
    )
    for at, pair in ((AT, (first, second)), (LATER, (second, third))):
        run = await factories.drafted_run(connection, event_id, at=at)
        await pairings.add_all(connection, run.id, [factories.pairing(*pair)])
        if at == AT:
            await release.release(connection, event_id, run.id, ReleaseInput(), at=AT)
    return lambda given: release.release(given, event_id, run.id, ReleaseInput(), at=LATER)


async def _second_yes(connection: Connection, event_id: EventId) -> Work:
    run = await factories.drafted_run(connection, event_id)
    one = await factories.half_accepted(connection, run, *await factories.two_attendees(connection, event_id))
    missing = one.second_id if one.first_accepted_at else one.first_id
    return lambda given: respond.answer(given, one.id, missing, Answer.YES, at=LATER)


async def _pause(connection: Connection, event_id: EventId) -> Work:
    run = await factories.drafted_run(connection, event_id)
    first, second = await factories.two_attendees(connection, event_id)
    await factories.half_accepted(connection, run, first, second)
    return lambda given: pause.pause(
        given, event_id, first, PauseScope.PROGRAMME, cause=PauseCause.ASKED, ends_at=None, at=LATER
    )


@pytest.mark.parametrize("prepare", [_release, _second_yes, _pause])
async def test_no_statement_that_fails_leaves_a_message_of_work_that_never_was(
    pool: Pool, association_id: AssociationId, prepare: Prepare
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        work = await prepare(connection, event.id)
    before = await _left(pool, association_id, event.id)
    fails = 0
    while await _fails_at(pool, association_id, work, fails := fails + 1):
        assert await _left(pool, association_id, event.id) == before
    assert fails > LEAST
    messages, states = await _left(pool, association_id, event.id)
    assert (len(messages) > len(before[0]), states != before[1]) == (True, True)


async def _fails_at(pool: Pool, association_id: AssociationId, work: Work, number: int) -> bool:
    """Whether the work has a statement of that number, and so failed; else it is done."""
    try:
        async with tenant_transaction(pool, association_id) as connection:
            failing = Failing(connection, number)
            await work(cast("Connection", failing))
    except asyncpg.DivisionByZeroError:
        return True
    assert failing.statements < number, "a failure was swallowed"
    return False


async def _left(pool: Pool, association_id: AssociationId, event_id: EventId) -> tuple[list[Any], list[Any]]:
    """The event's messages with their states, and its introductions with theirs."""
    async with tenant_transaction(pool, association_id) as connection:
        rows = await connection.fetch("select id, state from message where event_id = $1 order by id", event_id)
        found = await introductions.find(connection, event_id, limit=100)
    return [tuple(row) for row in rows], [(one.id, one.state) for one in found]

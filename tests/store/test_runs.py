"""A run's life: its steps, the half-written states the database refuses, and one active run an event."""

import asyncio
from typing import Any

import asyncpg
import pytest

from matchmaker.model.ids import EventId, RunId
from matchmaker.model.policy import Policy
from matchmaker.model.run import STARTS_MAX, RunInput, RunState
from matchmaker.store import attendees, pairings, progress, runs, snapshots
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, HASH, LATER

BEGUN: dict[str, Any] = {"starts": 1, "started_at": AT}
ENDED: dict[str, Any] = {"finished_at": AT}
RESULT: dict[str, Any] = {"report": "{}", "unmatched": "[]", "input_hash": HASH, "output_hash": HASH}
STATES: dict[str, dict[str, Any]] = {
    "queued": {},
    "running": BEGUN,
    "drafted": BEGUN | ENDED | RESULT,
    "released": BEGUN | ENDED | RESULT | {"released_at": AT},
    "superseded": BEGUN | ENDED | RESULT,
    "failed": ENDED | {"error": "No."},
    "cancelled": ENDED,
}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("queued", {"started_at": AT, "starts": 1}),
    ("queued", {"starts": 1}),
    ("queued", {"finished_at": AT}),
    ("running", {"started_at": None, "starts": 0}),
    ("running", {"finished_at": AT}),
    ("running", {"error": "No."}),
    ("drafted", {"finished_at": None}),
    ("drafted", {"report": None}),
    ("drafted", {"unmatched": None}),
    ("drafted", {"output_hash": None}),
    ("drafted", {"input_hash": None}),
    ("drafted", {"released_at": AT}),
    ("drafted", {"error": "No."}),
    ("released", {"released_at": None}),
    ("failed", {"error": None}),
    ("failed", {"finished_at": None}),
    ("failed", {"report": "{}"}),
    ("cancelled", {"finished_at": None}),
    ("superseded", {"output_hash": None}),
    ("running", {"started_at": AT.replace(year=2000)}),
    ("queued", {"progress": 1.5}),
    ("queued", {"seed": -1}),
    ("queued", {"input_hash": "abc"}),
    ("nonsense", {}),
]


async def _insert(connection: Connection, event_id: EventId, state: str, fields: dict[str, Any]) -> None:
    row = {"event_id": event_id, "state": state, "seed": 1, "policy": "{}", "created_at": AT, "told_at": AT} | fields
    places = ", ".join(f"${number}" for number in range(1, len(row) + 1))
    await connection.execute(f"insert into match_run ({', '.join(row)}) values ({places})", *row.values())


def test_every_state_has_an_example() -> None:
    assert set(STATES) == {state.value for state in RunState}


@pytest.mark.parametrize("state", STATES)
async def test_a_whole_state_is_accepted(connection: Connection, event_id: EventId, state: str) -> None:
    await _insert(connection, event_id, state, STATES[state])


@pytest.mark.parametrize(("state", "wrong"), WRONG)
async def test_a_half_written_state_is_refused(
    connection: Connection, event_id: EventId, state: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await _insert(connection, event_id, state, {**STATES.get(state, {}), **wrong})


async def test_an_event_has_one_active_run(connection: Connection, event_id: EventId) -> None:
    other = (await factories.event(connection)).id
    first = await factories.run(connection, event_id)
    assert await runs.add(connection, event_id, RunInput(), policy=Policy(), at=AT) is None
    assert await runs.start(connection, first.id, AT)
    assert await runs.add(connection, event_id, RunInput(), policy=Policy(), at=AT) is None
    await factories.run(connection, other)
    assert await runs.fail(connection, first.id, "No.", AT)
    await factories.run(connection, event_id)


async def test_a_run_is_drafted_and_the_one_before_gives_way(connection: Connection, event_id: EventId) -> None:
    before, after = [await factories.drafted_run(connection, event_id, at=at) for at in (AT, LATER)]
    assert await runs.supersede_others(connection, after, LATER) == 1
    found = await runs.find(connection, event_id, limit=10)
    assert [(run.id, run.state) for run in found] == [(after.id, RunState.DRAFTED), (before.id, RunState.SUPERSEDED)]
    assert found[0].report == factories.report()
    assert await runs.find(connection, event_id, state=RunState.DRAFTED, limit=10) == found[:1]
    assert await runs.find(connection, event_id, after=(after.created_at, after.id), limit=10) == found[1:]


async def test_a_run_is_begun_so_often_and_no_more(connection: Connection, event_id: EventId) -> None:
    run = await factories.run(connection, event_id)
    begun = [await runs.start(connection, run.id, AT) for _ in range(STARTS_MAX + 1)]
    assert [one.starts if one else None for one in begun] == [*range(1, STARTS_MAX + 1), None]


async def test_a_queued_run_is_cancelled_at_once_and_a_running_one_on_its_way(
    connection: Connection, event_id: EventId
) -> None:
    queued = await factories.run(connection, event_id)
    cancelled = await runs.request_cancel(connection, queued.id, AT)
    assert cancelled is not None
    assert cancelled.state is RunState.CANCELLED
    running = await factories.run(connection, event_id)
    await runs.start(connection, running.id, AT)
    assert await progress.note_progress(connection, running.id, "vectors", 0.5, AT)
    wished = await runs.request_cancel(connection, running.id, AT)
    assert wished is not None
    assert wished.state is RunState.RUNNING
    assert not await progress.note_progress(connection, running.id, "vectors", 0.6, AT)
    assert not await progress.is_wanted(connection, running.id)
    drafted = await runs.draft(
        connection, running.id, report=factories.report(), unmatched=[], input_hash=HASH, output_hash=HASH, at=AT
    )
    assert drafted is None
    ended = await runs.cancel(connection, running.id, AT)
    assert ended is not None
    assert await runs.request_cancel(connection, running.id, AT) is None


async def test_what_a_run_says_is_numbered_without_gaps(connection: Connection, event_id: EventId) -> None:
    run = await factories.run(connection, event_id)
    await runs.start(connection, run.id, AT)
    for share in (0.25, 0.5):
        await progress.note_progress(connection, run.id, "vectors", share, LATER)
    await runs.note_input(connection, run.id, HASH)
    said = await progress.progress_after(connection, run.id, 0, limit=10)
    assert [(one.number, one.state.value, one.stage, one.progress) for one in said] == [
        (1, "queued", None, 0),
        (2, "running", None, 0),
        (3, "running", "vectors", 0.25),
        (4, "running", "vectors", 0.5),
    ]
    assert await progress.progress_after(connection, run.id, 2, limit=1) == said[2:3]
    assert said[-1].created_at == LATER


async def test_a_snapshot_is_kept_as_it_was_first_given(connection: Connection, event_id: EventId) -> None:
    run = await factories.run(connection, event_id)
    await snapshots.add(connection, run.id, b"words" * 1000)
    await snapshots.add(connection, run.id, b"others")
    assert await snapshots.get(connection, run.id) == b"words" * 1000
    assert await snapshots.get(connection, RunId(factories.association_id())) is None


async def test_pairings_come_by_rank_and_by_what_one_gains(connection: Connection, event_id: EventId) -> None:
    ada, bob, cy = sorted([(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy")])
    run = await factories.drafted_run(connection, event_id)
    given = [
        factories.pairing(ada, bob, rank=1, mutual_value=90.0, value_to_first=10.0, value_to_second=70.0),
        factories.pairing(bob, cy, rank=2, mutual_value=50.0, value_to_first=80.0, value_to_second=20.0),
        factories.pairing(ada, cy, rank=3, mutual_value=10.0, value_to_first=10.0, value_to_second=20.0),
    ]
    assert await pairings.add_all(connection, run.id, list(reversed(given))) == 3
    assert await pairings.count(connection, run.id) == 3
    assert await pairings.get(connection, run.id, 2) == given[1]
    assert await pairings.find(connection, run.id, limit=10) == given
    assert await pairings.find(connection, run.id, after=1, limit=1) == given[1:2]
    assert await pairings.find(connection, run.id, attendee_id=ada, limit=10) == [given[0], given[2]]
    assert await pairings.find(connection, run.id, mutual_value_least=50.0, limit=10) == given[:2]
    own = await pairings.find_of_attendee(connection, run.id, bob, limit=10)
    assert [pairings.value_to(bob, one) for one in own] == [80.0, 70.0]
    assert await pairings.find_of_attendee(connection, run.id, bob, after=(80.0, 2), limit=10) == own[1:]
    tied = await pairings.find_of_attendee(connection, run.id, ada, limit=1)
    assert tied == given[:1]
    assert await pairings.find_of_attendee(connection, run.id, ada, after=(10.0, 1), limit=5) == given[2:]


async def test_pairings_of_people_who_left_are_left_out(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    run = await factories.drafted_run(connection, event_id)
    await attendees.remove(connection, event_id, first, version=1)
    assert await pairings.add_all(connection, run.id, [factories.pairing(first, second)]) == 0


async def test_a_pair_is_stored_once_and_in_order(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    run = await factories.drafted_run(connection, event_id)
    for wrong, error in (
        ([factories.pairing(second, first)], asyncpg.CheckViolationError),
        ([factories.pairing(first, second, rank=n) for n in (1, 2)], asyncpg.UniqueViolationError),
    ):
        with pytest.raises(error):
            async with connection.transaction():
                await pairings.add_all(connection, run.id, wrong)


async def test_of_two_who_ask_for_a_run_at_once_one_gets_it(pool: Pool, association_id: Any) -> None:
    async with tenant_transaction(pool, association_id) as one:
        event = await factories.event(one)

    async def ask() -> bool:
        async with tenant_transaction(pool, association_id) as connection:
            return await runs.add(connection, event.id, RunInput(), policy=Policy(), at=AT) is not None

    assert sorted(await asyncio.gather(*(ask() for _ in range(4)))) == [False, False, False, True]

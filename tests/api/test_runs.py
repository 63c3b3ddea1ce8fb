"""Runs over HTTP: asked for, followed, left and come back to, called off, compared."""

import asyncio
import json
from typing import Any

import httpx

from matchmaker.api import run_events
from matchmaker.model.ids import AssociationId, RunId
from matchmaker.store import pairings, progress, runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.api.conftest import clock
from tests.api.world import seed


async def _asked(client: httpx.AsyncClient, event: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.post(f"/v1/events/{event['id']}/runs", json={})).json())


async def test_a_run_is_asked_for_and_called_off(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    asked = await client.post(f"/v1/events/{event['id']}/runs", json={"seed": 7})
    address = asked.headers["location"]
    assert (asked.status_code, asked.json()["state"], asked.json()["seed"]) == (202, "queued", 7)
    assert (await client.get(address)).headers["retry-after"] == "1"
    assert (await client.get(f"{address}/pairings")).status_code == 409
    assert (await client.post(f"/v1/events/{event['id']}/runs", json={})).status_code == 409
    assert (await client.post(f"{address}/cancellation")).json()["state"] == "cancelled"
    assert (await client.post(f"{address}/cancellation")).status_code == 409
    assert "retry-after" not in (await client.get(address)).headers


async def test_waiting_ends_with_the_run(
    client: httpx.AsyncClient, event: dict[str, Any], pool: Pool, association_id: AssociationId
) -> None:
    run = await _asked(client, event)
    address = f"/v1/events/{event['id']}/runs/{run['id']}"
    waiting = asyncio.create_task(client.get(address, headers={"Prefer": "wait=15"}))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    async with tenant_transaction(pool, association_id) as connection:
        await runs.cancel(connection, run["id"], clock())
    assert (await asyncio.wait_for(waiting, 3)).json()["state"] == "cancelled"


async def test_a_listener_hears_each_event_once_and_may_come_back(
    client: httpx.AsyncClient, event: dict[str, Any], pool: Pool, association_id: AssociationId
) -> None:
    run = await _asked(client, event)
    stream = f"/v1/events/{event['id']}/runs/{run['id']}/events"
    following = asyncio.create_task(client.get(stream))
    await _carry_out(pool, association_id, run["id"])
    heard = _events((await asyncio.wait_for(following, 5)).text)
    numbers = [one["number"] for one in heard]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (heard[0]["state"], heard[-1]["state"]) == ("queued", "drafted")
    for last in numbers[:-1]:
        again = _events((await client.get(stream, headers={"Last-Event-ID": str(last)})).text)
        assert [one["number"] for one in again] == numbers[last:]
    over = await client.get(stream, headers={"Last-Event-ID": str(numbers[-1])})
    assert (over.status_code, over.content) == (204, b"")
    assert (await client.get(stream, headers={"Last-Event-ID": "x"})).status_code == 400
    assert (await client.head(stream)).content == b""


async def test_a_quiet_stream_is_kept_open_by_comments(
    pool: Pool, association_id: AssociationId, monkeypatch: Any
) -> None:
    monkeypatch.setattr(run_events, "HEARTBEAT_SECONDS", 0.5)
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        run = await factories.run(connection, event.id)
    stream = run_events.told(pool, association_id, run.id, 1_000)
    assert (await asyncio.wait_for(anext(stream), 3)).comment == "still here"


async def test_two_runs_are_compared(client: httpx.AsyncClient, pool: Pool, association_id: AssociationId) -> None:
    ids = await seed(pool, association_id)
    first, second = ids["attendee_id"], ids["third_id"]
    async with tenant_transaction(pool, association_id) as connection:
        other = RunId(ids["other_id"])
        await pairings.add_all(connection, other, [factories.pairing(first, second)])  # type: ignore[arg-type]
    address = f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}/comparison"
    found = (await client.get(f"{address}?with={ids['other_id']}")).json()
    assert (found["same_input"], found["pairings_in_both"]) == (True, 0)
    assert [one["second"] for one in found["only_there"]] == [second]
    assert found["pairings_only_here"] == 1
    assert (await client.get(address)).status_code == 400
    assert (await client.get(f"{address}?with=nonsense")).status_code == 400
    itself = (await client.get(f"{address}?with={ids['run_id']}")).json()
    assert (itself["pairings_in_both"], itself["pairings_changed"]) == (1, 0)


async def _carry_out(pool: Pool, association_id: AssociationId, run_id: RunId) -> None:
    """What a worker does to the run, in steps a listener can hear."""
    async with tenant_transaction(pool, association_id) as connection:
        await runs.start(connection, run_id, clock())
    for stage in ("vectors", "directed", "assignment"):
        async with tenant_transaction(pool, association_id) as connection:
            await progress.note_progress(connection, run_id, stage, 0.5, clock())
    async with tenant_transaction(pool, association_id) as connection:
        await runs.draft(
            connection,
            run_id,
            report=factories.report(),
            unmatched=[],
            input_hash=factories.HASH,
            output_hash=factories.HASH,
            at=clock(),
        )


def _events(text: str) -> list[dict[str, Any]]:
    lines = text.replace("\r\n", "\n").split("\n")
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]

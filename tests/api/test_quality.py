"""Quality and network over HTTP."""

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


async def test_quality_is_told_by_event_and_by_release(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    await client.post(f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}/release", json={})
    events = (await client.get("/v1/quality")).json()["points"]
    assert [(one["event_id"], one["run_id"], one["useful"]) for one in events] == [(ids["event_id"], None, None)]
    runs = (await client.get(f"/v1/events/{ids['event_id']}/quality")).json()["points"]
    assert [one["run_id"] for one in runs] == [ids["run_id"]]
    assert (await client.get(f"/v1/events/{NOBODY}/quality")).status_code == 404


async def test_the_network_has_a_place_for_each_person(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    found = (await client.get(f"/v1/events/{ids['event_id']}/network")).json()
    assert (found["people"], found["before"]["ties"], found["after"]["ties"]) == (3, 1, 1)
    assert [(one["tied_before"], one["people"]) for one in found["nodes"]] == [(True, 1), (True, 1), (False, 1)]
    assert (await client.get(f"/v1/events/{NOBODY}/network")).status_code == 404


async def test_a_private_event_shows_no_network(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    await client.put(f"/v1/events/{ids['event_id']}/privacy", json={"privacy": "private"})
    assert (await client.get(f"/v1/events/{ids['event_id']}/network")).status_code == 403


async def test_a_spread_is_of_a_run(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    found = (await client.get(f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}/spread")).json()
    assert found["rows"][1] == {"introductions": 1, "people": 2}

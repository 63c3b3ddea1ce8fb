"""Lists come in pages that neither lose nor repeat a row, whatever happens meanwhile."""

import base64
from typing import Any

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed


async def _names(client: httpx.AsyncClient, address: str) -> list[str]:
    names: list[str] = []
    while address:
        page = (await client.get(address)).json()
        names += [one["name"] for one in page["items"]]
        address = page["next"]
    return names


async def test_each_row_that_stays_is_seen_once_while_others_come_and_go(
    client: httpx.AsyncClient, event: dict[str, Any]
) -> None:
    people = f"/v1/events/{event['id']}/attendees"
    made = [(await client.post(people, json={"name": f"Stays {n}"})).json() for n in range(12)]
    goes = [(await client.post(people, json={"name": f"Goes {n}"})).json() for n in range(6)]
    seen: list[str] = []
    address = f"{people}?limit=4"
    while address:
        page = (await client.get(address)).json()
        seen += [one["name"] for one in page["items"]]
        address = page["next"]
        await client.post(people, json={"name": f"Comes {len(seen)}"})
        if goes:
            assert (await client.delete(f"{people}/{goes.pop()['id']}", headers={"If-Match": '"1"'})).status_code == 204
    assert [name for name in seen if name.startswith("Stays")] == [one["name"] for one in made]
    assert len(seen) == len(set(seen))


async def test_the_next_page_keeps_filters_and_limit(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    people = f"/v1/events/{event['id']}/attendees"
    for n in range(5):
        await client.post(people, json={"name": f"Ada {n}", "organisation": "Law & Sons" if n % 2 == 0 else None})
    assert await _names(client, f"{people}?organisation=law+%26+sons&limit=1") == ["Ada 0", "Ada 2", "Ada 4"]
    page = await client.get(f"{people}?limit=2")
    assert page.headers["link"] == f'<{page.json()["next"]}>; rel="next"'


async def test_a_cursor_made_up_or_carried_over_is_refused(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, event: dict[str, Any]
) -> None:
    people = f"/v1/events/{event['id']}/attendees"
    for n in range(3):
        await client.post(people, json={"name": f"Ada {n}"})
        for one in (client, stranger):
            await one.post("/v1/events", json={"name": f"Event {n}"})
    cursor = (await client.get(f"{people}?limit=1")).json()["next"].rpartition("cursor=")[2]
    signed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    forged = base64.urlsafe_b64encode(signed[:-3] + b'0"]').decode().rstrip("=")
    assert (await client.get(f"{people}?limit=1&cursor={cursor}")).status_code == 200
    for address in (
        f"{people}?limit=1&cursor={forged}",
        f"{people}?limit=1&cursor={cursor}&organisation=x",
        f"/v1/events?limit=1&cursor={cursor}",
    ):
        answer = await client.get(address)
        assert [one["code"] for one in answer.json()["errors"]] == ["not-a-cursor"], address
    own = (await client.get("/v1/events?limit=1")).json()["next"]
    assert (await stranger.get(own)).status_code == 400


@pytest.mark.parametrize("query", ["", "?mutual_value_least=50", "?attendee_id={attendee_id}"])
async def test_pairings_are_listed_by_rank(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, query: str
) -> None:
    ids = await seed(pool, association_id)
    run = f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}"
    found = (await client.get(f"{run}/pairings{query.format(**ids)}")).json()["items"]
    assert [one["rank"] for one in found] == [1]
    assert (await client.get(f"{run}/pairings?mutual_value_least=50.1")).json()["items"] == []


async def test_pairings_come_as_csv_too(
    client: httpx.AsyncClient, connect: Any, make_key: Any, pool: Pool, association_id: AssociationId
) -> None:
    ids = await seed(pool, association_id)
    pairings = f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}/pairings"
    asked = await client.get(pairings, headers={"Accept": "text/csv, application/json;q=0.5"})
    chosen = await client.get(f"{pairings}?format=csv")
    assert asked.content == chosen.content
    assert "Ada Example" in chosen.text
    assert chosen.headers["content-type"].startswith("text/csv")
    assert chosen.headers["vary"] == "Accept"
    assert (await client.get(f"{pairings}?format=json", headers={"Accept": "text/csv"})).json()["items"]

"""Events over HTTP, from making one to deleting it."""

from typing import Any

import httpx

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction


async def test_an_event_is_made_read_changed_and_deleted(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/events", json={"name": "Annual conference", "tags": ["law"]})
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    address = made.headers["location"]
    assert address == f"https://matchmaker.example.org/v1/events/{made.json()['id']}"
    assert (await client.get(address)).json() == made.json()
    changed = await client.put(address, json={"name": "Autumn conference"}, headers={"If-Match": '"1"'})
    assert (changed.json()["name"], changed.json()["tags"], changed.headers["etag"]) == ("Autumn conference", [], '"2"')
    assert (await client.delete(address, headers={"If-Match": '"2"'})).status_code == 204
    assert (await client.get(address)).status_code == 404


async def test_who_attends_no_other_event_is_forgotten_with_it(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId
) -> None:
    first, second = [
        (await client.post("/v1/events", json={"name": name})).json()["id"] for name in ("First", "Second")
    ]
    for event, name in ((first, "Ada"), (first, "Bob"), (second, "Bob")):
        given = {"name": name, "email": f"{name.lower()}@example.org"}
        assert (await client.post(f"/v1/events/{event}/attendees", json=given)).status_code == 201
    assert (await client.delete(f"/v1/events/{first}", headers={"If-Match": '"9"'})).status_code == 412
    assert (await client.delete(f"/v1/events/{first}", headers={"If-Match": '"1"'})).status_code == 204
    async with tenant_transaction(pool, association_id) as connection:
        assert [row["name"] for row in await connection.fetch("select name from contact")] == ["Bob"]
        assert await connection.fetchval("select count(*) from person") == 1


async def test_events_are_listed_latest_first(client: httpx.AsyncClient) -> None:
    names = ["first", "second", "third"]
    for name in names:
        await client.post("/v1/events", json={"name": name})
    listed = (await client.get("/v1/events")).json()
    assert [one["name"] for one in listed["items"]] == names[::-1]
    assert listed["next"] is None


async def test_a_key_of_one_event_sees_that_event_only(
    client: httpx.AsyncClient, connect: Any, make_key: Any, event: dict[str, Any]
) -> None:
    other = (await client.post("/v1/events", json={"name": "Another"})).json()
    async with connect(await make_key(event_id=event["id"])) as bound:
        assert [one["id"] for one in (await bound.get("/v1/events")).json()["items"]] == [event["id"]]
        assert (await bound.get(f"/v1/events/{event['id']}")).status_code == 200
        assert (await bound.get(f"/v1/events/{other['id']}")).status_code == 404
        assert (await bound.post("/v1/events", json={"name": "New"})).status_code == 403
        assert (await bound.get("/v1/keys")).status_code == 403


async def test_what_an_attendee_chose_stays_where_a_change_does_not_name_it(client: httpx.AsyncClient) -> None:
    given = {"name": "Members day", "quiet_place": "Library", "sets_place": "Room 4"}
    event = (await client.post("/v1/events", json=given)).json()
    assert (event["quiet_place"], event["host_name"], event["sets_place"]) == ("Library", None, "Room 4")
    place = f"/v1/events/{event['id']}/attendees"
    purposes = dict.fromkeys(("listed", "matched", "introduced", "measured"), False)
    chosen = {**purposes, "quiet": True, "may_hold_back": True, "meets_at": ["walk", "call", "walk"]}
    made = await client.post(place, json={"name": "Ada", **chosen})
    changed = await client.put(
        f"{place}/{made.json()['id']}", json={"name": "Ada", "listed": True}, headers={"If-Match": made.headers["ETag"]}
    )
    found = changed.json()
    assert {name: found[name] for name in chosen} == {**chosen, "listed": True, "meets_at": ["walk", "call"]}

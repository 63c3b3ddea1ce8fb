"""The door over HTTP: opened, looked at, and people let in by it."""

from typing import Any

import httpx

from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.store import doors
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER


async def test_a_door_is_opened_and_closed(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    address = f"/v1/events/{event['id']}/door"
    first = (await client.get(address)).json()
    assert first["door"] == "closed"
    assert first["code_url"] == f"{first['page_url']}/code.svg"
    for door in ("open", "waiting_list", "closed"):
        assert (await client.put(address, json={"door": door})).json() == {**first, "door": door}
    assert (await client.put(address, json={"door": "ajar"})).status_code == 400
    assert (await client.get(f"/v1/events/{event['id']}")).json() == event  # the door is no part of its version


async def test_who_waits_is_admitted_once_and_written_to(
    client: httpx.AsyncClient, event: dict[str, Any], pool: Pool, association_id: AssociationId
) -> None:
    event_id, ids = EventId(event["id"]), list[AttendeeId]()
    async with tenant_transaction(pool, association_id) as connection:
        for name in ("Ada", "Bob", "Cleo"):
            one = await factories.attendee(connection, event_id, name, opted_in=False)
            ids.append(one.id)
        for one_id in ids[:2]:
            await doors.add(connection, event_id, one_id, AT)
        await doors.verify(connection, ids[0], LATER)
    address = f"/v1/events/{event_id}"
    listed = (await client.get(f"{address}/sign-ups?waiting=true")).json()["items"]
    assert [(one["name"], one["admitted_at"]) for one in listed] == [("Ada", None)]
    assert [one["name"] for one in (await client.get(f"{address}/sign-ups?waiting=false")).json()["items"]] == ["Bob"]
    statuses = [
        (await client.post(f"{address}/admissions", json={"attendee_id": one})).status_code
        for one in (ids[0], ids[0], ids[1], ids[2])
    ]
    assert statuses == [200, 409, 409, 404]
    assert (await client.get(f"{address}/attendees/{ids[0]}")).json()["opted_in"] is True
    counts = (await client.get(f"{address}/door")).json()
    assert (counts["unverified"], counts["waiting"], counts["admitted"]) == (1, 0, 1)
    letters = (await client.get(f"{address}/messages")).json()["items"]
    assert [(one["letter"], one["attendee_id"]) for one in letters] == [("invited", ids[0])]

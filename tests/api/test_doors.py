"""Signing up over HTTP without a key: one answer for all, a letter to the address, and nothing while the door is closed."""

from typing import Any

import httpx
import pytest
from msgspec import structs

from matchmaker.app import create_app
from matchmaker.model.ids import AssociationId
from matchmaker.settings import Settings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.api.world import seed

GRACE = {"name": "Grace Example", "email": "grace@example.org", "seeks": ["A mentor"], "quota": 2}


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
def address(ids: dict[str, str]) -> str:
    return "/v1/doors/{code}/sign-ups".format(**ids)


async def letters(pool: Pool, association_id: AssociationId) -> list[tuple[str, str]]:
    async with tenant_transaction(pool, association_id) as connection:
        rows = await connection.fetch(
            "select letter, contact.name from message join contact using (person_id) where asked_for order by 1, 2"
        )
    return [tuple(row) for row in rows]


async def test_who_signs_up_takes_no_part_before_they_verified(
    anonymous: httpx.AsyncClient,
    client: httpx.AsyncClient,
    pool: Pool,
    association_id: AssociationId,
    ids: dict[str, str],
    address: str,
) -> None:
    assert (await anonymous.post(address, json=GRACE)).status_code == 202
    assert await letters(pool, association_id) == [("verify", "Grace Example")]
    listed = (await client.get("/v1/events/{event_id}/attendees".format(**ids))).json()["items"]
    (grace,) = [one for one in listed if one["email"] == "grace@example.org"]
    assert (grace["opted_in"], grace["seeks"], grace["quota"]) == (False, ["A mentor"], 2)


async def test_known_and_unknown_are_answered_alike(
    anonymous: httpx.AsyncClient, pool: Pool, association_id: AssociationId, address: str
) -> None:
    first = await anonymous.post(address, json=GRACE)
    again = await anonymous.post(address, json={**GRACE, "name": "Somebody Else"})
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert set(first.headers) == set(again.headers)
    assert await letters(pool, association_id) == [("verify", "Grace Example")]


async def test_a_closed_door_a_code_of_nothing_and_bad_fields_are_refused(
    anonymous: httpx.AsyncClient, client: httpx.AsyncClient, ids: dict[str, str], address: str
) -> None:
    for bad in ({**GRACE, "email": "grace"}, {**GRACE, "opted_in": True}, {"name": "Grace Example"}):
        assert (await anonymous.post(address, json=bad)).status_code in (400, 422)
    for code in (ids["code"][::-1], "0" * 44, "z" * 44):
        assert (await anonymous.post(f"/v1/doors/{code}/sign-ups", json=GRACE)).status_code == 404
    await client.put("/v1/events/{event_id}/door".format(**ids), json={"door": "closed"})
    assert (await anonymous.post(address, json=GRACE)).status_code == 409


async def test_a_stranger_who_asks_too_often_waits(connect: Any, settings: Settings, pool: Pool, address: str) -> None:
    small = create_app(structs.replace(settings, rate_requests_anonymous=1, rate_window_seconds=3_600), pool)
    async with connect(to=small, address="198.51.100.9") as stranger:
        assert (await stranger.post(address, json={})).status_code == 400
        refused = await stranger.post(address, json=GRACE)
    assert (refused.status_code, int(refused.headers["retry-after"]) > 0) == (429, True)


async def test_no_other_site_may_call_it_from_a_browser(anonymous: httpx.AsyncClient, address: str) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answers = (
        await anonymous.options(address, headers=asked),
        await anonymous.post(address, json=GRACE, headers={"Origin": "https://elsewhere.example"}),
    )
    assert [name for answer in answers for name in answer.headers if name.startswith("access-control-allow-o")] == []
    plain = await anonymous.post(address, content=b"{}", headers={"Content-Type": "text/plain"})
    assert plain.status_code == 415

"""A pause over HTTP: put once, told in one letter, ended by its deletion."""

from typing import Any

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.api.world import seed

END = "2027-05-20T09:00:00Z"


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
def address(ids: dict[str, str]) -> str:
    return "/v1/events/{event_id}/attendees/{second_id}/pause".format(**ids)


@pytest.fixture
def letters(pool: Pool, association_id: AssociationId, ids: dict[str, str]) -> Any:
    async def goodbyes() -> int:
        async with tenant_transaction(pool, association_id) as connection:
            number: int = await connection.fetchval(
                "select count(*) from message where letter = 'goodbye' and state = 'queued' and attendee_id = $1",
                ids["second_id"],
            )
        return number

    return goodbyes


async def test_a_pause_is_put_once_and_told_in_one_letter(
    client: httpx.AsyncClient, address: str, ids: dict[str, str], letters: Any
) -> None:
    made = await client.put(address, json={"ends_at": END})
    assert (made.status_code, made.json()["scope"], made.json()["ends_at"]) == (200, "programme", END)
    for again in ({"ends_at": END}, {}, {"scope": "programme"}):
        assert (await client.put(address, json=again)).json() == made.json()
    assert await letters() == 1
    introduction = await client.get("/v1/events/{event_id}/introductions/{introduction_id}".format(**ids))
    assert introduction.json()["state"] == "declined"


async def test_another_pause_takes_its_place_and_deletion_ends_all(
    client: httpx.AsyncClient, address: str, letters: Any
) -> None:
    await client.put(address, json={"scope": "round"})
    after = await client.put(address, json={"scope": "everything"})
    assert (after.json()["scope"], after.json()["ends_at"]) == ("everything", None)
    assert await letters() == 1, "the first letter is taken back"
    assert (await client.delete(address)).status_code == 204
    assert (await client.delete(address)).status_code == 204
    again = await client.put(address, json={"scope": "round"})
    assert again.json()["scope"] == "round", "nothing keeps them any more"


async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, address: str, ids: dict[str, str]) -> None:
    past = await client.put(address, json={"ends_at": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (422, "/ends_at")
    nobody = address.replace(ids["second_id"], ids["event_id"])
    assert (await client.put(nobody, json={})).status_code == 404
    assert (await client.delete(nobody)).status_code == 404


async def test_a_key_of_one_event_pauses_nobody_elsewhere(
    connect: Any, make_key: Any, address: str, ids: dict[str, str]
) -> None:
    async with connect(await make_key(event_id=ids["event_id"])) as client:
        assert (await client.put(address, json={"scope": "everything"})).status_code == 403
        assert (await client.put(address, json={"scope": "programme"})).status_code == 200

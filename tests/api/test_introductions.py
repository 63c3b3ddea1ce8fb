"""Introductions over HTTP: released once, answered by both, followed up, and never telling whose the no was."""

from typing import Any

import httpx
import pytest

from matchmaker.model.ids import AssociationId, AttendeeId, EventId, IntroductionId, RunId
from matchmaker.store import replacements
from matchmaker.store.connection import Pool
from matchmaker.store.replacements import Freed
from matchmaker.store.tenant import tenant_transaction
from tests.api.world import seed
from tests.factories import AT


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
def address(ids: dict[str, str]) -> str:
    """Of the introduction of the second and the third, who has said yes."""
    return "/v1/events/{event_id}/introductions/{introduction_id}".format(**ids)


def says(who: str, answer: str, **more: Any) -> dict[str, Any]:
    return {"attendee_id": who, "answer": answer, **more}


async def test_a_run_is_released_once_and_a_retry_is_answered_as_the_first_time(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, ids: dict[str, str]
) -> None:
    address = "/v1/events/{event_id}/runs/{run_id}/release".format(**ids)
    first = await client.post(address, json={}, headers={"idempotency-key": "once"})
    assert first.status_code == 200
    told = {name: first.json()[name] for name in ("offered", "kept", "left_out", "withdrawn")}
    assert told == {"offered": 1, "kept": 0, "left_out": 0, "withdrawn": 1}
    again = await client.post(address, json={}, headers={"idempotency-key": "once"})
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    refused = await client.post(address, json={})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "conflict")
    run = await client.get(address.removesuffix("/release"))
    assert run.json()["state"] == "released"
    async with tenant_transaction(pool, association_id) as connection:
        written = (
            "select count(*) from message join introduction on introduction.id = introduction_id where run_id = $1"
        )
        assert await connection.fetchval(written, ids["run_id"]) == 2


async def test_two_yeses_introduce(client: httpx.AsyncClient, ids: dict[str, str], address: str) -> None:
    before = (await client.get(address)).json()
    assert (before["state"], before["accepted"], before["introduced_at"]) == ("half_accepted", 1, None)
    answer = await client.post(f"{address}/response", json=says(ids["second_id"], "yes"))
    assert (answer.status_code, answer.json()["state"], answer.json()["accepted"]) == (200, "introduced", 2)
    assert (await client.get(address)).json() == answer.json()
    for given in ("yes", "no", "other_time"):
        refused = await client.post(f"{address}/response", json=says(ids["second_id"], given))
        assert refused.status_code == 409


async def test_no_answer_tells_whose_the_no_was(client: httpx.AsyncClient, ids: dict[str, str], address: str) -> None:
    said_no = await client.post(f"{address}/response", json=says(ids["third_id"], "no", reason="No time."))
    assert (said_no.json()["state"], said_no.json()["accepted"]) == ("declined", 0)
    said_yes = await client.post(f"{address}/response", json=says(ids["second_id"], "yes"))
    assert (said_yes.status_code, said_yes.json()) == (200, said_no.json())
    listed = await client.get("/v1/events/{event_id}/feedback".format(**ids))
    assert "No time." not in listed.text
    assert not [one for one in listed.json()["items"] if one["attendee_id"] == ids["third_id"]]


async def test_strangers_and_unknown_words_are_refused(
    client: httpx.AsyncClient, ids: dict[str, str], address: str
) -> None:
    outside = await client.post(f"{address}/response", json=says(ids["attendee_id"], "yes"))
    unknown = await client.post(f"{address}/response", json=says(ids["event_id"], "yes"))
    nonsense = await client.post(f"{address}/response", json=says(ids["second_id"], "perhaps"))
    assert [one.status_code for one in (outside, unknown, nonsense)] == [404, 422, 400]


async def test_after_the_introduction_they_say_whether_they_met_and_promise(
    client: httpx.AsyncClient, ids: dict[str, str], address: str
) -> None:
    met = {"attendee_id": ids["second_id"], "met": True, "useful": 5, "reason": "We will build it."}
    promise = {"attendee_id": ids["second_id"], "words": "To send the plans."}
    assert (await client.post(f"{address}/feedback", json=met)).status_code == 409
    assert (await client.post(f"{address}/promises", json=promise)).status_code == 409
    await client.post(f"{address}/response", json=says(ids["second_id"], "yes"))
    assert (await client.post(f"{address}/feedback", json=met | {"met": False})).status_code == 422
    assert (await client.post(f"{address}/feedback", json=met)).json()["state"] == "met"
    made = await client.post(f"{address}/promises", json=promise)
    assert (made.status_code, (await client.get(made.headers["location"])).json()) == (201, made.json())
    assert (await client.post(f"{address}/promises", json=promise)).status_code == 409
    closed = await client.post(f"{made.headers['location']}/outcome", json={"kept": False})
    assert (closed.status_code, closed.json()["kept"]) == (200, False)
    assert (await client.post(f"{made.headers['location']}/outcome", json={"kept": True})).status_code == 409
    listed = await client.get(f"{address}/promises")
    assert len(listed.json()["items"]) == 2
    assert "To send the plans." not in listed.text


async def test_lists_are_of_a_state_and_of_one(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = "/v1/events/{event_id}/introductions".format(**ids)

    async def found(query: str = "") -> list[str]:
        return [one["id"] for one in (await client.get(f"{address}{query}")).json()["items"]]

    assert await found() == [ids["introduction_id"]]
    assert await found("?state=half_accepted") == [ids["introduction_id"]]
    assert await found("?state=met") == []
    assert await found(f"?attendee_id={ids['attendee_id']}") == []
    assert (await client.get(f"{address}?state=happy")).status_code == 400


async def test_what_is_offered_in_place_of_another_says_so(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, ids: dict[str, str], address: str
) -> None:
    await client.post("/v1/events/{event_id}/runs/{run_id}/release".format(**ids), json={})
    listed = f"{address.rpartition('/')[0]}"
    (other,) = [one for one in (await client.get(listed)).json()["items"] if one["id"] != ids["introduction_id"]]
    assert not other["is_replacement"]
    freed = Freed(
        introduction_id=IntroductionId(ids["introduction_id"]),
        event_id=EventId(ids["event_id"]),
        run_id=RunId(ids["other_id"]),
        attendee_id=AttendeeId(ids["second_id"]),
    )
    async with tenant_transaction(pool, association_id) as connection:
        await replacements.decide(connection, freed, AT)
        await replacements.note_offered(connection, freed, IntroductionId(other["id"]))
    found = {one["id"]: one["is_replacement"] for one in (await client.get(listed)).json()["items"]}
    assert found == {ids["introduction_id"]: False, other["id"]: True}
    assert (await client.get(f"{listed}/{other['id']}")).json()["is_replacement"]

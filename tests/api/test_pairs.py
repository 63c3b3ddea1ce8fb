"""What is said of two people over HTTP: a later wish or decision replaces the earlier, and bad ones are told what is wrong."""

from typing import Any

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed

RESOURCES = {
    "wishes": ("attendee_id", "other_id", {"strength": "would_like"}, {"strength": "must_meet"}),
    "decisions": ("first_id", "second_id", {"verdict": "pinned"}, {"verdict": "rejected"}),
    "encounters": ("first_id", "second_id", {"kind": "met"}, {"kind": "sat_together"}),
}


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.mark.parametrize("resource", ["wishes", "decisions"])
async def test_the_last_word_on_a_pair_holds(client: httpx.AsyncClient, ids: dict[str, str], resource: str) -> None:
    one, other, said, later = RESOURCES[resource]
    address = f"/v1/events/{ids['event_id']}/{resource}"
    pair = {one: ids["second_id"], other: ids["third_id"]}
    first = await client.post(address, json={**pair, **said})
    second = await client.post(address, json={**pair, **later})
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == {**first.json(), **later}
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["location"].endswith(f"{address}/{first.json()['id']}")
    found = (await client.get(f"{address}?attendee_id={ids['third_id']}")).json()["items"]
    assert found == [second.json()]
    assert (await client.delete(second.headers["location"])).status_code == 204
    assert (await client.delete(second.headers["location"])).status_code == 404


async def test_a_decision_is_on_the_pair_whoever_is_named_first(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['event_id']}/decisions"
    pair = {"first_id": ids["third_id"], "second_id": ids["second_id"], "verdict": "pinned"}
    made = (await client.post(address, json=pair)).json()
    assert (made["first_id"], made["second_id"]) == (ids["second_id"], ids["third_id"])


async def test_an_encounter_is_remembered_once(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['event_id']}/encounters"
    met = {"first_id": ids["third_id"], "second_id": ids["second_id"], "kind": "met"}
    made = await client.post(address, json=met)
    assert made.json().items() >= {"first_id": ids["second_id"], "second_id": ids["third_id"], "kind": "met"}.items()
    assert (await client.post(address, json=met)).status_code == 409
    assert (await client.post(address, json={**met, "kind": "sat_together"})).status_code == 201
    assert (await client.delete(made.headers["location"])).status_code == 204


@pytest.mark.parametrize("resource", RESOURCES)
async def test_a_stranger_oneself_and_an_unknown_word_are_refused(
    client: httpx.AsyncClient, ids: dict[str, str], pool: Pool, association_id: AssociationId, resource: str
) -> None:
    one, other, said, _ = RESOURCES[resource]
    elsewhere = await seed(pool, association_id)
    address = f"/v1/events/{ids['event_id']}/{resource}"
    me, stranger = ids["attendee_id"], elsewhere["attendee_id"]
    for body, status, pointer, code in (
        ({one: me, other: me, **said}, 422, f"/{other}", "same"),
        ({one: me, other: stranger, **said}, 422, f"/{other}", "unknown-id"),
        ({one: stranger, other: me, **said}, 422, f"/{one}", "unknown-id"),
        ({one: me, other: "somebody", **said}, 400, f"/{other}", "not-an-id"),
        (
            {one: me, other: ids["second_id"], **dict.fromkeys(said, "perhaps")},
            400,
            f"/{next(iter(said))}",
            "not-a-choice",
        ),
    ):
        answer = await client.post(address, json=body)
        problem = answer.json()
        assert (answer.status_code, problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == (
            status,
            pointer,
            code,
        )


async def test_a_pair_that_is_kept_apart_cannot_be_pinned_and_may_be_rejected(
    client: httpx.AsyncClient, ids: dict[str, str]
) -> None:
    event = f"/v1/events/{ids['event_id']}"
    pair = {"first_id": ids["third_id"], "second_id": ids["attendee_id"]}  # whom the world keeps apart
    refused = await client.post(f"{event}/decisions", json={**pair, "verdict": "pinned"})
    assert refused.status_code == 409
    assert (
        refused.json().items()
        >= {
            "detail": "An exclusion keeps the two apart, and outranks any pin.",
            "cure": "Delete the exclusion first if the two may meet after all.",
        }.items()
    )
    assert (await client.post(f"{event}/decisions", json={**pair, "verdict": "rejected"})).status_code == 201
    assert (await client.delete(f"{event}/exclusions/{ids['exclusion_id']}")).status_code == 204
    assert (await client.post(f"{event}/decisions", json={**pair, "verdict": "pinned"})).status_code == 201


@pytest.mark.parametrize("resource", RESOURCES)
async def test_lists_are_paged(client: httpx.AsyncClient, ids: dict[str, str], resource: str) -> None:
    one, other, said, _ = RESOURCES[resource]
    address = f"/v1/events/{ids['event_id']}/{resource}"
    await client.post(address, json={one: ids["second_id"], other: ids["third_id"], **said})
    found: list[Any] = []
    page = f"{address}?limit=1"
    while page:
        answer = (await client.get(page)).json()
        found, page = found + answer["items"], answer["next"]
    assert found == (await client.get(address)).json()["items"]
    assert len(found) == 2

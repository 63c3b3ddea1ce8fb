"""Feedback and weights over HTTP."""

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed

CSV = {"content-type": "text/csv"}


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


async def test_a_list_is_taken_in_and_again_changes_nothing(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['event_id']}/feedback"
    rows = [
        {"attendee_id": ids["attendee_id"], "other_id": ids["second_id"], "useful": 5, "reason": "We will build it."},
        {"attendee_id": ids["second_id"], "other_id": ids["attendee_id"], "accepted": False},
    ]
    first = await client.post(address, json=rows)
    assert (first.status_code, first.json()) == (
        200,
        {"added": 1, "changed": 1, "unchanged": 0, "failed": 0, "errors": []},
    )
    again = await client.post(address, json=rows)
    assert again.json() == {"added": 0, "changed": 0, "unchanged": 2, "failed": 0, "errors": []}
    items = (await client.get(f"{address}?attendee_id={ids['second_id']}")).json()["items"]
    assert [(one["accepted"], one["met"], one["useful"], one["reason"]) for one in items] == [
        (True, True, 5, "We will build it."),
        (False, None, None, None),
    ]
    assert (await client.delete(f"{address}/{items[0]['id']}")).status_code == 204
    assert (await client.delete(f"{address}/{items[0]['id']}")).status_code == 404


async def test_the_same_key_is_answered_as_the_first_time(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['event_id']}/feedback"
    row = {"attendee_id": ids["third_id"], "other_id": ids["second_id"], "accepted": True}
    first = await client.post(address, json=[row], headers={"idempotency-key": "once"})
    again = await client.post(address, json=[row], headers={"idempotency-key": "once"})
    assert again.json() == first.json()
    assert again.json()["added"] == 1
    assert again.headers["idempotency-replayed"] == "true"


async def test_every_bad_row_is_named_and_none_is_taken(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['event_id']}/feedback"
    one, other, stranger = ids["attendee_id"], ids["third_id"], ids["event_id"]
    rows = [
        {"attendee_id": other, "other_id": one, "accepted": True},
        {"attendee_id": one, "other_id": one, "accepted": True},
        {"attendee_id": stranger, "other_id": one, "accepted": True},
        {"attendee_id": one, "other_id": other},
        {"attendee_id": one, "other_id": ids["second_id"], "met": False, "useful": 3},
        {"attendee_id": other, "other_id": one, "accepted": False},
    ]
    answer = await client.post(address, json=rows)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [
        ("/1/other_id", "same"),
        ("/2/attendee_id", "unknown-id"),
        ("/3", "says-nothing"),
        ("/4/useful", "not-met"),
        ("/5", "repeated"),
    ]
    bad = await client.post(address, json=[{"attendee_id": "me", "other_id": one, "met": True}])
    assert (bad.status_code, bad.json()["errors"][0]["pointer"]) == (400, "/0/attendee_id")
    assert len((await client.get(address)).json()["items"]) == 1  # the world's own


async def test_a_csv_names_people_and_tells_what_it_left_out(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['event_id']}/feedback"
    rows = (
        "attendee,other,met,useful\n"
        "Ada Example,Cleo Example,yes,4\nCleo Example,Ada Example,yes,9\nAda Example,Cleo Example,,\n"
    )
    answer = await client.post(address, content=rows, headers=CSV)
    found = answer.json()
    assert (answer.status_code, found["added"], found["failed"]) == (200, 1, 2)
    assert [(error["line"], error["column"], error["code"]) for error in found["errors"]] == [
        (3, "useful", "useful_invalid"),
        (4, "", "says_nothing"),
    ]
    refused = await client.post(address, content="name\nAda\n", headers=CSV)
    assert refused.status_code == 422


async def test_an_unknown_event_has_no_feedback(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['run_id']}/feedback"
    row = {"attendee_id": ids["third_id"], "other_id": ids["second_id"], "accepted": True}
    csv = "attendee,other,met\nAda Example,Cleo Example,yes\n"
    assert (await client.post(address, json=[row])).status_code == 404
    assert (await client.post(address, content=csv, headers=CSV)).status_code == 404
    assert (await client.get(address)).status_code == 404


async def test_weights_are_asked_for_used_and_left(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    asked = await client.post("/v1/weights")
    assert (asked.status_code, asked.json()["version"], asked.json()["state"]) == (202, 2, "queued")
    assert (await client.get(asked.headers["location"])).json() == asked.json()
    assert (await client.post("/v1/weights")).status_code == 409
    assert (await client.post(f"{asked.headers['location']}/activation")).status_code == 409
    earlier = f"/v1/weights/{ids['weights_id']}"
    assert (await client.post(f"{earlier}/activation")).json()["active"]
    run = await client.post(f"/v1/events/{ids['event_id']}/runs", json={})
    assert run.json()["weights_id"] == ids["weights_id"]
    assert (await client.delete(f"{asked.headers['location']}/activation")).status_code == 204
    assert (await client.get(earlier)).json()["active"]
    assert (await client.delete(f"{earlier}/activation")).status_code == 204
    assert not (await client.get(earlier)).json()["active"]
    page = (await client.get("/v1/weights?limit=1")).json()
    assert [one["version"] for one in page["items"]] == [2]
    assert [one["version"] for one in (await client.get(page["next"])).json()["items"]] == [1]

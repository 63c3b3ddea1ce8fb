"""A POST sent again with its key is done once and answered alike."""

import asyncio
from typing import Any

import httpx
import pytest


async def test_a_repeated_request_is_answered_byte_for_byte(client: httpx.AsyncClient) -> None:
    first = await client.post("/v1/events", json={"name": "Once"}, headers={"Idempotency-Key": "8e03978e"})
    again = await client.post("/v1/events", json={"name": "Once"}, headers={"Idempotency-Key": '"8e03978e"'})
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (again.headers["location"], again.headers["etag"]) == (first.headers["location"], first.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len((await client.get("/v1/events")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/v1/events", {"name": "Another"}),
        ("/v1/keys", {"name": "Once"}),
        ("/v1/keys", {"label": "x", "scopes": ["events:read"]}),
    ],
)
async def test_a_key_stands_for_one_request(client: httpx.AsyncClient, address: str, body: dict[str, Any]) -> None:
    headers = {"Idempotency-Key": "one"}
    await client.post("/v1/events", json={"name": "Once"}, headers=headers)
    answer = await client.post(address, json=body, headers=headers)
    assert answer.status_code in (422, 400)
    assert (answer.status_code == 400) == (body == {"name": "Once"})


async def test_of_two_at_once_one_takes_effect(client: httpx.AsyncClient) -> None:
    for number in range(10):
        headers = {"Idempotency-Key": f"pair-{number}"}
        body = {"name": f"Pair {number}"}
        answers = await asyncio.gather(*(client.post("/v1/events", json=body, headers=headers) for _ in range(3)))
        done = [one for one in answers if one.status_code == 201]
        assert len({one.content for one in done}) == 1
        assert {one.status_code for one in answers} <= {201, 409}
        assert len([one for one in done if "idempotency-replayed" not in one.headers]) == 1
    assert len((await client.get("/v1/events")).json()["items"]) == 10


async def test_a_refused_request_may_be_mended_under_the_same_key(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "mended"}
    assert (await client.post("/v1/events", json={"nam": "x"}, headers=headers)).status_code == 400
    assert (await client.post("/v1/events", json={"name": "x"}, headers=headers)).status_code == 201


async def test_keys_of_two_callers_do_not_meet(client: httpx.AsyncClient, connect: Any, make_key: Any) -> None:
    headers = {"Idempotency-Key": "shared"}
    first = await client.post("/v1/events", json={"name": "x"}, headers=headers)
    async with connect(await make_key()) as other:
        second = await other.post("/v1/events", json={"name": "x"}, headers=headers)
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "two words", "é"])
async def test_a_key_that_cannot_be_one_is_400(client: httpx.AsyncClient, key: str) -> None:
    answer = await client.post("/v1/events", json={"name": "x"}, headers=[(b"Idempotency-Key", key.encode("latin-1"))])
    assert answer.status_code == 400


async def test_the_longest_key_is_kept(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "x" * 255}
    for _ in range(2):
        assert (await client.post("/v1/events", json={"name": "x"}, headers=headers)).status_code == 201
    assert len((await client.get("/v1/events")).json()["items"]) == 1


async def test_a_secret_is_not_kept_to_be_shown_again(client: httpx.AsyncClient, connection: Any) -> None:
    body, headers = {"label": "once", "scopes": ["events:read"]}, {"Idempotency-Key": "secret"}
    made = await client.post("/v1/keys", json=body, headers=headers)
    again = await client.post("/v1/keys", json=body, headers=headers)
    assert (made.status_code, again.status_code) == (201, 409)
    kept = await connection.fetchval("select string_agg(encode(body, 'escape'), '') from idempotency")
    assert made.json()["key"] not in kept
    assert len((await client.get("/v1/keys")).json()["items"]) == 2

"""The sender over HTTP: set as a whole, and refused field by field."""

from typing import Any

import httpx
import pytest

PLAIN = {"name": "Association of Examples", "address": "events@example.org"}
SIGNED = {"dkim_domain": "example.org", "dkim_selector": "one", "dkim_key": "example"}


async def test_a_sender_is_set_and_set_again(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/sender")).status_code == 404
    first = await client.put("/v1/sender", json=PLAIN | SIGNED)
    assert (first.status_code, first.json()["opens_hour"], first.json()["weekends"]) == (200, 8, False)
    assert (await client.get("/v1/sender")).json() == first.json()
    second = (await client.put("/v1/sender", json=PLAIN | {"language": "de", "closes_hour": 17})).json()
    assert (second["language"], second["closes_hour"], second["dkim_key"]) == ("de", 17, None)
    assert (await client.get("/v1/sender")).json() == second


@pytest.mark.parametrize(
    ("wrong", "pointers"),
    [
        ({"address": "nobody"}, ["/address"]),
        ({"reply_to": "@example.org", "address": "a b@example.org"}, ["/address", "/reply_to"]),
        ({"opens_hour": 9, "closes_hour": 9}, ["/closes_hour"]),
        ({"dkim_domain": "example.org"}, ["/dkim_selector", "/dkim_key"]),
    ],
)
async def test_a_sender_that_cannot_send_is_refused(
    client: httpx.AsyncClient, wrong: dict[str, Any], pointers: list[str]
) -> None:
    answer = await client.put("/v1/sender", json=PLAIN | wrong)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers
    assert (await client.get("/v1/sender")).status_code == 404

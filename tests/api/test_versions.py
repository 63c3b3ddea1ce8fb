"""Nobody undoes a change they have not seen."""

import asyncio
from typing import Any

import httpx
import pytest


async def test_of_many_writers_with_one_version_one_wins(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    address = f"/v1/events/{event['id']}"
    for version in range(1, 6):
        changes = (
            client.put(address, json={"name": f"Writer {number}"}, headers={"If-Match": f'"{version}"'})
            for number in range(12)
        )
        answers = await asyncio.gather(*changes)
        assert sorted(one.status_code for one in answers) == [200, *[412] * 11]
    assert (await client.get(address)).headers["etag"] == '"6"'


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_change_without_a_version_is_428(client: httpx.AsyncClient, event: dict[str, Any], method: str) -> None:
    body = {"json": {"name": "x"}} if method == "PUT" else {}
    answer = await client.request(method, f"/v1/events/{event['id']}", **body)  # type: ignore[arg-type]
    assert answer.status_code == 428


@pytest.mark.parametrize("version", ['"2"', '"0"', "1", 'W/"1"', "*", '"99999999999"', '"x"'])
async def test_another_version_is_412(client: httpx.AsyncClient, event: dict[str, Any], version: str) -> None:
    answer = await client.put(f"/v1/events/{event['id']}", json={"name": "x"}, headers={"If-Match": version})
    assert answer.status_code == 412


async def test_what_has_not_changed_is_304(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    address = f"/v1/events/{event['id']}"
    for held in ('"1"', 'W/"1"', '"7", "1"'):
        answer = await client.get(address, headers={"If-None-Match": held})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
    assert (await client.get(address, headers={"If-None-Match": '"2"'})).status_code == 200

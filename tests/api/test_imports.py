"""Imports: good rows go in, each other is told, and the server answers others meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from matchmaker.api import imports as imports_api
from matchmaker.api.import_bodies import read_sheet

CSV = {"Content-Type": "text/csv"}


async def test_good_rows_go_in_and_the_rest_is_told(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    imports = f"/v1/events/{event['id']}/imports"
    body = "name,email\nAda Example,ada@example.org\nEve Example,ada@example.org\nBob Example,bob@example.org\n"
    answer = await client.post(imports, content=body, headers=CSV)
    done = answer.json()
    assert (done["added"], done["failed"], done["error_count"]) == (2, 1, 1)
    assert done["errors"][0]["line"] == 3
    assert (await client.get(answer.headers["location"])).json() == done
    failed = await client.get(f"{answer.headers['location']}/failed-rows")
    assert failed.text.lstrip("\ufeff").splitlines() == [
        "name,email,error",
        f'Eve Example,ada@example.org,"{done["errors"][0]["message"]}"',
    ]
    again = (await client.post(imports, content=body, headers=CSV)).json()
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 2)


async def test_a_dry_run_changes_nothing(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    answer = await client.post(f"/v1/events/{event['id']}/imports?dry_run=true", content="name\nAda\n", headers=CSV)
    assert (answer.json()["added"], answer.json()["dry_run"]) == (1, True)
    assert (await client.get(f"/v1/events/{event['id']}/attendees")).json()["items"] == []


async def test_columns_can_be_mapped(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    address = f"/v1/events/{event['id']}"
    query = "map=Full%20name%3Dname,Can%20help%20with%3Doffers"
    done = await client.post(
        f"{address}/imports?{query}", content="Full name,Can help with\nAda,tax law\n", headers=CSV
    )
    assert done.json()["added"] == 1
    found = (await client.get(f"{address}/attendees")).json()["items"]
    assert [(one["name"], one["offers"]) for one in found] == [("Ada", ["tax law"])]
    assert (await client.post(f"{address}/imports?map=name", content="a\n", headers=CSV)).status_code == 400


async def test_json_rows_go_in_or_every_bad_field_is_told(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    imports = f"/v1/events/{event['id']}/imports"
    done = await client.post(imports, json=[{"name": "Ada", "knows": ["Bob"]}, {"name": "Bob"}])
    assert (done.json()["added"], done.json()["acquaintances"]) == (2, 1)
    refused = await client.post(imports, json=[{"name": "Cleo", "quota": -1}, {"nam": "Dan"}])
    assert {one["pointer"] for one in refused.json()["errors"]} == {"/0/quota", "/1/nam", "/1/name"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n\n",
        b"\x00\x00\x00",
        b"name\n\xff\xfe\xfd\n",
        "name\nAda\n".encode("utf-16"),
        b"x" * 1_000_000,
        b'name\n"never closed' + b"x" * 200_000,
        b"," * 100_000,
        b"name" + b",x" * 5_000 + b"\nAda\n",
    ],
)
async def test_a_hostile_file_is_told_what_is_wrong(
    client: httpx.AsyncClient, event: dict[str, Any], body: bytes
) -> None:
    answer = await client.post(f"/v1/events/{event['id']}/imports", content=body, headers=CSV)
    assert answer.status_code in (201, 422)


async def test_too_many_rows_or_bytes_are_refused(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    imports = f"/v1/events/{event['id']}/imports"
    many = "name\n" + "".join(f"Person {n}\n" for n in range(20_001))
    assert (await client.post(imports, content=many, headers=CSV)).status_code == 422
    assert (await client.post(imports, content=b"name\n" + b"x" * 10_000_000, headers=CSV)).status_code == 413
    assert (
        await client.post(imports, content=b"name\nAda\n", headers={"Content-Type": "text/plain"})
    ).status_code == 415


async def test_others_come_between_the_parts_of_a_large_file(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    """Its parts are all there at once, as twenty senders on a fast network keep them."""
    turns, sent = 0, list[int]()

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async def parts() -> AsyncIterator[bytes]:
        yield b"name\n"
        for number in range(50):
            sent.append(turns)
            yield f"Person {number}\n".encode()

    between = asyncio.create_task(others())
    answer = await client.post(f"/v1/events/{event['id']}/imports", content=parts(), headers=CSV)
    between.cancel()
    assert (answer.status_code, answer.json()["added"]) == (201, 50)
    assert len(set(sent)) > 40


async def test_a_file_is_read_beside_the_loop(
    client: httpx.AsyncClient, event: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading in the loop's own thread would hold up every other request; how long is the benchmark's to say."""
    threads = []

    def read(*words: Any) -> Any:
        threads.append(threading.get_ident())
        return read_sheet(*words)

    monkeypatch.setattr(imports_api, "read_sheet", read)
    answer = await client.post(f"/v1/events/{event['id']}/imports?dry_run=true", content=b"name\nAda\n", headers=CSV)
    assert answer.json()["added"] == 1
    assert len(threads) == 1
    assert threads[0] != threading.get_ident()

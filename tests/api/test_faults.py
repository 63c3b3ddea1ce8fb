"""When something breaks, the client is told to wait, or given a number, and never a lie."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs

from matchmaker.api import idempotency
from matchmaker.app import create_app
from matchmaker.settings import Settings
from matchmaker.store import embedded, events
from matchmaker.store.connection import Pool
from matchmaker.store.pool import open_pool
from tests.api.conftest import clock


async def test_alive_and_ready(anonymous: httpx.AsyncClient) -> None:
    for address in ("/livez", "/readyz"):
        assert (await anonymous.get(address)).json() == {"status": "ok"}


async def test_without_its_database_the_server_says_wait(connect: Any, make_key: Any, settings: Settings) -> None:
    key = await make_key()
    gone = structs.replace(settings, database_url="postgresql://matchmaker_app@/matchmaker?host=/nowhere&port=5432")
    pool = await asyncpg.create_pool(gone.database_url, min_size=0)
    async with connect(key, to=create_app(gone, pool, clock=clock)) as client:
        for address in ("/readyz", "/v1/events"):
            answer = await client.get(address)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert (await client.get("/livez")).status_code == 200


async def test_when_all_connections_are_busy_the_server_says_wait(
    connect: Any, make_key: Any, settings: Settings, database: embedded.Server
) -> None:
    key = await make_key()
    pool = await open_pool(database.dsn(embedded.APP), connections_max=1)
    async with connect(key, to=create_app(settings, pool, clock=clock)) as client, pool.acquire():
        assert (await client.get("/v1/events")).status_code == 503
    await pool.close()


async def test_a_database_that_goes_away_is_503_and_comes_back(
    client: httpx.AsyncClient, pool: Pool, database: embedded.Server
) -> None:
    assert (await client.get("/v1/events")).status_code == 200
    owner = await asyncpg.connect(database.dsn("postgres"))
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'matchmaker_app'"
    await owner.execute(ended)
    await owner.close()
    answers = [(await client.get("/v1/events")).status_code for _ in range(8)]
    assert set(answers) <= {200, 503}
    assert answers[-1] == 200


async def test_a_commit_that_fails_is_no_success(client: httpx.AsyncClient, monkeypatch: Any) -> None:
    async def fail(*_: object) -> None:
        raise asyncpg.SerializationError

    with monkeypatch.context() as broken:
        broken.setattr(idempotency, "keep", fail)
        assert (await client.post("/v1/events", json={"name": "Lost"})).status_code == 503
    assert (await client.get("/v1/events")).json()["items"] == []


async def test_a_mistake_of_ours_is_a_problem_with_a_number_and_is_logged_without_words(
    settings: Settings,
    pool: Pool,
    connect: Any,
    make_key: Any,
    monkeypatch: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("ada@example.org broke it")

    monkeypatch.setattr(events, "find", fail)
    async with connect(await make_key(), to=create_app(settings, pool, clock=clock)) as client:
        answer = await client.get("/v1/events")
    assert answer.status_code == 500
    assert "ada@example.org" not in answer.text
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    line = next(one for one in logged if one["request_id"] == answer.headers["x-request-id"])
    assert line["level"] == "error"
    assert line["error"][0] == "RuntimeError"
    assert "ada@example.org" not in json.dumps(logged)


async def test_the_log_holds_no_key_and_no_query(
    settings: Settings, pool: Pool, connect: Any, make_key: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    key = await make_key()
    app = create_app(structs.replace(settings, log_level="info"), pool, clock=clock)
    async with connect(key, to=app) as client:
        await client.get("/v1/events?limit=7")
        await client.get(f"/v1/events?limit={key}")
        made = await client.post("/v1/events", json={"name": "Secret Society"})
        await client.post(f"/v1/events/{made.json()['id']}/attendees", json={"name": "Ada Example"})
    err = capsys.readouterr().err
    lines = [json.loads(line) for line in err.splitlines()]
    assert [one["status"] for one in lines] == [200, 400, 201, 201]
    assert {one["path"] for one in lines} == {"/v1/events", "/v1/events/{event_id}/attendees"}
    for secret in (key, "limit", "Secret Society", "Ada Example"):
        assert secret not in err


async def test_the_reference_and_its_files_are_our_own(anonymous: httpx.AsyncClient) -> None:
    page = await anonymous.get("/docs")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js", "page.css"):
        assert f'"/docs/{name}"' in page.text
        assert (await anonymous.get(f"/docs/{name}")).status_code == 200
    assert "http" not in page.text
    assert (await anonymous.get("/docs/..%2fapp.py")).status_code == 404


async def test_slow_statements_do_not_pile_up(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.get("/v1/events") for _ in range(40)))
    assert {one.status_code for one in answers} == {200}

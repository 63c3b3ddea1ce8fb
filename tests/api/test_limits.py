"""Limits hold over all processes together, and nobody evades them by what they claim."""

import asyncio
from typing import Any

import httpx
from litestar import Litestar
from msgspec import structs

from matchmaker.app import create_app
from matchmaker.settings import Settings
from matchmaker.store.connection import Pool
from tests.api.conftest import clock


def _limited(settings: Settings, pool: Pool) -> Litestar:
    """One process of a service with small limits."""
    small = structs.replace(settings, rate_requests=20, rate_requests_anonymous=5, rate_window_seconds=3_600)
    return create_app(small, pool, clock=clock)


async def test_two_processes_share_one_limit(connect: Any, make_key: Any, settings: Settings, pool: Pool) -> None:
    key = await make_key()
    async with connect(key, to=_limited(settings, pool)) as one, connect(key, to=_limited(settings, pool)) as other:
        answers = await asyncio.gather(*((one if n % 2 else other).get("/v1/events") for n in range(30)))
        assert sorted(answer.status_code for answer in answers) == [200] * 20 + [429] * 10
        refused = await one.get("/v1/events")
        assert refused.json()["violated-policies"] == ["default"]
        assert refused.headers["ratelimit-policy"] == '"default";q=20;w=3600'
        assert refused.headers["ratelimit"].startswith('"default";r=0;t=')
        assert 1 <= int(refused.headers["retry-after"]) <= 3_600
        assert (await one.get("/livez")).status_code == 200


async def test_each_key_has_its_own_limit(connect: Any, make_key: Any, settings: Settings, pool: Pool) -> None:
    app = _limited(settings, pool)
    async with connect(await make_key(), to=app) as one, connect(await make_key(), to=app) as other:
        for _ in range(21):
            last = await one.get("/v1/events")
        assert last.status_code == 429
        assert (await other.get("/v1/events")).status_code == 200


async def test_a_stranger_is_counted_by_address_whatever_they_claim(
    connect: Any, settings: Settings, pool: Pool
) -> None:
    app = _limited(settings, pool)
    async with connect(to=app, address="203.0.113.7") as stranger:
        for number in range(5):
            headers = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
            assert (await stranger.get("/v1/events", headers=headers)).status_code == 401
        claims = {"X-Forwarded-For": "198.51.100.99", "X-Real-IP": "198.51.100.98"}
        assert (await stranger.get("/v1/events", headers=claims)).status_code == 429
    async with connect(to=app, address="203.0.113.8") as another:
        assert (await another.get("/v1/events")).status_code == 401


async def test_a_client_that_waits_as_told_is_served(
    connect: Any, make_key: Any, settings: Settings, pool: Pool
) -> None:
    app = create_app(structs.replace(settings, rate_requests=3, rate_window_seconds=1), pool, clock=clock)
    async with connect(await make_key(), to=app) as client:
        served = 0
        while served < 8:
            answer: httpx.Response = await client.get("/v1/events")
            served += answer.status_code == 200
            if answer.status_code == 429:
                await asyncio.sleep(int(answer.headers["retry-after"]))
                assert (await client.get("/v1/events")).status_code == 200

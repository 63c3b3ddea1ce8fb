"""From one block of addresses come so many links an hour; answers take the same time."""

import asyncio
import uuid
from datetime import timedelta

import pytest

from matchmaker.services.strangers import ANSWER_SECONDS, block_of, count_link, evenly
from matchmaker.store import limits
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import untenanted_transaction
from tests.factories import AT


@pytest.mark.parametrize(
    ("host", "block"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("192.0.2.250", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unknown", "unknown"),
    ],
)
def test_a_block_is_what_one_caller_has(host: str, block: str) -> None:
    assert block_of(host) == block


async def test_so_many_links_an_hour_come_from_one_block(pool: Pool) -> None:
    here, there = (f"host-{uuid.uuid4()}" for _ in range(2))
    at = AT + timedelta(minutes=20)
    assert [await count_link(pool, here, at, most=2) for _ in range(3)] == [None, None, timedelta(minutes=40)]
    assert await count_link(pool, there, at, most=2) is None
    assert await count_link(pool, here, at + timedelta(minutes=39), most=2) == timedelta(minutes=1)
    assert await count_link(pool, here, AT + timedelta(hours=1), most=2) is None


async def test_windows_that_are_swept_away_do_not_take_the_hour_along(pool: Pool) -> None:
    here, at = f"host-{uuid.uuid4()}", AT + timedelta(minutes=50)
    assert await count_link(pool, here, at, most=1) is None
    async with untenanted_transaction(pool) as connection:
        await limits.remove_before(connection, at)
    assert await count_link(pool, here, at, most=1) == timedelta(minutes=10)


async def test_what_is_quick_and_what_fails_takes_as_long() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with evenly():
        pass
    assert loop.time() - began >= ANSWER_SECONDS
    began = loop.time()
    with pytest.raises(ValueError, match="refused"):
        async with evenly():
            raise ValueError("refused")
    assert loop.time() - began >= ANSWER_SECONDS

"""What a stranger may ask for: links to an address they type, not too many from one place, and answered alike.

A place is a block of addresses (a /24, or a /48 of IPv6), since whoever has one address of it has most others. An answer
takes the same time whether the address is known or not, so that its length tells nothing; a database that is slower than
that time would tell, and the letters say the rest to the address's owner alone.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from matchmaker.store import limits
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import untenanted_transaction

HOUR = timedelta(hours=1)
ANSWER_SECONDS = 0.25
PREFIXES = {4: 24, 6: 48}


async def count_link(pool: Pool, host: str, at: datetime, *, most: int) -> timedelta | None:
    """Counts a link that is asked for from `host`, over all processes together; how long to wait where it is one too many.

    The hour is counted under its end: windows that began minutes ago are swept away.
    """
    end = datetime.fromtimestamp((at.timestamp() // HOUR.total_seconds() + 1) * HOUR.total_seconds(), UTC)
    async with untenanted_transaction(pool) as connection:
        used = await limits.count(connection, f"links:{block_of(host)}", end)
    return end - at if used > most else None


def block_of(host: str) -> str:
    """The block of addresses that a caller belongs to; a caller without an address is a block of its own name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host[:100]
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, PREFIXES[address.version]), strict=False))


@asynccontextmanager
async def evenly() -> AsyncIterator[None]:
    """Takes a quarter of a second, whatever happens inside, if that takes less."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + ANSWER_SECONDS
    try:
        yield
    finally:
        await asyncio.sleep(max(ends - loop.time(), 0))

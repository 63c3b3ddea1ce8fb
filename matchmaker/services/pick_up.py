"""Pick up what a mail server puts into the drop, and take it back."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog

from matchmaker.mail import drop
from matchmaker.mail.bounces import BYTES_READ_MAX, Kind
from matchmaker.services.take_back import take_back
from matchmaker.store.connection import Pool

LOOK_SECONDS = 5
UNDERSTOOD = frozenset({Kind.AUTO_REPLY, Kind.DELAYED, Kind.DELIVERED})

log = structlog.get_logger()


async def pick_up_until(pool: Pool, folder: Path, stopping: asyncio.Event, *, now: Callable[[], datetime]) -> None:
    """Look into the drop every few seconds until `stopping`. What goes wrong meanwhile is logged, and tried again."""
    while not stopping.is_set():
        try:
            await pick_up(pool, folder, at=now())
        except Exception as error:
            log.warning("the drop could not be emptied; trying again", error=type(error).__qualname__)
        try:
            await asyncio.wait_for(stopping.wait(), LOOK_SECONDS)
        except TimeoutError:
            continue


async def pick_up(pool: Pool, folder: Path, *, at: datetime) -> dict[str, int]:
    """How many files are done, and how many failed: those that a person has to read, since nothing followed from them."""
    counts = {drop.DONE: 0, drop.FAILED: 0}
    for file in drop.waiting(folder):
        with drop.taken(file, BYTES_READ_MAX) as content:
            if content is None:
                continue
            comeback, acted = await take_back(pool, content, at=at)
            into = drop.DONE if acted or comeback.kind in UNDERSTOOD else drop.FAILED
            drop.put_away(file, into)
        counts[into] += 1
        log.info("a message came back", kind=comeback.kind.value, hard=comeback.hard, acted=acted)
    return counts

"""Tidy up once a day: what nobody needs any more is removed, and people after their event, if the operator says so (F78).

A suppression stays, since it is what keeps us from writing to an address again; it is a hash.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from matchmaker.model.ids import AssociationId
from matchmaker.services import farewell
from matchmaker.store import associations, comebacks, farewells, held_files, leftovers, page_sessions
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction

TIDY_SECONDS = 86_400
AT_ONCE_MAX = 1_000
ROUNDS_MAX = 100
REPORTS_KEPT = timedelta(days=1)  # a signature holds for minutes
BOUNCES_KEPT = timedelta(days=30)
FAILED_ROWS_KEPT = timedelta(days=30)  # of people who are not here, to be mended and sent again
LINKS_KEPT = timedelta(days=30)  # after they expired: until then their page says that they did

log = structlog.get_logger()


class Kept(Struct, frozen=True, kw_only=True):
    """For how many days things are kept: messages after their end, sign-ups that nobody confirmed, attendees after the day of
    their event, which may keep them for fewer. None is for ever."""

    message_days: int = 400
    unverified_days: int = 14
    attendee_days: int | None = None


class Tidied(Struct, frozen=True, kw_only=True):
    """How many of each are gone."""

    messages: int = 0
    bounces: int = 0
    links: int = 0
    sessions: int = 0
    reports: int = 0
    imports: int = 0
    unverified: int = 0
    attendees: int = 0
    snapshots: int = 0
    held_files: int = 0
    farewells: int = 0


async def tidy_until(pool: Pool, kept: Kept, stopping: asyncio.Event, *, now: Callable[[], datetime]) -> None:
    """Tidy every association once a day until `stopping`. One that cannot be tidied holds up no other."""
    while not stopping.is_set():
        async with untenanted_transaction(pool) as connection:
            found = await associations.every(connection)
        for association_id in found:
            if not stopping.is_set():
                await _tidy_one(pool, association_id, kept, stopping, now())
        try:
            await asyncio.wait_for(stopping.wait(), TIDY_SECONDS)
        except TimeoutError:
            continue


async def _tidy_one(
    pool: Pool, association_id: AssociationId, kept: Kept, stopping: asyncio.Event, at: datetime
) -> None:
    """A part at a time, each a transaction of its own, until nothing is left over."""
    try:
        for _ in range(ROUNDS_MAX):
            async with tenant_transaction(pool, association_id) as connection:
                done = await tidy(connection, kept, at=at)
            if done == Tidied() or stopping.is_set():
                return
            log.info(
                "tidied up",
                association=association_id,
                **{name: getattr(done, name) for name in done.__struct_fields__},
            )
    except Exception as error:
        log.warning("an association was not tidied", association=association_id, error=type(error).__qualname__)


async def tidy(connection: Connection, kept: Kept, *, at: datetime) -> Tidied:
    """Remove up to a thousand of each kind that is over in the transaction's association."""
    unverified = await leftovers.remove_unverified(
        connection, at - timedelta(days=kept.unverified_days), limit=AT_ONCE_MAX
    )
    day = None if kept.attendee_days is None else (at - timedelta(days=kept.attendee_days)).date()
    past = await leftovers.remove_attendees(connection, day, today=at.date(), limit=AT_ONCE_MAX)
    told = await farewells.remove(connection, at - farewell.KEPT, limit=AT_ONCE_MAX)
    if unverified or past or told:
        await leftovers.remove_people(connection, [*unverified, *past, *told])
    return Tidied(
        messages=await leftovers.remove_messages(connection, at - timedelta(days=kept.message_days), limit=AT_ONCE_MAX),
        bounces=await leftovers.remove_bounces(connection, at - BOUNCES_KEPT, limit=AT_ONCE_MAX),
        links=await leftovers.remove_links(connection, at - LINKS_KEPT, limit=AT_ONCE_MAX),
        sessions=await page_sessions.remove_before(connection, at),
        reports=await comebacks.remove_before(connection, at - REPORTS_KEPT),
        imports=await leftovers.remove_failed_rows(connection, at - FAILED_ROWS_KEPT, limit=AT_ONCE_MAX),
        unverified=len(unverified),
        attendees=len(past),
        snapshots=await leftovers.remove_snapshots(connection, day, today=at.date(), limit=AT_ONCE_MAX),
        held_files=await held_files.remove_before(connection, at),
        farewells=len(told),
    )

"""Remind, expire, ask and pause when their time comes: one sweep over an association, which may run as often as it likes.

Whatever is due is found by its own dates, and each letter is written once, so a sweep that ran late, twice or halfway does no
harm. Whoever let several introductions pass in silence is left in peace for a while, and told.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from matchmaker.model.ids import AssociationId
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.pause import SILENCES_MAX, SILENT_DAYS, PauseCause, PauseScope
from matchmaker.services import convene, look_back
from matchmaker.services.learn import keep_up
from matchmaker.services.pause import pause
from matchmaker.services.replace import replace
from matchmaker.store import introductions, meetings, messages, outbox, overdue
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction

SWEEP_SECONDS = 60
AT_ONCE_MAX = 1_000

REMIND_BEFORE = timedelta(days=3)
ASK_AFTER = timedelta(days=14)
ASK_UNTIL = timedelta(days=60)
PROMISE_UNTIL = timedelta(days=30)
RECONNECT_AFTER = timedelta(days=75)
RECONNECT_UNTIL = timedelta(days=90)

log = structlog.get_logger()


class Swept(Struct, frozen=True, kw_only=True):
    """What a sweep came to: letters that are new, introductions that expired, people who were paused, pairs who sat together."""

    letters: int = 0
    expired: int = 0
    paused: int = 0
    remembered: int = 0


async def sweep_until(pool: Pool, stopping: asyncio.Event, *, now: Callable[[], datetime]) -> None:
    """Sweep every association once a minute until `stopping`. One that cannot be swept holds up no other."""
    while not stopping.is_set():
        async with untenanted_transaction(pool) as connection:
            associations = await outbox.associations(connection)
        for association_id in associations:
            if not stopping.is_set():
                await _sweep_one(pool, association_id, now())
        try:
            await asyncio.wait_for(stopping.wait(), SWEEP_SECONDS)
        except TimeoutError:
            continue


async def _sweep_one(pool: Pool, association_id: AssociationId, at: datetime) -> None:
    try:
        async with tenant_transaction(pool, association_id) as connection:
            await sweep(connection, at=at)
        async with tenant_transaction(pool, association_id) as connection:
            await replace(connection, at=at)
        async with tenant_transaction(pool, association_id) as connection:
            await keep_up(connection, at=at)
    except Exception as error:
        log.warning("an association was not swept", association=association_id, error=type(error).__qualname__)


async def sweep(connection: Connection, *, at: datetime) -> Swept:
    """All that is due in the transaction's association, up to a thousand of each kind; nothing while another sweeps it."""
    if not await overdue.lock(connection):
        return Swept()
    expired = await introductions.expire(connection, at, limit=AT_ONCE_MAX)
    paused = 0
    for event_id, attendee_id in await overdue.silent(
        connection, expired, silences=SILENCES_MAX, at=at, limit=AT_ONCE_MAX
    ):
        await pause(
            connection,
            event_id,
            attendee_id,
            PauseScope.PROGRAMME,
            cause=PauseCause.SILENT,
            ends_at=at + timedelta(days=SILENT_DAYS),
            at=at,
        )
        paused += 1
    remembered = await meetings.remember(connection, at, limit=AT_ONCE_MAX)
    return Swept(letters=await _letters(connection, at), expired=len(expired), paused=paused, remembered=remembered)


async def _letters(connection: Connection, at: datetime) -> int:
    """How many letters are new, of all that are due and not written yet."""
    kinds = {
        LetterKind.REMINDER: await overdue.reminders(connection, before=REMIND_BEFORE, at=at, limit=AT_ONCE_MAX),
        LetterKind.DID_YOU_MEET: await overdue.meetings(
            connection, after=ASK_AFTER, until=ASK_UNTIL, at=at, limit=AT_ONCE_MAX
        ),
        LetterKind.PROMISE: await overdue.promises(connection, until=PROMISE_UNTIL, at=at, limit=AT_ONCE_MAX),
        LetterKind.RECONNECT: await overdue.reconnections(
            connection, after=RECONNECT_AFTER, until=RECONNECT_UNTIL, at=at, limit=AT_ONCE_MAX
        ),
    }
    due = [_message(kind, one, at) for kind, found in kinds.items() for one in found]
    afterwards = await look_back.ask(connection, after=ASK_AFTER, until=ASK_UNTIL, at=at, limit=AT_ONCE_MAX)
    called_up = await convene.call_up(connection, at, limit=AT_ONCE_MAX)
    return await messages.add(connection, due, at) + afterwards + called_up


def _message(kind: LetterKind, due: overdue.Due, at: datetime) -> MessageInput:
    return MessageInput(
        letter=kind,
        attendee_id=due.attendee_id,
        introduction_id=due.introduction_id,
        edition=due.edition,
        not_before=at,
        deadline=due.deadline,
    )

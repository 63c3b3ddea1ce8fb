"""Deliver: messages that are due become letters and leave, each once as far as anybody can know.

Three short transactions a message, and no connection to the database while a letter is on its way: claimed, with a lease and
a number; transmitting, just before the letter's final dot leaves; and what became of it. A worker that dies before the
second has sent nothing, and the message is tried again. After it nobody can know: the message is uncertain (RFC 1047).
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from msgspec import Struct

from matchmaker.errors import MatchmakerError
from matchmaker.mail.smtp import Refused, Uncertain
from matchmaker.model.digest import PARTS_MAX
from matchmaker.model.ids import AssociationId, MessageId
from matchmaker.model.message import LetterKind, Message, Reader, Unsent, without_address
from matchmaker.model.sender import Cause
from matchmaker.model.window import MARGIN
from matchmaker.services.choose import LEASE, TRIES_MAX, choose, say_uncertain
from matchmaker.store import digests, outbox, suppressions
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction

ASSOCIATIONS_AT_ONCE = 4
POLL_SECONDS = 2
STOP_SECONDS = 6
RETRY = timedelta(minutes=5)
RETRY_MAX = timedelta(hours=6)

Clock = Callable[[], datetime]
BeforeDot = Callable[[], Awaitable[None]]

T = TypeVar("T")

log = structlog.get_logger()


class ClaimLost(MatchmakerError):
    """Another worker has this message now, or it was taken back."""


class PartLost(ClaimLost):
    """A part of this digest was taken back after it was written, so it is written anew."""


class Post(Struct, frozen=True, kw_only=True):
    """How letters are written, composed and sent here.

    `write` looks up in the association's transaction all that a letter says, None where that is no longer true; `compose`
    makes the letter, and `send` lets it leave and awaits its last argument just before the final dot. Of two letters with
    one Message-ID a transport that `deduplicates` drops the second. A post that `holds` sends nothing; one that does not
    disturb, since its letters reach nobody, waits for no window. `crash` is called
    at named points, so that tests can end the process there.
    """

    write: Callable[[Connection, Message, Reader, datetime], Awaitable[Any]]
    compose: Callable[[Any], Any]
    send: Callable[[Any, BeforeDot], Awaitable[str]]
    deduplicates: bool = False
    holds: bool = False
    disturbs: bool = True
    crash: Callable[[str], None] = lambda _: None


async def deliver(pool: Pool, post: Post, stopping: asyncio.Event, *, now: Clock) -> None:
    """Deliver until `stopping`; letters on their way then have a few seconds to arrive.

    What goes wrong in one association, or with the database, is logged, and tried again at the next round.
    """
    while not stopping.is_set():
        busy = await _until_stopped(_round(pool, post, stopping, now), stopping)
        if not busy:
            await _pause(stopping)


async def deliver_some(pool: Pool, association_id: AssociationId, post: Post, *, now: Clock) -> bool:
    """Choose a few of an association's messages that are due, and deliver those; whether there may be more."""
    async with tenant_transaction(pool, association_id) as connection:
        chosen = await choose(
            connection,
            association_id,
            holds=post.holds,
            deduplicates=post.deduplicates,
            disturbs=post.disturbs,
            at=now(),
        )
    if chosen.messages:
        post.crash("after_claim")
    await _all_of(_deliver_one(pool, association_id, message, post, now) for message in chosen.messages)
    return chosen.busy


async def _round(pool: Pool, post: Post, stopping: asyncio.Event, now: Clock) -> bool:
    """Go once to each association, a few at a time, so that one slow server holds up no other; whether one may have more."""
    turn = asyncio.Semaphore(ASSOCIATIONS_AT_ONCE)

    async def visit(association_id: AssociationId) -> bool:
        async with turn:
            return not stopping.is_set() and await deliver_some(pool, association_id, post, now=now)

    try:
        async with untenanted_transaction(pool) as connection:
            associations = await outbox.associations(connection)
        return any(await _all_of(visit(association_id) for association_id in associations))
    except Exception as error:
        log.warning("mail could not be delivered; trying again", error=_places(error))
        return False


async def _all_of(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What all of it gave; one that fails cuts no other short, and is raised at the end."""
    found = await asyncio.gather(*work, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return found  # type: ignore[return-value]  # what was raised is out


async def _deliver_one(pool: Pool, association_id: AssociationId, message: Message, post: Post, now: Clock) -> None:
    """Write, compose and send one letter, and keep what became of it."""
    attempt = _Attempt(pool, association_id, message, post, now)
    try:
        written = await attempt.write()
        if written is None:
            return
        letter = await asyncio.to_thread(post.compose, written)
        await post.send(letter, attempt.before_dot)
    except PartLost:
        await attempt.begin_again()
    except ClaimLost:
        return
    except Refused as refusal:
        await attempt.keep_refusal(refusal)
    except Exception as error:
        await attempt.keep_failure(error)
    else:
        post.crash("after_dot")
        await attempt.keep_sent()
        post.crash("after_sent")


class _Attempt:
    """One try to send a claimed message; each method is a transaction of its own."""

    def __init__(self, pool: Pool, association_id: AssociationId, message: Message, post: Post, now: Clock) -> None:
        self._pool, self._association_id, self._message, self._post, self._now = (
            pool,
            association_id,
            message,
            post,
            now,
        )
        self._email = ""
        self._parts: list[MessageId] = []
        self._transmitting = False

    async def write(self) -> Any:
        """What the letter says, None where none is to be sent: the message is dropped then."""
        async with tenant_transaction(self._pool, self._association_id) as connection:
            reader = await outbox.reader(connection, self._message)
            why = await _why_not(connection, reader)
            written = None
            if why is None and reader is not None:
                self._email = reader.email or ""
                written = await self._post.write(connection, self._message, reader, self._now())
                if self._message.letter is LetterKind.DIGEST:
                    self._parts = [
                        part.id for part in await digests.parts(connection, self._message.id, limit=PARTS_MAX)
                    ]
            if written is None:
                await outbox.drop(connection, [self._message.id], why or Unsent.UNTRUE, self._now())
            return written

    async def before_dot(self) -> None:
        """From here on nobody else may send it. Raises `ClaimLost` where somebody else has it already, `PartLost` where it
        says what was taken back."""
        self._post.crash("before_dot")
        async with tenant_transaction(self._pool, self._association_id) as connection:
            if self._parts and not await digests.hold(connection, self._message, self._parts):
                raise PartLost
            if not await outbox.transmit(connection, self._message, until=self._now() + LEASE, at=self._now()):
                raise ClaimLost
        self._transmitting = True
        self._post.crash("transmitting")

    async def begin_again(self) -> None:
        """At once, unless the digest itself is another's by now."""
        async with tenant_transaction(self._pool, self._association_id) as connection:
            await outbox.try_later(connection, self._message, due_at=self._now(), code=None, words=None)

    async def keep_sent(self) -> None:
        async with tenant_transaction(self._pool, self._association_id) as connection:
            await outbox.end_sent(connection, self._message, self._now())

    async def keep_refusal(self, refusal: Refused) -> None:
        """Ended if it is for good, and its address with it if nobody is there; else tried later."""
        code = refusal.code or None
        words = without_address(refusal.text, self._email) if code else None
        async with tenant_transaction(self._pool, self._association_id) as connection:
            if refusal.permanent:
                await outbox.end_failed(
                    connection, self._message, Unsent.REFUSED, code=code, words=words, at=self._now()
                )
                if refusal.address:
                    reader = await outbox.reader(connection, self._message)
                    await _suppress(connection, reader.email_key if reader else None, Cause.REFUSED, self._now())
            else:
                await self._try_later(connection, code=code, words=words)

    async def keep_failure(self, error: Exception) -> None:
        """Tried later, unless the final dot may have left: then nobody can know."""
        log.warning(
            "a letter could not be sent",
            association=self._association_id,
            message=self._message.id,
            letter=self._message.letter.value,
            error=_places(error),
        )
        async with tenant_transaction(self._pool, self._association_id) as connection:
            if self._transmitting or isinstance(error, Uncertain):
                await outbox.end_uncertain(connection, self._message)
                say_uncertain(self._association_id, [self._message.id])
            else:
                await self._try_later(connection, code=None, words=None)

    async def _try_later(self, connection: Connection, *, code: int | None, words: str | None) -> None:
        at = self._now()
        if self._message.tries >= TRIES_MAX:
            await outbox.end_failed(connection, self._message, Unsent.GIVEN_UP, code=code, words=words, at=at)
        else:
            due_at = retry_at(self._message.tries, at, self._message.deadline)
            await outbox.try_later(connection, self._message, due_at=due_at, code=code, words=words)


def retry_at(tries: int, at: datetime, deadline: datetime | None) -> datetime:
    """When to try again after so many tries: later and later, and once more just before the deadline."""
    later = at + min(RETRY * 2.0 ** min(tries - 1, 20), RETRY_MAX)
    if deadline is None or later <= deadline - MARGIN:
        return later
    return max(at + RETRY, deadline - MARGIN)


async def _why_not(connection: Connection, reader: Reader | None) -> Unsent | None:
    """Why nothing may be sent to a reader, as things are now."""
    if reader is None or reader.email_key is None:
        return Unsent.NO_ADDRESS
    email = await suppressions.email_hash(connection, reader.email_key)
    return None if await suppressions.get(connection, email) is None else Unsent.SUPPRESSED


async def _suppress(connection: Connection, email_key: str | None, cause: Cause, at: datetime) -> None:
    if email_key is not None:
        await suppressions.add(connection, await suppressions.email_hash(connection, email_key), cause, at)


async def _until_stopped(work: Coroutine[Any, Any, bool], stopping: asyncio.Event) -> bool:
    """What the work gives; asked to stop, it has a few seconds more."""
    task = asyncio.create_task(work)
    stop = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait((task,), timeout=STOP_SECONDS)
        return task.done() and task.result()
    finally:
        stop.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _places(error: BaseException) -> list[str]:
    """The kind and the places of an error: its own words may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    return [type(error).__qualname__, *(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)]


async def _pause(stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), POLL_SECONDS)
    except TimeoutError:
        return

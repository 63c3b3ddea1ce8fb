"""Choose which of an association's messages leave now: those whose windows are open, by deadline, a few at a time.

One worker chooses for an association at a time, so that nobody gets two letters on a day from two workers. A few are claimed
at once, so that none waits long enough in a worker's hands for its lease to end. What may leave for one attendee at the same
time leaves as one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from msgspec import Struct, structs

from matchmaker.model.digest import PARTS_MAX, joins
from matchmaker.model.ids import AssociationId, MessageId
from matchmaker.model.message import Message, Unsent, Waiting
from matchmaker.model.sender import Sender
from matchmaker.model.window import Departure, Window, departure, zone_of
from matchmaker.services.gather import Leaving, bind, goes_along
from matchmaker.store import digests, outbox, senders
from matchmaker.store.connection import Connection

AT_ONCE = 4
CONSIDERED_MAX = 200
TRIES_MAX = 12
LEASE = timedelta(minutes=5)

log = structlog.get_logger()


class Chosen(Struct, frozen=True, kw_only=True):
    """Messages that leave now, claimed, and whether there may be more to do at once."""

    messages: list[Message] = []
    busy: bool = False


async def choose(
    connection: Connection,
    association_id: AssociationId,
    *,
    holds: bool,
    deduplicates: bool,
    disturbs: bool = True,
    at: datetime,
) -> Chosen:
    """The messages of the transaction's association that leave now; those of a post that disturbs nobody wait for no window.

    What workers that are gone had claimed is free again; what they were transmitting is uncertain, and sent again only if
    its reader asked for it, or the transport drops what it has had.
    """
    kept = await outbox.lock(connection)
    if kept is None:
        return Chosen()
    await outbox.give_back(connection, at)
    say_uncertain(association_id, await outbox.doubt(connection, at))
    await outbox.repeat_asked_for(connection, all_letters=deduplicates, at=at)
    if holds or await _is_copy(connection, kept):
        await _hold(connection, association_id)
        return Chosen()
    await digests.drop_late(connection, at)
    await digests.put_off(connection, at)
    waiting = await outbox.due(connection, at, limit=CONSIDERED_MAX)
    leaving = await _sort(connection, waiting, at, disturbs=disturbs)
    claimed = await outbox.claim(
        connection,
        [await bind(connection, one, at) for one in leaving],
        [one.going.overrode for one in leaving],
        at + LEASE,
    )
    return Chosen(messages=claimed, busy=bool(waiting))


def say_uncertain(association_id: AssociationId, ids: Sequence[MessageId]) -> None:
    """Tell the operator of messages of which nobody can know whether they left."""
    for id_ in ids:
        log.warning("a message is uncertain: it may have left or not", association=association_id, message=id_)


async def _is_copy(connection: Connection, kept: Mapping[str, str | None]) -> bool:
    """Whether this database is another than the one from which the association's mail leaves; the first to deliver is that."""
    if kept["home"] is None:
        await outbox.settle(connection)
        return False
    return kept["home"] != kept["here"]


async def _hold(connection: Connection, association_id: AssociationId) -> None:
    held = await outbox.hold(connection)
    if held:
        log.warning("mail is held; `matchmaker outbox --release` lets it go", association=association_id, held=held)


async def _sort(connection: Connection, waiting: Sequence[Waiting], at: datetime, *, disturbs: bool) -> list[Leaving]:
    """Those that leave now; of the others some are too late or were tried too often, the rest wait for their windows."""
    window = _window(await senders.get(connection))
    late = {one.id for one in waiting if _is_late(one, at)}
    tried = {one.id for one in waiting if one.tries >= TRIES_MAX} - late
    leaving: list[Leaving] = []
    deferred: dict[MessageId, datetime] = {}
    last: dict[str, datetime] = {}
    for one in waiting:
        if one.id in late | tried or (disturbs and _goes_along(window, one, leaving, at)):
            continue
        going = _departure(window, one, last.get(one.person_id, one.last_at), at) if disturbs else Departure(at=at)
        if going.at > at:
            deferred[one.id] = going.at
        elif len(leaving) < AT_ONCE:
            leaving.append(Leaving(first=one, going=going))
            if not one.asked_for:
                last[one.person_id] = at
    await outbox.drop(connection, list(late), Unsent.LATE, at)
    await outbox.drop(connection, list(tried), Unsent.GIVEN_UP, at)
    await outbox.defer(connection, list(deferred), list(deferred.values()))
    return await _together(connection, window, leaving, at) if disturbs else leaving


async def _together(connection: Connection, window: Window, leaving: Sequence[Leaving], at: datetime) -> list[Leaving]:
    """Each with those that go along; there may be some that were not considered yet."""
    of = [one.first.attendee_id for one in leaving if joins(one.first)]
    if not of:
        return list(leaving)
    first = {one.first.id for one in leaving}
    more = [
        one
        for one in await outbox.due(connection, at, attendee_ids=of, limit=CONSIDERED_MAX)
        if one.id not in first and not _is_late(one, at) and one.tries < TRIES_MAX
    ]
    return [
        structs.replace(one, others=[other for other in more if _goes_along(window, other, [one], at)][: PARTS_MAX - 1])
        for one in leaving
    ]


def _goes_along(window: Window, one: Waiting, leaving: Sequence[Leaving], at: datetime) -> bool:
    """Whether it may leave now, by what left before this round, and something leaves with which it may."""
    going = _departure(window, one, one.last_at, at)
    return any(goes_along(one, going, other) for other in leaving)


def _is_late(one: Waiting, at: datetime) -> bool:
    return one.deadline is not None and one.deadline < at


def _window(sender: Sender | None) -> Window:
    if sender is None:
        return Window()
    return Window(opens_hour=sender.opens_hour, closes_hour=sender.closes_hour, weekends=sender.weekends)


def _departure(window: Window, one: Waiting, last_at: datetime | None, at: datetime) -> Departure:
    if one.asked_for:
        return Departure(at=at)
    return departure(window, zone_of(*one.time_zones), at, last_at=last_at, deadline=one.deadline)

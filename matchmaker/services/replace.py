"""Offer somebody else to who lost an introduction through no silence of their own: the best pair that the run kept in reserve.

It comes when the time to answer is over, whatever the other side did, so that a no, a pause and a silence look the same.
"""

from datetime import datetime, timedelta

from matchmaker.model.introduction import ANSWER_DAYS
from matchmaker.services.release import letters
from matchmaker.store import events, introductions, messages, overdue, replacements, reserves
from matchmaker.store.connection import Connection
from matchmaker.store.replacements import Freed

AT_ONCE_MAX = 200
LATELY = timedelta(days=7)


async def replace(connection: Connection, *, at: datetime) -> int:
    """How many introductions are new in the transaction's association; nothing while another sweeps it.

    The events are locked, so that no release and no pause comes between; each place is decided once.
    """
    if not await overdue.lock(connection):
        return 0
    found = await replacements.due(connection, since=LATELY, at=at, limit=AT_ONCE_MAX)
    for event_id in sorted({freed.event_id for freed in found}):
        await events.lock(connection, event_id)
    return sum([await _offer(connection, freed, at) for freed in found])


async def _offer(connection: Connection, freed: Freed, at: datetime) -> bool:
    """Whether there was a reserve to offer, and nothing had been decided of that place."""
    if not await replacements.decide(connection, freed, at):
        return False
    spare = await reserves.best(connection, freed.event_id, freed.run_id, freed.attendee_id, at)
    if spare is None:
        return False
    await reserves.promote(connection, freed.run_id, spare.rank)
    offered = await introductions.offer(
        connection,
        freed.event_id,
        freed.run_id,
        spare.first_id,
        spare.second_id,
        expires_at=at + timedelta(days=ANSWER_DAYS),
        at=at,
    )
    await replacements.note_offered(connection, freed, offered.id)
    await messages.add(connection, letters(offered), at)
    return True

"""Release a drafted run, in one transaction: each of its pairings becomes an introduction, and both sides are written to.

Rounds and tables are announced to those whom they seat, and sets are convened.
"""

from datetime import datetime, timedelta

from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.model.ids import EventId, RunId
from matchmaker.model.introduction import Introduction, Release, ReleaseInput
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import announce, measure, review
from matchmaker.services.convene import convene
from matchmaker.services.withdraw import withdraw_missing
from matchmaker.store import events, hold_backs, introductions, messages, pairings, placements, runs
from matchmaker.store.connection import Connection


class DatesOfNoSets(Invalid):
    """Only the release of a run in `sets` takes dates."""


class RunNotReleasable(Conflict):
    """The match run was released, or gave way to another, before."""

    cure = "Ask for another run, and release that."


async def release(
    connection: Connection, event_id: EventId, run_id: RunId, asked: ReleaseInput, *, at: datetime
) -> Release:
    """What became of a drafted run's pairings: offered, kept from an earlier release, held back, or left out.

    An earlier release of the same format gives way to this one; only those whom that concerns hear of it. Raises `NotFound`,
    `RunNotDrafted`, `RunNotReleasable`, `DoubleBooked`, `DatesOfNoSets`, `DatesOutOfOrder`.
    """
    event = await events.lock(connection, event_id)
    if event is None:
        raise NotFound
    await review.run(connection, event_id, run_id)
    run = await runs.release(connection, event_id, run_id, at)
    if run is None:
        raise RunNotReleasable
    await runs.supersede_released(connection, run, at)
    await placements.take_back(connection, event_id)
    await placements.release(connection, run_id)
    withdrawn = await withdraw_missing(connection, run, at)
    if asked.dates and run.format is not Format.SETS:
        raise DatesOfNoSets
    if run.format in announce.FORMATS:
        return await _announced(connection, run, await announce.announce(connection, event, run, at), withdrawn)
    if run.format is Format.SETS:
        return await _announced(connection, run, await convene(connection, event, run, asked.dates, at), withdrawn)
    return await _offer(connection, run, asked, withdrawn=withdrawn, at=at)


async def _announced(connection: Connection, run: MatchRun, told: announce.Announced, withdrawn: int) -> Release:
    """A seat needs no two yeses: who takes part has signed up for the rounds, or the sets."""
    await pairings.note_told(connection, run.id)
    return Release(
        run=run, offered=0, kept=0, left_out=0, withdrawn=withdrawn, seated=told.seated, announced=told.announced
    )


async def _offer(
    connection: Connection, run: MatchRun, asked: ReleaseInput, *, withdrawn: int, at: datetime
) -> Release:
    kept = await introductions.count_kept(connection, run)
    await measure.draw(connection, run, asked.holdback_share, at)
    offered = await introductions.offer_all(connection, run, expires_at=at + timedelta(days=asked.answer_days), at=at)
    await messages.add(connection, [letter for one in offered for letter in letters(one)], at)
    await pairings.note_told(connection, run.id)
    held_back = await hold_backs.count_held(connection, run.id)
    left_out = await pairings.count(connection, run.id) - len(offered) - kept - held_back
    return Release(
        run=run, offered=len(offered), kept=kept, left_out=left_out, withdrawn=withdrawn, held_back=held_back
    )


def letters(introduction: Introduction) -> list[MessageInput]:
    """One to each side; after the introduction expired an offer makes no sense."""
    return [
        MessageInput(
            letter=LetterKind.OFFERED,
            attendee_id=attendee_id,
            introduction_id=introduction.id,
            not_before=introduction.offered_at,
            deadline=introduction.expires_at,
        )
        for attendee_id in (introduction.first_id, introduction.second_id)
    ]

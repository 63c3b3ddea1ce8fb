"""Follow an introduction up: did they meet, was it useful, what did each promise, and was it kept."""

from datetime import datetime

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.model.feedback import USEFUL_LEAST_OF_YES, FeedbackInput, contradicts_itself
from matchmaker.model.ids import AttendeeId, IntroductionId, PromiseId
from matchmaker.model.introduction import (
    REVEALED,
    Introduction,
    IntroductionState,
    NotIntroduced,
    other_of,
    say_met,
)
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.promise import AlreadyPromised, Promise, PromiseClosed, PromiseInput, due
from matchmaker.model.wish import Encounter, EncounterKind
from matchmaker.store import encounters, feedback, introductions, messages, promises
from matchmaker.store.connection import Connection


async def say(
    connection: Connection,
    introduction_id: IntroductionId,
    attendee_id: AttendeeId,
    *,
    met: bool,
    useful: int | None = None,
    reason: str | None = None,
    at: datetime,
) -> Introduction:
    """The introduction after one side said whether they met, and how useful that was to them; never shown to the other.

    Who met is remembered, so that no later run brings them together as if they had not. Raises `NotIntroduced`, `NotFound`,
    `InvalidFields`.
    """
    if contradicts_itself(met, useful):
        raise InvalidFields([FieldError("/useful", "not-met", "A meeting that did not take place is rated.")])
    before = await introductions.lock(connection, introduction_id)
    if before is None:
        raise NotFound
    after = say_met(before, attendee_id, met, at)
    await introductions.save(connection, after)
    other_id = other_of(after, attendee_id)
    said = FeedbackInput(attendee_id=attendee_id, other_id=other_id, met=met, useful=useful, reason=reason)
    await feedback.put_all(connection, after.event_id, [said], at)
    await messages.cancel(
        connection, introduction_id=after.id, attendee_id=attendee_id, letters=[LetterKind.DID_YOU_MEET], at=at
    )
    if after.state is IntroductionState.MET:
        await _remember_met(connection, after, at)
    if useful is not None and useful >= USEFUL_LEAST_OF_YES:
        await messages.add(connection, [_thanks(after.id, attendee_id, at)], at)
    return after


async def remember(
    connection: Connection, introduction: Introduction, attendee_id: AttendeeId, *, at: datetime
) -> None:
    """Keep that one of two who sat together says that they met, before both have said that they want to stay in touch."""
    other_id = other_of(introduction, attendee_id)
    said = FeedbackInput(attendee_id=attendee_id, other_id=other_id, met=True)
    await feedback.put_all(connection, introduction.event_id, [said], at)
    await _remember_met(connection, introduction, at)


async def both_met(connection: Connection, introduction: Introduction, *, at: datetime) -> Introduction:
    """The introduction of two who sat together and both said yes: it has met, and is followed up as any that has."""
    after = introduction
    for attendee_id in (introduction.first_id, introduction.second_id):
        other_id = other_of(introduction, attendee_id)
        said = await feedback.of_pair(connection, introduction.event_id, attendee_id, other_id)
        useful = None if said is None else said.useful
        after = await say(connection, introduction.id, attendee_id, met=True, useful=useful, at=at)
    return after


async def promise(
    connection: Connection, introduction_id: IntroductionId, promised: PromiseInput, *, at: datetime
) -> Promise:
    """What one of two who are introduced will do for the other. Raises `AlreadyPromised`, `NotIntroduced`, `NotFound`."""
    introduction = await introductions.lock(connection, introduction_id)
    if introduction is None:
        raise NotFound
    other_of(introduction, promised.attendee_id)
    if introduction.state not in REVEALED:
        raise NotIntroduced
    made = await promises.add(
        connection, introduction_id, promised.attendee_id, promised.words, due_at=due(promised, at), at=at
    )
    if made is None:
        raise AlreadyPromised
    return made


async def close(
    connection: Connection, introduction_id: IntroductionId, promise_id: PromiseId, *, kept: bool, at: datetime
) -> Promise:
    """The promise, closed by saying whether it was kept; it is not reminded of any more. Raises `PromiseClosed`, `NotFound`."""
    if await promises.get(connection, introduction_id, promise_id) is None:
        raise NotFound
    closed = await promises.close(connection, promise_id, kept, at)
    if closed is None:
        raise PromiseClosed
    await messages.cancel(
        connection,
        introduction_id=introduction_id,
        attendee_id=closed.attendee_id,
        letters=[LetterKind.PROMISE],
        at=at,
    )
    return closed


async def _remember_met(connection: Connection, introduction: Introduction, at: datetime) -> None:
    memory = Encounter(first_id=introduction.first_id, second_id=introduction.second_id, kind=EncounterKind.MET)
    await encounters.add(connection, introduction.event_id, memory, at)


def _thanks(introduction_id: IntroductionId, attendee_id: AttendeeId, at: datetime) -> MessageInput:
    """A draft to send on, or not."""
    return MessageInput(
        letter=LetterKind.THANKS, attendee_id=attendee_id, introduction_id=introduction_id, not_before=at
    )

"""Answer an introduction. Two yeses introduce the two at once; a no is told to nobody, and learning hears of either."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.errors import NotFound
from matchmaker.model.feedback import FeedbackInput
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import Answer, Introduction, IntroductionState, other_of, respond
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.services import follow_up
from matchmaker.store import feedback, introductions, messages
from matchmaker.store.connection import Connection

OPEN_MAX = 100_000
ASKING = (LetterKind.OFFERED, LetterKind.REMINDER)


async def answer(
    connection: Connection,
    introduction_id: IntroductionId,
    attendee_id: AttendeeId,
    given: Answer,
    *,
    reason: str | None = None,
    at: datetime,
) -> Introduction:
    """The introduction after one side's answer; whoever else answers it meanwhile waits.

    Who wants to stay in touch with whom they sat with says by that that they met. Raises `AlreadyAnswered`,
    `IntroductionOver`, and `NotFound` for whoever is neither of the two.
    """
    before = await introductions.lock(connection, introduction_id)
    if before is None:
        raise NotFound
    after = respond(before, attendee_id, given, at)
    await introductions.save(connection, after)
    await _learn(connection, after, attendee_id, given, reason, at)
    await _stop_asking(connection, after, attendee_id, at)
    if after.sat_together and given is Answer.YES:
        await follow_up.remember(connection, after, attendee_id, at=at)
    if after.state is IntroductionState.INTRODUCED:
        await messages.add(connection, _introducing(after, attendee_id, at), at)
        return await follow_up.both_met(connection, after, at=at) if after.sat_together else after
    return after


async def decline_all(
    connection: Connection, open_ones: Sequence[Introduction], attendees: Sequence[AttendeeId], at: datetime
) -> None:
    """Decline locked open introductions for those who pause. That is no judgement of the other, so learning hears nothing."""
    for before in open_ones:
        attendee_id = before.first_id if before.first_id in attendees else before.second_id
        if at < before.expires_at:
            await introductions.save(connection, respond(before, attendee_id, Answer.NO, at))
        await messages.cancel(connection, introduction_id=before.id, letters=ASKING, at=at)


async def end_unwilling(connection: Connection, event_id: EventId, at: datetime) -> None:
    """What is open to those of an event who no longer take part ends: as if declined, and told to nobody."""
    for introduction_id, unwilling in await introductions.lock_open_of_unwilling(
        connection, event_id, at, limit=OPEN_MAX
    ):
        locked = await introductions.lock(connection, introduction_id)
        if locked is not None:
            await decline_all(connection, [locked], [unwilling], at)


async def _learn(
    connection: Connection,
    introduction: Introduction,
    attendee_id: AttendeeId,
    given: Answer,
    reason: str | None,
    at: datetime,
) -> None:
    accepted = None if given is Answer.OTHER_TIME else given is Answer.YES
    if accepted is None and reason is None:
        return
    said = FeedbackInput(
        attendee_id=attendee_id, other_id=other_of(introduction, attendee_id), accepted=accepted, reason=reason
    )
    await feedback.put_all(connection, introduction.event_id, [said], at)


async def _stop_asking(
    connection: Connection, introduction: Introduction, attendee_id: AttendeeId, at: datetime
) -> None:
    """Who answered is asked no more; where one said no, or both yes, neither is."""
    whose = attendee_id if introduction.state in (IntroductionState.OFFERED, IntroductionState.HALF_ACCEPTED) else None
    await messages.cancel(connection, introduction_id=introduction.id, attendee_id=whose, letters=ASKING, at=at)


def _introducing(introduction: Introduction, answered_last: AttendeeId, at: datetime) -> list[MessageInput]:
    """To both; who answered last is waiting for it, so it waits for no window."""
    return [
        MessageInput(
            letter=LetterKind.INTRODUCED,
            attendee_id=attendee_id,
            introduction_id=introduction.id,
            not_before=at,
            asked_for=attendee_id == answered_last,
        )
        for attendee_id in (introduction.first_id, introduction.second_id)
    ]

"""Look back when an event is over: with whom do people who sat together want to stay in touch, and did who was held back meet?

Two who sat together are an introduction whose consent comes after the meeting: each is asked once, in one letter for all, and
contacts are exchanged where both said yes. A no, and that they did not meet, are told to nobody. Who was held back has no
introduction; what they say is feedback, and counts in uplift.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from matchmaker.model import letter as letters
from matchmaker.model.event import Event
from matchmaker.model.feedback import FeedbackInput
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Answer
from matchmaker.model.message import LetterKind, Message, MessageInput
from matchmaker.model.other import Other
from matchmaker.services import respond
from matchmaker.store import afterwards, feedback, introductions, messages
from matchmaker.store.afterwards import Asked, Companion
from matchmaker.store.connection import Connection

LETTERS = frozenset({LetterKind.AFTER_ROUNDS, LetterKind.HELD_BACK})
STAY_DAYS = 14
COMPANIONS_MAX = 150  # as many as one form holds


class Words(Enum):
    """What one says of somebody they sat with, or were kept from."""

    STAY = "stay"
    NO = "no"
    MET = "met"
    MISSED = "missed"


class Said(Struct, frozen=True, kw_only=True):
    """What an attendee says of another: one of `Words`, and how useful it was, from 1 to 5."""

    other_id: AttendeeId
    words: Words | None = None
    useful: int | None = None


class Open(Struct, frozen=True, kw_only=True):
    """What an attendee may still be asked: of whom they sat with, whom of these they said yes to, and who was held back."""

    company: list[Companion]
    waiting: list[Companion]
    held_back: list[Companion]


async def ask(connection: Connection, *, after: timedelta, until: timedelta, at: datetime, limit: int) -> int:
    """How many letters are new: about rounds that are over, and about who was held back `after` the draw or their event."""
    await afterwards.offer(connection, expires_at=at + timedelta(days=STAY_DAYS), at=at, limit=limit)
    company = await afterwards.company_due(connection, at, limit=limit)
    held_back = await afterwards.held_back_due(connection, after=after, until=until, at=at, limit=limit)
    due = [_message(LetterKind.AFTER_ROUNDS, one, at) for one in company]
    due += [_message(LetterKind.HELD_BACK, one, at) for one in held_back]
    return await messages.add(connection, due, at)


async def letter(
    connection: Connection, event: Event, message: Message, *, page_url: str, at: datetime
) -> letters.Letter | None:
    """What one of `LETTERS` says to its reader; None where nothing is open any more."""
    found = await still_open(connection, event.id, message.attendee_id, at)
    ends = [one.expires_at for one in found.company if one.expires_at is not None]
    if message.letter is LetterKind.AFTER_ROUNDS and ends:
        return letters.AfterRounds(
            event_name=event.name, others=_others(found.company), page_url=page_url, expires_at=max(ends)
        )
    if message.letter is LetterKind.HELD_BACK and found.held_back:
        return letters.HeldBack(event_name=event.name, others=_others(found.held_back), page_url=page_url)
    return None


async def still_open(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> Open:
    """What an attendee has not said yet, with whom they wait for; never what the others said."""
    company = await afterwards.company(connection, event_id, attendee_id, at, limit=COMPANIONS_MAX)
    held_back = await afterwards.held_back(connection, event_id, attendee_id, at, limit=COMPANIONS_MAX)
    return Open(
        company=[one for one in company if one.accepted is None],
        waiting=[one for one in company if one.accepted],
        held_back=[one for one in held_back if one.met is None],
    )


async def answer(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, said: Sequence[Said], *, at: datetime
) -> int:
    """Of how many something was said; of whom one is not asked any more nothing is taken in."""
    found = await still_open(connection, event_id, attendee_id, at)
    by_id = {one.other_id: one for one in said}
    done = 0
    for companion in found.company:
        one = by_id.get(companion.other_id)
        done += one is not None and await _of_company(connection, event_id, attendee_id, companion, one, at)
    for companion in found.held_back:
        one = by_id.get(companion.other_id)
        if one is not None and one.words in (Words.MET, Words.MISSED):
            await _rate(connection, event_id, attendee_id, one, met=one.words is Words.MET, at=at)
            done += 1
    return done


async def _of_company(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, companion: Companion, said: Said, at: datetime
) -> bool:
    """Whether something was said. That they did not meet is no judgement of the other, so learning hears no answer."""
    if said.words is Words.MISSED:
        await _rate(connection, event_id, attendee_id, said, met=False, at=at)
        await _decline(connection, companion, attendee_id, at)
        return True
    if said.useful is not None:
        await _rate(connection, event_id, attendee_id, said, met=True, at=at)
    answers = {Words.STAY: Answer.YES, Words.NO: Answer.NO}
    if said.words in answers and companion.introduction_id is not None:
        await respond.answer(connection, companion.introduction_id, attendee_id, answers[said.words], at=at)
    return said.useful is not None or said.words in answers


async def _decline(connection: Connection, companion: Companion, attendee_id: AttendeeId, at: datetime) -> None:
    if companion.introduction_id is None:
        return
    locked = await introductions.lock(connection, companion.introduction_id)
    if locked is not None:
        await respond.decline_all(connection, [locked], [attendee_id], at)


async def _rate(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, said: Said, *, met: bool, at: datetime
) -> None:
    useful = said.useful if met else None
    given = FeedbackInput(attendee_id=attendee_id, other_id=said.other_id, met=met, useful=useful)
    await feedback.put_all(connection, event_id, [given], at)


def _others(companions: Sequence[Companion]) -> list[Other]:
    return [Other(name=one.name, role=one.role, organisation=one.organisation) for one in companions]


def _message(kind: LetterKind, due: Asked, at: datetime) -> MessageInput:
    return MessageInput(
        letter=kind, attendee_id=due.attendee_id, edition=due.edition, not_before=at, deadline=due.deadline
    )

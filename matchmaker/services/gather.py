"""Gather: the letters that may leave for one attendee today become one, and say together what each would have said alone."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct

from matchmaker.model import letter as letters
from matchmaker.model.digest import PARTS_MAX, joins
from matchmaker.model.ids import MessageId
from matchmaker.model.message import LetterKind, Message, MessageInput, Unsent, Waiting
from matchmaker.model.window import Departure
from matchmaker.store import digests, messages, outbox
from matchmaker.store.connection import Connection


class Leaving(Struct, frozen=True, kw_only=True):
    """A message that leaves now, and those that go along with it."""

    first: Waiting
    going: Departure
    others: list[Waiting] = []


def goes_along(one: Waiting, going: Departure, leaving: Leaving) -> bool:
    """Whether a message that could leave now goes along with another.

    One that overrides its window or the daily cap goes with such as do the same: nothing without a deadline leaves at night.
    """
    return (
        one.attendee_id == leaving.first.attendee_id and joins(one) and joins(leaving.first) and going == leaving.going
    )


async def bind(connection: Connection, leaving: Leaving, at: datetime) -> MessageId:
    """The one message as which all of them leave: their digest, or the first itself where it is alone."""
    parts = [leaving.first, *leaving.others]
    if len(parts) == 1:
        return leaving.first.id
    whole = MessageInput(
        letter=LetterKind.DIGEST,
        attendee_id=leaving.first.attendee_id,
        edition=leaving.first.id,
        not_before=at,
        deadline=min((one.deadline for one in parts if one.deadline is not None), default=None),
    )
    await messages.add(connection, [whole], at)
    return await digests.bind(connection, leaving.first.id, [one.id for one in parts])


async def whole(
    connection: Connection,
    message: Message,
    write: Callable[[Message], Awaitable[letters.Letter | None]],
    *,
    at: datetime,
) -> letters.Letter | None:
    """What a digest says: all that its parts say and that is still true, or the one letter that is left of them.

    What is not true any more drops out for good. None where nothing is left.
    """
    told: list[letters.Letter] = []
    untrue: list[MessageId] = []
    for part in await digests.parts(connection, message.id, limit=PARTS_MAX):
        letter = await write(part)
        if letter is None:
            untrue.append(part.id)
        else:
            told.append(letter)
    await outbox.drop(connection, untrue, Unsent.UNTRUE, at)
    if len(told) < 2:
        return told[0] if told else None
    return letters.Digest(event_name=told[0].event_name, parts=told)

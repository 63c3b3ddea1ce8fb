"""Withdraw what will not take place: whoever said yes and waits is told so, kindly; a no is told by nothing.

Who said yes to somebody who declined hears the same at the same moment as who said yes to somebody who had not answered yet.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from matchmaker.model.appointment import call_off
from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import waiting
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.run import MatchRun
from matchmaker.services import agree
from matchmaker.store import appointments, introductions, messages, withdrawals
from matchmaker.store.connection import Connection

WAITING_MAX = 10_000

Told = tuple[AttendeeId, dict[str, Any]]


async def withdraw_missing(connection: Connection, run: MatchRun, at: datetime) -> int:
    """How many open introductions of earlier runs are not in this one, and so are over."""
    withdrawn = await withdrawals.withdraw_missing(connection, run, at)
    for introduction in withdrawn:
        await messages.cancel(connection, introduction_id=introduction.id, at=at)
    over = [*withdrawn, *await withdrawals.end_declined(connection, run, at)]
    told: list[Told] = [(side, {"introduction_id": one.id}) for one in over for side in waiting(one)]
    await messages.add(connection, _letters(told, at), at)
    return len(withdrawn)


async def leave(connection: Connection, places: Sequence[AttendeeId], at: datetime) -> None:
    """Before attendees are deleted: who waits for one of them, or has agreed on a time with one, is told that it will not be.

    The letters hold nothing of who is gone, and name nobody.
    """
    left = await withdrawals.lock_waiting_for(connection, places, at, limit=WAITING_MAX)
    told: list[Told] = [(side, {}) for one in left for side in waiting(one) if side not in places]
    written = _letters(told, at)
    for before in await appointments.coming(connection, places, until=None, at=at, limit=WAITING_MAX):
        introduction = await introductions.get(connection, before.introduction_id)
        if introduction is not None:
            other = introduction.second_id if introduction.first_id in places else introduction.first_id
            if await agree.knows(connection, before, other):
                written.append(agree.cancelled(call_off(before, at), other, outlives=True, at=at))
    await messages.add(connection, written, at)


def _letters(told: Sequence[Told], at: datetime) -> list[MessageInput]:
    """No message names its introduction where organisers can read it: who waited for whom would tell who said no."""
    return [
        MessageInput(
            letter=LetterKind.WITHDRAWN,
            attendee_id=attendee_id,
            edition=f"{at.isoformat()} {number}",
            facts=facts,
            not_before=at,
        )
        for number, (attendee_id, facts) in enumerate(told)
    ]

"""Convene the action-learning sets of a released run: when each sits, told to its members with a calendar, and again before.

All sets sit at the dates that the release gives, else each in the first slots of the programme in which all of it are free.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from matchmaker.errors import Invalid
from matchmaker.model.event import Event
from matchmaker.model.group import Group, GroupKind
from matchmaker.model.introduction import SetHours
from matchmaker.model.meeting import Meeting, Seat
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.programme import SlotReply
from matchmaker.model.run import MatchRun
from matchmaker.services.announce import SEATS_MAX, Announced, keep
from matchmaker.store import groups, meetings, messages, programmes
from matchmaker.store.connection import Connection

DATES_MAX = 5
TELL_BEFORE = timedelta(days=3)
TELL_GAP = timedelta(days=4)
LETTERS = (LetterKind.SET_DATES,)


class DatesOutOfOrder(Invalid):
    """Each date of the sets ends after it begins, and begins after the one before has ended."""


async def convene(
    connection: Connection, event: Event, run: MatchRun, dates: Sequence[SetHours], at: datetime
) -> Announced:
    """Keep when the run's sets sit, and write to each member to whom that is new; nothing where no dates are known.

    Raises `DatesOutOfOrder`.
    """
    _check(dates)
    slots = await programmes.slots(connection, event.id)
    sets = [group for _, group in await groups.find(connection, run.id, limit=SEATS_MAX) if group.kind is GroupKind.SET]
    seats = [seat for one in sets for seat in _seats(one, list(dates) or _free(one, slots))]
    changes = await keep(connection, run, seats, at)
    concerned = sorted(changes)
    await meetings.cancel_letters(connection, event.id, concerned, LETTERS, at)
    left = await meetings.told(connection, event.id, concerned, LETTERS)
    letters = [
        MessageInput(
            letter=LetterKind.SET_DATES,
            attendee_id=one,
            edition=run.id,
            facts={"is_new_edition": one in left},
            not_before=at,
            deadline=_deadline([told.meeting for told in changes[one]], at),
        )
        for one in concerned
    ]
    written = await messages.add(connection, letters, at)
    return Announced(seated=len({seat.attendee_id for seat in seats}), announced=written)


async def call_up(connection: Connection, at: datetime, *, limit: int) -> int:
    """How many letters are new to members of sets that sit within days: when, who presents, and what is still to be done."""
    near = await meetings.sittings(connection, before=TELL_BEFORE, gap=TELL_GAP, at=at, limit=limit)
    letters = [
        MessageInput(
            letter=LetterKind.SET_DATES,
            attendee_id=one.attendee_id,
            edition=f"{one.id} {one.sequence}",
            not_before=at,
            deadline=one.starts_at,
        )
        for one in near
    ]
    return await messages.add(connection, letters, at)


def _check(dates: Sequence[SetHours]) -> None:
    moments = [moment for date in dates for moment in (date.starts_at, date.ends_at)]
    in_order = all(one <= other for one, other in pairwise(moments))
    if not in_order or any(date.starts_at == date.ends_at for date in dates):
        raise DatesOutOfOrder


def _free(group: Group, slots: Sequence[SlotReply]) -> list[SetHours]:
    """The first slots of the programme in which all of the set are free."""
    free = [slot for slot in slots if slot.number in group.rounds][:DATES_MAX]
    return [SetHours(starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in free]


def _seats(group: Group, dates: Sequence[SetHours]) -> list[Seat]:
    """The number of a date is its round; a set has no table."""
    return [
        Seat(attendee_id=member, round=number, table=None, starts_at=date.starts_at, ends_at=date.ends_at)
        for number, date in enumerate(dates, start=1)
        for member in group.members
    ]


def _deadline(new: Sequence[Meeting], at: datetime) -> datetime | None:
    """Before the next of the dates that are news."""
    return min((one.starts_at for one in new if one.starts_at is not None and one.starts_at > at), default=None)

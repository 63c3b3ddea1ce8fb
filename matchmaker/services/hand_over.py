"""Hand a place in an action-learning set over when somebody leaves in mid-season: to the best reserve of the set, with its turn.

Nobody of another set is moved. Where there is no reserve, the set goes on with one fewer; either way its members hear who is in
it now, and nobody why.
"""

from datetime import datetime

from msgspec import structs

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.meeting import Meeting, Seat
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.run import Format
from matchmaker.model.wish import Encounter, EncounterKind
from matchmaker.store import encounters, meetings, messages, runs, set_reserves
from matchmaker.store.connection import Connection

MEETINGS_MAX = 200
LETTERS = (LetterKind.SET_DATES,)


async def hand_over(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, until: datetime | None, at: datetime
) -> bool:
    """Whether somebody left their set, who is away `until` then or for good and would miss a date. The event is locked.

    Raises `NotFound` for no run of that event.
    """
    place = await set_reserves.place_of(connection, event_id, attendee_id)
    theirs = [one for one in await _of_set(connection, attendee_id) if one.cancelled_at is None]
    coming = [one for one in theirs if one.starts_at is not None and one.starts_at > at]
    missed = [one for one in coming if until is None or (one.starts_at is not None and one.starts_at < until)]
    if place is None or not missed:
        return False
    newcomer = await set_reserves.best(connection, event_id, place, attendee_id, at)
    await set_reserves.vacate(connection, place)
    stays = await set_reserves.peers(connection, place)
    if len(theirs) > len(coming):
        await _remember(connection, event_id, attendee_id, stays, at)
    await meetings.cancel_letters(connection, event_id, [attendee_id], LETTERS, at)
    await meetings.cancel_all(connection, [one.id for one in coming], at)
    if newcomer is not None:
        await set_reserves.seat(connection, place, newcomer)
    joined = [] if newcomer is None else [newcomer]
    run = await runs.get(connection, event_id, place.run_id)
    if run is None:
        raise NotFound
    seats = [_seat(one, peer) for peer in (*stays, *joined) for one in coming]
    await meetings.put_all(connection, run, seats, at)
    await _tell(connection, event_id, [*stays, *joined], coming, edition=f"{run.id} {attendee_id}", at=at)
    return True


async def _of_set(connection: Connection, attendee_id: AttendeeId) -> list[Meeting]:
    found = await meetings.of_attendee(connection, attendee_id, limit=MEETINGS_MAX)
    return [one for one in found if one.format is Format.SETS]


def _seat(meeting: Meeting, attendee_id: AttendeeId) -> Seat:
    fields = {name: getattr(meeting, name) for name in Seat.__struct_fields__}
    return structs.replace(Seat(**fields), attendee_id=attendee_id)


async def _remember(
    connection: Connection, event_id: EventId, leaver_id: AttendeeId, stays: list[AttendeeId], at: datetime
) -> None:
    """With whom the leaver sat; the others are remembered when their last date is over."""
    for peer in stays:
        memory = Encounter(first_id=leaver_id, second_id=peer, kind=EncounterKind.SAT_TOGETHER)
        await encounters.add(connection, event_id, memory, at)


async def _tell(
    connection: Connection,
    event_id: EventId,
    members: list[AttendeeId],
    coming: list[Meeting],
    *,
    edition: str,
    at: datetime,
) -> None:
    """Everyone who is in the set now, before its next date."""
    await meetings.cancel_letters(connection, event_id, members, LETTERS, at)
    left = await meetings.told(connection, event_id, members, LETTERS)
    letters = [
        MessageInput(
            letter=LetterKind.SET_DATES,
            attendee_id=one,
            edition=edition,
            facts={"is_new_edition": one in left},
            not_before=at,
            deadline=min(one.starts_at for one in coming if one.starts_at is not None),
        )
        for one in members
    ]
    await messages.add(connection, letters, at)

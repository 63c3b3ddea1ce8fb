"""Sit in on an action-learning set: who is in it, when it sits, and who presents and facilitates at each date."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.model.action import Action
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.group import Group, GroupKind, facilitator, presenter
from matchmaker.model.ids import RunId
from matchmaker.model.meeting import Meeting
from matchmaker.model.run import Format
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.store import actions, attendees, groups, meetings
from matchmaker.store.connection import Connection

ACTIONS_MAX = 100


class Date(Struct, frozen=True, kw_only=True):
    """When a set sits, and whose turn it is."""

    number: int
    starts_at: datetime
    ends_at: datetime
    presenter: AttendeeReply
    facilitator: AttendeeReply


class Sat(Struct, frozen=True, kw_only=True):
    """A set as its organiser sees it: the members in their order, the dates, and what they have to do or did."""

    group: Group
    members: list[AttendeeReply]
    dates: list[Date]
    actions: list[Action]


async def sit_in(connection: Connection, event: Event, run_id: RunId, rank: int) -> Sat:
    """The set of that rank of a run. Raises `NotFound`."""
    found = next(iter(await groups.find(connection, run_id, after=rank - 1, limit=1)), None)
    if found is None or found[0] != rank or found[1].kind is not GroupKind.SET:
        raise NotFound
    people = await attendees.find_by_ids(connection, event.id, found[1].members)
    members = [people[one] for one in found[1].members if one in people]
    return Sat(
        group=found[1],
        members=members,
        dates=await _dates(connection, run_id, members),
        actions=await actions.of_attendees(connection, event.id, [one.id for one in members], limit=ACTIONS_MAX),
    )


async def _dates(connection: Connection, run_id: RunId, members: Sequence[AttendeeReply]) -> list[Date]:
    """Every date that any of the members was told; one who took a place later was told fewer."""
    told: dict[int, Meeting] = {}
    for one in members:
        for meeting in await meetings.of_attendee(connection, one.id, limit=2 * ROUNDS_MAX):
            if meeting.run_id == run_id and meeting.format is Format.SETS and meeting.cancelled_at is None:
                told.setdefault(meeting.round, meeting)
    return [
        Date(
            number=number,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            presenter=presenter(members, number),
            facilitator=facilitator(members, number),
        )
        for number, meeting in sorted(told.items())
        if meeting.starts_at is not None and meeting.ends_at is not None
    ]

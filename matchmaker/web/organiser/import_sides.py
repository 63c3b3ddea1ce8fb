"""Mentors and mentees from a list: without a rule a run also brings mentors to mentors, who share interests. One press."""

from collections.abc import Sequence

from litestar import Response, post
from msgspec import structs

from matchmaker.intake.recognise import MENTEE, MENTOR
from matchmaker.intake.sheet import folded_header
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.policy import GroupRule
from matchmaker.services import set_up
from matchmaker.store import room
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.imports import HOME, PathEvent
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

GROUPS_MAX = 200


@post(HOME + "/sides", scope=Scope.EVENTS_WRITE)
async def part_sides(visit: Visit, event_id: PathEvent) -> Response[str]:
    """From now on mentors are brought to mentees, and nobody to their own side."""
    event = await event_of(visit, event_id)
    own = [GroupRule(sender=side, receiver=side) for side in await sides_of(visit, event)]
    if own:
        policy = structs.replace(event.policy, group_rules=own)
        await set_up.with_policy(visit.connection, event, policy, version=event.version, at=visit.at)
    return visit.onward(f"/events/{event.id}/runs", said="sides_parted")


async def sides_of(visit: OrganiserVisit, event: Event) -> list[str]:
    """The groups of mentors and of mentees, where there are both and no rule says yet who meets whom; else none."""
    if event.policy.group_rules or not visit.may(Scope.EVENTS_WRITE):
        return []
    groups = await room.groups(visit.connection, event.id, limit=GROUPS_MAX)
    sides = [_called(groups, names) for names in (MENTOR, MENTEE)]
    return [name for side in sides for name in side] if all(sides) else []


def _called(groups: Sequence[str], names: Sequence[str]) -> list[str]:
    return [group for group in groups if folded_header(group) in names]


HANDLERS = (part_sides,)

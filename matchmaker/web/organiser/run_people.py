"""The people that pages of runs name: their names, and whom somebody means who types one."""

import uuid
from collections.abc import Iterable

from msgspec import Struct

from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.privacy import Privacy, PrivateEvent
from matchmaker.model.run import MatchRun
from matchmaker.services import review
from matchmaker.store import attendees, people_named, privacies
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.visit import OrganiserVisit

NAMED_MAX = 20


class Who(Struct, frozen=True, kw_only=True):
    """Somebody of the event; the name is that of nobody in particular once they are gone."""

    id: AttendeeId
    name: str
    organisation: str | None = None

    @property
    def label(self) -> str:
        return f"{self.name} · {self.organisation}" if self.organisation else self.name


async def open_event(visit: OrganiserVisit, event_id: str) -> Event:
    """The event, for a page that tells two people together. Raises `NotFound`, `PrivateEvent`."""
    event = await event_of(visit, event_id)
    if await is_private(visit, event):
        raise PrivateEvent
    return event


async def is_private(visit: OrganiserVisit, event: Event) -> bool:
    """Whether who meets whom is told to nobody but themselves."""
    return await privacies.get(visit.connection, event.id) is Privacy.PRIVATE


async def run_of(visit: OrganiserVisit, event: Event, run_id: str) -> MatchRun:
    """A run with a result. Raises `NotFound`, `RunNotDrafted`."""
    return await review.run(visit.connection, EventId(event.id), RunId(run_id))


async def who(visit: OrganiserVisit, event: Event, ids: Iterable[AttendeeId]) -> dict[AttendeeId, Who]:
    """Each of them by id."""
    wanted = sorted(set(ids))
    there = await attendees.find_by_ids(visit.connection, event.id, wanted)
    gone = visit.t("organiser.run.gone")
    return {
        one: Who(id=one, name=there[one].name, organisation=there[one].organisation) if one in there
        else Who(id=one, name=gone)
        for one in wanted
    }  # fmt: skip


async def meant(visit: OrganiserVisit, event: Event, text: str) -> list[Who]:
    """Whom a text may mean: an id, a whole name, or any part of a name or organisation; one where it is clear."""
    if not text:
        return []
    if _is_id(text):
        there = await attendees.find_by_ids(visit.connection, event.id, [AttendeeId(text)])
        return list((await who(visit, event, there)).values())
    found = await people_named.find(visit.connection, event.id, text, limit=NAMED_MAX)
    people = await who(visit, event, found)
    exactly = [
        people[one] for one in found if text.casefold() in (people[one].label.casefold(), people[one].name.casefold())
    ]
    return exactly or [people[one] for one in found]


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False

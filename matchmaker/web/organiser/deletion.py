"""The end of an event's data: what would go is said first, and its name is asked for, since nothing of it can be taken back."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.services import collect, farewell, forget
from matchmaker.store import attendees, runs
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/events/{event_id:str}/deletion"
RUNS_COUNTED = 200


class Going(Struct, frozen=True, kw_only=True):
    """What goes with an event, counted, and how many people are told of it."""

    attendees: int
    runs: int
    offered: int
    told: int


@get(PATH, scope=Scope.EVENTS_WRITE)
async def ask_deletion(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Says what would go, and asks for the event's name."""
    return await _page(visit, await event_of(visit, event_id))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def delete_whole_event(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Deletes it, if its name was typed, and nobody changed it meanwhile: then what would go is looked at again."""
    event = await event_of(visit, event_id)
    if visit.form.line("name").casefold() != event.name.strip().casefold():
        return await _page(visit, event, [FieldError("/name", "name_of_event", "")])
    if not await forget.forget_event(visit.connection, event.id, version=version_in(visit.form), at=visit.at):
        return visit.onward(f"/events/{event.id}/deletion", said="event_changed_meanwhile")
    return visit.onward("/events", said="event_deleted")


async def _page(visit: OrganiserVisit, event: Event, problems: list[FieldError] | None = None) -> Response[str]:
    found = await runs.find(visit.connection, event.id, limit=RUNS_COUNTED)
    values: dict[str, Any] = {
        "going": Going(
            attendees=await attendees.count(visit.connection, event.id),
            runs=len(found),
            offered=(await collect.funnel(visit.connection, event.id)).offered,
            told=await farewell.count(visit.connection, event.id, visit.at),
        )
    }
    return visit.page("deletion", event=event, here="event", problems=problems, **values)


HANDLERS = (ask_deletion, delete_whole_event)

"""How good introductions were: event by event, over the whole association, or release by release of one event."""

from litestar import Response, get

from matchmaker.model.association import Scope
from matchmaker.services import measure
from matchmaker.store import events
from matchmaker.web.organiser.after import quality_pictures
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import id_asked
from matchmaker.web.organiser.visit import Visit

EVENTS_SHOWN = 100


@get("/association/quality", scope=Scope.RUNS_READ)
async def show_quality(visit: Visit) -> Response[str]:
    """Three shares of every event, or of every release of the one that is chosen, with pictures and tables."""
    chosen = id_asked(visit, "event")
    event = await event_of(visit, chosen) if chosen else None
    found = await (
        measure.quality(visit.connection) if event is None else measure.quality_of_event(visit.connection, event.id)
    )
    return visit.page(
        "quality",
        here="association",
        chosen=event,
        events=await events.find(visit.connection, limit=EVENTS_SHOWN),
        pictures=quality_pictures(found.points, visit.language),
        rounded=any(one.rounded for one in found.points),
    )


HANDLERS = (show_quality,)

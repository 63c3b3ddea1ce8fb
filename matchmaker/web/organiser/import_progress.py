"""A long file that a worker checks or takes in: how far it is, for a page that may be left and come back to."""

from litestar import Response, get, post
from litestar.response import Redirect

from matchmaker.errors import NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.held_file import Asked, HeldFile
from matchmaker.model.ids import HeldFileId
from matchmaker.services import bring_in
from matchmaker.store import held_files, imports
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.imports import ONE, PathEvent, PathHeld, held_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = ONE + "/progress"


@get(PATH, scope=Scope.ATTENDEES_WRITE)
async def show_import_progress(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """How far a file is, for htmx that part alone; once nothing is asked any more, on to what came of it."""
    event = await event_of(visit, event_id)
    held = await held_files.get(visit.connection, event.id, HeldFileId(held_id), visit.at)
    alone = bool(visit.request.headers.get("hx-request"))
    if held is not None and held.asked is not None:
        if alone:
            return visit.fragment("import_bar", event=event, held=held, onward="")
        return visit.page("import_progress", event=event, here="import", held=held, onward="")
    onward = await _ended_at(visit, event, held_id, held)
    if not alone:
        return visit.onward(onward)
    answer = visit.fragment("import_bar", event=event, held=held, onward=onward)
    answer.headers["HX-Redirect"] = onward
    return answer


@post(PATH + "/cancellation", scope=Scope.ATTENDEES_WRITE)
async def call_off_import(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Asks for it no longer: nothing is taken in, and the file stays as it was."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    path = f"/events/{event.id}/import/{held.id}"
    if not await held_files.end(visit.connection, held.id):
        return visit.onward(f"{path}/progress")
    return visit.onward(f"{path}/{'columns' if held.import_id is None else 'check'}", said="import_called_off")


async def asked_for(visit: OrganiserVisit, event: Event, held: HeldFile, asked: Asked) -> Redirect:
    """Leaves it to a worker, and shows how far that is."""
    await bring_in.ask(visit.connection, held, asked, at=visit.at)
    return visit.onward(f"/events/{event.id}/import/{held.id}/progress")


async def _ended_at(visit: OrganiserVisit, event: Event, held_id: str, held: HeldFile | None) -> str:
    """The page that says what came of a file of which nothing is asked. Raises `NotFound`."""
    path = f"/events/{event.id}/import/{held_id}"
    if held is not None and held.import_id is not None:
        return f"{path}/check"
    done = await imports.latest_of(visit.connection, event.id, HeldFileId(held_id))
    if done is not None and (held is None or held.refusal is None):
        return f"/events/{event.id}/imports/{done}?said=taken_in"
    if held is None:
        raise NotFound
    return f"{path}/columns"


HANDLERS = (show_import_progress, call_off_import)

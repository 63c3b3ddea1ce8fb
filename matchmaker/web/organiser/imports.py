"""Attendees from a file: choose it, say what its columns are, see what would become of it, mend what is wrong, take it in.

Between these steps the file is held in the database for a day, so that nothing is sent twice and nothing typed is lost.
"""

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import FieldError, NotFound
from matchmaker.intake.sheet import Sheet
from matchmaker.intake.table import Unusable
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.held_file import HeldFile
from matchmaker.model.ids import HeldFileId, MappingId
from matchmaker.model.mapping import Rule, columns_of
from matchmaker.model.text import LINE_CHARS_MAX, clean_line
from matchmaker.services import hold
from matchmaker.services.open_file import SECONDS_MAX, open_file
from matchmaker.store import held_files, imports, mappings
from matchmaker.store.tenant import allow_waiting
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

BYTES_MAX = 10_000_000
LISTED_MAX = 20
MAPPINGS_MAX = 200
WAIT_SECONDS_MAX = 3 * SECONDS_MAX  # two others may be opened first
HOME = "/events/{event_id:str}/import"
ONE = HOME + "/{held_id:str}"

PathEvent = FromPath[str]
PathHeld = FromPath[str]


class Sent(Struct, frozen=True, kw_only=True):
    """What was chosen or pasted: the bytes of a list, and what it is called."""

    data: bytes
    name: str


@get(HOME, scope=Scope.ATTENDEES_WRITE)
async def show_imports(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Where a file is chosen, or rows are pasted; and what waits or was taken in before."""
    return await _choosing(visit, await event_of(visit, event_id))


@post(HOME, scope=Scope.ATTENDEES_WRITE, request_max_body_size=BYTES_MAX)
async def hold_file(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Opens what was sent, and holds it."""
    event = await event_of(visit, event_id)
    sent = await _sent(visit)
    if sent is None:
        return await _choosing(visit, event, problems=[FieldError("/file", "no_file", "")])
    rules = await _mapping_chosen(visit)
    try:
        sheet = await _opened(visit, sent, rules)
        held = await hold.hold(visit.connection, event.id, sheet, file_name=sent.name, at=visit.at, rules=rules)
    except Unusable as error:
        return await _choosing(visit, event, refused=error)
    return visit.onward(f"/events/{event.id}/import/{held.id}/columns")


@post(ONE + "/removal", scope=Scope.ATTENDEES_WRITE)
async def drop_file(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Holds a file no longer. Nobody who was taken in is touched."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    await held_files.remove(visit.connection, held.id)
    return visit.onward(f"/events/{event.id}/import", said="file_dropped")


async def held_of(visit: OrganiserVisit, event: Event, held_id: str) -> HeldFile:
    """The held file that an address names. Raises `NotFound`."""
    held = await held_files.get(visit.connection, event.id, HeldFileId(held_id), visit.at)
    if held is None:
        raise NotFound
    return held


async def _choosing(
    visit: OrganiserVisit, event: Event, *, problems: list[FieldError] | None = None, refused: Unusable | None = None
) -> Response[str]:
    done = await imports.find(visit.connection, event.id, limit=LISTED_MAX)
    return visit.page(
        "import",
        event=event,
        here="import",
        problems=problems,
        status=422 if refused else None,
        refused=refused,
        held=await held_files.find(visit.connection, event.id, visit.at, limit=LISTED_MAX),
        done=[one for one in done if not one.dry_run],
        mappings=await mappings.find(visit.connection, limit=MAPPINGS_MAX),
    )


async def _sent(visit: OrganiserVisit) -> Sent | None:
    """The file, or what was pasted; None where there is neither."""
    file = visit.files.get("file")
    data = b"" if file is None else await file.read()
    if file is not None and data:
        return Sent(
            data=data, name=clean_line(file.filename)[-LINE_CHARS_MAX:].strip() or visit.t("organiser.import.file")
        )
    pasted = visit.form.text("pasted")
    return Sent(data=pasted.encode(), name=visit.t("organiser.import.pasted_name")) if pasted else None


async def _mapping_chosen(visit: OrganiserVisit) -> list[Rule] | None:
    if not visit.form.line("mapping"):
        return None
    found = await mappings.get(visit.connection, MappingId(visit.form.line("mapping")))
    return None if found is None else found.rules


async def _opened(visit: OrganiserVisit, sent: Sent, rules: list[Rule] | None) -> Sheet:
    await allow_waiting(visit.connection, WAIT_SECONDS_MAX)
    return await open_file(
        sent.data,
        sheet=visit.form.line("sheet") or None,
        rows_max=visit.settings.import_rows_max,
        gate=visit.request.app.state.workbooks,
        known=columns_of(rules or ()),
    )


HANDLERS = (show_imports, hold_file, drop_file)

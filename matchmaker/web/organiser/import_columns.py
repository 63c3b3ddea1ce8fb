"""What the columns of a held file are: a choice for each, rules of their own beside, and the whole kept under a name."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.intake.table import Unusable
from matchmaker.model.association import Scope
from matchmaker.model.attendee_import import ImportPreview
from matchmaker.model.event import Event
from matchmaker.model.held_file import Asked, HeldFile, Refusal
from matchmaker.model.ids import MappingId
from matchmaker.model.mapping import Field, MappingInput, Rule
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.services import bring_in, hold
from matchmaker.services.take_in import EventFull
from matchmaker.store import held_files, mappings
from matchmaker.web.organiser import columns
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.import_progress import asked_for
from matchmaker.web.organiser.imports import MAPPINGS_MAX, ONE, PathEvent, PathHeld, held_of
from matchmaker.web.organiser.kept import stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = ONE + "/columns"
ROWS_SHOWN_MAX = 3


@get(PATH, scope=Scope.ATTENDEES_WRITE)
async def show_columns(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Each column with what stands in it, and a choice of what it is."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    if held.asked is not None:
        return visit.onward(f"{_path(event, held)}/progress")
    return await _page(visit, event, held, refused=held.refusal)


@post(PATH, scope=Scope.ATTENDEES_WRITE)
async def choose_columns(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Keeps the choices; with the main button the rows are tried at once."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    rules = columns.chosen(visit.form, await _preview(visit, held), held.rules)
    saved = await held_files.save_rules(visit.connection, held.id, rules, version=version_in(visit.form))
    path = _path(event, held)
    if saved is None:
        return stale(visit, f"{path}/columns", [], version=held.version, event=event, here="import")
    if visit.form.line("choice") != "check":
        return visit.onward(f"{path}/columns", said="saved")
    if bring_in.is_long(saved):
        return await asked_for(visit, event, saved, Asked.CHECK)
    try:
        rows_max = visit.settings.import_rows_max
        await hold.try_out(visit.connection, saved, rows_max=rows_max, at=visit.at)
    except (Unusable, EventFull) as error:
        return await _page(visit, event, saved, refused=error, status=422)
    return visit.onward(f"{path}/check")


@post(ONE + "/rules", scope=Scope.ATTENDEES_WRITE)
async def add_rule(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """One rule more, which holds only where a column says some words."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    try:
        rules = columns.added(visit.form, await _preview(visit, held), held.rules)
    except InvalidFields as error:
        return await _page(visit, event, held, problems=error.fields)
    return await _with_rules(visit, event, held, rules, said="rule_added")


@post(ONE + "/rules/{number:str}/removal", scope=Scope.ATTENDEES_WRITE)
async def remove_rule(visit: Visit, event_id: PathEvent, held_id: PathHeld, number: FromPath[str]) -> Response[str]:
    """One rule less."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    rules = [rule for place, rule in enumerate(held.rules) if str(place) != number]
    return await _with_rules(visit, event, held, rules, said="saved")


@post(ONE + "/mapping", scope=Scope.ATTENDEES_WRITE)
async def use_mapping(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Takes the columns as a kept mapping says."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    chosen = visit.form.line("mapping")
    found = await mappings.get(visit.connection, MappingId(chosen)) if chosen else None
    if found is None:
        return await _page(visit, event, held, problems=[FieldError("/mapping", "empty", "")])
    return await _with_rules(visit, event, held, found.rules, said="mapping_used")


@post(ONE + "/mapping/kept", scope=Scope.ATTENDEES_WRITE)
async def keep_mapping(visit: Visit, event_id: PathEvent, held_id: PathHeld) -> Response[str]:
    """Keeps the choices under a name, in place of the mapping of that name only where that is ticked."""
    event = await event_of(visit, event_id)
    held = await held_of(visit, event, held_id)
    code = await _kept(visit, held)
    if code:
        return await _page(visit, event, held, problems=[FieldError("/name", code, "")])
    return visit.onward(f"{_path(event, held)}/columns", said="mapping_kept")


async def _kept(visit: OrganiserVisit, held: HeldFile) -> str:
    """What keeps it from being kept; nothing where it is kept now."""
    name = visit.form.line("name")
    if not 1 <= len(name) <= LINE_CHARS_MAX:
        return "empty"
    if not held.rules:
        return "mapping_empty"
    given = MappingInput(name=name, rules=held.rules)
    known = await mappings.find(visit.connection, limit=MAPPINGS_MAX)
    before = next((one for one in known if one.name == name), None)
    if before is None:
        await mappings.add(visit.connection, given, visit.at)
    elif visit.form.line("instead") != "yes":
        return "name_taken"
    else:
        await mappings.save(visit.connection, before.id, given, version=before.version, at=visit.at)
    return ""


async def _with_rules(
    visit: OrganiserVisit, event: Event, held: HeldFile, rules: list[Rule], *, said: str
) -> Response[str]:
    path = f"{_path(event, held)}/columns"
    saved = await held_files.save_rules(visit.connection, held.id, rules, version=version_in(visit.form))
    if saved is None:
        raise hold.ChangedMeanwhile
    return visit.onward(path, said=said)


async def _page(
    visit: OrganiserVisit,
    event: Event,
    held: HeldFile,
    *,
    problems: list[FieldError] | None = None,
    refused: Unusable | EventFull | Refusal | None = None,
    status: int | None = None,
) -> Response[str]:
    preview = await _preview(visit, held)
    begin = _begin(visit)
    choices = columns.choices_of(preview, held.rules)
    return visit.page(
        "import_columns",
        event=event,
        here="import",
        problems=problems,
        status=status,
        refused=refused,
        held=held,
        path=_path(event, held),
        preview=preview,
        people=preview.rows[:ROWS_SHOWN_MAX],
        choices=choices[begin : begin + columns.COLUMNS_SHOWN_MAX],
        more=begin + columns.COLUMNS_SHOWN_MAX if len(choices) > begin + columns.COLUMNS_SHOWN_MAX else 0,
        named=[(index, one.header) for index, one in enumerate(preview.columns) if one.header][:200],
        own_rules=columns.own_rules_of(held.rules),
        fields=[field.value for field in Field],
        mappings=await mappings.find(visit.connection, limit=MAPPINGS_MAX),
    )


async def _preview(visit: OrganiserVisit, held: HeldFile) -> ImportPreview:
    sheet = await hold.sheet_of(visit.connection, held)
    return await hold.look_at(held, sheet, rows_max=visit.settings.import_rows_max)


def _begin(visit: OrganiserVisit) -> int:
    text = str(visit.request.query_params.get("from", "0"))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _path(event: Event, held: HeldFile) -> str:
    return f"/events/{event.id}/import/{held.id}"


HANDLERS = (show_columns, choose_columns, add_rule, remove_rule, use_mapping, keep_mapping)

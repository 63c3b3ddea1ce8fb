"""Kept columns: which columns of the association's files are which of our fields, under names of its own."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.ids import MappingId
from matchmaker.model.mapping import Mapping, MappingInput
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.store import mappings
from matchmaker.store.mappings import MappingNamedAlready
from matchmaker.web.organiser.events import version_in
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.room import id_asked
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/association/mappings"
ONE = PATH + "/{mapping_id:str}"
ROWS = 50


@get(PATH, scope=Scope.ATTENDEES_WRITE)
async def show_mappings(visit: Visit) -> Response[str]:
    """All of them, the latest made first."""
    last = await mappings.get(visit.connection, MappingId(after)) if (after := id_asked(visit, "after")) else None
    position = (last.created_at, str(last.id)) if last else None
    found = await mappings.find(visit.connection, after=position, limit=ROWS + 1)
    following = found[ROWS - 1].id if len(found) > ROWS else None
    return visit.page("mappings", here="association", mappings=found[:ROWS], next=following)


@get(ONE, scope=Scope.ATTENDEES_WRITE)
async def show_mapping(visit: Visit, mapping_id: FromPath[str]) -> Response[str]:
    """What one says, its name, and its removal."""
    return _page(visit, await _mapping(visit, mapping_id))


@post(ONE, scope=Scope.ATTENDEES_WRITE)
async def rename_mapping(visit: Visit, mapping_id: FromPath[str]) -> Response[str]:
    """Gives it another name, unless somebody else changed it meanwhile: then one chooses."""
    mapping = await _mapping(visit, mapping_id)
    name = visit.form.line("name")
    if not 1 <= len(name) <= LINE_CHARS_MAX:
        return _page(visit, mapping, [FieldError("/name", "empty", "")])
    given = MappingInput(name=name, rules=mapping.rules)
    try:
        async with visit.connection.transaction():
            saved = await mappings.save(
                visit.connection, mapping.id, given, version=version_in(visit.form), at=visit.at
            )  # fmt: skip
    except MappingNamedAlready:
        return _page(visit, mapping, [FieldError("/name", "mapping_named", "")])
    if saved is None:
        yours = Difference(label=visit.t("organiser.mappings.name"), yours=name, theirs=mapping.name)
        return stale(visit, f"{PATH}/{mapping.id}", [yours], version=mapping.version, here="association")
    return visit.onward(PATH, said="saved")


@post(ONE + "/removal", scope=Scope.ATTENDEES_WRITE)
async def remove_mapping(visit: Visit, mapping_id: FromPath[str]) -> Response[str]:
    """Removes it, unless it changed meanwhile: then one looks again. Who came in by it stays."""
    mapping = await _mapping(visit, mapping_id)
    if not await mappings.remove(visit.connection, mapping.id, version=version_in(visit.form)):
        return visit.onward(f"{PATH}/{mapping.id}", said="mapping_changed_meanwhile")
    return visit.onward(PATH, said="mapping_removed")


async def _mapping(visit: OrganiserVisit, mapping_id: str) -> Mapping:
    """The mapping that an address names. Raises `NotFound`."""
    found = await mappings.get(visit.connection, MappingId(mapping_id))
    if found is None:
        raise NotFound
    return found


def _page(visit: OrganiserVisit, mapping: Mapping, problems: list[FieldError] | None = None) -> Response[str]:
    return visit.page("mapping", here="association", problems=problems, mapping=mapping)


HANDLERS = (show_mappings, show_mapping, rename_mapping, remove_mapping)

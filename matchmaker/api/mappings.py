"""Mappings: which columns of your files are which of our fields."""

from datetime import datetime

from litestar import Response, Router, delete, get, post, put
from litestar.params import JSONBody

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, IfMatch, IfNoneMatch, Limit, PathMapping
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing, expected, unless_changed, versioned
from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.association import Scope
from matchmaker.model.mapping import Mapping, MappingInput, faults_of
from matchmaker.store import mappings


@post(
    operation_id="create_mapping",
    summary="Keep a mapping",
    response_description="The mapping.",
    scope=Scope.ATTENDEES_WRITE,
    whole_association=True,
    gives=("Location", "ETag", "Idempotency-Replayed"),
)
async def create_mapping(connection: Connection, at: At, data: JSONBody[MappingInput]) -> Response[Mapping]:
    """Keeps which columns of a file are which fields, under a name of your own, to be named in imports.

    A rule fills a field from a column or with a constant. Several rules may fill one field; a rule may hold only in rows whose
    cell in some column is one of some words: what a mentor writes can be an offer, and what a mentee writes a seek. Columns that
    no rule takes are kept with the attendee under their own name.
    """
    _check(data)
    made = await mappings.add(connection, data, at)
    return created(made, f"/v1/mappings/{made.id}", version=made.version)


@get(
    operation_id="list_mappings",
    summary="List mappings",
    response_description="A page of mappings.",
    scope=Scope.ATTENDEES_READ,
    whole_association=True,
    gives=("Link",),
)
async def list_mappings(
    request: ApiRequest, connection: Connection, limit: Limit = LIMIT, cursor: Cursor = None
) -> Page[Mapping]:
    """Lists the mappings of your association, the latest made first."""
    after = position(request, cursor, tuple[datetime, str])
    found = await mappings.find(connection, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@get(
    "/{mapping_id:str}",
    operation_id="get_mapping",
    summary="Get a mapping",
    response_description="The mapping.",
    scope=Scope.ATTENDEES_READ,
    whole_association=True,
    gives=("ETag",),
)
async def get_mapping(
    connection: Connection, mapping_id: PathMapping, if_none_match: IfNoneMatch = None
) -> Response[Mapping | None]:
    """Gets a mapping."""
    found = existing(await mappings.get(connection, mapping_id))
    return versioned(found, found.version, if_none_match)


@put(
    "/{mapping_id:str}",
    operation_id="replace_mapping",
    summary="Change a mapping",
    response_description="The mapping as it is now.",
    scope=Scope.ATTENDEES_WRITE,
    whole_association=True,
    gives=("ETag",),
    problems=(409,),
)
async def replace_mapping(
    connection: Connection, at: At, mapping_id: PathMapping, data: JSONBody[MappingInput], if_match: IfMatch = None
) -> Response[Mapping | None]:
    """Replaces a mapping's name and rules. Attendees who came in by it stay as they are until their file is imported again."""
    version = expected(if_match)
    _check(data)
    existing(await mappings.get(connection, mapping_id))
    saved = unless_changed(await mappings.save(connection, mapping_id, data, version=version, at=at))
    return versioned(saved, saved.version)


@delete(
    "/{mapping_id:str}",
    operation_id="delete_mapping",
    summary="Delete a mapping",
    response_description="It is gone.",
    scope=Scope.ATTENDEES_WRITE,
    whole_association=True,
)
async def delete_mapping(connection: Connection, mapping_id: PathMapping, if_match: IfMatch = None) -> None:
    """Deletes a mapping. Attendees who came in by it stay."""
    version = expected(if_match)
    existing(await mappings.get(connection, mapping_id))
    unless_changed(await mappings.remove(connection, mapping_id, version=version) or None)


def _check(data: MappingInput) -> None:
    errors = [FieldError(f"/rules/{number}/{part}", code, words) for number, part, code, words in faults_of(data.rules)]
    if errors:
        raise InvalidFields(errors)


router = Router(
    "/v1/mappings",
    tags=["imports"],
    route_handlers=[create_mapping, list_mappings, get_mapping, replace_mapping, delete_mapping],
)

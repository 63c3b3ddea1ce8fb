"""The programme of an event: its slots and its tables."""

from litestar import Response, Router, get, put
from litestar.params import JSONBody

from matchmaker.api.parameters import IfMatch, IfNoneMatch, PathEvent
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing, expected, unless_changed, versioned
from matchmaker.model.association import Scope
from matchmaker.model.programme import Programme, ProgrammeInput
from matchmaker.services import arrange
from matchmaker.store import events


@get(
    operation_id="get_programme",
    summary="Get the programme of an event",
    response_description="The programme.",
    scope=Scope.EVENTS_READ,
    gives=("ETag",),
)
async def get_programme(
    connection: Connection, event_id: PathEvent, if_none_match: IfNoneMatch = None
) -> Response[Programme | None]:
    """Gets the slots and tables of an event, by number. Its ETag is the event's."""
    event = existing(await events.get(connection, event_id))
    return versioned(await arrange.programme(connection, event_id), event.version, if_none_match)


@put(
    operation_id="replace_programme",
    summary="Change the programme of an event",
    response_description="The programme as it is now.",
    scope=Scope.EVENTS_WRITE,
    gives=("ETag",),
)
async def replace_programme(
    connection: Connection, at: At, event_id: PathEvent, data: JSONBody[ProgrammeInput], if_match: IfMatch = None
) -> Response[Programme | None]:
    """Replaces all slots and tables of an event, and gives the event a new version. Drafts keep the hours they were made with.

    A slot is a round: number slots in order of time, and let none overlap; what lies between two is a break. Without slots a
    run has as many rounds as its policy says, and without tables as many tables.
    """
    version = expected(if_match)
    existing(await events.get(connection, event_id))
    event = unless_changed(await arrange.replace(connection, event_id, data, version=version, at=at))
    return versioned(await arrange.programme(connection, event_id), event.version)


router = Router(
    "/v1/events/{event_id:str}/programme", tags=["programme"], route_handlers=[get_programme, replace_programme]
)

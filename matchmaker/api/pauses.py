"""Pauses: an attendee wants no introductions for now, and asked you to see to it."""

from litestar import Router, delete, put
from litestar.params import JSONBody

from matchmaker.api.body import ApiRequest
from matchmaker.api.gate import only_event
from matchmaker.api.parameters import PathAttendee, PathEvent
from matchmaker.api.transaction import At, Connection
from matchmaker.errors import Forbidden
from matchmaker.model.association import Scope
from matchmaker.model.pause import Pause, PauseInput, PauseReply, PauseScope
from matchmaker.services import pause


@put(
    operation_id="replace_pause",
    summary="Pause an attendee",
    response_description="The pause.",
    scope=Scope.ATTENDEES_WRITE,
    problems=(422,),
)
async def replace_pause(
    request: ApiRequest,
    connection: Connection,
    at: At,
    event_id: PathEvent,
    attendee_id: PathAttendee,
    data: JSONBody[PauseInput],
) -> PauseReply:
    """Pauses an attendee who asked for it: from this round, this programme (the event), or everything of your association.

    What is open ends as if declined, which nobody is told; with whom they have agreed on a time meanwhile hears that it is off.
    The attendee gets one letter that says so, with the way back. It takes the place of any pause they have; the same again
    changes nothing. `everything` needs a key of the whole association.
    """
    if data.scope is PauseScope.EVERYTHING and only_event(request) is not None:
        raise Forbidden("This key is restricted to one event, and this concerns the whole association.")
    return _reply(await pause.put(connection, event_id, attendee_id, data.scope, ends_at=data.ends_at, at=at))


@delete(
    operation_id="delete_pause",
    summary="End an attendee's pause",
    response_description="They take part again.",
    scope=Scope.ATTENDEES_WRITE,
)
async def delete_pause(connection: Connection, at: At, event_id: PathEvent, attendee_id: PathAttendee) -> None:
    """Ends whatever keeps an attendee from introductions at this event, also a pause for silence; without one nothing happens."""
    await pause.come_back(connection, event_id, attendee_id, at=at)


def _reply(made: Pause) -> PauseReply:
    return PauseReply(scope=made.scope, began_at=made.began_at, ends_at=made.ends_at)


router = Router(
    "/v1/events/{event_id:str}/attendees/{attendee_id:str}/pause",
    tags=["attendees"],
    route_handlers=[replace_pause, delete_pause],
)

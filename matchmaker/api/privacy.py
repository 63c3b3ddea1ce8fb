"""Privacy: an event in which the organiser is told counts and attendance, and not who met whom nor what they said."""

from litestar import Router, get, put
from litestar.params import JSONBody

from matchmaker.api.parameters import PathEvent
from matchmaker.api.transaction import Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.privacy import PrivacyInput, PrivacyPromised, PrivacyReply
from matchmaker.store import events, privacies


@get(
    operation_id="get_privacy",
    summary="Get the privacy",
    response_description="Whether the event is private.",
    scope=Scope.EVENTS_READ,
)
async def get_privacy(connection: Connection, event_id: PathEvent) -> PrivacyReply:
    """Tells whether an event is private."""
    return PrivacyReply(privacy=existing(await privacies.get(connection, event_id)))


@put(
    operation_id="replace_privacy",
    summary="Make an event private",
    response_description="How it is now.",
    scope=Scope.EVENTS_WRITE,
    problems=(409,),
)
async def replace_privacy(connection: Connection, event_id: PathEvent, data: JSONBody[PrivacyInput]) -> PrivacyReply:
    """Makes an event `private`, or `open` again as long as nobody was offered an introduction; later: 409.

    Whatever tells two people of a private event together, or what they said of each other, is refused with 403: pairings and
    groups of its runs, introductions, promises, feedback, encounters, wishes and letters, and the lists of who keeps apart from
    whom and who knows whom, in which people's own words stand too. `GET …/funnel` counts.
    """
    existing(await events.lock(connection, event_id))
    if not await privacies.put(connection, event_id, data.privacy):
        raise PrivacyPromised
    return PrivacyReply(privacy=data.privacy)


router = Router("/v1/events/{event_id:str}/privacy", tags=["events"], route_handlers=[get_privacy, replace_privacy])

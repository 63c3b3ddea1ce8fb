"""Suggestions for an attendee's profile: what it says already, drafts to confirm, and what to ask next."""

from litestar import Router, post
from litestar.params import JSONBody

from matchmaker.api.parameters import PathAttendee, PathEvent
from matchmaker.api.transaction import Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.suggestion import SuggestionInput, Suggestions
from matchmaker.services import suggest
from matchmaker.store import attendees


@post(
    operation_id="suggest_profile",
    summary="Suggest what a profile lacks",
    response_description="What may help the attendee to say more.",
    status_code=200,
    scope=Scope.ATTENDEES_READ,
)
async def suggest_profile(
    connection: Connection, event_id: PathEvent, attendee_id: PathAttendee, data: JSONBody[SuggestionInput]
) -> Suggestions:
    """Reads what an attendee wrote: the kinds of their goals, how complete it is, the one question that would help most.

    Where they offer nothing yet, offers are drafted from your `answers`, their role and their interests. Nothing is saved: a
    draft counts once it stands among their offers.
    """
    attendee = existing(await attendees.get(connection, event_id, attendee_id))
    return suggest.for_attendee(attendee, data)


router = Router(
    "/v1/events/{event_id:str}/attendees/{attendee_id:str}/suggestions",
    tags=["attendees"],
    route_handlers=[suggest_profile],
)

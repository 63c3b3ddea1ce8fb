"""Coverage: what an event seeks and offers, and what one attendee's introductions cover."""

from litestar import Router, get

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.parameters import PathAttendee, PathEvent, PathRun
from matchmaker.api.transaction import Connection
from matchmaker.api.versions import existing
from matchmaker.model.association import Scope
from matchmaker.model.coverage import AttendeeCoverage, Coverage
from matchmaker.services import review
from matchmaker.store import attendees


@get(
    "/coverage",
    operation_id="get_coverage",
    summary="What does the room seek and offer?",
    response_description="Topics with what is sought and offered, the seeks nobody answers, the offers nobody uses.",
    scope=Scope.ATTENDEES_READ,
    problems=(422,),
)
async def get_coverage(request: ApiRequest, event_id: PathEvent) -> Coverage:
    """Sets what the people of an event seek against what they offer, by topic, in time to invite someone.

    Topics are named by interests that several people share, else by the room's own telling words. Up to 5,000 people; 503 where
    the answer takes too long, or others are being answered.
    """
    state = request.app.state
    answer: Coverage = await state.questions.coverage(state.pool, association_of(request.scope), event_id)
    return answer


@get(
    "/runs/{run_id:str}/attendees/{attendee_id:str}/coverage",
    operation_id="get_attendee_coverage",
    summary="What do an attendee's introductions cover?",
    response_description="Each seek and each offer, and the introductions in which it counts.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409,),
)
async def get_attendee_coverage(
    connection: Connection, event_id: PathEvent, run_id: PathRun, attendee_id: PathAttendee
) -> AttendeeCoverage:
    """Shows what a run's introductions cover of what an attendee seeks, what remains, and which of their offers are used."""
    attendee = existing(await attendees.get(connection, event_id, attendee_id))
    return await review.coverage(connection, event_id, run_id, attendee)


router = Router("/v1/events/{event_id:str}", tags=["coverage"], route_handlers=[get_coverage, get_attendee_coverage])

"""Questions about a drafted run: why two people are not paired, what other rules would give, what more time would add."""

from typing import Annotated, Any

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter
from msgspec import Meta

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.parameters import PathAttendee, PathEvent, PathRun
from matchmaker.model.association import Scope
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.whatif import (
    MINUTES_MORE,
    Outlook,
    PairQuestion,
    Question,
    Relaxations,
    RulesQuestion,
    Swap,
    SwapQuestion,
    TimeQuestion,
    WhyNot,
)

First = Annotated[AttendeeId, QueryParameter(name="first", required=True), Meta(description="One of the two.")]
Second = Annotated[AttendeeId, QueryParameter(name="second", required=True), Meta(description="The other.")]
FirstPartner = Annotated[
    AttendeeId, QueryParameter(name="first_partner", required=True), Meta(description="Whom the one meets now.")
]
SecondPartner = Annotated[
    AttendeeId, QueryParameter(name="second_partner", required=True), Meta(description="Whom the other meets now.")
]
MinutesMore = FromQuery[Annotated[int, Meta(ge=1, le=480, description="How many minutes more.")]]


@get(
    "/pairings/why-not",
    operation_id="explain_pair",
    summary="Why are these two not paired?",
    response_description="What stands in the way, and what having the pair would cost.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409, 422),
)
async def explain_pair(
    request: ApiRequest, event_id: PathEvent, run_id: PathRun, first: First, second: Second
) -> WhyNot:
    """Says why a run does not pair two people: a rule, the floor, or others who are worth more to the room, and by how much.

    It is planned again, from what the run read, with the pair pinned: `forced` says what that costs, and who else would be
    met no more. Up to 3,000 people; 503 where the answer takes too long, or others are being answered.
    """
    answer: WhyNot = await _asked(request, event_id, run_id, PairQuestion(first=first, second=second))
    return answer


@get(
    "/pairings/swap",
    operation_id="preview_swap",
    summary="What if two swapped whom they meet?",
    response_description="The pairs as they are and would be, and what it changes for the four.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409, 422),
)
async def preview_swap(
    request: ApiRequest,
    event_id: PathEvent,
    run_id: PathRun,
    first: First,
    first_partner: FirstPartner,
    second: Second,
    second_partner: SecondPartner,
) -> Swap:
    """Says what a run would be worth if two people swapped whom they meet, what each of the four would gain or lose, and what
    stands in the way. Nothing is changed: to have it, reject both pairs, pin the new ones, and run again.

    Up to 3,000 people; 503 where the answer takes too long, or others are being answered.
    """
    asked = SwapQuestion(first=first, first_partner=first_partner, second=second, second_partner=second_partner)
    answer: Swap = await _asked(request, event_id, run_id, asked)
    return answer


@get(
    "/relaxations",
    operation_id="list_relaxations",
    summary="What would change it?",
    response_description="The plan as it is, and with each rule relaxed.",
    scope=Scope.RUNS_READ,
    problems=(409, 422),
)
async def list_relaxations(request: ApiRequest, event_id: PathEvent, run_id: PathRun) -> Relaxations:
    """Plans a run again with each rule in force relaxed by itself: what that gives the room or costs it, and who is left.

    Up to 1,000 people; 503 where the answer takes too long, or others are being answered.
    """
    answer: Relaxations = await _asked(request, event_id, run_id, RulesQuestion())
    return answer


@get(
    "/attendees/{attendee_id:str}/outlook",
    operation_id="get_outlook",
    summary="What would more time add?",
    response_description="Whom the attendee would meet as well, and what that is worth.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    problems=(409, 422),
)
async def get_outlook(
    request: ApiRequest,
    event_id: PathEvent,
    run_id: PathRun,
    attendee_id: PathAttendee,
    minutes: MinutesMore = MINUTES_MORE,
) -> Outlook:
    """Plans a run again with some minutes more for one attendee: what they gain, what the room gains, and whom they meet.

    Up to 3,000 people; 503 where the answer takes too long, or others are being answered.
    """
    asked = TimeQuestion(attendee_id=attendee_id, minutes=minutes)
    answer: Outlook = await _asked(request, event_id, run_id, asked)
    return answer


async def _asked(request: ApiRequest, event_id: EventId, run_id: RunId, question: Question) -> Any:
    """In transactions of its own: whoever waits for an answer holds no connection."""
    state = request.app.state
    return await state.questions.ask(state.pool, association_of(request.scope), event_id, run_id, question)


router = Router(
    "/v1/events/{event_id:str}/runs/{run_id:str}",
    tags=["pairings"],
    route_handlers=[explain_pair, preview_swap, list_relaxations, get_outlook],
)

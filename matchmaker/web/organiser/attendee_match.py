"""What a run gives one attendee: whom they meet, what of their words that covers, and what more time would add."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing
from matchmaker.model.run import MatchRun, RunState
from matchmaker.model.text import MINUTES_MAX, QUOTA_MAX
from matchmaker.model.whatif import MINUTES_MORE, Outlook, TimeQuestion
from matchmaker.services import review
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser.answers import answered, visiting
from matchmaker.web.organiser.asked import asked_by, number_in, run_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import attendee_of
from matchmaker.web.organiser.run_people import Who, is_private, open_event, run_of, who
from matchmaker.web.organiser.visit import OrganiserVisit, Visit
from matchmaker.web.visit import At

STATES = (RunState.DRAFTED, RunState.RELEASED)
BEYOND_MAX = 60


class Met(Struct, frozen=True, kw_only=True):
    """A pairing as one of the two has it: whom they meet, what either gains, and the first words that carry it."""

    other: Who
    gains: float
    gives: float
    round: int | None
    reason: tuple[str, str] | None


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}/match", scope=Scope.RUNS_READ)
async def show_match(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Of the latest run, or one that is named."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    private = await is_private(visit, event)
    run = None if private else await run_in(visit.connection, event.id, asked_by(visit), states=STATES)
    values = {} if run is None else await _given(visit, event, run, attendee)
    return visit.page(
        "attendee_match", event=event, here="room", attendee=attendee, private=private, run=run, minutes=MINUTES_MORE,
        most=MINUTES_MAX, **values,
    )  # fmt: skip


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}/runs/{run_id:str}/outlook", scope=Scope.RUNS_READ)
async def show_outlook(
    request: PageRequest, at: At, event_id: FromPath[str], attendee_id: FromPath[str], run_id: FromPath[str]
) -> Response[str]:
    """What some minutes more would add for them; for htmx the answer alone."""
    async with visiting(request, at) as visit:
        event = await open_event(visit, event_id)
        attendee = await attendee_of(visit, event, attendee_id)
        run = await run_of(visit, event, run_id)
        minutes = number_in(asked_by(visit), "minutes", most=MINUTES_MAX) or MINUTES_MORE
    question = TimeQuestion(attendee_id=attendee.id, minutes=minutes)
    answer, failure = await answered(request, event, run, question)
    async with visiting(request, at) as visit:
        return await _outlook(visit, event, attendee, run, minutes, answer, failure)


async def _outlook(
    visit: OrganiserVisit,
    event: Event,
    attendee: AttendeeReply,
    run: MatchRun,
    minutes: int,
    answer: Outlook | None,
    failure: str,
) -> Response[str]:
    named = [] if answer is None else [*answer.meets, *answer.meets_no_more]
    values: dict[str, Any] = {
        "event": event,
        "attendee": attendee,
        "run": run,
        "minutes": minutes,
        "most": MINUTES_MAX,
        "answer": answer,
        "verdict": "" if answer is None else _verdict(answer),
        "failure": failure,
        "who": await who(visit, event, named),
    }
    if visit.request.headers.get("hx-request"):
        return visit.fragment("attendee_outlook_part", **values)
    return visit.page("attendee_outlook", here="room", **values)


def _verdict(answer: Outlook) -> str:
    """The key of what more time would come to."""
    if answer.places_free:
        return "free"
    if not answer.introductions:
        return "too_short"
    return "more" if answer.meets else "nobody"


async def _given(visit: OrganiserVisit, event: Event, run: MatchRun, attendee: AttendeeReply) -> dict[str, Any]:
    connection, one = visit.connection, attendee.id
    pairs = await review.of_attendee(connection, event.id, run.id, one, limit=QUOTA_MAX)
    coverage = await review.coverage(connection, event.id, run.id, attendee)
    groups = await review.groups(connection, event.id, run.id, attendee_id=one, limit=BEYOND_MAX)
    connectors = await review.connectors(connection, event.id, run.id, attendee_id=one, limit=BEYOND_MAX)
    unmatched = await review.unmatched(connection, event.id, run.id)
    ids = {id_ for pair in pairs for id_ in (pair.first, pair.second)}
    ids |= {id_ for _, group in groups for id_ in group.members}
    ids |= {id_ for _, three in connectors for id_ in (three.first, three.second, three.connector_id)}
    ids |= {id_ for text in (*coverage.seeks, *coverage.offers) for id_ in text.by}
    people = await who(visit, event, ids | {one})
    return {
        "met": [_met(pair, one, people) for pair in pairs],
        "coverage": coverage,
        "groups": [group for _, group in groups],
        "connectors": [three for _, three in connectors],
        "byes": await review.byes(connection, event.id, run.id, attendee_id=one, limit=BEYOND_MAX),
        "asks": [ask for _, ask in await review.asks(connection, event.id, run.id, attendee_id=one, limit=BEYOND_MAX)],
        "without": next((found for found in unmatched if found.id == one), None),
        "who": people,
    }


def _met(pair: Pairing, one: AttendeeId, people: dict[AttendeeId, Who]) -> Met:
    is_first = pair.first == one
    reason = next((found for found in pair.reasons if found.to == one), None)
    return Met(
        other=people[pair.second if is_first else pair.first],
        gains=pair.value_to_first if is_first else pair.value_to_second,
        gives=pair.value_to_second if is_first else pair.value_to_first,
        round=pair.round,
        reason=None if reason is None else (reason.seek, reason.offer),
    )


HANDLERS = (show_match, show_outlook)

"""What is unsaid and unmet: who has not said what they seek or offer, with one reminder; what nobody in the room answers."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from matchmaker.export.charts.completeness import completeness as completeness_chart
from matchmaker.export.charts.coverage import coverage_map
from matchmaker.model.association import Scope
from matchmaker.model.completeness import Lack
from matchmaker.model.coverage import Coverage, Topic
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.services import chase, review
from matchmaker.services.why import AnswerTookTooLong, TooManyToAsk
from matchmaker.store import attendees, completeness, runs
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import asked, id_asked, is_private, names_of
from matchmaker.web.organiser.visit import Visit, association_in, looking_again

ROWS = 50
UNMET_SHOWN = 30
WANTED_SHOWN = 8
EXAMPLES = 2
RUNS_MAX = 20


@get("/events/{event_id:str}/room/unsaid", scope=Scope.ATTENDEES_READ)
async def show_unsaid(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """How complete the room is, who has not said all, and to how many one reminder would go."""
    event = await event_of(visit, event_id)
    lacks = _lack(asked(visit, "lacks"))
    last = (
        await attendees.get(visit.connection, event.id, AttendeeId(one)) if (one := id_asked(visit, "after")) else None
    )
    after = None if last is None else (last.created_at, str(last.id))
    found = await completeness.find(visit.connection, event.id, lacks=lacks, after=after, limit=ROWS + 1)
    counted = await chase.count(visit.connection, event.id)
    return visit.page(
        "unsaid",
        event=event,
        here="room",
        counted=counted,
        chart=completeness_chart(counted, visit.language),
        lacks=lacks.value,
        kinds=[one.value for one in Lack],
        people=found[:ROWS],
        next=found[ROWS - 1].attendee_id if len(found) > ROWS else None,
        reached=await chase.preview(visit.connection, event.id, lacks, at=visit.at),
        may_change=visit.may(Scope.ATTENDEES_WRITE),
    )


@post("/events/{event_id:str}/room/reminders", scope=Scope.ATTENDEES_WRITE)
async def remind_unsaid(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Writes to each of them, once; whoever presses twice writes to nobody twice."""
    event = await event_of(visit, event_id)
    lacks = _lack(visit.form.line("lacks"))
    await chase.remind(visit.connection, event.id, lacks, at=visit.at)
    return visit.onward(f"/events/{event.id}/room/unsaid", said="reminded")


@get("/events/{event_id:str}/room/coverage", scope=Scope.ATTENDEES_READ)
async def show_coverage(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Says what is being worked out; the next page has it, by itself or by a press."""
    return visit.page("coverage", event=await event_of(visit, event_id), here="room")


@get("/events/{event_id:str}/room/coverage/map", scope=Scope.ATTENDEES_READ)
async def show_coverage_map(
    request: PageRequest, event_id: FromPath[str], at: NamedDependency[datetime]
) -> Response[str]:
    """What the room seeks and offers, by topic; what nobody answers, and so whom to invite. It takes some seconds."""
    coverage, trouble = await _coverage(request, EventId(event_id))
    unmet = [] if coverage is None else coverage.unmet_seeks[:UNMET_SHOWN]
    async with looking_again(request, at) as visit:
        event = await event_of(visit, event_id)
        values: dict[str, Any] = {
            "event": event,
            "coverage": coverage,
            "trouble": trouble,
            "chart": None if coverage is None else coverage_map(coverage, visit.language),
            "unmet": unmet,
            "names": await names_of(visit, event, {one.attendee_id for one in unmet}),
            "wanted": [] if coverage is None else wanted(coverage),
        }
        if request.headers.get("hx-target") == "map":
            return visit.fragment("coverage_map", **values)
        return visit.page("coverage_page", here="room", **values)


@get("/events/{event_id:str}/room/asks", scope=Scope.RUNS_READ)
async def show_asks(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """The asks that no pairing of the last run answers, and where each goes: a clinic table, a topic host, or the queue (L2)."""
    event = await event_of(visit, event_id)
    found = await runs.find(visit.connection, event.id, limit=RUNS_MAX)
    run = next((one for one in found if one.state in review.REVIEWABLE), None)
    private = await is_private(visit, event)
    text = asked(visit, "after")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
    asks = (
        []
        if run is None or private
        else await review.asks(visit.connection, event.id, run.id, after=after, limit=ROWS + 1)
    )
    people = {one for _, ask in asks for one in (ask.attendee_id, ask.expert_id) if one is not None}
    return visit.page(
        "asks",
        event=event,
        here="room",
        run=run,
        private=private,
        asks=[ask for _, ask in asks[:ROWS]],
        next=asks[ROWS - 1][0] if len(asks) > ROWS else None,
        names=await names_of(visit, event, people),
    )


def wanted(coverage: Coverage) -> list[tuple[Topic, list[str]]]:
    """The topics that lack answers, those most lacked first, each with what is asked there in people's own words."""
    asked_of: dict[int, list[str]] = {}
    for one in coverage.unmet_seeks:
        asked_of.setdefault(one.topic, []).append(one.text)
    lacking = [
        (topic, asked_of.get(place, [])[:EXAMPLES]) for place, topic in enumerate(coverage.topics) if topic.unmet
    ]
    return lacking[:WANTED_SHOWN]


async def _coverage(request: PageRequest, event_id: EventId) -> tuple[Coverage | None, str]:
    """What the room seeks and offers; else the key of why that cannot be told just now."""
    state = request.app.state
    try:
        return await state.questions.coverage(state.pool, association_in(request), event_id), ""
    except TooManyToAsk:
        return None, "too_many"
    except AnswerTookTooLong:
        return None, "too_long"


def _lack(text: str) -> Lack:
    return next((one for one in Lack if one.value == text), Lack.EITHER)


HANDLERS = (show_unsaid, remind_unsaid, show_coverage, show_coverage_map, show_asks)

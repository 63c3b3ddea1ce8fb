"""After an event: how far its pairs came, how good it was, whom it connected, how fairly, and what matching added over chance."""

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup
from msgspec import Struct

from matchmaker.export.charts.drawing import Chart
from matchmaker.export.charts.fairness import GroupFigure, exposure, groups
from matchmaker.export.charts.funnel import funnel
from matchmaker.export.charts.network import network
from matchmaker.export.charts.quality import Measure, quality
from matchmaker.export.charts.uplift import uplift
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.fairness import Characteristic, Fairness
from matchmaker.model.hold_back import PAIRS_LEAST, Uplift
from matchmaker.model.ids import EventId
from matchmaker.model.network_effect import NetworkEffect
from matchmaker.model.quality import Quality
from matchmaker.model.run import Format, MatchRun, RunState
from matchmaker.services import collect, measure
from matchmaker.services.review import InputForgotten
from matchmaker.services.why import AnswerFailed, AnswerTookTooLong
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser.asked import asked_by, run_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.run_people import open_event
from matchmaker.web.organiser.visit import OrganiserVisit, Visit, association_in, looking_again
from matchmaker.web.visit import At

OF_PAIRS = frozenset({Format.INTRODUCTIONS, Format.ROUNDS})
RELEASED = (RunState.RELEASED,)

Found = TypeVar("Found")


class Picture(Struct, frozen=True, kw_only=True):
    """A chart as a page shows it: the key of the sentence that goes with it, and the picture, whose words are escaped."""

    key: str
    chart: Chart
    svg: Markup


@get("/events/{event_id:str}/after", scope=Scope.RUNS_READ)
async def show_after(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """What became of an event, in pictures with tables."""
    event = await event_of(visit, event_id)
    language, connection = visit.language, visit.connection
    counted = await collect.funnel(connection, event.id)
    points = (await measure.quality(connection)).points
    added = await measure.uplift(connection, event.id)
    run = await _run(visit, event)
    spread = None if run is None else await measure.spread(connection, event.id, run.id)
    return visit.page(
        "after",
        event=event,
        here="after",
        counted=counted,
        funnel=_picture("funnel", funnel(counted, language)),
        quality=quality_pictures(points, language),
        uplift=_picture("uplift", uplift(added, language)) if added.enough else None,
        added=added,
        verdict=_verdict(added),
        pairs_least=PAIRS_LEAST,
        exposure=None if spread is None else _picture("exposure", exposure(spread, language)),
    )


@get("/events/{event_id:str}/after/network", scope=Scope.RUNS_READ)
async def show_network(request: PageRequest, at: At, event_id: FromPath[str]) -> Response[str]:
    """Who was connected before and since, as a picture, and how many organisations are new to someone.

    Raises `PrivateEvent`: lines between dots tell two people together.
    """
    state = request.app.state
    async with looking_again(request, at) as visit:
        await open_event(visit, event_id)
    asking = state.questions.connect(state.pool, association_in(request), EventId(event_id))
    found: NetworkEffect | None = await _in_time(asking)
    async with looking_again(request, at) as visit:
        event = await event_of(visit, event_id)
        drawn = None if found is None else _picture("network", network(found, visit.language))
        return _part(visit, event, "after_network", found=found, network=drawn)


@get("/events/{event_id:str}/after/fairness", scope=Scope.RUNS_READ)
async def show_fairness(request: PageRequest, at: At, event_id: FromPath[str]) -> Response[str]:
    """How the groups of an event's people fared, by what one chooses."""
    state, found, forgotten = request.app.state, None, False
    async with looking_again(request, at) as visit:
        event, asked = await event_of(visit, event_id), asked_by(visit).line("by")
        run = await _run(visit, event)
    by = next((one for one in Characteristic if one.value == asked), Characteristic.GROUP)
    if run is not None:
        try:
            found = await _in_time(state.questions.weigh(state.pool, association_in(request), event.id, run.id, by))
        except InputForgotten:
            forgotten = True
    async with looking_again(request, at) as visit:
        return _part(
            visit, event, "after_fairness", run=run, by=by.value, found=found, forgotten=forgotten,
            choices=[one.value for one in Characteristic],
            pictures=[] if found is None else _groups(found, visit.language),
        )  # fmt: skip


def quality_pictures(points: Sequence[Quality], language: str) -> list[Picture]:
    """A picture for each share; none where nothing was released yet."""
    if not points:
        return []
    return [_picture(one.value, quality(points, language, measure=one, name=one.value)) for one in reversed(Measure)]


def _groups(found: Fairness, language: str) -> list[Picture]:
    """A picture for each figure of the groups."""
    return [_picture(one.value, groups(found, language, figure=one, name=f"groups-{one.value}")) for one in GroupFigure]


async def _run(visit: OrganiserVisit, event: Event) -> MatchRun | None:
    """The latest released run of pairs: tables and sets tell of no pair whom it was for."""
    return await run_in(visit.connection, event.id, asked_by(visit), states=RELEASED, formats=OF_PAIRS)


async def _in_time(answer: Awaitable[Found]) -> Found | None:
    """The answer; None where it took too long or could not be found, of which the page says so."""
    try:
        return await answer
    except (AnswerTookTooLong, AnswerFailed):
        return None


def _part(visit: OrganiserVisit, event: Event, name: str, **values: Any) -> Response[str]:
    """A page of its own; for htmx only what is in it."""
    if visit.request.headers.get("hx-request"):
        return visit.fragment(f"{name}_part", event=event, **values)
    return visit.page(name, event=event, here="after", **values)


def _picture(key: str, chart: Chart) -> Picture:
    return Picture(key=key, chart=chart, svg=Markup(chart.svg))  # noqa: S704 - each word in it is escaped by `drawing`


def _verdict(added: Uplift) -> str:
    """Whether the figures tell a difference from chance."""
    if added.met is None:
        return "too_few"
    return "more" if added.met.low > 0 else "less" if added.met.high < 0 else "chance"


HANDLERS = (show_after, show_network, show_fairness)

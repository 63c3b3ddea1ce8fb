"""The release of a run: what will be sent to how many and when, some minutes in which it can be stopped, and what it came to."""

from datetime import datetime

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import FieldError, MatchmakerError, Unavailable
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.introduction import ANSWER_DAYS, ANSWER_DAYS_MAX, ReleaseInput
from matchmaker.model.planned_release import WAIT, PlannedRelease, Released
from matchmaker.model.run import MatchRun, RunState
from matchmaker.model.window import Window, departure, zone_of
from matchmaker.services import plan_release
from matchmaker.store import senders
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser.answers import visiting
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.run_pairings import waiting
from matchmaker.web.organiser.run_people import is_private, run_of
from matchmaker.web.organiser.visit import STATE, OrganiserVisit, Visit

At = NamedDependency[datetime]


class Hours(Struct, frozen=True, kw_only=True):
    """In which hours of a reader's day letters leave, and when the first of a release would."""

    opens: int
    closes: int
    weekends: bool
    first_at: datetime


@get("/events/{event_id:str}/runs/{run_id:str}/release", scope=Scope.RUNS_READ)
async def show_release(request: PageRequest, at: At, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """What a release would do; while one waits, how long it can be stopped; afterwards, what it did."""
    async with visiting(request, at) as visit:
        event = await event_of(visit, event_id)
        run = await run_of(visit, event, run_id)
        planned = await plan_release.latest(visit.connection, event.id, run.id)
    foreseen, refusal = None, ""
    if run.state is RunState.DRAFTED and not (planned and planned.is_waiting):
        foreseen, refusal = await _foreseen(request, event, run, at)
    async with visiting(request, at) as visit:
        return await _page(visit, event, run, planned, foreseen=foreseen, refusal=refusal)


@post("/events/{event_id:str}/runs/{run_id:str}/release", scope=Scope.RUNS_WRITE)
async def plan(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Lets the release begin in some minutes."""
    event = await event_of(visit, event_id)
    run = await run_of(visit, event, run_id)
    days = visit.form.line("answer_days") or str(ANSWER_DAYS)
    if not (days.isascii() and days.isdigit() and 1 <= int(days[:4]) <= ANSWER_DAYS_MAX):
        return await _page(visit, event, run, None, problems=[FieldError("/answer_days", "answer_days", "")])
    await plan_release.plan(visit.connection, event.id, run.id, ReleaseInput(answer_days=int(days)), at=visit.at)
    return visit.onward(f"/events/{event.id}/runs/{run.id}/release", said="release_planned")


@post("/events/{event_id:str}/runs/{run_id:str}/release/stop", scope=Scope.RUNS_WRITE)
async def stop(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Stops a release that has not begun."""
    event = await event_of(visit, event_id)
    run = await run_of(visit, event, run_id)
    await plan_release.stop(visit.connection, event.id, run.id, at=visit.at)
    return visit.onward(f"/events/{event.id}/runs/{run.id}/release", said="release_stopped")


@get("/events/{event_id:str}/runs/{run_id:str}/release/countdown", scope=Scope.RUNS_READ)
async def show_countdown(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """The part of the page that counts; once it is over, the whole page is opened anew."""
    event = await event_of(visit, event_id)
    run = await run_of(visit, event, run_id)
    planned = await plan_release.latest(visit.connection, event.id, run.id)
    seconds = _left(planned, visit.at)
    answer = visit.fragment("countdown", event=event, run=run, planned=planned, seconds=seconds)
    if planned is None or not planned.is_waiting:
        answer.headers["HX-Redirect"] = f"/events/{event.id}/runs/{run.id}/release"
    return answer


async def _foreseen(request: PageRequest, event: Event, run: MatchRun, at: datetime) -> tuple[Released | None, str]:
    """What it would come to, or in words why it cannot be."""
    entered = request.scope["state"][STATE]
    pool = request.app.state.pool
    try:
        return await plan_release.foresee(pool, entered.association_id, event.id, run.id, ReleaseInput(), at=at), ""
    except Unavailable:
        raise
    except MatchmakerError as error:
        return None, error.detail


async def _page(
    visit: OrganiserVisit,
    event: Event,
    run: MatchRun,
    planned: PlannedRelease | None,
    *,
    foreseen: Released | None = None,
    refusal: str = "",
    problems: list[FieldError] | None = None,
) -> Response[str]:
    hours = await _hours(visit, event, planned)
    private = await is_private(visit, event)
    return visit.page(
        "release", event=event, here="runs", problems=problems, run=run, planned=planned, foreseen=foreseen,
        refusal=refusal, hours=hours, seconds=_left(planned, visit.at), minutes=int(WAIT.total_seconds()) // 60,
        days=ANSWER_DAYS, most_days=ANSWER_DAYS_MAX, may=visit.may(Scope.RUNS_WRITE), private=private,
        unmet=not private and await waiting(visit, event, run),
    )  # fmt: skip


async def _hours(visit: OrganiserVisit, event: Event, planned: PlannedRelease | None) -> Hours:
    sender = await senders.get(visit.connection)
    window = Window() if sender is None else Window(
        opens_hour=sender.opens_hour, closes_hour=sender.closes_hour, weekends=sender.weekends
    )  # fmt: skip
    due_at = planned.due_at if planned and planned.is_waiting else visit.at + WAIT
    first_at = departure(window, zone_of(event.time_zone), due_at).at
    return Hours(opens=window.opens_hour, closes=window.closes_hour, weekends=window.weekends, first_at=first_at)


def _left(planned: PlannedRelease | None, at: datetime) -> int:
    """How many seconds are left in which it can be stopped."""
    return 0 if planned is None else max(int((planned.due_at - at).total_seconds()), 0)


HANDLERS = (show_release, plan, stop, show_countdown)

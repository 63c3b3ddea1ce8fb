"""The runs of an event: what was calculated and when, a new one, one that is under way, and two beside each other."""

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import FieldError, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import RunId
from matchmaker.model.planned_release import PlannedRelease
from matchmaker.model.run import Format, MatchRun, RunInput, RunState
from matchmaker.model.text import INT4_MAX
from matchmaker.services import compare, match, plan_release, review, set_up
from matchmaker.services.match import RunAlreadyActive
from matchmaker.services.review import InputForgotten
from matchmaker.store import attendees, pairing_filters, runs, seatings
from matchmaker.web.organiser.asked import moment_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.run_people import is_private, open_event, who
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ACTIVE = (RunState.QUEUED, RunState.RUNNING)
LISTED = 20
NAMED = 50
UNMET_MAX = 200


class Told(Struct, frozen=True, kw_only=True):
    """What a page tells of a run with a result, beside its report."""

    decisions: int
    unmatched: int
    planned: PlannedRelease | None
    earlier: MatchRun | None
    private: bool
    rounds: int
    tables: int


@get("/events/{event_id:str}/runs", scope=Scope.RUNS_READ)
async def show_runs(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """All runs, the latest first, and the form for another."""
    return await _runs(visit, await event_of(visit, event_id))


@post("/events/{event_id:str}/runs", scope=Scope.RUNS_WRITE)
async def start_run(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Asks for a run by the event's policy."""
    event = await event_of(visit, event_id)
    seed = visit.form.line("seed") or "1"
    if not (seed.isascii() and seed.isdigit() and int(seed[:12]) <= INT4_MAX):
        return await _runs(visit, event, [FieldError("/seed", "seed", "")])
    fitting = await set_up.format_of(visit.connection, event.id)
    formats = {one.value: one for one in Format}
    asked = RunInput(seed=int(seed), format=formats.get(visit.form.line("format"), fitting))
    return await _start(visit, event, asked)


@get("/events/{event_id:str}/runs/{run_id:str}", scope=Scope.RUNS_READ)
async def show_run(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """One run: how far it is, why it ended, or what it came to."""
    event = await event_of(visit, event_id)
    run, may = await _any(visit, event, run_id), visit.may(Scope.RUNS_WRITE)
    if run.state not in review.REVIEWABLE:
        return visit.page("run_progress", event=event, here="runs", run=run, active=run.state in ACTIVE, may=may)
    short = [] if run.report is None else [one.attendee_id for one in run.report.shortfalls]
    told = await _told(visit, event, run)
    return visit.page("run", event=event, here="runs", run=run, told=told, may=may, who=await who(visit, event, short))


@get("/events/{event_id:str}/runs/{run_id:str}/progress", scope=Scope.RUNS_READ)
async def show_progress(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """The part of the page that says how far a run is; once it is over, the whole page is opened anew."""
    event = await event_of(visit, event_id)
    run = await _any(visit, event, run_id)
    answer = visit.fragment("run_bar", event=event, run=run, active=run.state in ACTIVE)
    if run.state not in ACTIVE:
        answer.headers["HX-Redirect"] = f"/events/{event.id}/runs/{run.id}"
    return answer


@post("/events/{event_id:str}/runs/{run_id:str}/cancellation", scope=Scope.RUNS_WRITE)
async def cancel_run(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Calls off a run that is under way."""
    event = await event_of(visit, event_id)
    run = await match.cancel(visit.connection, event.id, RunId(run_id), at=visit.at)
    return visit.onward(f"/events/{event.id}/runs/{run.id}", said="run_cancelled")


@post("/events/{event_id:str}/runs/{run_id:str}/repetition", scope=Scope.RUNS_WRITE)
async def roll_back(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Back to an earlier run: calculated again from what it read, so that it comes out the same."""
    event = await event_of(visit, event_id)
    try:
        return await _start(visit, event, RunInput(replay_of=RunId(run_id)))
    except InputForgotten:
        return visit.onward(f"/events/{event.id}/runs/{run_id}", said="input_forgotten")


@post("/events/{event_id:str}/runs/{run_id:str}/continuation", scope=Scope.RUNS_WRITE)
async def run_on(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """The same once more, with what was decided since, so that only that makes a difference."""
    event = await event_of(visit, event_id)
    before = await review.run(visit.connection, event.id, RunId(run_id))
    asked = RunInput(seed=before.seed, format=before.format, policy=before.policy, builds_on=before.id)
    return await _start(visit, event, asked)


@get("/events/{event_id:str}/comparison", scope=Scope.RUNS_READ)
async def show_comparison(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Two runs beside each other: which pairs only one has, and for whom that changes anything."""
    event = await open_event(visit, event_id)
    chosen = [visit.request.query_params.get(name, "") for name in ("earlier", "later")]
    earlier, later = [await _any(visit, event, one) for one in chosen]
    found = await compare.compare(visit.connection, event.id, later.id, earlier.id)
    shown = [*found.only_here[:NAMED], *found.only_there[:NAMED]]
    ids = {one for pair in shown for one in (pair.first, pair.second)} | {*found.affected[:NAMED]}
    return visit.page(
        "comparison", event=event, here="runs", found=found, earlier=earlier, later=later, most=NAMED,
        who=await who(visit, event, ids),
    )  # fmt: skip


async def _start(visit: OrganiserVisit, event: Event, asked: RunInput) -> Response[str]:
    try:
        run = await match.request(visit.connection, event.id, asked, at=visit.at)
    except RunAlreadyActive:
        active = next(one for one in await runs.find(visit.connection, event.id, limit=LISTED) if one.state in ACTIVE)
        return visit.onward(f"/events/{event.id}/runs/{active.id}", said="run_active")
    return visit.onward(f"/events/{event.id}/runs/{run.id}")


async def _runs(visit: OrganiserVisit, event: Event, problems: list[FieldError] | None = None) -> Response[str]:
    after = moment_in(visit.request.query_params.get("after", ""))
    found = await runs.find(visit.connection, event.id, after=after, limit=LISTED + 1)
    shown, more = found[:LISTED], len(found) > LISTED
    return visit.page(
        "runs",
        event=event,
        here="runs",
        problems=problems,
        runs=shown,
        comparable=[one for one in shown if one.state in review.REVIEWABLE],
        active=next((one for one in shown if one.state in ACTIVE), None),
        onward=f"{shown[-1].created_at.isoformat()}~{shown[-1].id}" if more else "",
        people=await attendees.count(visit.connection, event.id),
        may=visit.may(Scope.RUNS_WRITE),
        formats=[one.value for one in Format],
        fitting=(await set_up.format_of(visit.connection, event.id)).value,
    )


async def _told(visit: OrganiserVisit, event: Event, run: MatchRun) -> Told:
    before = (run.created_at, run.id)
    earlier = await runs.find(visit.connection, event.id, after=before, limit=LISTED)
    rounds = await seatings.rounds(visit.connection, run.id)
    return Told(
        decisions=len(await pairing_filters.unmet(visit.connection, event.id, run.id, limit=UNMET_MAX)),
        unmatched=len(await runs.unmatched(visit.connection, run.id) or []),
        planned=await plan_release.latest(visit.connection, event.id, run.id),
        earlier=next((one for one in earlier if one.state in review.REVIEWABLE), None),
        private=await is_private(visit, event),
        rounds=len(rounds),
        tables=max((one.tables for one in rounds), default=0),
    )


async def _any(visit: OrganiserVisit, event: Event, run_id: str) -> MatchRun:
    """A run, whatever its state. Raises `NotFound`."""
    run = await runs.get(visit.connection, event.id, RunId(run_id)) if run_id else None
    if run is None:
        raise NotFound
    return run


HANDLERS = (
    show_runs, start_run, show_run, show_progress, cancel_run, roll_back, run_on, show_comparison,
)  # fmt: skip

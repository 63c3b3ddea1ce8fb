"""Rounds begun anew on the day: for whom, what it changes for each of them, and then its release (F39)."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, RunId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.room import SeatChange
from matchmaker.model.run import MatchRun, RunState
from matchmaker.services import release, resume
from matchmaker.services.match import RunAlreadyActive
from matchmaker.services.release import RunNotReleasable
from matchmaker.store import runs
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import asked, is_private, names_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)
PEOPLE_SHOWN = 200


@get("/events/{event_id:str}/live/anew", scope=Scope.RUNS_READ)
async def show_anew(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Who is out of step with the rounds that remain, and from which round to begin anew."""
    event = await event_of(visit, event_id)
    told = await resume.released(visit.connection, event.id)
    found = None
    if told is not None:
        round = _number(asked(visit, "round"))
        found = await resume.standing(visit.connection, event.id, told, round=round, at=visit.at)
    may = visit.may(Scope.RUNS_WRITE)
    return visit.page("anew", event=event, here="live", standing=found, may_change=may)


@post("/events/{event_id:str}/live/anew", scope=Scope.RUNS_WRITE)
async def begin_anew(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Asks for the run. Nobody hears of it before its release."""
    event = await event_of(visit, event_id)
    try:
        run = await resume.request(
            visit.connection, event.id, round=_number(visit.form.line("round")) or 1, at=visit.at
        )
    except RunAlreadyActive:
        return visit.onward(f"/events/{event.id}/live/anew", said="run_in_the_way")
    return visit.onward(f"/events/{event.id}/live/anew/{run.id}")


@get("/events/{event_id:str}/live/anew/{run_id:str}", scope=Scope.RUNS_READ)
async def show_anew_run(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """How far the run is, then what it changes for whom; for htmx that part alone."""
    event = await event_of(visit, event_id)
    run = await _run(visit, event, run_id)
    changed: list[SeatChange] = []
    if run.state in (RunState.DRAFTED, RunState.RELEASED) and not await is_private(visit, event):
        changed = await resume.changes(visit.connection, event.id, run)
    people = list(dict.fromkeys(one.attendee_id for one in changed))
    shown = set(people[:PEOPLE_SHOWN])
    rows = [one for one in changed if one.attendee_id in shown]
    values: dict[str, Any] = {
        "event": event,
        "run": run,
        "state": run.state.value,
        "under_way": run.state in UNDER_WAY,
        "private": await is_private(visit, event),
        "people": len(people),
        "more": len(people) - len(shown),
        "changed": rows,
        "names": await names_of(visit, event, _named(rows)),
        "may_change": visit.may(Scope.RUNS_WRITE),
    }
    if visit.request.headers.get("hx-target") == "progress":
        return visit.fragment("anew_progress", **values)
    return visit.page("anew_run", here="live", **values)


@post("/events/{event_id:str}/live/anew/{run_id:str}/release", scope=Scope.RUNS_WRITE)
async def release_anew(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Tells those for whom something changes, and nobody else. Pressed twice, it is released once."""
    event = await event_of(visit, event_id)
    run = await _run(visit, event, run_id)
    try:
        await release.release(visit.connection, event.id, run.id, ReleaseInput(), at=visit.at)
    except RunNotReleasable:
        return visit.onward(f"/events/{event.id}/live/anew/{run.id}", said="released_before")
    return visit.onward(f"/events/{event.id}/live/anew/{run.id}", said="anew_released")


async def _run(visit: OrganiserVisit, event: Event, run_id: str) -> MatchRun:
    """A run that begins rounds anew. Raises `NotFound`."""
    run = await runs.get(visit.connection, event.id, RunId(run_id))
    if run is None or run.from_round is None:
        raise NotFound
    return run


def _named(rows: list[SeatChange]) -> set[AttendeeId]:
    """Everyone of whom the rows speak."""
    seats = [seat for one in rows for seat in (one.before, one.after) if seat is not None]
    return {one.attendee_id for one in rows} | {other for seat in seats for other in seat.others}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


HANDLERS = (show_anew, begin_anew, show_anew_run, release_anew)

"""Rounds and tables on a plan: who sits where, who sits out, and where one may begin to change it."""

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.model.association import Scope
from matchmaker.model.run import SEATING, MatchRun, RunState
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.store import seatings
from matchmaker.store.connection import pattern_of_prefix
from matchmaker.web.forms import Form
from matchmaker.web.organiser import plan_change, plan_tables
from matchmaker.web.organiser.asked import asked_by, number_in, run_in
from matchmaker.web.organiser.run_people import open_event
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

FOUND_MAX = 20
SHOWN = (RunState.DRAFTED, RunState.RELEASED)


@get("/events/{event_id:str}/plan", scope=Scope.RUNS_READ)
async def show_plan(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """A round: tables as cards, people in seats, who sits out."""
    event, asked = await open_event(visit, event_id), asked_by(visit)
    run = await run_in(visit.connection, event.id, asked, states=SHOWN, formats=SEATING)
    if run is None:
        return visit.page("plan_none", event=event, here="plan")
    round_, after = number_in(asked, "round", most=ROUNDS_MAX) or 1, number_in(asked, "after") or 0
    found = await plan_tables.plan(visit.connection, event, run, round=round_, after=after)
    if found.open:
        visit.request.app.state.questions.warm()
    return visit.page(
        "plan",
        event=event,
        here="plan",
        plan=found,
        round=found.round,
        may_change=found.open and visit.may(Scope.RUNS_WRITE),
        looked_for=asked.line("q"),
        hits=await _hits(visit, run, found, asked.line("q")),
        person=asked.line("person"),
        undo=_undo(asked),
    )


def _undo(asked: Form) -> dict[str, str]:
    """The fields of the form that takes the last change back; none where there was none."""
    parts = asked.line("undo").split(".")
    return dict(zip(("person", "from", "to", "other"), parts, strict=True)) if len(parts) == 4 else {}


async def _hits(visit: OrganiserVisit, run: MatchRun, found: plan_tables.PlanView, name: str) -> list[seatings.Sitter]:
    if not name or found.round is None:
        return []
    pattern = "%" + pattern_of_prefix(name)
    return await seatings.find_by_name(visit.connection, run.id, found.round.number, pattern, limit=FOUND_MAX)


HANDLERS = (show_plan, *plan_change.HANDLERS)

"""Rounds and tables on a plan: who sits where, and changes by hand that say what they do before they are kept."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import SEATING, MatchRun, RunState
from matchmaker.model.seating import SeatChange, SeatEffect
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.model.whatif import Answer, Question
from matchmaker.services import reseat
from matchmaker.services.reseat import SeatsFixed, SeatsImpossible, SeatsMoved
from matchmaker.store import attendees, seatings
from matchmaker.store.connection import pattern_of_prefix
from matchmaker.web.forms import Form
from matchmaker.web.organiser import plan_tables
from matchmaker.web.organiser.asked import asked_by, attendee_of, number_in, run_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

FOUND_MAX = 20
SHOWN = (RunState.DRAFTED, RunState.RELEASED)
TROUBLE: dict[type[Exception], str] = {SeatsFixed: "fixed", SeatsMoved: "moved", NotFound: "gone"}


class Named(Struct, frozen=True, kw_only=True):
    """What a change does, and what those whom it names are called."""

    change: SeatChange
    effect: SeatEffect
    names: dict[AttendeeId, str]

    def told(self, ids: Iterable[AttendeeId]) -> str:
        """Their names, one after the other."""
        return ", ".join(self.names[one] for one in ids)


@get("/events/{event_id:str}/plan", scope=Scope.RUNS_READ)
async def show_plan(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """A round: tables as cards, people in seats, who sits out."""
    event, asked = await event_of(visit, event_id), asked_by(visit)
    run = await run_in(visit.connection, event.id, asked, states=SHOWN, formats=SEATING)
    if run is None:
        return visit.page("plan_none", event=event, here="plan")
    round_, after = number_in(asked, "round", most=ROUNDS_MAX) or 1, number_in(asked, "after") or 0
    found = await plan_tables.plan(visit.connection, event, run, round=round_, after=after)
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


@get("/events/{event_id:str}/plan/change", scope=Scope.RUNS_WRITE)
async def show_change(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """What a change of seats would do; nothing is changed."""
    event, asked = await event_of(visit, event_id), asked_by(visit)
    run = await _run(visit, event, asked)
    try:
        change = await _wanted(visit, run, asked)
        looked = await reseat.look(visit.connection, _ask(visit, event, run), event.id, run.id, change)
    except (NotFound, SeatsFixed, SeatsMoved) as error:
        return _change_page(visit, event, run, asked, trouble=TROUBLE[type(error)])
    return _change_page(visit, event, run, asked, shown=await _named(visit, event, change, looked.effect))


@post("/events/{event_id:str}/plan/change", scope=Scope.RUNS_WRITE)
async def change_seats(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Keeps a change of seats, or takes one back."""
    event = await event_of(visit, event_id)
    run = await _run(visit, event, visit.form)
    ask = _ask(visit, event, run)
    try:
        change = _sent(visit.form)
        await reseat.keep(visit.connection, ask, event.id, run.id, change)
    except (NotFound, SeatsFixed, SeatsMoved) as error:
        return _change_page(visit, event, run, visit.form, trouble=TROUBLE[type(error)])
    except SeatsImpossible:
        looked = await reseat.look(visit.connection, ask, event.id, run.id, change)
        named = await _named(visit, event, change, looked.effect)
        return _change_page(visit, event, run, visit.form, shown=named)
    query: dict[str, object] = {"run": run.id, "round": change.round, "after": number_in(visit.form, "after") or 0}
    if visit.form.line("undo"):
        return visit.onward(f"/events/{event.id}/plan?" + urlencode({**query, "said": "seats_back"}))
    back = ".".join(_written(change.undone))
    return visit.onward(f"/events/{event.id}/plan?" + urlencode({**query, "undo": back, "said": "seats_changed"}))


def _ask(visit: OrganiserVisit, event: Event, run: MatchRun) -> reseat.Ask:
    state = visit.request.app.state

    async def ask(question: Question) -> Answer:
        found: Answer = await state.questions.ask(state.pool, visit.association_id, event.id, run.id, question)
        return found

    return ask


async def _run(visit: OrganiserVisit, event: Event, asked: Form) -> MatchRun:
    found = await run_in(visit.connection, event.id, asked, states=SHOWN, formats=SEATING)
    if found is None:
        raise NotFound
    return found


async def _wanted(visit: OrganiserVisit, run: MatchRun, asked: Form) -> SeatChange:
    """The change that was chosen, from where everyone sits now. Raises `NotFound` where nobody or nothing was chosen."""
    kind, _, place = asked.line("place").partition(":")
    person, round_ = attendee_of(asked.line("person")), number_in(asked, "round", most=ROUNDS_MAX) or 1
    named = [person, *([attendee_of(place)] if kind == "with" else [])]
    seats = await seatings.places(visit.connection, run.id, round_, named)
    if not seats.keys() >= set(named) or kind not in ("with", "table"):
        raise NotFound
    table = seats[named[1]] if kind == "with" else int(place) if place.isdigit() and len(place) < 7 else None
    return SeatChange(
        round=round_,
        attendee_id=person,
        table_from=seats[person],
        table_to=table,
        other_id=named[1] if kind == "with" else None,
    )


def _sent(form: Form) -> SeatChange:
    """The change that a form carries whole. Raises `NotFound` for what no form of ours holds."""
    return SeatChange(
        round=number_in(form, "round", most=ROUNDS_MAX) or 1,
        attendee_id=attendee_of(form.line("person")),
        table_from=number_in(form, "from"),
        table_to=number_in(form, "to"),
        other_id=attendee_of(form.line("other")) if form.line("other") else None,
    )


def _written(change: SeatChange) -> list[str]:
    return [
        change.attendee_id,
        str(change.table_from or 0),
        str(change.table_to or 0),
        str(change.other_id or ""),
    ]


def _undo(asked: Form) -> dict[str, str]:
    """The fields of the form that takes the last change back; none where there was none."""
    parts = asked.line("undo").split(".")
    return dict(zip(("person", "from", "to", "other"), parts, strict=True)) if len(parts) == 4 else {}


async def _hits(visit: OrganiserVisit, run: MatchRun, found: plan_tables.PlanView, name: str) -> list[seatings.Sitter]:
    if not name or found.round is None:
        return []
    pattern = "%" + pattern_of_prefix(name)
    return await seatings.find_by_name(visit.connection, run.id, found.round.number, pattern, limit=FOUND_MAX)


async def _named(visit: OrganiserVisit, event: Event, change: SeatChange, effect: SeatEffect) -> Named:
    ids = {one for person in effect.people for one in (person.attendee_id, *person.leaves, *person.joins)}
    known = await attendees.find_by_ids(visit.connection, event.id, sorted(ids))
    return Named(change=change, effect=effect, names={one: known[one].name if one in known else "?" for one in ids})


def _change_page(
    visit: OrganiserVisit, event: Event, run: MatchRun, asked: Form, *, shown: Named | None = None, trouble: str = ""
) -> Response[str]:
    values: dict[str, Any] = {
        "event": event,
        "run": run,
        "shown": shown,
        "trouble": trouble,
        "round_number": number_in(asked, "round", most=ROUNDS_MAX) or 1,
        "after": number_in(asked, "after") or 0,
    }
    if visit.request.headers.get("hx-request"):
        return visit.fragment("plan_effect", **values)
    refused = bool(trouble) or (shown is not None and not shown.effect.possible)
    return visit.page("plan_change", here="plan", status=409 if refused else 200, **values)


HANDLERS = (show_plan, show_change, change_seats)

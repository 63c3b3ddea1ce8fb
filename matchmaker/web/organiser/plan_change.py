"""A change of seats on the plan: what it would do is shown, and it is kept by a press.

What it does is worked out between two transactions, since that takes seconds.
"""

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
from matchmaker.model.seating import SeatChange, SeatEffect, SeatPairs, SeatsQuestion
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.services import reseat
from matchmaker.services.reseat import SeatsFixed, SeatsImpossible, SeatsMoved
from matchmaker.services.review import InputForgotten
from matchmaker.services.why import AnswerFailed, AnswerTookTooLong, TooManyToAsk
from matchmaker.store import attendees, seatings
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.organiser.asked import asked_by, attendee_of, number_in, run_in
from matchmaker.web.organiser.run_people import open_event
from matchmaker.web.organiser.visit import (
    OrganiserVisit,
    acting_on,
    association_in,
    looking_again,
    sent_form,
)
from matchmaker.web.visit import At

DRAFTED = (RunState.DRAFTED,)
TROUBLE: dict[type[Exception], str] = {SeatsFixed: "fixed", SeatsMoved: "moved", NotFound: "gone"}


class Named(Struct, frozen=True, kw_only=True):
    """What a change does, and what those whom it names are called."""

    change: SeatChange
    effect: SeatEffect
    names: dict[AttendeeId, str]

    def told(self, ids: Iterable[AttendeeId]) -> str:
        """Their names, one after the other."""
        return ", ".join(self.names[one] for one in ids)


@get("/events/{event_id:str}/plan/change", scope=Scope.RUNS_WRITE)
async def show_change(request: PageRequest, at: At, event_id: FromPath[str]) -> Response[str]:
    """What a change of seats would do; nothing is changed."""
    async with looking_again(request, at) as visit:
        event, asked = await open_event(visit, event_id), asked_by(visit)
        run = await _run(visit, event, asked)
        try:
            change = await _wanted(visit, run, asked)
            question = await reseat.asked(visit.connection, event.id, run.id, change)
        except (NotFound, SeatsFixed, SeatsMoved) as error:
            return _change_page(visit, event, run, asked, trouble=TROUBLE[type(error)])
    answer = await _answer(request, event, run, question)
    async with looking_again(request, at) as visit:
        if isinstance(answer, str):
            return _change_page(visit, event, run, asked, trouble=answer)
        return await _shown(visit, event, run, asked, change, answer)


@post("/events/{event_id:str}/plan/change", scope=Scope.RUNS_WRITE)
async def change_seats(request: PageRequest, at: At, event_id: FromPath[str]) -> Response[Any]:
    """Keeps a change of seats, or takes one back."""
    form = await sent_form(request, at)
    async with looking_again(request, at) as visit:
        event = await open_event(visit, event_id)
        run = await _run(visit, event, form)
        try:
            change = _sent(form)
            question = await reseat.asked(visit.connection, event.id, run.id, change)
        except (NotFound, SeatsFixed, SeatsMoved) as error:
            return _change_page(visit, event, run, form, trouble=TROUBLE[type(error)])
    answer = await _answer(request, event, run, question)
    async with acting_on(request, form, at) as visit:
        if isinstance(answer, str):
            return _change_page(visit, event, run, form, trouble=answer)
        try:
            await reseat.keep(visit.connection, event.id, run.id, change, answer)
        except (SeatsFixed, SeatsMoved) as error:
            return _change_page(visit, event, run, form, trouble=TROUBLE[type(error)])
        except SeatsImpossible:
            return await _shown(visit, event, run, form, change, answer)
        return visit.onward(_back(event, run, form, change))


def _back(event: Event, run: MatchRun, form: Form, change: SeatChange) -> str:
    """The plan as it is now, with the way back of a change that was made."""
    query: dict[str, object] = {"run": run.id, "round": change.round, "after": number_in(form, "after") or 0}
    if form.line("undo"):
        query["said"] = "seats_back"
    else:
        query |= {"undo": ".".join(_written(change.undone)), "said": "seats_changed"}
    return f"/events/{event.id}/plan?" + urlencode(query)


async def _answer(request: PageRequest, event: Event, run: MatchRun, question: SeatsQuestion) -> SeatPairs | str:
    """What the pairs gain; else why that cannot be told: not just now, no more, or of somebody the run knew nothing of."""
    state = request.app.state
    try:
        found: SeatPairs = await state.questions.ask(state.pool, association_in(request), event.id, run.id, question)
    except InputForgotten:
        return "forgotten"
    except (AnswerFailed, AnswerTookTooLong, TooManyToAsk):
        return "not_now"
    except NotFound:
        return "later"
    return found


async def _run(visit: OrganiserVisit, event: Event, asked: Form) -> MatchRun:
    found = await run_in(visit.connection, event.id, asked, states=DRAFTED, formats=SEATING)
    if found is None:
        raise NotFound
    return found


async def _wanted(visit: OrganiserVisit, run: MatchRun, asked: Form) -> SeatChange:
    """The change that was chosen, from where everyone sits now. Raises `NotFound` where nobody or nothing was chosen."""
    kind, _, place = asked.line("place").partition(":")
    person, round_ = attendee_of(asked.line("person")), number_in(asked, "round", most=ROUNDS_MAX) or 1
    named = [person, *([attendee_of(place)] if kind == "with" else [])]
    seats = await seatings.places(visit.connection, run.event_id, run.id, round_, named)
    is_number = place.isascii() and place.isdigit() and len(place) < 7
    if not seats.keys() >= set(named) or not (kind == "with" or (kind == "table" and is_number)):
        raise NotFound
    table = seats[named[1]] if kind == "with" else int(place) or None
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


async def _shown(
    visit: OrganiserVisit, event: Event, run: MatchRun, asked: Form, change: SeatChange, answer: SeatPairs
) -> Response[str]:
    try:
        looked = await reseat.look(visit.connection, event.id, run.id, change, answer)
    except (NotFound, SeatsFixed, SeatsMoved) as error:
        return _change_page(visit, event, run, asked, trouble=TROUBLE[type(error)])
    return _change_page(visit, event, run, asked, shown=await _named(visit, event, change, looked.effect))


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


HANDLERS = (show_change, change_seats)

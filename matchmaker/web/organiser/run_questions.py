"""Questions to a run: why two people are not paired, and what if two swapped whom they meet. To have it is one button more.

An answer is calculated, which takes seconds; meanwhile no connection is held.
"""

from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import MatchRun
from matchmaker.model.whatif import PairQuestion, Question, SwapQuestion, WhyNot
from matchmaker.services import decide
from matchmaker.services.why import AnswerFailed, AnswerTookTooLong, InputForgotten, NotOfPairs, TooManyToAsk
from matchmaker.store import pairings
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser.run_pairings import meaning
from matchmaker.web.organiser.run_people import Who, meant, open_event, run_of, who
from matchmaker.web.organiser.visit import STATE, OrganiserVisit, Visit, provide_visit

PAIRS_MAX = 60
MEANT_MAX = 5
NO_ANSWER: dict[type[Exception], str] = {
    InputForgotten: "forgotten",
    NotOfPairs: "not_pairs",
    TooManyToAsk: "too_many",
    AnswerTookTooLong: "too_long",
    AnswerFailed: "failed",
}
NAMES = ("first", "second")

visiting = asynccontextmanager(provide_visit)
At = NamedDependency[datetime]


@get("/events/{event_id:str}/runs/{run_id:str}/people", scope=Scope.RUNS_READ)
async def show_people(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Names to choose from while somebody types one."""
    event = await open_event(visit, event_id)
    await run_of(visit, event, run_id)
    typed = [visit.request.query_params.get(name, "") for name in ("first", "second", "person", "other")]
    text = next((one.strip()[:200] for one in typed if one.strip()), "")
    return visit.fragment("run_names", people=await meant(visit, event, text))


@get("/events/{event_id:str}/runs/{run_id:str}/why-not", scope=Scope.RUNS_READ)
async def show_why_not(request: PageRequest, at: At, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Why two people are not paired, in words, with the cure, and what having them paired would cost."""
    async with visiting(request, at) as visit:
        event = await open_event(visit, event_id)
        run = await run_of(visit, event, run_id)
        typed = {name: request.query_params.get(name, "").strip()[:200] for name in NAMES}
        found = {name: await meant(visit, event, typed[name]) for name in NAMES}
    answer, failure = None, ""
    if all(len(people) == 1 for people in found.values()):
        first, second = (found[name][0].id for name in NAMES)
        if first == second:
            failure = "same_person"
        else:
            answer, failure = await _answer(request, event, run, PairQuestion(first=first, second=second))
    async with visiting(request, at) as visit:
        return await _why_not(visit, event, run, typed, found, answer, failure)


@get("/events/{event_id:str}/runs/{run_id:str}/swap", scope=Scope.RUNS_READ)
async def show_swap(request: PageRequest, at: At, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """A pair, and with whom of another pair the one could swap; once chosen, what that changes for the four."""
    asked = {name: request.query_params.get(name, "") for name in SwapQuestion.__struct_fields__}
    async with visiting(request, at) as visit:
        event = await open_event(visit, event_id)
        run = await run_of(visit, event, run_id)
        four = await _there(visit, event, [one for one in asked.values() if one])
        typed = request.query_params.get("other", "").strip()[:200]
        others = await meant(visit, event, typed)
        pairs = await _pairs_of(visit, event, run, others)
    answer, failure = None, ""
    if all(one in four for one in asked.values()):
        question = SwapQuestion(**{name: AttendeeId(one) for name, one in asked.items()})
        answer, failure = await _answer(request, event, run, question)
    if asked["first"] not in four or asked["first_partner"] not in four:
        raise NotFound
    async with visiting(request, at) as visit:
        return visit.page(
            "swap", event=event, here="runs", run=run, asked=asked, who=four, typed=typed, others=others, pairs=pairs,
            swap=answer, failure=failure, may=visit.may(Scope.RUNS_WRITE),
        )  # fmt: skip


@post("/events/{event_id:str}/runs/{run_id:str}/swap", scope=Scope.RUNS_WRITE)
async def make_swap(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Rejects both pairs and pins the new ones; what follows is seen once it is calculated again."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    asked = {name: visit.form.line(name) for name in SwapQuestion.__struct_fields__}
    there = await _there(visit, event, asked.values())
    if not all(one in there for one in asked.values()) or len(there) < len(asked):
        raise NotFound
    wanted = SwapQuestion(**{name: AttendeeId(one) for name, one in asked.items()})
    await decide.swap(visit.connection, event.id, wanted, at=visit.at)
    return visit.onward(f"/events/{event.id}/runs/{run.id}/decisions", said="pairs_swapped")


async def _answer(request: PageRequest, event: Event, run: MatchRun, question: Question) -> tuple[Any, str]:
    """The answer, or the key of why there is none."""
    state = request.app.state
    entered = request.scope["state"][STATE]
    try:
        return await state.questions.ask(state.pool, entered.association_id, event.id, run.id, question), ""
    except InvalidFields:
        return None, "stranger"
    except tuple(NO_ANSWER) as error:
        return None, NO_ANSWER[type(error)]


async def _why_not(
    visit: OrganiserVisit,
    event: Event,
    run: MatchRun,
    typed: dict[str, str],
    found: dict[str, list[Who]],
    answer: WhyNot | None,
    failure: str,
) -> Response[str]:
    forced = answer.forced if answer else None
    lose = {*forced.first_loses, *forced.second_loses} if forced else set()
    two = {answer.first, answer.second} if answer else set()
    floor = run.policy.floor
    values = [meaning(one, floor) for one in ((answer.value_to_first, answer.value_to_second) if answer else ())]
    unknown = [FieldError(f"/{name}", "nobody_named", "") for name in NAMES if typed[name] and not found[name]]
    return visit.page(
        "why_not", event=event, here="runs", run=run, typed=typed, found=found, answer=answer, failure=failure,
        meanings=values, who=await who(visit, event, lose | two), problems=unknown, may=visit.may(Scope.RUNS_WRITE),
    )  # fmt: skip


async def _there(visit: OrganiserVisit, event: Event, ids: Any) -> dict[str, Who]:
    found = [one for text in ids for one in await meant(visit, event, text)]
    return {str(one.id): one for one in found}


async def _pairs_of(visit: OrganiserVisit, event: Event, run: MatchRun, others: list[Who]) -> list[tuple[Who, Who]]:
    """The people meant, each with everyone they meet by the run."""
    met = [
        (one, pairing.second if pairing.first == one.id else pairing.first)
        for one in others[:MEANT_MAX]
        for pairing in await pairings.find(visit.connection, run.id, attendee_id=one.id, limit=PAIRS_MAX)
    ]
    people = await who(visit, event, [partner for _, partner in met])
    return [(one, people[partner]) for one, partner in met]


HANDLERS = (show_people, show_why_not, show_swap, make_swap)

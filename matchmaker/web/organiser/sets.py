"""Small groups that meet over months: who is in each, when it sits, and what its members have said that they will do."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError, NotFound
from matchmaker.mail.phrases import fitting, named, phrase
from matchmaker.model.action import ACTION_CHARS_MAX, ActionInput
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import ActionId, EventId
from matchmaker.model.message import LetterKind
from matchmaker.model.run import Format, MatchRun, RunState
from matchmaker.model.text import clean_line
from matchmaker.services import review
from matchmaker.services.sit_in import Sat, sit_in
from matchmaker.store import actions, letter_texts
from matchmaker.web.forms import Form
from matchmaker.web.organiser.asked import asked_by, number_in, run_in
from matchmaker.web.organiser.run_pairings import number_in as number_of_text
from matchmaker.web.organiser.run_people import open_event, run_of, who
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ROWS = 30
DONE, OPEN = "done", "open"
SHEET = ("sheet_1", "sheet_2", "sheet_3", "sheet_4")


@get("/events/{event_id:str}/sets", scope=Scope.RUNS_READ)
async def show_sets(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """The sets of the latest released run that made some, thirty a page."""
    event = await open_event(visit, event_id)
    run, asked = await latest_sets(visit, event.id), asked_by(visit)
    if run is None:
        return visit.page("sets", event=event, here="live", run=None, sets=[], who={}, onward=None)
    found = await review.groups(visit.connection, event.id, run.id, after=number_in(asked, "after"), limit=ROWS + 1)
    shown = found[:ROWS]
    people = await who(visit, event, [one for _, group in shown for one in group.members])
    return visit.page(
        "sets", event=event, here="live", run=run, sets=shown, who=people,
        onward=shown[-1][0] if len(found) > ROWS else None,
    )  # fmt: skip


@get("/events/{event_id:str}/runs/{run_id:str}/sets/{rank:str}", scope=Scope.RUNS_READ)
async def show_set(visit: Visit, event_id: FromPath[str], run_id: FromPath[str], rank: FromPath[str]) -> Response[str]:
    """One set."""
    event = await open_event(visit, event_id)
    return await _page(visit, event, await run_of(visit, event, run_id), rank)


@post("/events/{event_id:str}/runs/{run_id:str}/sets/{rank:str}/actions", scope=Scope.ATTENDEES_WRITE)
async def log_action(
    visit: Visit, event_id: FromPath[str], run_id: FromPath[str], rank: FromPath[str]
) -> Response[str]:
    """Logs what a member will do; it stands in the letters to the set until it is done."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    there = await sit_in(visit.connection, event, run.id, number_of_text(rank) or 0)
    words = clean_line(visit.form.text("words"))
    whose = next((one.id for one in there.members if one.id == visit.form.line("who")), None)
    problems = [FieldError("/who", "choose_one", "")] if whose is None else []
    if not 1 <= len(words) <= ACTION_CHARS_MAX:
        problems.append(FieldError("/words", "too_long" if words else "empty", ""))
    if problems or whose is None:
        return await _page(visit, event, run, rank, problems)
    await actions.add(visit.connection, event.id, ActionInput(attendee_id=whose, words=words), visit.at)
    return visit.onward(_path(event, run, rank), said="action_logged")


@post("/events/{event_id:str}/runs/{run_id:str}/sets/{rank:str}/actions/{action_id:str}", scope=Scope.ATTENDEES_WRITE)
async def end_action(
    visit: Visit, event_id: FromPath[str], run_id: FromPath[str], rank: FromPath[str], action_id: FromPath[str]
) -> Response[str]:
    """Says that an action is done, or open after all."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    done = {DONE: True, OPEN: False}.get(visit.form.line("outcome"))
    if done is not None:
        found = await actions.close(visit.connection, event.id, ActionId(action_id), done=done, at=visit.at)
        if found is None:
            raise NotFound
    return visit.onward(_path(event, run, rank), said="" if done is None else "action_done" if done else "action_open")


async def latest_sets(visit: OrganiserVisit, event_id: EventId) -> MatchRun | None:
    """The latest released run that made sets."""
    return await run_in(visit.connection, event_id, Form({}), states=(RunState.RELEASED,), formats=(Format.SETS,))


def _path(event: Event, run: MatchRun, rank: str) -> str:
    return f"/events/{event.id}/runs/{run.id}/sets/{rank}"


async def _page(
    visit: OrganiserVisit, event: Event, run: MatchRun, rank: str, problems: list[FieldError] | None = None
) -> Response[str]:
    there: Sat = await sit_in(visit.connection, event, run.id, number_of_text(rank) or 0)
    return visit.page(
        "set", event=event, here="live", problems=problems, run=run, there=there, path=_path(event, run, rank),
        names={one.id: one.name for one in there.members}, words_max=ACTION_CHARS_MAX, at=visit.at,
        sheet=await _sheet(visit, event),
        may_change=visit.may(Scope.ATTENDEES_WRITE),
    )  # fmt: skip


async def _sheet(visit: OrganiserVisit, event: Event) -> list[str]:
    """The facilitator's sheet as the letters to the set have it; own words that speak to one reader are no sheet."""
    letter, language = LetterKind.SET_DATES, visit.language
    own = fitting(language, letter.value, await letter_texts.find(visit.connection, letter, language))
    for_all = {key: text for key, text in own.items() if named(text) <= {"event_name"}}
    return [phrase(language, letter.value, key, {"event_name": event.name}, for_all) for key in SHEET]


HANDLERS = (show_sets, show_set, log_action, end_action)

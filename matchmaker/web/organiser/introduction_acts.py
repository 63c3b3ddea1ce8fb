"""What an organiser records for one of two who are introduced, because they said it at the desk or by telephone."""

from datetime import date, datetime, time

from litestar import Response, post
from litestar.params import FromPath

from matchmaker.errors import Conflict, FieldError
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.feedback import contradicts_itself
from matchmaker.model.ids import AttendeeId, PromiseId
from matchmaker.model.introduction import OPEN, Answer, Introduction
from matchmaker.model.promise import PROMISE_CHARS_MAX, PromiseInput
from matchmaker.model.text import TEXT_CHARS_MAX, clean_line
from matchmaker.model.window import zone_of
from matchmaker.services import follow_up, respond
from matchmaker.web.forms import Form
from matchmaker.web.organiser.introductions import introduction_in, introduction_page, path_of
from matchmaker.web.organiser.run_people import open_event
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ANSWERS = {one.value: one for one in Answer}
YES, NO = "yes", "no"
USEFUL = range(1, 6)
DUE_AT = time(18)


@post("/events/{event_id:str}/introductions/{introduction_id:str}/response", scope=Scope.ATTENDEES_WRITE)
async def record_answer(visit: Visit, event_id: FromPath[str], introduction_id: FromPath[str]) -> Response[str]:
    """What one side answered. At the second yes both are written to.

    Of what came to nothing no answer is taken here: whose would be refused is who said no.
    """
    event, introduction = await _asked(visit, event_id, introduction_id)
    who, answer = _side(visit.form, introduction), ANSWERS.get(visit.form.line("answer"))
    if who is None or answer is None:
        problems = [*_unless(who, "/who"), *_unless(answer, "/answer")]
        return await introduction_page(visit, event, introduction, problems)
    if introduction.state not in OPEN:
        return visit.onward(path_of(event, introduction), said="answer_stands")
    reason = _reason(visit.form)
    try:
        async with visit.connection.transaction():
            await respond.answer(visit.connection, introduction.id, who, answer, reason=reason, at=visit.at)
    except Conflict:
        return visit.onward(path_of(event, introduction), said="answer_stands")
    return visit.onward(path_of(event, introduction), said="answer_recorded")


@post("/events/{event_id:str}/introductions/{introduction_id:str}/feedback", scope=Scope.ATTENDEES_WRITE)
async def record_meeting(visit: Visit, event_id: FromPath[str], introduction_id: FromPath[str]) -> Response[str]:
    """Whether they met, as one side says, and how useful it was to them; never shown to the other."""
    event, introduction = await _asked(visit, event_id, introduction_id)
    who, met = _side(visit.form, introduction), {YES: True, NO: False}.get(visit.form.line("met"))
    useful = next((one for one in USEFUL if str(one) == visit.form.line("useful")), None)
    if who is None or met is None or contradicts_itself(met, useful):
        problems = [*_unless(who, "/who"), *_unless(met, "/met")]
        problems += [FieldError("/useful", "not_met", "")] if contradicts_itself(met, useful) else []
        return await introduction_page(visit, event, introduction, problems)
    try:
        async with visit.connection.transaction():
            await follow_up.say(
                visit.connection, introduction.id, who, met=met, useful=useful, reason=_reason(visit.form), at=visit.at
            )
    except Conflict:
        return visit.onward(path_of(event, introduction), said="answer_stands")
    return visit.onward(path_of(event, introduction), said="meeting_recorded")


@post("/events/{event_id:str}/introductions/{introduction_id:str}/promises", scope=Scope.ATTENDEES_WRITE)
async def record_promise(visit: Visit, event_id: FromPath[str], introduction_id: FromPath[str]) -> Response[str]:
    """What one side promised the other. From then on nobody but the two sees its words."""
    event, introduction = await _asked(visit, event_id, introduction_id)
    promised, problems = _promised(visit.form, introduction, event)
    if promised is None:
        return await introduction_page(visit, event, introduction, problems)
    try:
        async with visit.connection.transaction():
            await follow_up.promise(visit.connection, introduction.id, promised, at=visit.at)
    except Conflict:
        return visit.onward(path_of(event, introduction), said="answer_stands")
    return visit.onward(path_of(event, introduction), said="promise_recorded")


@post(
    "/events/{event_id:str}/introductions/{introduction_id:str}/promises/{promise_id:str}", scope=Scope.ATTENDEES_WRITE
)
async def record_outcome(
    visit: Visit, event_id: FromPath[str], introduction_id: FromPath[str], promise_id: FromPath[str]
) -> Response[str]:
    """Whether a promise was kept, which closes it."""
    event, introduction = await _asked(visit, event_id, introduction_id)
    kept = {YES: True, NO: False}.get(visit.form.line("kept"))
    if kept is None:
        return visit.onward(path_of(event, introduction))
    try:
        async with visit.connection.transaction():
            await follow_up.close(visit.connection, introduction.id, PromiseId(promise_id), kept=kept, at=visit.at)
    except Conflict:
        return visit.onward(path_of(event, introduction), said="answer_stands")
    return visit.onward(path_of(event, introduction), said="promise_closed")


async def _asked(visit: OrganiserVisit, event_id: str, introduction_id: str) -> tuple[Event, Introduction]:
    event = await open_event(visit, event_id)
    return event, await introduction_in(visit, event, introduction_id)


def _side(form: Form, introduction: Introduction) -> AttendeeId | None:
    """Which of the two is meant; None where neither is."""
    two = (introduction.first_id, introduction.second_id)
    return next((one for one in two if one == form.line("who")), None)


def _unless(chosen: object, pointer: str) -> list[FieldError]:
    return [FieldError(pointer, "choose_one", "")] if chosen is None else []


def _reason(form: Form) -> str | None:
    return clean_line(form.text("reason"))[:TEXT_CHARS_MAX] or None


def _promised(form: Form, introduction: Introduction, event: Event) -> tuple[PromiseInput | None, list[FieldError]]:
    """The promise that a form holds; None where something is wrong with it. It is due in the evening of its day, there."""
    who, words, due_at = _side(form, introduction), clean_line(form.text("words")), None
    problems = _unless(who, "/who")
    if not 1 <= len(words) <= PROMISE_CHARS_MAX:
        problems.append(FieldError("/words", "too_long" if words else "empty", ""))
    try:
        if form.line("due_on"):
            due_at = datetime.combine(date.fromisoformat(form.line("due_on")), DUE_AT, zone_of(event.time_zone))
    except ValueError:
        problems.append(FieldError("/due_on", "not_a_day", ""))
    if who is None or problems:
        return None, problems
    return PromiseInput(attendee_id=who, words=words, due_at=due_at), []


HANDLERS = (record_answer, record_meeting, record_promise, record_outcome)

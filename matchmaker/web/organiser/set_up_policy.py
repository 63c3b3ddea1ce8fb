"""How people are matched: each dial with what it does, and what the choices would come to with the people there are now."""

from litestar import Response, get, post
from msgspec import Struct

from matchmaker.errors import FieldError, Invalid, InvalidFields, Unavailable
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.event_kind import SENSIBLE
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format, Report
from matchmaker.services import set_up
from matchmaker.services.why import ANSWER_SECONDS_MAX, TRIED_MAX, AnswerFailed, TooManyToAsk
from matchmaker.store import attendees, event_kinds, runs
from matchmaker.store.tenant import allow_waiting
from matchmaker.web.forms import Form
from matchmaker.web.organiser import dials
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/events/{event_id:str}/set-up/policy"
ESTIMATE = "estimate"


class Estimate(Struct, frozen=True, kw_only=True):
    """What the choices would come to, beside the last run; `failed` is the key of why there is none."""

    trial: Report | None = None
    last: Report | None = None
    failed: str = ""


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_policy(visit: Visit, event_id: PathEvent) -> Response[str]:
    """All dials, and what the last run came to."""
    event = await event_of(visit, event_id)
    last = await _last(visit, event)
    return await _page(visit, event, Form(dials.written(event.policy)), Estimate(last=last))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_policy(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Saves the dials; or, asked for an estimate, saves nothing and tries them."""
    event = await event_of(visit, event_id)
    asked = visit.form.line("choice") == ESTIMATE
    part = asked and "hx-request" in visit.request.headers
    try:
        policy = dials.read(visit.form, event.policy)
    except InvalidFields as error:
        if part:
            return visit.fragment("set_up_estimate", estimate=Estimate(failed="mistake"))
        return await _page(visit, event, visit.form, Estimate(), error.fields)
    if asked:
        estimate = await _estimate(visit, event, policy)
        if part:
            return visit.fragment("set_up_estimate", estimate=estimate)
        return await _page(visit, event, visit.form, estimate)
    saved = await set_up.with_policy(visit.connection, event, policy, version=version_in(visit.form), at=visit.at)
    if saved is None:
        latest = await event_of(visit, event_id)
        path = f"/events/{event.id}/set-up/policy"
        return stale(visit, path, _differences(visit, latest), version=latest.version, event=latest, here="set_up")
    return visit.onward(f"/events/{event.id}/set-up", said="saved")


async def _estimate(visit: OrganiserVisit, event: Event, policy: Policy) -> Estimate:
    """A run of these people by these dials, of which nothing is kept."""
    last = await _last(visit, event)
    if await attendees.count(visit.connection, event.id) < 2:
        return Estimate(last=last, failed="nobody")
    await allow_waiting(visit.connection, 2 * ANSWER_SECONDS_MAX)
    state = visit.request.app.state
    try:
        trial = await state.questions.try_out(
            state.pool, visit.association_id, event.id, policy, await _format(visit, event)
        )
    except TooManyToAsk:
        return Estimate(last=last, failed="many")
    except (Unavailable, Invalid, AnswerFailed):
        return Estimate(last=last, failed="late")
    return Estimate(trial=trial, last=last)


async def _format(visit: OrganiserVisit, event: Event) -> Format:
    kind = (await event_kinds.get(visit.connection, event.id)).kind
    return Format.INTRODUCTIONS if kind is None else SENSIBLE[kind].format


async def _last(visit: OrganiserVisit, event: Event) -> Report | None:
    found = await runs.find(visit.connection, event.id, limit=10)
    return next((run.report for run in found if run.report is not None), None)


def _differences(visit: OrganiserVisit, latest: Event) -> list[Difference]:
    theirs = dials.written(latest.policy)
    return [
        Difference(
            label=visit.t(f"organiser.dial.{dial.name}"), yours=visit.form.line(dial.name), theirs=theirs[dial.name][0]
        )
        for dial in dials.DIALS
        if visit.form.line(dial.name) != theirs[dial.name][0]
    ]


async def _page(
    visit: OrganiserVisit, event: Event, shown: Form, estimate: Estimate, problems: list[FieldError] | None = None
) -> Response[str]:
    number = await attendees.count(visit.connection, event.id)
    return visit.page(
        "set_up_policy",
        event=event,
        here="set_up",
        problems=problems,
        shown=shown,
        groups={name: list(group) for name, group in dials.GROUPS.items()},
        estimate=estimate,
        people=number,
        live=2 <= number <= TRIED_MAX,
    )


HANDLERS = (show_policy, change_policy)

"""What a policy would come to with the people there are now, beside the last run; nothing of it is kept."""

from msgspec import Struct

from matchmaker.errors import Invalid, Unavailable
from matchmaker.model.event import Event
from matchmaker.model.policy import Policy
from matchmaker.model.run import Report
from matchmaker.services import set_up
from matchmaker.services.why import ANSWER_SECONDS_MAX, TRIED_MAX, AnswerFailed, TooManyToAsk
from matchmaker.store import attendees, runs
from matchmaker.store.tenant import allow_waiting
from matchmaker.web.forms import CHOICE
from matchmaker.web.organiser.visit import OrganiserVisit

ESTIMATE = "estimate"


class Estimate(Struct, frozen=True, kw_only=True):
    """What the choices would come to, beside the last run; `failed` is the key of why there is none."""

    trial: Report | None = None
    last: Report | None = None
    failed: str = ""


async def tried(visit: OrganiserVisit, event: Event, policy: Policy) -> Estimate:
    """A run of these people by that policy, of which nothing is kept."""
    last = await last_report(visit, event)
    if await attendees.count(visit.connection, event.id) < 2:
        return Estimate(last=last, failed="nobody")
    await allow_waiting(visit.connection, 2 * ANSWER_SECONDS_MAX)
    state = visit.request.app.state
    try:
        trial = await state.questions.try_out(
            state.pool, visit.association_id, event.id, policy, await set_up.format_of(visit.connection, event.id)
        )
    except TooManyToAsk:
        return Estimate(last=last, failed="many")
    except (Unavailable, Invalid, AnswerFailed):
        return Estimate(last=last, failed="late")
    return Estimate(trial=trial, last=last)


async def last_report(visit: OrganiserVisit, event: Event) -> Report | None:
    """What the last run that has a report came to."""
    found = await runs.find(visit.connection, event.id, limit=10)
    return next((run.report for run in found if run.report is not None), None)


async def is_live(visit: OrganiserVisit, event: Event) -> bool:
    """Whether a trial takes so little that it is made with every change."""
    return 2 <= await attendees.count(visit.connection, event.id) <= TRIED_MAX


def is_part(visit: OrganiserVisit) -> bool:
    """Whether the estimate alone is asked for, to be put into a page that stands."""
    return visit.form.line(CHOICE) == ESTIMATE and "hx-request" in visit.request.headers

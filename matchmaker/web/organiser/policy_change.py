"""A part of a policy that was sent: tried, saved, or to be mended, whichever page it came from."""

from collections.abc import Awaitable, Callable

from litestar import Response
from msgspec import Struct

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.event import Event
from matchmaker.model.policy import Policy
from matchmaker.services import set_up
from matchmaker.web.forms import CHOICE, Form
from matchmaker.web.organiser.estimate import ESTIMATE, Estimate, is_part, last_report, tried
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.visit import OrganiserVisit


class Part(Struct, frozen=True, kw_only=True):
    """A page that shows a part of a policy: its name in the address, how its form is read, and how it looks.

    `read` raises `InvalidFields`. `differences` are told where somebody else was quicker; `onward` is where one goes then.
    """

    name: str
    read: Callable[[Form, Policy], Policy]
    page: Callable[[OrganiserVisit, Event, Form, Estimate, list[FieldError] | None], Awaitable[Response[str]]]
    differences: Callable[[OrganiserVisit, Event], list[Difference]]
    onward: Callable[[OrganiserVisit, Policy], str]
    unread: str = "unfinished"  # the key of what an estimate says of a form that cannot be read


async def shown(visit: OrganiserVisit, event_id: str, part: Part, form: Callable[[Policy], Form]) -> Response[str]:
    """The page as it is opened, with what the last run came to."""
    event = await event_of(visit, event_id)
    return await part.page(visit, event, form(event.policy), Estimate(last=await last_report(visit, event)), None)


async def answered(visit: OrganiserVisit, event_id: str, part: Part) -> Response[str]:
    """Saves what was sent; or, asked for an estimate, saves nothing and tries it."""
    event = await event_of(visit, event_id)
    try:
        policy = part.read(visit.form, event.policy)
    except InvalidFields as error:
        if is_part(visit):
            return visit.fragment("set_up_estimate", estimate=Estimate(failed=part.unread))
        return await part.page(visit, event, visit.form, Estimate(), error.fields)
    if visit.form.line(CHOICE) == ESTIMATE:
        estimate = await tried(visit, event, policy)
        if is_part(visit):
            return visit.fragment("set_up_estimate", estimate=estimate)
        return await part.page(visit, event, visit.form, estimate, None)
    return await _saved(visit, event, policy, part)


async def _saved(visit: OrganiserVisit, event: Event, policy: Policy, part: Part) -> Response[str]:
    path = f"/events/{event.id}/set-up"
    saved = await set_up.with_policy(visit.connection, event, policy, version=version_in(visit.form), at=visit.at)
    if saved is None:
        latest = await event_of(visit, event.id)
        differences = part.differences(visit, latest)
        return stale(visit, f"{path}/{part.name}", differences, version=latest.version, event=latest, here="set_up")
    return visit.onward(f"{path}{part.onward(visit, policy)}")

"""How people are matched: each dial with what it does, and what the choices would come to with the people there are now."""

from litestar import Response, get, post

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.goal import GoalKind
from matchmaker.store import room
from matchmaker.web.forms import Form
from matchmaker.web.organiser import dials, policy_change
from matchmaker.web.organiser.estimate import Estimate, is_live
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference
from matchmaker.web.organiser.policy_change import Part
from matchmaker.web.organiser.rules import GROUPS_MAX
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/events/{event_id:str}/set-up/policy"


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_policy(visit: Visit, event_id: PathEvent) -> Response[str]:
    """All dials, and what the last run came to."""
    return await policy_change.shown(visit, event_id, PART, lambda policy: Form(dials.written(policy)))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_policy(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Saves the dials; or, asked for an estimate, saves nothing and tries them."""
    return await policy_change.answered(visit, event_id, PART)


def _differences(visit: OrganiserVisit, latest: Event) -> list[Difference]:
    theirs = Form(dials.written(latest.policy))
    return [
        Difference(
            label=visit.t(f"organiser.dial.{dial.name}"),
            yours=_told(visit, dial, visit.form),
            theirs=_told(visit, dial, theirs),
        )
        for dial in dials.DIALS
        if _told(visit, dial, visit.form) != _told(visit, dial, theirs)
    ]


def _told(visit: OrganiserVisit, dial: dials.Dial, form: Form) -> str:
    """What a dial is set to, in words where it has some."""
    words = dials.WORDS.get(dial.way)
    values = [one for one in form.all(dial.name) if one]
    return ", ".join(visit.t(f"{words}.{one}") if words and f"{words}.{one}" in visit.t else one for one in values)


async def _page(
    visit: OrganiserVisit, event: Event, shown: Form, estimate: Estimate, problems: list[FieldError] | None
) -> Response[str]:
    return visit.page(
        "set_up_policy",
        event=event,
        here="set_up",
        problems=problems,
        shown=shown,
        groups={name: list(group) for name, group in dials.GROUPS.items()},
        goal_kinds=[one.value for one in GoalKind],
        choices={way.value: [one.value for one in of] for way, of in dials.CHOICES.items()},
        known=await room.groups(visit.connection, event.id, limit=GROUPS_MAX),
        estimate=estimate,
        live=await is_live(visit, event),
    )


PART = Part(
    name="policy",
    read=dials.read,
    page=_page,
    differences=_differences,
    onward=lambda visit, policy: "?said=saved",
    unread="mistake",
)
HANDLERS = (show_policy, change_policy)

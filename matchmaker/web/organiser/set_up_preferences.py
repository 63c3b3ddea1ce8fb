"""What pairs should be like: the organiser's wishes, the first of which wins, to be ranked by dragging or by buttons."""

from litestar import Response, get, post

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.policy import Policy, Prefer, Preference, Trait
from matchmaker.web.forms import Form
from matchmaker.web.organiser import policy_change, preferences, ranked
from matchmaker.web.organiser.estimate import Estimate, is_live
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference
from matchmaker.web.organiser.policy_change import Part
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/events/{event_id:str}/set-up/preferences"


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_preferences(visit: Visit, event_id: PathEvent) -> Response[str]:
    """The wishes in their order, and the form for one more."""
    return await policy_change.shown(visit, event_id, PART, lambda policy: Form({}))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_preferences(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Adds a wish, moves or removes one; or, asked for an estimate, saves nothing and tries it."""
    return await policy_change.answered(visit, event_id, PART)


def _told(visit: OrganiserVisit, policy: Policy) -> str:
    found = preferences.strongest_first(policy.preferences)
    words = (visit.t(f"organiser.preference.{preferences.key_of(one)}") for one in found)
    return ", ".join(f"{place}. {one}" for place, one in enumerate(words, start=1))


def _row(visit: OrganiserVisit, one: Preference) -> tuple[str, str, str]:
    """A wish's key, what it says, and what a pair against it keeps."""
    key = preferences.key_of(one)
    keeps = visit.t.number(100 * (1 - one.weight)).removesuffix(visit.t.number(0)[1:])
    return key, visit.t(f"organiser.preference.{key}"), visit.t("organiser.preferences.keeps", share=keeps)


def _differences(visit: OrganiserVisit, latest: Event) -> list[Difference]:
    yours, theirs = _told(visit, preferences.read(visit.form, latest.policy)), _told(visit, latest.policy)
    label = visit.t("organiser.preferences.title")
    return [Difference(label=label, yours=yours, theirs=theirs)] if yours != theirs else []


def _onward(visit: OrganiserVisit, policy: Policy) -> str:
    """Back to the list, where what was moved has the focus."""
    return "/preferences?said=saved" + ranked.anchor(policy.preferences, preferences.key_of, visit.form)


async def _page(
    visit: OrganiserVisit, event: Event, shown: Form, estimate: Estimate, problems: list[FieldError] | None
) -> Response[str]:
    found = preferences.strongest_first(event.policy.preferences)
    first = preferences.first_of(found)
    return visit.page(
        "set_up_preferences",
        event=event,
        here="set_up",
        problems=problems,
        shown=shown,
        rows=[_row(visit, one) for one in found],
        is_ranked=found == preferences.by_halves(found, first),
        first=first,
        traits=[one.value for one in Trait],
        prefers=[one.value for one in Prefer],
        estimate=estimate,
        live=await is_live(visit, event),
    )


PART = Part(name="preferences", read=preferences.read, page=_page, differences=_differences, onward=_onward)
HANDLERS = (show_preferences, change_preferences)

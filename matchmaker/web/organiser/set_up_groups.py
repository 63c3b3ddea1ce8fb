"""Who may meet whom, by group: rules as sentences in an order, one more, and what they come to."""

from litestar import Response, get, post
from msgspec import structs

from matchmaker.errors import FieldError
from matchmaker.matching.group_rules import EVERYONE
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.policy import Policy
from matchmaker.model.text import folded
from matchmaker.store import room
from matchmaker.web.forms import CHOICE, Form
from matchmaker.web.organiser import policy_change, ranked, rules
from matchmaker.web.organiser.estimate import ESTIMATE, Estimate, is_live
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference
from matchmaker.web.organiser.policy_change import Part
from matchmaker.web.organiser.rules import Sentence
from matchmaker.web.organiser.visit import OrganiserVisit, Visit
from matchmaker.web.phrases import LANGUAGES, phrases

PATH = "/events/{event_id:str}/set-up/groups"


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_group_rules(visit: Visit, event_id: PathEvent) -> Response[str]:
    """The rules, and the form for one more."""
    return await policy_change.shown(visit, event_id, PART, lambda policy: Form({}))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_group_rules(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Adds a rule, moves or removes one; or, asked for an estimate, saves nothing and tries it."""
    return await policy_change.answered(visit, event_id, PART)


def _read(form: Form, present: Policy) -> Policy:
    """The policy with its rules as the form wants them. Raises `InvalidFields`."""
    if form.line(CHOICE) in ranked.CHOICES:
        said = ranked.rearranged(rules.sentences(present.group_rules), _key, form)
        return structs.replace(present, group_rules=rules.rules_in(said))
    if form.line(CHOICE) == ESTIMATE and not form.line("first") and not form.line("second"):
        return present
    new = rules.sentence_in(form, [phrases(one)("organiser.rules.everybody") for one in LANGUAGES])
    return structs.replace(present, group_rules=rules.with_sentence(present.group_rules, new))


def _key(said: Sentence) -> str:
    return said.key


def _told(visit: OrganiserVisit, said: Sentence) -> str:
    return visit.t(
        f"organiser.rule.{said.what.value}_{said.shape}", first=said.first, second=said.second, group=said.group
    )


def _all_told(visit: OrganiserVisit, policy: Policy) -> str:
    return " ".join(_told(visit, one) for one in rules.sentences(policy.group_rules))


def _differences(visit: OrganiserVisit, latest: Event) -> list[Difference]:
    yours, theirs = _all_told(visit, _read(visit.form, latest.policy)), _all_told(visit, latest.policy)
    return [Difference(label=visit.t("organiser.rules.title"), yours=yours, theirs=theirs)] if yours != theirs else []


def _onward(visit: OrganiserVisit, policy: Policy) -> str:
    """Back to the list, where what was moved has the focus."""
    return "/groups?said=saved" + ranked.anchor(rules.sentences(policy.group_rules), _key, visit.form)


async def _page(
    visit: OrganiserVisit, event: Event, shown: Form, estimate: Estimate, problems: list[FieldError] | None
) -> Response[str]:
    present = event.policy.group_rules
    known = await room.groups(visit.connection, event.id, limit=rules.GROUPS_MAX)
    here = {folded(one) for one in known}
    named = {name: name for rule in present for name in (rule.sender, rule.receiver) if name != EVERYONE}
    groups = rules.seen(present, known)
    return visit.page(
        "set_up_groups",
        event=event,
        here="set_up",
        problems=problems,
        shown=shown,
        rows=[(one.key, _told(visit, one), "") for one in rules.sentences(present)],
        strangers=[name for name in named if folded(name) not in here],
        whats=[one.value for one in rules.What],
        known=known,
        groups=groups,
        meets=rules.may_meet(present, groups),
        estimate=estimate,
        live=await is_live(visit, event),
    )


PART = Part(name="groups", read=_read, page=_page, differences=_differences, onward=_onward)
HANDLERS = (show_group_rules, change_group_rules)

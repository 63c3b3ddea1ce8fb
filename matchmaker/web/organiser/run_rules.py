"""What would change a run: each rule in force relaxed by itself, and what that would give the room or cost it."""

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.model.association import Scope
from matchmaker.model.run import MatchRun
from matchmaker.model.whatif import Relaxation, Relaxations, Rule, RulesQuestion
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser.answers import answered, visiting
from matchmaker.web.organiser.asked import asked_by
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.run_people import is_private, run_of
from matchmaker.web.organiser.visit import OrganiserVisit
from matchmaker.web.visit import At

WORTH_LEAST = 0.05
BY_NUMBER = (Rule.QUOTA, Rule.INCLUSION)  # which can be relaxed to more than one


class Change(Struct, frozen=True, kw_only=True):
    """A rule relaxed: the key of its words and what belongs into them, or as it was calculated; and what that would give."""

    key: str
    told: dict[str, str]
    message: str
    worth_more: float
    fewer: int

    @property
    def changes_nothing(self) -> bool:
        return abs(self.worth_more) < WORTH_LEAST and self.fewer == 0


@get("/events/{event_id:str}/runs/{run_id:str}/rules", scope=Scope.RUNS_READ)
async def show_rules(request: PageRequest, at: At, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """The question, and once it is asked the answer: what gives most comes first."""
    async with visiting(request, at) as visit:
        event = await event_of(visit, event_id)
        run = await run_of(visit, event, run_id)
        asks = bool(asked_by(visit).line("ask"))
    found, failure = await answered(request, event, run, RulesQuestion()) if asks else (None, "")
    async with visiting(request, at) as visit:
        return visit.page(
            "run_rules", event=event, here="runs", run=run, private=await is_private(visit, event), asks=asks,
            found=found, failure=failure, changes=[] if found is None else _changes(visit, run, found),
            may_change=visit.may(Scope.EVENTS_WRITE),
        )  # fmt: skip


def _changes(visit: OrganiserVisit, run: MatchRun, found: Relaxations) -> list[Change]:
    """Those that leave fewer without anybody, then those that are worth most to the room."""
    best_first = sorted(found.relaxations, key=lambda one: (-one.unmatched_fewer, -one.objective_more))
    return [
        Change(
            key=one.rule.value if one.rule not in BY_NUMBER else f"{one.rule.value}_{one.to.lstrip('+')}",
            told=_told(visit, run, one),
            message=one.message,
            worth_more=one.objective_more,
            fewer=one.unmatched_fewer,
        )
        for one in best_first
    ]


def _told(visit: OrganiserVisit, run: MatchRun, relaxed: Relaxation) -> dict[str, str]:
    """Which of the policy's rules is meant, where it has a list of them."""
    if relaxed.position is None:
        return {}
    if relaxed.rule is Rule.PREFERENCES:
        trait = run.policy.preferences[relaxed.position].trait.value
        return {"trait": visit.t(f"organiser.after.by_{trait}")}
    rule = run.policy.group_rules[relaxed.position]
    return {"sender": rule.sender, "receiver": rule.receiver}


HANDLERS = (show_rules,)

"""The tables, sets and circles that a run proposes, and who is together in each."""

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.model.association import Scope
from matchmaker.services import review
from matchmaker.web.organiser.run_pairings import number_in
from matchmaker.web.organiser.run_people import open_event, run_of, who
from matchmaker.web.organiser.visit import Visit

SHOWN = 30


@get("/events/{event_id:str}/runs/{run_id:str}/groups", scope=Scope.RUNS_READ)
async def show_groups(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Groups in the order the run gave them, a page at a time."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    after = number_in(visit.request.query_params.get("after", ""))
    found = await review.groups(visit.connection, event.id, run.id, after=after, limit=SHOWN + 1)
    shown = found[:SHOWN]
    people = await who(visit, event, [one for _, group in shown for one in group.members])
    return visit.page(
        "run_groups", event=event, here="runs", run=run, groups=shown, who=people,
        onward=shown[-1][0] if len(found) > SHOWN else None,
    )  # fmt: skip


HANDLERS = (show_groups,)

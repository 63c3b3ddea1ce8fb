"""What a run came to beside its pairs: how introductions are spread, who could introduce two, who sits out a round."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from markupsafe import Markup

from matchmaker.export.charts.fairness import exposure
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.fairness import Spread
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import Format, MatchRun
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.services import measure, review
from matchmaker.web.organiser.asked import asked_by, number_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import id_asked
from matchmaker.web.organiser.run_people import is_private, open_event, run_of, who
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

SHOWN = 50
OF_PAIRS = (Format.INTRODUCTIONS, Format.ROUNDS)
OF_ROUNDS = (Format.ROUNDS, Format.TABLES)
EVEN_BELOW = {"even": 0.1, "fair": 0.25, "uneven": 0.4}  # by the load Gini; from there on it is very uneven


@get("/events/{event_id:str}/runs/{run_id:str}/more", scope=Scope.RUNS_READ)
async def show_more(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """How the run spreads introductions, in a picture and in words, and where the rest of it stands."""
    event = await event_of(visit, event_id)
    run = await run_of(visit, event, run_id)
    spread = await measure.spread(visit.connection, event.id, run.id) if run.format in OF_PAIRS else None
    chart = None if spread is None else exposure(spread, visit.language)
    return visit.page(
        "run_more", event=event, here="runs", run=run, private=await is_private(visit, event), spread=spread,
        most=None if spread is None else _most(spread), evenness=None if spread is None else evenness(spread.gini),
        picture=None if chart is None else {"chart": chart, "svg": Markup(chart.svg)},  # noqa: S704 - escaped by `drawing`
        **await _there(visit, event, run),
    )  # fmt: skip


@get("/events/{event_id:str}/runs/{run_id:str}/connectors", scope=Scope.RUNS_READ)
async def show_connectors(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Who knows both of two strangers, and could introduce them; a page at a time."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    after = number_in(asked_by(visit), "after")
    found = await review.connectors(visit.connection, event.id, run.id, after=after, limit=SHOWN + 1)
    shown = found[:SHOWN]
    people = await who(
        visit, event, [id_ for _, three in shown for id_ in (three.first, three.second, three.connector_id)]
    )
    return visit.page(
        "run_connectors", event=event, here="runs", run=run, connectors=[three for _, three in shown], who=people,
        onward=shown[-1][0] if len(found) > SHOWN else None,
    )  # fmt: skip


@get("/events/{event_id:str}/runs/{run_id:str}/byes", scope=Scope.RUNS_READ)
async def show_byes(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Who sits out which round; a page at a time."""
    event = await event_of(visit, event_id)
    run = await run_of(visit, event, run_id)
    round_, one = number_in(asked_by(visit), "round", most=ROUNDS_MAX), id_asked(visit, "after")
    after = (round_, AttendeeId(one)) if round_ is not None and one else None
    found = await review.byes(visit.connection, event.id, run.id, after=after, limit=SHOWN + 1)
    shown = found[:SHOWN]
    return visit.page(
        "run_byes", event=event, here="runs", run=run, private=await is_private(visit, event), byes=shown,
        who=await who(visit, event, [bye.attendee_id for bye in shown]),
        onward=shown[-1] if len(found) > SHOWN else None,
    )  # fmt: skip


def evenness(gini: float) -> str:
    """The key of what a load Gini means."""
    return next((key for key, below in EVEN_BELOW.items() if gini < below), "very_uneven")


def _most(spread: Spread) -> int:
    """The most introductions that anybody has."""
    return max((row.introductions for row in spread.rows if row.people), default=0)


async def _there(visit: OrganiserVisit, event: Event, run: MatchRun) -> dict[str, Any]:
    """Whether there is anything of each, so that no link leads to nothing."""
    connection, two = visit.connection, (event.id, run.id)
    return {
        "has_groups": bool(await review.groups(connection, *two, limit=1)),
        "has_connectors": bool(await review.connectors(connection, *two, limit=1)),
        "has_byes": bool(await review.byes(connection, *two, limit=1)),
        "has_asks": bool(await review.asks(connection, *two, limit=1)),
        "has_rounds": run.format in OF_ROUNDS,
        "has_rules": run.format in OF_PAIRS,
    }


HANDLERS = (show_more, show_connectors, show_byes)

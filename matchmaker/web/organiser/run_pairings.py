"""What a run proposes, as match cards; the organiser's word on a pair; and who is left without anybody."""

import math
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing, Side
from matchmaker.model.run import MatchRun
from matchmaker.model.text import INT4_MAX
from matchmaker.model.wish import Verdict
from matchmaker.services import decide, review
from matchmaker.services.tell import LONG_SHOT_BELOW, told
from matchmaker.store import decisions, pairing_filters, pairings
from matchmaker.store.pairing_filters import Wanted
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.run_people import Who, is_private, meant, open_event, run_of, who
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

SHOWN = 20
PEOPLE_SHOWN = 50
DECISIONS_MAX = 200
STRONG = 50.0  # half of the scale
FILTERS = ("person", "organisation", "below", "one_way", "pinned", "told")
VERDICTS = {one.value: one for one in Verdict}


class CardSide(Struct, frozen=True, kw_only=True):
    """What one of the two gains: the value, the key of what that means, their reasons, and what they would read."""

    to: Who
    other: Who
    value: float
    meaning: str
    reasons: list[tuple[str, str]]
    told: Side | None


class Card(Struct, frozen=True, kw_only=True):
    """A pairing as a page shows it, with what was decided of it."""

    pairing: Pairing
    sides: list[CardSide]
    verdict: Verdict | None


@get("/events/{event_id:str}/runs/{run_id:str}/pairings", scope=Scope.RUNS_READ)
async def show_pairings(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Ranked pairings, those looked for, a page at a time."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    asked = {name: visit.request.query_params.get(name, "").strip()[:200] for name in FILTERS}
    people = await meant(visit, event, asked["person"])
    unclear = bool(asked["person"]) and len(people) != 1
    wanted = _wanted(asked, run, people[0].id if people and not unclear else None)
    after = number_in(visit.request.query_params.get("after", ""))
    found = [] if unclear else await review.looked_for(visit.connection, run, wanted, after=after, limit=SHOWN + 1)
    return visit.page(
        "pairings", event=event, here="runs", run=run, asked=asked, people=people, unclear=unclear, after=after,
        cards=await cards(visit, event, run, found[:SHOWN]), onward=_onward(asked, found),
        may=visit.may(Scope.RUNS_WRITE), waiting=await waiting(visit, event, run),
    )  # fmt: skip


@post("/events/{event_id:str}/runs/{run_id:str}/decisions", scope=Scope.RUNS_WRITE)
async def decide_pair(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Pins a pair, rejects it, or takes either back. A draft stays as it is until it is calculated again."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    first, second = (AttendeeId(visit.form.line(name)) for name in ("first", "second"))
    verdict = VERDICTS.get(visit.form.line("verdict"))
    await _decide(visit, event, first, second, verdict)
    said = f"pair_{verdict.value}" if verdict else "pair_undecided"
    pairing = await pairings.of_two(visit.connection, run.id, min(first, second), max(first, second))
    if visit.request.headers.get("hx-request") and pairing is not None:
        (card,) = await cards(visit, event, run, [told(pairing)])
        return visit.fragment(
            "card_decided",
            event=event,
            run=run,
            card=card,
            may=True,
            said=said,
            waiting=await waiting(visit, event, run),
        )
    return visit.onward(f"/events/{event.id}/runs/{run.id}/decisions", said=said)


@get("/events/{event_id:str}/runs/{run_id:str}/decisions", scope=Scope.RUNS_READ)
async def show_decisions(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """What was decided: what the run does not follow yet, and what it does."""
    event = await open_event(visit, event_id)
    run = await run_of(visit, event, run_id)
    unmet = await pairing_filters.unmet(visit.connection, event.id, run.id, limit=DECISIONS_MAX)
    every = await decisions.find(visit.connection, event.id, limit=DECISIONS_MAX)
    open_ids = {one.id for one in unmet}
    people = await who(visit, event, [id_ for one in every + unmet for id_ in (one.first_id, one.second_id)])
    met = [one for one in every if one.id not in open_ids]
    return visit.page(
        "decisions", event=event, here="runs", run=run, unmet=unmet, met=met, who=people,
        may=visit.may(Scope.RUNS_WRITE),
    )  # fmt: skip


@get("/events/{event_id:str}/runs/{run_id:str}/without", scope=Scope.RUNS_READ)
async def show_without(visit: Visit, event_id: FromPath[str], run_id: FromPath[str]) -> Response[str]:
    """Who has nobody, why, and what would help."""
    event = await event_of(visit, event_id)
    run = await run_of(visit, event, run_id)
    begin = number_in(visit.request.query_params.get("after", "")) or 0
    every = await review.unmatched(visit.connection, event.id, run.id)
    shown = every[begin : begin + PEOPLE_SHOWN]
    return visit.page(
        "without", event=event, here="runs", run=run, unmatched=shown, number=len(every),
        onward=begin + PEOPLE_SHOWN if len(every) > begin + PEOPLE_SHOWN else None,
        who=await who(visit, event, [one.id for one in shown]), private=await is_private(visit, event),
    )  # fmt: skip


async def cards(visit: OrganiserVisit, event: Event, run: MatchRun, found: list[Pairing]) -> list[Card]:
    """The cards of pairings, with what was decided of each."""
    people = await who(visit, event, [id_ for one in found for id_ in (one.first, one.second)])
    pairs = [(one.first, one.second) for one in found]
    decided = await pairing_filters.decided(visit.connection, event.id, pairs)
    floor = run.policy.floor
    return [
        Card(pairing=one, sides=_sides(one, people, floor), verdict=decided.get((one.first, one.second)))
        for one in found
    ]


def meaning(value: float, floor: float) -> str:
    """The key of what a directed value means."""
    if value < floor:
        return "below"
    return "strong" if value >= STRONG else "good" if value >= LONG_SHOT_BELOW else "slight"


async def waiting(visit: OrganiserVisit, event: Event, run: MatchRun) -> int:
    """How many decisions the run does not follow yet."""
    return len(await pairing_filters.unmet(visit.connection, event.id, run.id, limit=DECISIONS_MAX))


async def _decide(
    visit: OrganiserVisit, event: Event, first: AttendeeId, second: AttendeeId, verdict: Verdict | None
) -> None:
    people = [one for text in (first, second) for one in await meant(visit, event, text)]
    if {first, second} != {one.id for one in people}:
        raise NotFound
    if verdict is None:
        await pairing_filters.remove_decision(visit.connection, event.id, first, second)
    else:
        await decide.decide(visit.connection, event.id, first, second, verdict, at=visit.at)


def _sides(pairing: Pairing, people: dict[AttendeeId, Who], floor: float) -> list[CardSide]:
    pair = (
        (pairing.first, pairing.second, pairing.value_to_first),
        (pairing.second, pairing.first, pairing.value_to_second),
    )
    return [
        CardSide(
            to=people[to],
            other=people[other],
            value=value,
            meaning=meaning(value, floor),
            reasons=[(one.seek, one.offer) for one in pairing.reasons if one.to == to],
            told=next((side for side in pairing.sides if side.to == to), None),
        )
        for to, other, value in pair
    ]


def _wanted(asked: dict[str, str], run: MatchRun, attendee_id: AttendeeId | None) -> Wanted:
    return Wanted(
        attendee_id=attendee_id,
        organisation=asked["organisation"] or None,
        below=_value(asked["below"]),
        one_way_below=run.policy.floor if asked["one_way"] else None,
        pinned=bool(asked["pinned"]),
        told=bool(asked["told"]),
    )


def _onward(asked: dict[str, str], found: list[Pairing]) -> str:
    """The query of the next page; empty where there is none."""
    if len(found) <= SHOWN:
        return ""
    return urlencode({**{name: one for name, one in asked.items() if one}, "after": found[SHOWN - 1].rank})


def _value(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def number_in(text: str) -> int | None:
    """The number that an address says; None where it is none."""
    return min(int(text), INT4_MAX) if text.isascii() and text.isdigit() and len(text) < 12 else None


HANDLERS = (show_pairings, decide_pair, show_decisions, show_without)

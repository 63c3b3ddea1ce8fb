"""Measure what matching does: what it adds over chance (L13), its quality over time (F70), and how it spreads introductions."""

from datetime import datetime

from matchmaker.errors import NotFound
from matchmaker.matching.uplift import DECIMALS, difference, wilson
from matchmaker.model.fairness import Estimate, Spread, SpreadRow
from matchmaker.model.funnel import ROUNDED_TO
from matchmaker.model.hold_back import PAIRS_LEAST, Arm, HoldBack, Uplift, is_held_back
from matchmaker.model.ids import EventId, RunId
from matchmaker.model.quality import ANSWERS_LEAST, POINTS_MAX, Qualities, Quality, Tallied
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import review
from matchmaker.store import events, hold_backs, pairings, qualities
from matchmaker.store.connection import Connection
from matchmaker.store.hold_backs import Outcome

PAIRS_MAX = 1_000_000


async def draw(connection: Connection, run: MatchRun, share: float, at: datetime) -> None:
    """Draws among the pairings of two who consent; rounds are left as they are, since people are seated in them."""
    if not share or run.format is not Format.INTRODUCTIONS:
        return
    pairs = await hold_backs.eligible(connection, run, at, limit=PAIRS_MAX)
    drawn = [
        HoldBack(
            event_id=run.event_id,
            run_id=run.id,
            first_id=first_id,
            second_id=second_id,
            share=share,
            held_back=is_held_back(run.seed, first_id, second_id, share),
            drawn_at=at,
        )
        for first_id, second_id in pairs
    ]
    await hold_backs.add_all(connection, drawn)


async def quality(connection: Connection) -> Qualities:
    """The association's events one after the other."""
    return Qualities(points=[_point(one) for one in await qualities.by_event(connection, limit=POINTS_MAX)])


async def quality_of_event(connection: Connection, event_id: EventId) -> Qualities:
    """An event's releases one after the other. Raises `NotFound`."""
    if await events.get(connection, event_id) is None:
        raise NotFound
    return Qualities(points=[_point(one) for one in await qualities.by_release(connection, event_id, limit=POINTS_MAX)])


async def spread(connection: Connection, event_id: EventId, run_id: RunId) -> Spread:
    """How many people of a run have how many introductions. Raises `NotFound`, `RunNotDrafted`."""
    run = await review.run(connection, event_id, run_id)
    found = await pairings.spread(connection, run_id)
    people = run.report.people if run.report is not None else 0
    found[0] = max(people - sum(found.values()), 0)
    return Spread(
        rows=[SpreadRow(introductions=each, people=found.get(each, 0)) for each in range(max(found) + 1)],
        gini=run.report.load_gini if run.report is not None else 0.0,
    )


async def uplift(connection: Connection, event_id: EventId) -> Uplift:
    """What introductions added over chance; nothing where there are too few pairs to tell."""
    found = {one.held_back: one for one in await hold_backs.outcomes(connection, event_id)}
    nothing = {is_held: Outcome(held_back=is_held, pairs=0, met=0, useful=0) for is_held in (False, True)}
    introduced, held = found.get(False, nothing[False]), found.get(True, nothing[True])
    enough = min(introduced.pairs, held.pairs) >= PAIRS_LEAST
    met = difference(introduced.met, introduced.pairs, held.met, held.pairs) if enough else None
    useful = difference(introduced.useful, introduced.pairs, held.useful, held.pairs) if enough else None
    return Uplift(
        introduced=_arm(introduced, enough),
        held_back=_arm(held, enough),
        met=met,
        useful=useful,
        enough=enough,
        summary=_summary(introduced, held, met),
    )


def _point(found: Tallied) -> Quality:
    """Of a private event all is told from fives, as in its funnel, so that no figure moves by one answer."""
    counts = {name: getattr(found, name) for name in ("answers", "yes", "introduced", "met", "rated", "useful")}
    if found.private:
        counts = {name: count - count % ROUNDED_TO for name, count in counts.items()}
    return Quality(
        event_id=found.event_id,
        run_id=found.run_id,
        name=found.name,
        at=found.at,
        answers=counts["answers"] if counts["answers"] >= ANSWERS_LEAST else None,
        accepted=_estimate(counts["yes"], counts["answers"]),
        introduced=counts["introduced"],
        met=_estimate(counts["met"], counts["introduced"]),
        rated=counts["rated"],
        useful=_estimate(counts["useful"], counts["rated"]),
        rounded=found.private,
    )


def _estimate(yes: int, count: int) -> Estimate | None:
    """A share with its interval; None where too few tell it."""
    if count < ANSWERS_LEAST:
        return None
    low, high = wilson(yes / count, count)
    return Estimate(value=round(yes / count, DECIMALS), low=round(low, DECIMALS), high=round(high, DECIMALS))


def _arm(outcome: Outcome, enough: bool) -> Arm:
    return Arm(pairs=outcome.pairs, met=outcome.met if enough else None, useful=outcome.useful if enough else None)


def _summary(introduced: Outcome, held: Outcome, met: Estimate | None) -> str:
    if met is None:
        return (
            f"Too few to tell: {introduced.pairs} pairs were introduced and {held.pairs} held back of those who consented, "
            f"and it takes {PAIRS_LEAST} of either."
        )
    shares = f"{introduced.met} of {introduced.pairs} introduced pairs met, {held.met} of {held.pairs} held back."
    points = f"from {100 * met.low:+.0f} to {100 * met.high:+.0f} points of a hundred, with a confidence of 95 %"
    verdict = (
        "That is more than chance"
        if met.low > 0
        else "That is less than chance"
        if met.high < 0
        else "It may be chance"
    )
    return (
        f"{shares} {verdict}: the difference is {points}. Both kinds are asked after the event whether they met; whoever says "
        "nothing counts as not having met."
    )

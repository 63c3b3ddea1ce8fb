"""Measure what matching adds: draw whose introduction is held back, and compare with those who were introduced (L13)."""

from datetime import datetime

from matchmaker.matching.uplift import difference
from matchmaker.model.fairness import Estimate
from matchmaker.model.hold_back import PAIRS_LEAST, Arm, HoldBack, Uplift, is_held_back
from matchmaker.model.ids import EventId
from matchmaker.model.run import Format, MatchRun
from matchmaker.store import hold_backs
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

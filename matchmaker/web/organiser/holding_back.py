"""What holding a share of a run's introductions back could show, said before anything is released."""

from math import ceil

from msgspec import Struct

from matchmaker.matching.uplift import pairs_least, power_of
from matchmaker.model.hold_back import PAIRS_LEAST

SHARES = (0.05, 0.1, 0.2)
YES_SHARE = 0.3  # how many would meet anyway, where nobody knows better
UPLIFT = 0.2  # a difference that is worth knowing


class Held(Struct, frozen=True, kw_only=True):
    """One share, in percent: how many introductions it leaves out, and from how many points of a hundred a difference shows."""

    percent: int
    pairs: int
    points: int | None


class HoldingBack(Struct, frozen=True, kw_only=True):
    """What a run's people could show. `pairs` are of two who both agreed; `needed` are what a difference of `points` takes."""

    people: int
    pairs: int
    shares: list[Held]
    points: int
    needed: int
    percent: int

    @property
    def enough(self) -> bool:
        return self.pairs >= self.needed

    @property
    def people_needed(self) -> int:
        """How many people it takes, if they agree as often and have as many introductions each."""
        return ceil(self.needed * self.people / self.pairs) if self.pairs else 0


def holding_back(*, people: int, pairs: int) -> HoldingBack:
    """What so many people with so many introductions between two who agreed could show."""
    most = max(SHARES)
    return HoldingBack(
        people=people,
        pairs=pairs,
        shares=[_held(share, pairs) for share in SHARES],
        points=round(100 * UPLIFT),
        needed=max(pairs_least(held_back=most, yes_share=YES_SHARE, uplift=UPLIFT), ceil(PAIRS_LEAST / most)),
        percent=round(100 * most),
    )


def _held(share: float, pairs: int) -> Held:
    """Below some pairs of either kind nothing is told, so nothing shows."""
    found = power_of(pairs=pairs, held_back=share, yes_share=YES_SHARE, uplift=UPLIFT)
    told = min(found.held_back, pairs - found.held_back) >= PAIRS_LEAST
    least = found.difference_least if told else None
    return Held(percent=round(100 * share), pairs=found.held_back, points=None if least is None else ceil(100 * least))

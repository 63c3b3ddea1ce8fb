"""Uplift: what matching adds over chance, where a random share of introductions is held back (L13).

Plain numbers, no arrays: a difference of two shares has Newcombe's interval (1998, his method 10), made of two of Wilson's.
Pairings of one person are not independent, so the interval is a little too narrow where people have many.
"""

from statistics import NormalDist

from matchmaker.model.fairness import Estimate, UpliftPower

CONFIDENCE = 0.95
POWER_WISHED = 0.8
STEPS = 40
DECIMALS = 4

_normal = NormalDist()
_z = _normal.inv_cdf((1 + CONFIDENCE) / 2)


def difference(yes: int, count: int, yes_held: int, count_held: int) -> Estimate:
    """The share of yes among `count` introductions less that among `count_held` held back, which are one each at least."""
    share, held = yes / count, yes_held / count_held
    low, high = wilson(share, count)
    low_held, high_held = wilson(held, count_held)
    found = share - held
    return Estimate(
        value=round(found, DECIMALS),
        low=round(found - ((share - low) ** 2 + (high_held - held) ** 2) ** 0.5, DECIMALS),
        high=round(found + ((high - share) ** 2 + (held - low_held) ** 2) ** 0.5, DECIMALS),
    )


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson's interval (1927) of a share of `count`, which need not be whole."""
    middle = share + _z * _z / (2 * count)
    reach = _z * (share * (1 - share) / count + _z * _z / (4 * count * count)) ** 0.5
    whole = 1 + _z * _z / count
    return max((middle - reach) / whole, 0.0), min((middle + reach) / whole, 1.0)


def power_of(*, pairs: int, held_back: float, yes_share: float, uplift: float) -> UpliftPower:
    """What holding back a share of `pairs` could show, where `yes_share` of those held back would say yes anyway.

    `uplift` is the difference asked about, in shares.
    """
    held = round(pairs * held_back)
    return UpliftPower(
        pairs=pairs,
        held_back=held,
        power=round(power(pairs - held, held, yes_share, uplift), DECIMALS),
        difference_least=_least(pairs - held, held, yes_share),
    )


def pairs_least(*, held_back: float, yes_share: float, uplift: float) -> int:
    """The fewest pairs of which holding back that share finds a difference of `uplift` with a chance of 80 %; above zero all."""
    low, high = 0, 1

    def found(pairs: int) -> bool:
        return power_of(pairs=pairs, held_back=held_back, yes_share=yes_share, uplift=uplift).power >= POWER_WISHED

    while not found(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if found(middle) else (middle, high)
    return high


def power(count: int, count_held: int, yes_share: float, uplift: float) -> float:
    """The chance that a two-sided test at 5 % tells the difference, by the normal approximation (Fleiss 1981)."""
    if not count or not count_held:
        return 0.0
    matched = min(max(yes_share + uplift, 0.0), 1.0)
    pooled = (matched * count + yes_share * count_held) / (count + count_held)
    error_alike = (pooled * (1 - pooled) * (1 / count + 1 / count_held)) ** 0.5
    error = (matched * (1 - matched) / count + yes_share * (1 - yes_share) / count_held) ** 0.5
    distance = abs(matched - yes_share)
    if not error:
        return float(distance > _z * error_alike)
    return _normal.cdf((distance - _z * error_alike) / error) + _normal.cdf((-distance - _z * error_alike) / error)


def _least(count: int, count_held: int, yes_share: float) -> float | None:
    """The smallest difference upwards found with a chance of 80 %, by halving."""
    low, high = 0.0, 1 - yes_share
    if power(count, count_held, yes_share, high) < POWER_WISHED:
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = power(count, count_held, yes_share, middle) >= POWER_WISHED
        low, high = (low, middle) if found else (middle, high)
    return round(high, DECIMALS)

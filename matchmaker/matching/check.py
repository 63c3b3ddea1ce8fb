"""The checker: whether a plan keeps every rule, and whether prices prove its bound. It shares nothing with the solver but arrays.

It begins where the rules begin, at what people gain from each other before any of them, `value` `(n, n)`, row receives, and
looks at every pair, in double precision.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.rules import Rules

DECIMALS = 6
ROUNDING = 1e-6
Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pair = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule that a plan breaks, and the rows of whom it concerns.

    Codes: `order`, `twice`, `quota`, `forbidden`, `floor`, `within` (too many within an organisation), `pin_missing`,
    `wish_missing`, and `promise` (someone has fewer than promised though one partner could be found, or taken over from a person
    who has more than promised).
    """

    code: str
    people: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All pairs of a room under its rules, symmetric `(n, n)`: who may be paired, whose pair comes first, and what it is worth.

    `barred` pairs are forbidden; `forced` ones are pinned or wished by both, so that no floor and no number within
    organisations holds them up; `fits` are those that may be.
    """

    barred: Mask
    forced: Mask
    fits: Mask
    weight: Doubles


def violations(rules: Rules, value: Floats, pairs: Ints) -> list[Violation]:
    """Whatever is wrong with `pairs` `(k, 2)`; nothing is wrong with a good plan."""
    sheet, people = sheet_of(rules, value), len(rules.quota)
    found: list[Pair] = [(int(first), int(second)) for first, second in pairs]
    held = np.zeros((people, people), np.bool_)
    for first, second in found:
        held[first, second] = held[second, first] = first != second
    return list(
        chain(
            _of_the_list(found),
            _of_the_pairs(sheet, held),
            _of_the_numbers(rules, sheet, held),
            _of_the_forced(rules, sheet, held),
            _of_the_promises(rules, sheet, held),
        )
    )


def certify(rules: Rules, value: Floats, *, price: Doubles, settled: Ints, upper_bound: float) -> bool:
    """Whether no plan that holds the `settled` pairs `(s, 2)` can be worth more than `upper_bound`, as `price` `(n,)` proves.

    Any prices at or above zero prove that no plan is worth more than every free place at its price, and whatever any pair is
    worth beyond its two prices (linear programming duality).
    """
    return (
        bool((price >= 0).all()) and upper_bound >= bound_by(rules, value, price, settled) * (1 - ROUNDING) - ROUNDING
    )


def bound_by(rules: Rules, value: Floats, price: Doubles, settled: Ints) -> float:
    """What `price` proves that no plan with the `settled` pairs is worth more than."""
    sheet = sheet_of(rules, value)
    first, second = settled.reshape(-1, 2).T
    free = sheet.fits.copy()
    free[first, second] = free[second, first] = False
    places = rules.quota - np.bincount(settled.ravel(), minlength=len(price))
    beyond = np.maximum(sheet.weight - price[:, None] - price, 0.0)[np.triu(free)]
    return float(sheet.weight[first, second].sum() + np.maximum(places, 0) @ price + beyond.sum())


def sheet_of(rules: Rules, value: Floats) -> Sheet:
    """All pairs under the rules, one rule after the other, as they are written."""
    people, special = len(rules.quota), rules.special

    def by_name(said: NDArray[np.generic], otherwise: float = 0.0) -> Doubles:
        found = np.full((people, people), otherwise)
        found[special.first, special.second] = found[special.second, special.first] = said
        return found

    wanted = np.outer(rules.quota > 0, rules.quota > 0)
    named = by_name(special.factor, 1.0)
    forced = (by_name(special.pinned | special.wished) > 0) & (named > 0) & wanted
    factor = (wanted & ~np.identity(people, np.bool_)).astype(np.float64)
    for rule in (
        np.where(_colleagues(rules), rules.colleague_factor, 1.0),
        *(table.factor[np.ix_(table.code, table.code)] for table in rules.tables),
    ):
        factor *= np.where(forced & (rule == 0), 1.0, rule)
    gain = np.round(np.round(value.astype(np.float64) * factor, DECIMALS) * named, DECIMALS)
    less, sum_ = np.minimum(gain, gain.T), gain + gain.T
    mutual = np.divide(2 * gain * gain.T, sum_, out=np.zeros_like(gain), where=sum_ > 0)
    weight = (mutual + by_name(special.boost) * (1 - mutual)) * (1 + rules.keep_told * by_name(special.told))
    return Sheet(
        barred=factor * named == 0,
        forced=forced,
        fits=forced | ((less >= rules.floor - ROUNDING) & (less > 0)),
        weight=weight,
    )


def _colleagues(rules: Rules) -> Mask:
    """`(n, n)`: who are of one organisation."""
    found: Mask = (rules.organisation[:, None] == rules.organisation) & (rules.organisation >= 0)
    return found


def _of_the_list(pairs: list[Pair]) -> Iterator[Violation]:
    seen: set[Pair] = set()
    for first, second in pairs:
        if first >= second:
            yield Violation(code="order", people=(first, second))
        pair = (min(first, second), max(first, second))
        if pair in seen:
            yield Violation(code="twice", people=pair)
        seen.add(pair)


def _of_the_pairs(sheet: Sheet, held: Mask) -> Iterator[Violation]:
    for first, second in _pairs(held):
        if sheet.barred[first, second]:
            yield Violation(code="forbidden", people=(first, second))
        elif not sheet.fits[first, second]:
            yield Violation(code="floor", people=(first, second))


def _of_the_numbers(rules: Rules, sheet: Sheet, held: Mask) -> Iterator[Violation]:
    inner, forced = held & _colleagues(rules), held & sheet.forced
    for row in range(len(held)):
        if held[row].sum() > rules.quota[row]:
            yield Violation(code="quota", people=(row,))
        if rules.internal_most is None:
            continue
        left = max(rules.internal_most - (inner & forced)[row].sum(), 0)
        if (inner & ~forced)[row].sum() > left:
            yield Violation(code="within", people=(row,))


def _of_the_forced(rules: Rules, sheet: Sheet, held: Mask) -> Iterator[Violation]:
    """A pin may be missing only where other pins, and a mutual wish only where pins and other wishes, fill one's quota."""
    special = rules.special
    pinned = np.zeros_like(held)
    pinned[special.first, special.second] = pinned[special.second, special.first] = special.pinned
    for first, second in _pairs(sheet.forced & ~held):
        before = held & (pinned if pinned[first, second] else sheet.forced)
        if (before.sum(axis=1) < rules.quota)[[first, second]].all():
            yield Violation(code="pin_missing" if pinned[first, second] else "wish_missing", people=(first, second))


def _of_the_promises(rules: Rules, sheet: Sheet, held: Mask) -> Iterator[Violation]:
    """Who misses one that a single new partner would keep, taken from nobody or from who has more than promised."""
    if rules.inclusion < 1:
        return
    load = held.sum(axis=1)
    spare = load > rules.least
    for row in np.flatnonzero(load < rules.least).tolist():
        for partner in np.flatnonzero(sheet.fits[row] & ~held[row]).tolist():
            if not _room_within(rules, held, row, partner):
                continue
            givers = held[partner] & ~sheet.forced[partner] & spare
            if load[partner] < rules.quota[partner] or givers.any():
                yield Violation(code="promise", people=(row, partner))
                break


def _room_within(rules: Rules, held: Mask, row: int, partner: int) -> bool:
    """Whether both may have one more pair within their organisation, where it would be one."""
    colleagues = _colleagues(rules)
    inner = (held & colleagues).sum(axis=1)
    most = rules.internal_most
    return most is None or not colleagues[row, partner] or bool((inner[[row, partner]] < most).all())


def _pairs(mask: Mask) -> Iterator[Pair]:
    first, second = np.nonzero(np.triu(mask))
    yield from zip(first.tolist(), second.tolist(), strict=True)

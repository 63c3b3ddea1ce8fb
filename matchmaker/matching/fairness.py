"""How a run treats groups of people: exposure, value and acceptance, with intervals; groups too small to be told are not.

People are what is drawn again, not pairings: those of one person are alike (the cluster bootstrap, Davison & Hinkley 1997).
A share of answers has Wilson's interval (1927), for as many answers as they are worth: those about one person agree.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from matchmaker.matching.learning import Reals
from matchmaker.matching.roster import Ints
from matchmaker.matching.rules import FIRST_TIMERS
from matchmaker.matching.uplift import CONFIDENCE, wilson
from matchmaker.model import snapshot as snapshots
from matchmaker.model.attendee import Attendee
from matchmaker.model.fairness import (
    GROUPS_MAX,
    PEOPLE_LEAST,
    Characteristic,
    Estimate,
    Fairness,
    GroupFigures,
    Treatment,
)
from matchmaker.model.text import folded

DRAWS = 1_000
DECIMALS = 3


def fairness_with(treatment: Treatment, *, seed: int) -> Fairness:
    """`fairness` for callers without arithmetic of their own."""
    return fairness(treatment, np.random.default_rng(seed))


def fairness(treatment: Treatment, rng: np.random.Generator) -> Fairness:
    """The figures of each group, largest first. Who left the event since the run counts with what is still known."""
    people = snapshots.decode(treatment.snapshot).attendees
    row_of = {one.id: row for row, one in enumerate(people)}
    counts = np.zeros((4, len(people)))  # introductions, value, answers, yeses
    for first, second, to_first, to_second in treatment.pairs:
        for one, value in ((first, to_first), (second, to_second)):
            counts[:2, row_of[one]] += (1, value)
    for giver, yes in treatment.answers:
        counts[2:, row_of[giver]] += (1, yes)
    groups = _groups(people, treatment.by)
    hidden = _hidden({name: len(rows) for name, rows in groups.items()}, len(people))
    return Fairness(
        by=treatment.by,
        groups=[
            GroupFigures(name=name, suppressed=True) if name in hidden else _figures(name, counts[:, rows], rng)
            for name, rows in groups.items()
        ],
    )


def _groups(people: Sequence[Attendee], by: Characteristic) -> dict[str, Ints]:
    """Whose rows are in which group, the largest first, each as most write it; names of one fold are one group."""
    rows: dict[str, list[int]] = defaultdict(list)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for row, one in enumerate(people):
        for name in {folded(name): name for name in _names(one, by)}.values() or [""]:
            rows[folded(name)].append(row)
            written[folded(name)][name] += 1
    order = sorted(rows, key=lambda name: (-len(rows[name]), name))[:GROUPS_MAX]
    called = {name: min(written[name], key=lambda one: (-written[name][one], one)) for name in order}
    return {called[name]: np.array(rows[name], np.int64) for name in order}


def _names(one: Attendee, by: Characteristic) -> Iterator[str]:
    """The groups someone is in; none where they state nothing."""
    match by:
        case Characteristic.GROUP:
            yield from one.groups
        case Characteristic.LANGUAGE:
            yield from (language.split("-")[0].lower() for language in one.languages)
        case Characteristic.FIRST_TIME:
            yield "yes" if FIRST_TIMERS in map(folded, one.groups) else "no"
        case _:
            stated = getattr(one, by.value)
            yield from [stated] if stated else []


def _hidden(sizes: Mapping[str, int], people: int) -> set[str]:
    """The groups that may not be told: the small ones, and where everyone is in one group just one more, if what the others
    leave of the whole room would tell a small one apart."""
    small = [name for name, size in sizes.items() if size < PEOPLE_LEAST]
    told = [name for name in sizes if name not in small]
    parted = sum(sizes.values()) == people
    if parted and small and told and sum(sizes[name] for name in small) < PEOPLE_LEAST:
        small.append(min(told, key=lambda name: (sizes[name], name)))
    return set(small)


def _figures(name: str, counts: Reals, rng: np.random.Generator) -> GroupFigures:
    introductions, value, answers, yeses = counts
    return GroupFigures(
        name=name,
        suppressed=False,
        people=len(introductions),
        exposure=_ratio(introductions, np.ones_like(introductions), rng),
        value=_ratio(value, introductions, rng),
        acceptance=_share(yeses, answers),
        answers=int(answers.sum()),
    )


def _ratio(above: Reals, below: Reals, rng: np.random.Generator) -> Estimate | None:
    """The ratio of two sums over people, drawn again a thousand times; None of nothing."""
    if not below.sum():
        return None
    drawn = np.empty((DRAWS, 2))
    for draw in range(DRAWS):
        again = rng.integers(0, len(above), len(above))
        drawn[draw] = above[again].sum(), below[again].sum()
    ratios = drawn[drawn[:, 1] > 0, 0] / drawn[drawn[:, 1] > 0, 1]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return _estimate(above.sum() / below.sum(), low, high)


def _share(yeses: Reals, answers: Reals) -> Estimate | None:
    """A share of answers with Wilson's interval, which is wider where the answers about one person agree."""
    count = answers.sum()
    if not count:
        return None
    share = yeses.sum() / count
    spread = ((yeses - share * answers) ** 2).sum()
    chance = share * (1 - share) * count
    worth = count / max(spread / chance, 1.0) if chance else count
    low, high = wilson(float(share), float(worth))
    return _estimate(share, low, high)


def _estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(
        value=round(float(value), DECIMALS), low=round(float(low), DECIMALS), high=round(float(high), DECIMALS)
    )

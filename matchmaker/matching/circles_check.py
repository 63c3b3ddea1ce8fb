"""Checkers for circles, connectors and routed asks, independent of what made them: plain loops over what was promised.

Each returns the promises that are broken, in words; none for a right answer.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from matchmaker.matching.asks import CLINIC, HOST, QUEUE, Routes
from matchmaker.matching.circles import Circles

Pairs = Sequence[tuple[int, int]]


def circle_breaches(circles: Circles, *, gifts: dict[tuple[int, int], float], room: Sequence[int]) -> list[str]:
    """What is wrong with circles made from `gifts`, the value of each (giver, taker), and `room` `(n,)` in circles."""
    return list(_circle_breaches(circles, gifts, room))


def connector_breaches(
    connectors: Sequence[int], *, wanted: Pairs, acquainted: Pairs, asked_most: Sequence[int]
) -> list[str]:
    """What is wrong with who is to introduce the `wanted` pairs; -1 is nobody, and `asked_most` `(n,)` the most for each."""
    return list(_connector_breaches(connectors, wanted, acquainted, asked_most))


def ask_breaches(
    routes: Routes,
    *,
    asker: Sequence[int],
    answers: dict[tuple[int, int], float],
    capacity: Sequence[int],
    host: Sequence[bool],
) -> list[str]:
    """What is wrong with routes for asks of `asker` `(q,)`; `answers` is the value of each candidate (ask, expert)."""
    return list(_ask_breaches(routes, asker, answers, capacity, host))


def _circle_breaches(circles: Circles, gifts: dict[tuple[int, int], float], room: Sequence[int]) -> Iterator[str]:
    joined: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    for row, values, worth in zip(circles.rows.tolist(), circles.values.tolist(), circles.worth.tolist(), strict=True):
        arcs = list(zip(row, row[1:] + row[:1], strict=True))
        joined.update(row)
        together.update(combinations(sorted(row), 2))
        if len(set(row)) < 3:
            yield f"{row} is no circle of three"
        if [gifts.get(arc, 0.0) for arc in arcs] != values or min(values) <= 0:
            yield f"{row} do not give each other {values}"
        elif abs(worth - 3 / sum(1 / value for value in values)) > 1e-6:
            yield f"{row} are not worth {worth}"
    yield from (f"{person} is in {count} circles" for person, count in joined.items() if count > room[person])
    yield from (f"{pair} are in {count} circles" for pair, count in together.items() if count > 1)
    if circles.objective > circles.bound:
        yield f"circles of {circles.objective} exceed their bound {circles.bound}"


def _connector_breaches(
    connectors: Sequence[int], wanted: Pairs, acquainted: Pairs, asked_most: Sequence[int]
) -> Iterator[str]:
    known = {frozenset(pair) for pair in acquainted}
    for pair, third in zip(wanted, connectors, strict=True):
        if third >= 0 and frozenset(pair) in known:
            yield f"{pair} know each other already"
        yield from (
            f"{third} does not know {one}" for one in pair if third >= 0 and frozenset((one, third)) not in known
        )
        if third in pair:
            yield f"{third} is to introduce themselves"
    asked = Counter(third for third in connectors if third >= 0)
    yield from (f"{third} is asked {count} times" for third, count in asked.items() if count > asked_most[third])


def _ask_breaches(
    routes: Routes,
    asker: Sequence[int],
    answers: dict[tuple[int, int], float],
    capacity: Sequence[int],
    host: Sequence[bool],
) -> Iterator[str]:
    taken = zip(routes.route.tolist(), routes.expert.tolist(), routes.value.tolist(), strict=True)
    for ask, (route, expert, value) in enumerate(taken):
        if (route == QUEUE) != (expert < 0):
            yield f"ask {ask} goes two ways"
        elif expert >= 0 and route != (HOST if host[expert] else CLINIC):
            yield f"ask {ask} does not go to {expert} by way {route}"
        if value != (answers.get((ask, expert)) if expert >= 0 else 0):
            yield f"ask {ask} is not worth {value} to {expert}"
        if expert == asker[ask]:
            yield f"ask {ask} goes back to its asker"
    asked = Counter(expert for expert in routes.expert.tolist() if expert >= 0)
    yield from (f"{expert} is asked {count} times" for expert, count in asked.items() if count > capacity[expert])

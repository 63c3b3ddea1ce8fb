"""Dot and whisker: a row a figure, its dot on a scale, and a line over the interval in which it lies."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor, log10

from msgspec import Struct

from matchmaker.export.charts.drawing import NORMAL, SMALL, WIDTH, dot, line, scaled, text
from matchmaker.model.fairness import Estimate

LEFT, RIGHT = 8, WIDTH - 8
ROW, FOOT = 44, 24


class Whisker(Struct, frozen=True, kw_only=True):
    """A row: its label, and its figure or why there is none."""

    label: str
    estimate: Estimate | None
    without: str = ""


def whiskers(
    rows: Sequence[Whisker],
    ticks: Sequence[float],
    written: Callable[[float], str],
    *,
    marked: float | None = None,
    joined: bool = False,
) -> tuple[list[str], int]:
    """The rows between the first and the last of `ticks`, and how high they are; `joined` leads a line from dot to dot."""
    bottom = ROW * len(rows)
    parts = [line(LEFT, bottom + 4, RIGHT, bottom + 4)]
    for tick in ticks:
        x = _at(tick, ticks)
        anchor = "start" if tick == ticks[0] else "end" if tick == ticks[-1] else "middle"
        parts += [line(x, bottom + 1, x, bottom + 8), text(x, bottom + 20, written(tick), size=SMALL, anchor=anchor)]
    if marked is not None:
        x = _at(marked, ticks)
        parts += [line(x, _middle(at) - 11, x, _middle(at) + 13, dashed=True) for at in range(len(rows))]
    places = [(_at(row.estimate.value, ticks), _middle(at)) for at, row in enumerate(rows) if row.estimate is not None]
    if joined:
        parts += [line(*one, *other, dashed=True) for one, other in pairwise(places)]
    for at, row in enumerate(rows):
        parts += _row(row, at, ticks, written)
    return parts, bottom + FOOT


def interval(estimate: Estimate | None, written: Callable[[float], str]) -> str:
    """`12 to 30`, written as numbers are; nothing of nothing."""
    return "" if estimate is None else f"{written(estimate.low)} … {written(estimate.high)}"


def steps(low: float, high: float, count: int = 4) -> list[float]:
    """Round ticks from below `low` to above `high`, about `count` steps."""
    least = max(high - low, 1e-6) / count
    power = 10.0 ** floor(log10(least))
    size = next(size for size in (power, 2 * power, 2.5 * power, 5 * power, 10 * power) if size >= least * (1 - 1e-9))
    first = floor(low / size + 1e-9)
    last = max(ceil(high / size - 1e-9), first + 1)
    return [round(size * at, 6) for at in range(first, last + 1)]


def _row(row: Whisker, at: int, ticks: Sequence[float], written: Callable[[float], str]) -> list[str]:
    y, top = _middle(at), ROW * at
    if row.estimate is None:
        return [text(0, top + 14, row.label, size=NORMAL), text(0, y + 4, row.without, size=SMALL)]
    low, high = _at(row.estimate.low, ticks), _at(row.estimate.high, ticks)
    return [
        text(0, top + 14, row.label, size=NORMAL, room=270),
        text(WIDTH, top + 14, written(row.estimate.value), size=NORMAL, anchor="end", weight=600),
        line(low, y, high, y, width=2),
        line(low, y - 5, low, y + 5, width=2),
        line(high, y - 5, high, y + 5, width=2),
        dot(_at(row.estimate.value, ticks), y, "first"),
    ]


def _middle(at: int) -> float:
    return ROW * at + 30


def _at(value: float, ticks: Sequence[float]) -> float:
    return scaled(value, ticks[0], ticks[-1], LEFT, RIGHT)

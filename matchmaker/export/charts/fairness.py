"""Fairness: how introductions are spread over people, and how groups fare, each figure with its interval."""

from collections.abc import Callable
from enum import Enum
from itertools import accumulate, pairwise

from matchmaker.export.charts.drawing import NORMAL, SMALL, WIDTH, Chart, bar, line, scaled, svg, text
from matchmaker.export.charts.whiskers import Whisker, interval, steps, whiskers
from matchmaker.export.charts.words import number, percent, said, spoken
from matchmaker.model.fairness import Estimate, Fairness, Spread

ROW, BAR, LEFT, RIGHT = 24, 14, 34, WIDTH - 44
SQUARE, EDGE = 280, 30
GROUPS_DRAWN = 12


class GroupFigure(Enum):
    """Which figure of each group is drawn."""

    EXPOSURE = "exposure"
    VALUE = "value"
    ACCEPTANCE = "acceptance"


def exposure(spread: Spread, language: str, *, name: str = "exposure") -> Chart:
    """How many people have how many introductions."""
    language = spoken(language)
    title = said(language, "exposure")
    counts = [(row.introductions, row.people) for row in spread.rows]
    description = said(
        language,
        "exposure_desc",
        rows="; ".join(f"{number(each, language)}: {number(people, language)}" for each, people in counts),
        gini=number(spread.gini, language, 2),
    )
    longest = max([1, *(people for _, people in counts)])
    parts = [
        text(0, 12, said(language, "each"), size=SMALL, weight=600),
        text(WIDTH, 12, said(language, "people"), size=SMALL, anchor="end", weight=600),
    ]
    for at, (each, people) in enumerate(counts):
        y = 22 + ROW * at
        width = scaled(people, 0, longest, 0, RIGHT - LEFT)
        parts += [
            text(LEFT - 8, y + 11, number(each, language), size=NORMAL, anchor="end"),
            bar(LEFT, y, width, BAR, "first"),
            text(LEFT + width + 5, y + 11, number(people, language), size=SMALL),
        ]
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, 22 + ROW * len(counts), parts, language=language),
        columns=[said(language, "each"), said(language, "people")],
        rows=[[number(each, language), number(people, language)] for each, people in counts],
    )


def lorenz(spread: Spread, language: str, *, name: str = "lorenz") -> Chart:
    """The Lorenz curve (1905): which share of the introductions the people with fewest have, beside an even spread."""
    language = spoken(language)
    title = said(language, "lorenz")
    curve = _curve(spread)
    tenths = [(share / 10, _under(curve, share / 10)) for share in range(11)]
    description = said(
        language,
        "lorenz_desc",
        half=percent(_under(curve, 0.5), language),
        gini=number(spread.gini, language, 2),
    )
    path = "L".join(f"{_right(x):.0f} {_up(y):.0f}" for x, y in curve)
    parts = [
        bar(EDGE, 4, SQUARE, SQUARE, "track"),
        line(_right(0), _up(0), _right(1), _up(1), dashed=True),
        text(_right(0.5), _up(0.56), said(language, "even"), size=SMALL, anchor="end", room=150),
        f'<path class="chart-curve" d="M{path}" fill="none" stroke="#0b5f4e" stroke-width="3"/>',
        text(EDGE, SQUARE + 20, "0", size=SMALL, anchor="middle"),
        text(EDGE + SQUARE, SQUARE + 20, percent(1, language), size=SMALL, anchor="middle"),
        text(EDGE + SQUARE / 2, SQUARE + 20, said(language, "people_share"), size=SMALL, anchor="middle", room=220),
        text(EDGE + 6, 18, f"{percent(1, language)} {said(language, 'introductions_share')}", size=SMALL),
    ]
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, SQUARE + 28, parts, language=language),
        columns=[said(language, "people_share"), said(language, "introductions_share")],
        rows=[[percent(people, language), percent(share, language)] for people, share in tenths],
    )


def groups(
    found: Fairness, language: str, *, figure: GroupFigure = GroupFigure.EXPOSURE, name: str = "groups"
) -> Chart:
    """One figure of each group, the largest group first: a dozen as a picture, all of them as rows."""
    language = spoken(language)
    title, small = said(language, f"groups_{figure.value}"), said(language, "too_small")

    def written(value: float) -> str:
        return percent(value, language) if figure is GroupFigure.ACCEPTANCE else number(value, language, 1)

    figures = [
        Whisker(
            label=one.name or said(language, "unstated"),
            estimate=getattr(one, figure.value),
            without=small if one.suppressed else said(language, "too_few"),
        )
        for one in found.groups
    ]
    described = "; ".join(f"{one.label}: {_figure(one, written)}" for one in figures[:GROUPS_DRAWN])
    description = said(language, "groups_desc", rows=described or said(language, "nothing"))
    drawn = figures[:GROUPS_DRAWN]
    parts, height = whiskers(drawn, _ticks([one.estimate for one in drawn], figure), written)
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, height, parts, language=language),
        columns=[said(language, key) for key in ("group", "people", "value", "interval")],
        rows=[
            [
                one.label,
                "" if group.people is None else number(group.people, language),
                _figure(one, written),
                interval(one.estimate, written),
            ]
            for one, group in zip(figures, found.groups, strict=True)
        ],
    )


def _curve(spread: Spread) -> list[tuple[float, float]]:
    """The corners of the Lorenz curve, from (0, 0) to (1, 1)."""
    present = [row for row in spread.rows if row.people]
    people = list(accumulate((row.people for row in present), initial=0))
    introductions = list(accumulate((row.introductions * row.people for row in present), initial=0))
    if not introductions[-1]:
        return [(0.0, 0.0), (1.0, 1.0)]
    return [(x / people[-1], y / introductions[-1]) for x, y in zip(people, introductions, strict=True)]


def _under(curve: list[tuple[float, float]], share: float) -> float:
    """The share of introductions that this share of people has."""
    for (x_before, y_before), (x, y) in pairwise(curve):
        if share <= x:
            return scaled(share, x_before, x, y_before, y)
    return 1.0


def _right(share: float) -> float:
    return EDGE + share * SQUARE


def _up(share: float) -> float:
    return 4 + (1 - share) * SQUARE


def _figure(one: Whisker, written: Callable[[float], str]) -> str:
    return one.without if one.estimate is None else written(one.estimate.value)


def _ticks(estimates: list[Estimate | None], figure: GroupFigure) -> list[float]:
    if figure is GroupFigure.ACCEPTANCE:
        return [0.0, 0.25, 0.5, 0.75, 1.0]
    return steps(0.0, max([1.0, *(one.high for one in estimates if one is not None)]))

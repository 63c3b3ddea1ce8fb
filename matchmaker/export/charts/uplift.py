"""Uplift: what introductions added over chance, each figure with its interval, and a line where there is no difference (L13)."""

from matchmaker.export.charts.drawing import Chart, svg
from matchmaker.export.charts.whiskers import Whisker, interval, steps, whiskers
from matchmaker.export.charts.words import number, said, spoken
from matchmaker.model.fairness import Estimate
from matchmaker.model.hold_back import Uplift


def uplift(found: Uplift, language: str, *, name: str = "uplift") -> Chart:
    """How many more of a hundred pairs met, and found it useful, than of those held back."""
    language = spoken(language)
    title, few = said(language, "uplift"), said(language, "too_few")
    figures = [
        Whisker(label=said(language, f"uplift_{field}"), estimate=_points(getattr(found, field)), without=few)
        for field in ("met", "useful")
    ]
    description = said(
        language,
        "uplift_desc",
        introduced=number(found.introduced.pairs, language),
        held_back=number(found.held_back.pairs, language),
        rows="; ".join(f"{one.label}: {_told(one.estimate, language) or few}" for one in figures),
    )
    known = [one.estimate for one in figures if one.estimate is not None]
    low, high = min([-10.0, *(one.low for one in known)]), max([10.0, *(one.high for one in known)])
    parts, height = whiskers(
        figures, steps(low, high), lambda value: number(value, language, signed=value != 0), marked=0.0
    )
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, height, parts, language=language),
        columns=[said(language, key) for key in ("figure", "difference", "interval")],
        rows=[
            [
                one.label,
                number(one.estimate.value, language, 1, signed=True) if one.estimate else few,
                interval(one.estimate, lambda value: number(value, language, 1, signed=True)),
            ]
            for one in figures
        ],
    )


def _points(share: Estimate | None) -> Estimate | None:
    """A difference of shares, in points of a hundred."""
    if share is None:
        return None
    return Estimate(value=100 * share.value, low=100 * share.low, high=100 * share.high)


def _told(estimate: Estimate | None, language: str) -> str:
    if estimate is None:
        return ""
    between = interval(estimate, lambda value: number(value, language, signed=True))
    return f"{number(estimate.value, language, signed=True)} ({between})"

"""Quality over time: a row an event, or a release of one, earliest first; its share as a dot, its interval as a line (F70)."""

from collections.abc import Sequence
from enum import Enum

from matchmaker.export.charts.drawing import Chart, svg
from matchmaker.export.charts.whiskers import Whisker, interval, whiskers
from matchmaker.export.charts.words import number, percent, said, spoken
from matchmaker.model.quality import Quality

ROWS_DRAWN = 24


class Measure(Enum):
    """Which share is drawn: of answers that are yes, of pairs who met, of ratings that are 3 or better."""

    ACCEPTED = "accepted"
    MET = "met"
    USEFUL = "useful"


COUNTS = {Measure.ACCEPTED: "answers", Measure.MET: "introduced", Measure.USEFUL: "rated"}


def quality(
    points: Sequence[Quality], language: str, *, measure: Measure = Measure.USEFUL, name: str = "quality"
) -> Chart:
    """The latest two dozen as a picture, all of them as rows."""
    language = spoken(language)
    title = said(language, f"quality_{measure.value}")
    told = [Whisker(label=_label(one), estimate=getattr(one, measure.value)) for one in points]
    few = said(language, "too_few")
    written = [percent(one.estimate.value, language) if one.estimate else few for one in told]
    description = said(
        language,
        "quality_desc",
        rows="; ".join(f"{one.label}: {figure}" for one, figure in zip(told, written, strict=True)) or few,
    )
    drawn = [Whisker(label=one.label, estimate=one.estimate, without=few) for one in told[-ROWS_DRAWN:]]
    parts, height = whiskers(drawn, (0.0, 0.25, 0.5, 0.75, 1.0), lambda share: percent(share, language), joined=True)
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, height, parts, language=language),
        columns=[said(language, key) for key in ("when", "share", "interval", "count")],
        rows=[
            [
                one.label,
                figure,
                interval(one.estimate, lambda share: percent(share, language)),
                number(getattr(point, COUNTS[measure]) or 0, language) if one.estimate else "",
            ]
            for one, figure, point in zip(told, written, points, strict=True)
        ],
    )


def _label(point: Quality) -> str:
    """The event; a release of it by its day."""
    return point.name if point.run_id is None else f"{point.name}, {point.at:%Y-%m-%d}"

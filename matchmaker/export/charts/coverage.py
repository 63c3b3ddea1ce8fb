"""The coverage map: what is sought to the left, what is offered to the right, topic by topic; what lacks is an open bar (L4)."""

from matchmaker.export.charts.drawing import NORMAL, SMALL, WIDTH, Chart, bar, legend, line, scaled, svg, text
from matchmaker.export.charts.words import number, said, spoken
from matchmaker.model.coverage import Coverage, Topic

TOPICS_DRAWN = 12
MIDDLE, REACH = WIDTH / 2, WIDTH / 2 - 30
HEAD, ROW, BAR = 90, 38, 12


def coverage_map(coverage: Coverage, language: str, *, name: str = "coverage") -> Chart:
    """The topics most lacked first, the first twelve as a picture and all of them as rows."""
    language = spoken(language)
    title = said(language, "coverage")
    lacked = [topic.label for topic in coverage.topics if topic.unmet][:3]
    description = said(
        language,
        "coverage_desc",
        people=coverage.people,
        seeks=coverage.seeks,
        unmet=coverage.unmet,
        offers=coverage.offers,
        idle=coverage.idle,
        topics=", ".join(lacked) or said(language, "nothing"),
    )
    drawn = coverage.topics[:TOPICS_DRAWN]
    longest = max([1, *(topic.seeks for topic in drawn), *(topic.offers for topic in drawn)])
    height = HEAD + ROW * len(drawn)
    parts = _head(language)
    for at, topic in enumerate(drawn):
        parts += _row(topic, HEAD + ROW * at, longest, language)
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, height, parts, language=language),
        columns=[said(language, key) for key in ("topic", "sought", "unmet", "offered", "idle")],
        rows=[
            [topic.label, *(number(one, language) for one in (topic.seeks, topic.unmet, topic.offers, topic.idle))]
            for topic in coverage.topics
        ],
    )


def _head(language: str) -> list[str]:
    entries = [(kind, said(language, key)) for kind, key in (("lack", "unmet"), ("spare", "idle"))]
    return [
        *legend([("first", said(language, "sought")), ("second", said(language, "offered")), *entries], 4),
        text(MIDDLE - 6, 80, f"← {said(language, 'sought')}", size=SMALL, anchor="end", weight=600),
        text(MIDDLE + 6, 80, f"{said(language, 'offered')} →", size=SMALL, weight=600),
    ]


def _row(topic: Topic, top: float, longest: int, language: str) -> list[str]:
    """The label across, below it both bars: full as far as there is an answer, open beyond."""
    seeks, met = _length(topic.seeks, longest), _length(topic.seeks - topic.unmet, longest)
    offers, used = _length(topic.offers, longest), _length(topic.offers - topic.idle, longest)
    y = top + 18
    return [
        line(MIDDLE, y - 3, MIDDLE, y + BAR + 3),
        text(MIDDLE, top + 12, topic.label, size=NORMAL, anchor="middle", room=WIDTH - 8),
        bar(MIDDLE - met, y, met, BAR, "first"),
        bar(MIDDLE - seeks, y, seeks - met, BAR, "lack"),
        text(MIDDLE - seeks - 5, y + 10, number(topic.seeks, language), size=SMALL, anchor="end"),
        bar(MIDDLE, y, used, BAR, "second"),
        bar(MIDDLE + used, y, offers - used, BAR, "spare"),
        text(MIDDLE + offers + 5, y + 10, number(topic.offers, language), size=SMALL),
    ]


def _length(count: int, longest: int) -> float:
    return scaled(count, 0, longest, 0, REACH)

"""Completeness as bars: who has said what they seek and offer, and who opted in (F06, F15)."""

from matchmaker.export.charts.drawing import NORMAL, WIDTH, Chart, bar, legend, scaled, svg, text
from matchmaker.export.charts.words import number, percent, said, spoken
from matchmaker.model.completeness import Completeness

REACH, BAR = WIDTH - 2, 18


def completeness(found: Completeness, language: str, *, name: str = "completeness") -> Chart:
    """One bar of three parts, and one for who opted in."""
    language = spoken(language)
    title = said(language, "completeness")
    partly = found.people - found.complete - found.silent
    counts = {"complete": found.complete, "partly": partly, "silent": found.silent, "opted_in": found.opted_in}
    description = said(
        language,
        "completeness_desc",
        people=number(found.people, language),
        **{key: number(count, language) for key, count in counts.items()},
    )
    said_all, said_some, said_none = (_length(counts[key], found) for key in ("complete", "partly", "silent"))
    kinds = {"complete": "first", "partly": "second", "silent": "lack"}
    entries = [(kind, f"{said(language, key)}: {_told(counts[key], found, language)}") for key, kind in kinds.items()]
    parts = [
        bar(1, 1, said_all, BAR, "first"),
        bar(1 + said_all, 1, said_some, BAR, "second"),
        bar(1 + said_all + said_some, 1, said_none, BAR, "lack"),
        *legend(entries, 30),
        text(0, 98, said(language, "opted_in"), size=NORMAL, room=220),
        text(WIDTH, 98, _told(found.opted_in, found, language), size=NORMAL, anchor="end", weight=600),
        bar(1, 105, REACH, BAR, "track"),
        bar(1, 105, _length(found.opted_in, found), BAR, "first"),
    ]
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, 126, parts, language=language),
        columns=[said(language, key) for key in ("who", "people", "share")],
        rows=[
            [said(language, key), number(count, language), _share(count, found, language)]
            for key, count in counts.items()
        ],
    )


def _length(count: int, found: Completeness) -> float:
    return scaled(count, 0, max(found.people, 1), 0, REACH)


def _share(count: int, found: Completeness, language: str) -> str:
    return percent(count / found.people, language) if found.people else ""


def _told(count: int, found: Completeness, language: str) -> str:
    share = _share(count, found, language)
    return f"{number(count, language)} ({share})" if share else number(count, language)

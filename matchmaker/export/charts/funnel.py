"""The funnel as bars: of an event's pairs, how many came how far (F69)."""

from itertools import pairwise

from matchmaker.export.charts.drawing import NORMAL, WIDTH, Chart, bar, scaled, svg, text
from matchmaker.export.charts.words import number, percent, said, spoken
from matchmaker.model.funnel import Funnel

STEPS = {
    "proposed": "proposed",
    "offered": "asked",
    "half_accepted": "half_accepted",
    "introduced": "introduced",
    "met": "met",
    "useful": "useful",
}
ROW, BAR, REACH = 42, 14, WIDTH - 2


def funnel(found: Funnel, language: str, *, name: str = "funnel") -> Chart:
    """A bar a step, each as long as its share of the pairs proposed."""
    language = spoken(language)
    counts = [getattr(found, field) for field in STEPS]
    words = [said(language, key) for key in STEPS.values()]
    title = said(language, "funnel")
    description = said(
        language,
        "funnel_rounded" if found.rounded else "funnel_desc",
        steps=", ".join(f"{word}: {number(count, language)}" for word, count in zip(words, counts, strict=True)),
    )
    shares = ["", *(percent(after / before, language) if before else "" for before, after in pairwise(counts))]
    parts: list[str] = []
    for at, (word, count, share) in enumerate(zip(words, counts, shares, strict=True)):
        top = ROW * at
        told = f"{number(count, language)} ({share})" if share else number(count, language)
        parts += [
            text(0, top + 14, word, size=NORMAL, room=210),
            text(WIDTH, top + 14, told, size=NORMAL, anchor="end", weight=600),
            bar(1, top + 20, REACH, BAR, "track"),
            bar(1, top + 20, scaled(count, 0, max(counts[0], 1), 0, REACH), BAR, "first"),
        ]
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, ROW * len(counts), parts, language=language),
        columns=[said(language, key) for key in ("step", "pairs", "of_before")],
        rows=[[word, number(count, language), share] for word, count, share in zip(words, counts, shares, strict=True)],
    )

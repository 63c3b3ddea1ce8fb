"""What every chart is drawn with: SVG by hand, 340 units wide, so that its words can be read on a telephone.

Colours are attributes, for print and PDF, and classes, for `charts.css`, which turns them round in dark mode; a page that allows
no inline style shows them all the same. Words and lines take the colour of the text around them. What is told apart by colour
is told apart by lightness or outline too. Every word is escaped here, and nowhere else.
"""

from collections.abc import Iterable, Sequence
from html import escape
from unicodedata import east_asian_width

from msgspec import Struct

from matchmaker.model.text import clean_line

WIDTH = 340
SMALL, NORMAL, LARGE = 11, 12, 14
# A letter of a common sans serif is a little more than half as wide as high; an East Asian one is as wide.
LETTER_WIDTH = 0.54
FILLS = {
    "first": 'fill="#0b5f4e" stroke="#0b5f4e"',
    "second": 'fill="#f0c27b" stroke="#7a4b00"',
    "lack": 'fill="none" stroke="#8f2d1a" stroke-dasharray="3 2"',
    "spare": 'fill="none" stroke="#7a4b00" stroke-dasharray="1 2"',
    "track": 'fill="none" stroke="currentColor" stroke-opacity=".35"',
    "soft": 'fill="#d9d5cb" stroke="#78736a"',
}


class Chart(Struct, frozen=True, kw_only=True):
    """A picture, what it is called, what it says in words, and the table that stands beside it: `columns`, and cells by row."""

    title: str
    description: str
    svg: str
    columns: list[str]
    rows: list[list[str]]


def svg(name: str, title: str, description: str, height: int, parts: Iterable[str], *, language: str) -> str:
    """The picture; `name` keeps its ids apart from those of other charts of the page."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'lang="{escape(language)}" font-family="system-ui, sans-serif" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
    )
    called = f'<title id="{name}-title">{escape(clean_line(title))}</title>'
    told = f'<desc id="{name}-desc">{escape(clean_line(description))}</desc>'
    return "".join([head, called, told, *parts, "</svg>"])


def text(
    x: float, y: float, words: str, *, size: int = NORMAL, anchor: str = "start", weight: int = 400, room: float = WIDTH
) -> str:
    """Words on one line, cut where they would be wider than `room`."""
    shown = escape(clipped(clean_line(words), room, size), quote=False)
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    bold = "" if weight == 400 else f' font-weight="{weight}"'
    return f'<text x="{_short(x)}" y="{_short(y)}" font-size="{size}" fill="currentColor"{at}{bold}>{shown}</text>'


def bar(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A bar of one of the `FILLS`; nothing where it has no width."""
    if width <= 0:
        return ""
    return (
        f'<rect class="chart-{kind}" x="{_short(x)}" y="{_short(y)}" width="{_short(width)}" height="{_short(height)}" '
        f"{FILLS[kind]}/>"
    )


def line(x: float, y: float, to_x: float, to_y: float, *, dashed: bool = False, width: float = 1) -> str:
    """A line in the colour of the text."""
    dash = ' stroke-dasharray="2 3"' if dashed else ""
    return (
        f'<path d="M{_short(x)} {_short(y)}L{_short(to_x)} {_short(to_y)}" fill="none" stroke="currentColor" '
        f'stroke-width="{_short(width)}"{dash}/>'
    )


def dot(x: float, y: float, kind: str, radius: float = 5) -> str:
    """A dot of one of the `FILLS`."""
    return f'<circle class="chart-{kind}" cx="{_short(x)}" cy="{_short(y)}" r="{_short(radius)}" {FILLS[kind]}/>'


def legend(entries: Sequence[tuple[str, str]], y: float) -> list[str]:
    """A swatch and its word for each `(kind, word)`, one below the other from `y` on, 16 units each."""
    drawn = []
    for at, (kind, word) in enumerate(entries):
        drawn += [bar(1, y + 16 * at, 14, 9, kind), text(22, y + 9 + 16 * at, word, size=SMALL, room=WIDTH - 22)]
    return drawn


def clipped(words: str, room: float, size: int) -> str:
    """The words as far as there is room for them, with a mark where they are cut."""
    left = room
    for at, letter in enumerate(words):
        left -= size * (1 if east_asian_width(letter) in "WF" else LETTER_WIDTH)
        if left < 0:
            return words[: max(at - 1, 0)].rstrip() + "…"
    return words


def scaled(value: float, low: float, high: float, start: float, end: float) -> float:
    """Where `value` stands between `start` and `end`, of a scale from `low` to `high`; never outside."""
    share = (value - low) / (high - low) if high > low else 0.0
    return start + min(max(share, 0.0), 1.0) * (end - start)


def _short(number: float) -> str:
    """One decimal at most: the bytes of a chart are counted."""
    return f"{number:.1f}".removesuffix(".0")

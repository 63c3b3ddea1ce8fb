"""A benchmark as a picture: SVG drawn by hand from its figures, the same bytes for the same figures, in light and dark."""

from collections.abc import Iterator
from html import escape

from matchmaker.bench.figures import OURS, Bench, Figures, RoomFigures

WIDTH = 880
ROW, HEAD, MARGIN = 22, 54, 16
BAR_FROM, BAR_WIDTH, BAR_HEIGHT = 130, 400, 12
SHARE, LEFT_OUT, ONE_WAY, SECONDS = 600, 680, 760, 864
REASON_CHARS_MOST = 90
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.room{font-size:16px;font-weight:600}.soft{fill:#59636e}"
    ".number{text-anchor:end}.track{fill:#d1d9e0}.peer{fill:#818b98}.ours{fill:#1a7f5a}.best{font-weight:600}"
    "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.soft{fill:#9198a1}.track{fill:#3d444d}.peer{fill:#7d8590}"
    ".ours{fill:#3fb68b}}"
)


def chart(bench: Bench) -> str:
    """The picture: a block a room, a bar a contestant, as long as its share of the bound (of the best found, without one)."""
    blocks, top = [], MARGIN
    for room in bench.rooms:
        blocks.append(_room(room, top))
        top += HEAD + ROW * len(room.results) + MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img" aria-labelledby="title desc">',
            '<title id="title">Matchmaker beside its peers</title>',
            f'<desc id="desc">{escape(" ".join(map(_told, bench.rooms)))}</desc>',
            f"<style>{STYLE}</style>",
            *blocks,
            "</svg>\n",
        ]
    )


def share_of(figures: Figures, room: RoomFigures) -> float:
    """An objective as a share of the room's bound; without one, of the best objective found, and 0 where nobody found a pair."""
    full = room.upper_bound or max((one.objective or 0.0 for one in room.results), default=0.0)
    return (figures.objective or 0.0) / full if full else 0.0


def _room(room: RoomFigures, top: int) -> str:
    meaning = "of the bound" if room.upper_bound else "of the best found"
    heads = ((SHARE, meaning), (LEFT_OUT, "left out"), (ONE_WAY, "one way"), (SECONDS, "CPU seconds"))
    lines = [f'<text class="room" x="{MARGIN}" y="{top + 16}">{room.people:,} people</text>']
    lines += [_text(x, top + 40, head, "soft number") for x, head in heads]
    for row, figures in enumerate(room.results):
        lines += _contestant(figures, share_of(figures, room), top + HEAD + ROW * row)
    return "\n".join(lines)


def _contestant(figures: Figures, share: float, top: int) -> Iterator[str]:
    own = " best" if figures.name == OURS else ""
    middle = top + 11
    yield _text(MARGIN, middle, figures.name, own.strip())
    if figures.skipped is not None:
        yield _text(BAR_FROM, middle, figures.skipped[:REASON_CHARS_MOST], "soft")
        return
    yield _bar(top, BAR_WIDTH, "track")
    yield _bar(top, round(BAR_WIDTH * min(share, 1.0), 1), "ours" if own else "peer")
    for x, number in (
        (SHARE, f"{share:.2%}"),
        (LEFT_OUT, f"{figures.left_out:,}"),
        (ONE_WAY, f"{figures.one_way_share:.1%}"),
        (SECONDS, f"{figures.cpu_seconds:,.2f}"),
    ):
        yield _text(x, middle, number, "number" + own)


def _bar(top: int, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{BAR_FROM}" y="{top}" width="{width}" height="{BAR_HEIGHT}" rx="2"/>'


def _text(x: int, y: int, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>'


def _told(room: RoomFigures) -> str:
    """The room in a sentence, for whoever hears the picture."""
    meaning = "the bound" if room.upper_bound else "the best found"
    parts = [
        f"{one.name} {one.skipped}"
        if one.skipped is not None
        else f"{one.name} {share_of(one, room):.2%} with {one.left_out:,} left out"
        for one in room.results
    ]
    return f"{room.people:,} people, shares of {meaning}: {', '.join(parts)}."

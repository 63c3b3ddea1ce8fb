"""The network before and after, each dot where it stood: a line is a tie, a new one is drawn strong (F72).

All dots of a kind are one path, and so are all lines: at 500 dots and 1,200 lines a picture stays below 60 kB.
"""

from collections.abc import Iterable, Sequence

from matchmaker.export.charts.drawing import LARGE, SMALL, WIDTH, Chart, svg, text
from matchmaker.export.charts.words import number, percent, said, spoken
from matchmaker.model.network_effect import SIDE, NetworkEffect, NetworkFigures, Node, Tie

TIE, NEW_TIE = 'class="chart-tie" stroke="#78736a" stroke-opacity=".6"', 'class="chart-curve" stroke="#0b5f4e"'
DOT, LONE, HOLE = (
    'class="chart-dot" stroke="#0b5f4e"',
    'class="chart-lone" stroke="#8f2d1a"',
    'class="chart-hole" stroke="#fff"',
)
BRIDGE, BRIDGE_EDGE = 'class="chart-bridge" stroke="#f0c27b"', 'class="chart-bridge-edge" stroke="#7a4b00"'
FINE_FROM = 250
HEAD, PANEL = 26, SIDE + 14
# A dot is a stroke without length: how wide it is says how many people it stands for.
SIZES = ((1, 6), (4, 9), (10**9, 13))
SMALL_SIZES, SMALL_FROM = ((1, 4), (4, 6), (10**9, 9)), 250


def network(found: NetworkEffect, language: str, *, name: str = "network") -> Chart:
    """Two pictures, one below the other, with the same places; and what changed, in numbers."""
    language = spoken(language)
    title = said(language, "network")
    description = said(
        language,
        "network_desc",
        before=_told(found.before, language),
        after=_told(found.after, language),
        drawn=_drawn(found, language),
    )
    before = [tie for tie in found.ties if not tie.new]
    parts = [
        *_key(language),
        *_panel(found.nodes, before, 70, said(language, "before"), after=False),
        *_panel(found.nodes, found.ties, 70 + HEAD + PANEL, said(language, "after"), after=True),
    ]
    height = 70 + 2 * (HEAD + PANEL)
    return Chart(
        title=title,
        description=description,
        svg=svg(name, title, description, height, parts, language=language),
        columns=[said(language, key) for key in ("figure", "before", "after")],
        rows=_rows(found.before, found.after, language),
    )


def _key(language: str) -> list[str]:
    """What the lines and dots mean, one below the other."""
    looks = (
        (f'd="M0 8h16" {TIE}', "tie_before"),
        (f'd="M0 8h16" stroke-width="1.6" {NEW_TIE}', "tie_new"),
        (f'd="M8 8h0" stroke-linecap="round" stroke-width="11" {BRIDGE_EDGE}', ""),
        (f'd="M8 8h0" stroke-linecap="round" stroke-width="7" {BRIDGE}', "bridge"),
        (f'd="M8 8h0" stroke-linecap="round" stroke-width="7" {LONE}', ""),
        (f'd="M8 8h0" stroke-linecap="round" stroke-width="4" {HOLE}', "isolate"),
    )
    drawn, y = [], 0
    for look, key in looks:
        drawn.append(f'<path transform="translate(0 {y})" fill="none" {look}/>')
        if key:
            drawn.append(text(24, y + 12, said(language, key), size=SMALL, room=WIDTH - 24))
            y += 16
    return drawn


def _panel(nodes: Sequence[Node], ties: Sequence[Tie], top: int, words: str, *, after: bool) -> list[str]:
    bridges = {at for at, node in enumerate(nodes) if (node.bridge_after if after else node.bridge_before)}
    alone = {at for at, node in enumerate(nodes) if not (node.tied_after if after else node.tied_before)}
    plain = set(range(len(nodes))) - bridges - alone
    many = len(ties) > FINE_FROM  # fine lines, so that many become a tone
    fine = 'stroke-width=".6" stroke-opacity=".45"' if many else 'stroke-width="1.6"'
    return [
        text(0, top + 14, words, size=LARGE, weight=600),
        f'<g transform="translate(0 {top + HEAD})">',
        _lines(nodes, (tie for tie in ties if not tie.new), f'stroke-width="{".6" if many else "1"}" {TIE}'),
        _lines(nodes, (tie for tie in ties if tie.new), f"{fine} {NEW_TIE}"),
        *_dots(nodes, plain, DOT),
        *_dots(nodes, bridges, BRIDGE_EDGE, wider=5),
        *_dots(nodes, bridges, BRIDGE),
        *_dots(nodes, alone, LONE),
        *_dots(nodes, alone, HOLE, wider=-2 if len(nodes) > SMALL_FROM else -3),
        "</g>",
    ]


def _lines(nodes: Sequence[Node], ties: Iterable[Tie], look: str) -> str:
    path = "".join(
        f"M{nodes[tie.first].x} {nodes[tie.first].y}L{nodes[tie.second].x} {nodes[tie.second].y}" for tie in ties
    )
    return f'<path d="{path}" fill="none" {look}/>' if path else ""


def _dots(nodes: Sequence[Node], which: Iterable[int], look: str, *, wider: int = 0) -> list[str]:
    """One path a size."""
    sizes = SMALL_SIZES if len(nodes) > SMALL_FROM else SIZES
    paths: dict[int, str] = {}
    for at in sorted(which):
        size = next(width for most, width in sizes if nodes[at].people <= most)
        paths[size] = paths.get(size, "") + f"M{nodes[at].x} {nodes[at].y}h0"
    return [
        f'<path d="{path}" fill="none" stroke-linecap="round" stroke-width="{size + wider}" {look}/>'
        for size, path in sorted(paths.items())
    ]


def _told(figures: NetworkFigures, language: str) -> str:
    return said(
        language,
        "network_told",
        ties=number(figures.ties, language),
        isolates=number(figures.isolates, language),
        reach=percent(figures.reach, language, 1),
    )


def _drawn(found: NetworkEffect, language: str) -> str:
    words = said(language, "drawn_organisations" if found.by_organisation else "drawn_people")
    if not (found.nodes_left_out or found.ties_left_out):
        return words
    left_out = said(
        language,
        "left_out",
        dots=number(found.nodes_left_out, language),
        lines=number(found.ties_left_out, language),
    )
    return f"{words} {left_out}"


def _rows(before: NetworkFigures, after: NetworkFigures, language: str) -> list[list[str]]:
    both = (before, after)
    nobody = said(language, "nothing")
    return [
        [said(language, "ties"), *(number(one.ties, language) for one in both)],
        [said(language, "isolates"), *(number(one.isolates, language) for one in both)],
        [said(language, "reach"), *(percent(one.reach, language, 1) for one in both)],
        [said(language, "organisations"), *(number(one.organisations, language, 1) for one in both)],
        [said(language, "bridges"), *(", ".join(one.bridges) or nobody for one in both)],
    ]

"""The picture of a benchmark: well-formed, everyone in it, bars as long as their share, and readable without eyes."""

from xml.etree import ElementTree

from msgspec import structs

from matchmaker.bench.chart import BAR_WIDTH, chart, share_of
from matchmaker.bench.figures import Bench, Figures, RoomFigures

SVG = "{http://www.w3.org/2000/svg}"


def figures(name: str, objective: float, left_out: int = 0) -> Figures:
    return Figures(
        name=name, objective=objective, left_out=left_out, one_way_share=0.25, load_gini=0.1, cpu_seconds=1234.5, peak_mb=99
    )  # fmt: skip


ROOM = RoomFigures(
    people=2_000,
    gemm_seconds=0.5,
    upper_bound=800.0,
    results=[
        figures("matchmaker", 800.0),
        figures("greedy", 600.0, left_out=1_065),
        Figures(name="slow", skipped="gave up after <120> CPU seconds & more"),
    ],
)
UNBOUND = structs.replace(
    ROOM, people=10_000, upper_bound=None, results=[figures("greedy", 300), figures("random", 75)]
)
EMPTY = structs.replace(
    ROOM, people=2, upper_bound=None, results=[figures("greedy", 0), Figures(name="x", skipped="y")]
)
BENCH = Bench(rooms=[ROOM, UNBOUND, EMPTY])


def drawn(bench: Bench) -> ElementTree.Element:
    return ElementTree.fromstring(chart(bench))  # noqa: S314 - our own


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


def widths(svg: ElementTree.Element, kind: str) -> list[float]:
    return [float(bar.attrib["width"]) for bar in svg.iter(f"{SVG}rect") if bar.attrib["class"] == kind]


def test_every_room_and_every_contestant_is_in_it() -> None:
    said = texts(drawn(BENCH))
    assert {"2,000 people", "10,000 people", "2 people"} <= set(said)
    for room in BENCH.rooms:
        assert {figures.name for figures in room.results} <= set(said)
    assert "gave up after <120> CPU seconds & more" in said


def test_a_row_holds_its_figures() -> None:
    said = texts(drawn(Bench(rooms=[ROOM])))
    row = said.index("greedy")
    assert said[row : row + 5] == ["greedy", "75.00%", "1,065", "25.0%", "1,234.50"]


def test_a_bar_is_as_long_as_its_share() -> None:
    svg = drawn(Bench(rooms=[ROOM]))
    assert widths(svg, "ours") == [BAR_WIDTH]
    assert widths(svg, "peer") == [0.75 * BAR_WIDTH]
    assert len(widths(svg, "track")) == 2


def test_without_a_bound_a_bar_is_a_share_of_the_best_found() -> None:
    assert widths(drawn(Bench(rooms=[UNBOUND])), "peer") == [BAR_WIDTH, 0.25 * BAR_WIDTH]
    assert "of the best found" in texts(drawn(Bench(rooms=[UNBOUND])))
    assert "of the bound" in texts(drawn(Bench(rooms=[ROOM])))
    assert [share_of(one, EMPTY) for one in EMPTY.results] == [0, 0]


def test_a_bar_never_leaves_its_track() -> None:
    assert widths(drawn(Bench(rooms=[structs.replace(ROOM, upper_bound=500.0)])), "peer") == [BAR_WIDTH]


def test_who_cannot_see_it_is_told() -> None:
    svg = drawn(BENCH)
    named = dict(zip(("title", "desc"), svg.attrib["aria-labelledby"].split(), strict=True))
    assert svg.attrib["role"] == "img"
    for tag, name in named.items():
        (element,) = svg.iter(f"{SVG}{tag}")
        assert element.attrib["id"] == name
        assert element.text
    desc = svg.findtext(f"{SVG}desc")
    assert desc is not None
    assert desc.startswith(
        "2,000 people, shares of the bound: matchmaker 100.00% with 0 left out, greedy 75.00% with 1,065 left out, "
        "slow gave up after <120> CPU seconds & more."
    )


def test_everything_lies_within_the_picture() -> None:
    svg = drawn(BENCH)
    _, _, width, height = map(int, svg.attrib["viewBox"].split())
    for element in (*svg.iter(f"{SVG}text"), *svg.iter(f"{SVG}rect")):
        assert 0 <= float(element.attrib["x"]) + float(element.attrib.get("width", 0)) <= width
        assert 0 <= float(element.attrib["y"]) + float(element.attrib.get("height", 0)) <= height


def test_the_same_figures_give_the_same_bytes_in_light_and_dark() -> None:
    assert chart(BENCH) == chart(BENCH)
    assert "@media(prefers-color-scheme:dark)" in chart(BENCH)

"""Charts say what their tables say, in a language, within their picture, and nobody's words break out of them."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from matchmaker.export.charts import completeness, coverage, fairness, funnel, network, quality, uplift
from matchmaker.export.charts.drawing import FILLS, WIDTH, Chart, clipped
from matchmaker.export.charts.whiskers import steps
from matchmaker.export.charts.words import WORDS, number, percent, spoken
from matchmaker.model.network_effect import LINES_MAX, NODES_MAX, Tie
from tests.export import charts as figures
from tests.export.charts import HOSTILE, LONG, SVG, drawn, texts, topic, widths

BYTES_MAX = 60_000
CHARTS: Mapping[str, Callable[[str], Chart]] = {
    "coverage": lambda language: coverage.coverage_map(
        figures.coverage(topic(HOSTILE, 8, 2, unmet=6), topic(LONG, 4, 5, idle=5)), language
    ),
    "funnel": lambda language: funnel.funnel(figures.funnel(), language),
    "quality": lambda language: quality.quality(
        [figures.quality(HOSTILE, figures.estimate(20, 40)), figures.quality(LONG, None)], language
    ),
    "uplift": lambda language: uplift.uplift(figures.uplift(), language),
    "exposure": lambda language: fairness.exposure(figures.spread(n0=2, n3=6), language),
    "lorenz": lambda language: fairness.lorenz(figures.spread(n0=2, n3=6), language),
    "groups": lambda language: fairness.groups(figures.fairness(), language),
    "completeness": lambda language: completeness.completeness(figures.completeness(), language),
    "network": lambda language: network.network(
        figures.network([figures.node(8, 8), figures.node(300, 90)], [Tie(first=0, second=1, new=True)]), language
    ),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_chart_is_a_named_picture_with_a_table_beside_it(name: str, language: str) -> None:
    chart = CHARTS[name](language)
    svg = drawn(chart)
    assert (svg.attrib["role"], svg.attrib["lang"]) == ("img", language)
    assert svg.findtext(f"{SVG}title") == chart.title
    assert svg.find(f"{SVG}title").attrib["id"] == svg.attrib["aria-labelledby"]  # type: ignore[union-attr]
    assert svg.find(f"{SVG}desc").attrib["id"] == svg.attrib["aria-describedby"]  # type: ignore[union-attr]
    assert svg.findtext(f"{SVG}desc")
    assert chart.rows
    assert {len(row) for row in chart.rows} == {len(chart.columns)}


@pytest.mark.parametrize("name", CHARTS)
def test_no_chart_needs_a_style_a_script_or_another_file(name: str) -> None:
    svg = drawn(CHARTS[name]("en"))
    assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
        "svg", "title", "desc", "g", "text", "rect", "path", "circle",
    }  # fmt: skip
    assert not {key for element in svg.iter() for key in element.attrib if key == "style" or key.startswith("on")}
    assert "url(" not in CHARTS[name]("en").svg
    assert "href" not in CHARTS[name]("en").svg


@pytest.mark.parametrize("name", CHARTS)
def test_everything_lies_within_the_picture(name: str) -> None:
    svg = drawn(CHARTS[name]("de"))
    _, _, width, height = map(int, svg.attrib["viewBox"].split())
    assert width == WIDTH
    for element in (*svg.iter(f"{SVG}text"), *svg.iter(f"{SVG}rect")):
        assert 0 <= float(element.attrib["x"]) + float(element.attrib.get("width", 0)) <= width
        assert 0 <= float(element.attrib["y"]) + float(element.attrib.get("height", 0)) <= height


@pytest.mark.parametrize("name", CHARTS)
def test_the_same_figures_give_the_same_bytes_in_another_language_other_ones(name: str) -> None:
    assert CHARTS[name]("en") == CHARTS[name]("en")
    assert CHARTS[name]("fr") == CHARTS[name]("en-GB")
    assert CHARTS[name]("de-AT").title != CHARTS[name]("en").title


@pytest.mark.parametrize("name", ["coverage", "quality", "groups"])
def test_words_of_people_are_words_only(name: str) -> None:
    chart = CHARTS[name]("en")
    assert "<script" not in chart.svg
    assert '<script>alert("1")</script>&' in texts(chart)
    assert HOSTILE in [row[0] for row in chart.rows]  # the page escapes its own table


def test_both_languages_say_the_same() -> None:
    assert WORDS["en"].keys() == WORDS["de"].keys()
    for key, phrase in WORDS["en"].items():
        assert set(re.findall(r"{\w+}", phrase)) == set(re.findall(r"{\w+}", WORDS["de"][key])), key


def test_each_colour_has_a_class_that_dark_mode_knows() -> None:
    css = (Path(coverage.__file__).parents[2] / "web" / "static" / "charts.css").read_text(encoding="utf-8")
    used = {found for name in CHARTS for found in re.findall(r'class="(chart-[a-z-]+)"', CHARTS[name]("en").svg)}
    assert used - {"chart-track"} <= set(re.findall(r"\.(chart-[a-z-]+)", css))
    assert {f"chart-{kind}" for kind in FILLS} >= {one for one in used if one in ("chart-first", "chart-lack")}


def test_what_nobody_answers_is_an_open_bar_beyond_the_full_one() -> None:
    chart = coverage.coverage_map(figures.coverage(topic("Bookkeeping", 8, 4, unmet=2, idle=1)), "en")
    met, lacking = widths(chart, "first")[1:], widths(chart, "lack")[1:]
    assert met[0] / (met[0] + lacking[0]) == pytest.approx(6 / 8)
    assert (widths(chart, "second")[1] + widths(chart, "spare")[1]) / (met[0] + lacking[0]) == pytest.approx(4 / 8)
    assert chart.rows == [["Bookkeeping", "8", "2", "4", "1"]]


def test_a_step_of_the_funnel_is_as_long_as_its_share_of_what_was_proposed() -> None:
    chart = funnel.funnel(figures.funnel(), "en")
    bars = widths(chart, "first")
    assert [bar / bars[0] for bar in bars] == pytest.approx([1, 0.75, 0.5, 0.375, 0.25, 0.125], abs=0.001)
    assert chart.rows[1] == ["Offered", "60", "75%"]
    assert "private" not in chart.description
    assert "private" in funnel.funnel(figures.funnel(rounded=True), "en").description


def test_a_funnel_of_nothing_is_drawn_all_the_same() -> None:
    empty = dict.fromkeys(("proposed", "offered", "half_accepted", "introduced", "met", "useful"), 0)
    assert widths(funnel.funnel(figures.funnel(**empty), "en"), "first") == []


def test_where_too_few_tell_it_there_is_no_dot() -> None:
    points = [figures.quality("Spring", figures.estimate(20, 40)), figures.quality("Autumn", None)]
    chart = quality.quality(points, "en")
    assert len(list(drawn(chart).iter(f"{SVG}circle"))) == 1
    assert [row[1] for row in chart.rows] == ["50%", "too few to tell"]
    assert list(drawn(uplift.uplift(figures.uplift(enough=False), "en")).iter(f"{SVG}circle")) == []


def test_each_measure_of_quality_has_its_own_count() -> None:
    points = [figures.quality("Spring", figures.estimate(20, 40))]
    counts = {one: quality.quality(points, "de", measure=one).rows[0][3] for one in quality.Measure}
    assert list(counts.values()) == ["1.000", "400", "200"]


def test_uplift_is_told_in_points_with_its_sign_and_interval() -> None:
    chart = uplift.uplift(figures.uplift(), "en")
    assert chart.rows[0][1] == "+40.0"
    assert chart.rows[0][2].startswith("+2")
    assert "0" in texts(chart)


def test_a_number_of_introductions_that_nobody_has_is_a_row_without_a_bar() -> None:
    chart = fairness.exposure(figures.spread(gini=0.25, n0=2, n2=4), "en")
    assert chart.rows == [["0", "2"], ["1", "0"], ["2", "4"]]
    assert len(widths(chart, "first")) == 2
    assert "Gini coefficient: 0.25" in chart.description


def test_lorenz_tells_what_the_half_with_fewest_has() -> None:
    assert "have 0% of" in fairness.lorenz(figures.spread(n0=5, n2=5), "en").description
    assert "have 50% of" in fairness.lorenz(figures.spread(n2=10), "en").description
    assert fairness.lorenz(figures.spread(n0=5, n2=5), "en").rows[7] == ["70%", "40%"]


def test_of_a_group_too_small_nothing_but_its_name_is_told() -> None:
    assert fairness.groups(figures.fairness(), "en").rows[2] == ["Speakers", "", "too small a group to tell", ""]


def test_the_parts_of_completeness_make_a_whole() -> None:
    chart = completeness.completeness(figures.completeness(), "en")
    whole = widths(chart, "first")[0] + widths(chart, "second")[0] + widths(chart, "lack")[0]
    assert whole == pytest.approx(WIDTH - 2, abs=0.2)
    assert chart.rows == [
        ["Seeks and offers", "60", "50%"],
        ["One of the two", "30", "25%"],
        ["Neither", "30", "25%"],
        ["Opted in to be matched", "90", "75%"],
    ]


def test_before_lacks_the_new_lines_and_shows_who_is_alone() -> None:
    nodes = [figures.node(8, 8), figures.node(50, 8), figures.node(90, 8, tied_before=False)]
    ties = [Tie(first=0, second=1, new=False), Tie(first=1, second=2, new=True)]
    before, after = drawn(network.network(figures.network(nodes, ties), "en")).findall(f"{SVG}g")
    assert [path.attrib["d"] for path in before if path.attrib["class"] == "chart-curve"] == []
    assert [path.attrib["d"] for path in before if path.attrib["class"] == "chart-lone"] == ["M90 8h0"]
    assert [path.attrib["d"] for path in after if path.attrib["class"] == "chart-curve"] == ["M50 8L90 8"]
    assert [path.attrib["d"] for path in after if path.attrib["class"] == "chart-lone"] == []


def test_the_largest_network_stays_small() -> None:
    nodes = [figures.node(100 + at % 200, 100 + at % 191, people=1 + at % 7) for at in range(NODES_MAX)]
    ties = [Tie(first=at % NODES_MAX, second=(at * 7 + 3) % NODES_MAX, new=at % 2 == 0) for at in range(LINES_MAX)]
    assert len(network.network(figures.network(nodes, ties), "de").svg.encode()) <= BYTES_MAX


def test_words_are_cut_where_there_is_no_room() -> None:
    assert clipped("short", 200, 12) == "short"
    assert len(clipped(LONG, 200, 12)) < 200 / (12 * 0.54) + 1
    assert len(clipped("採用と人事の制度について" * 4, 200, 12)) <= 200 / 12
    assert clipped(LONG, 200, 12).endswith("…")


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-10, 10, [-10, -5, 0, 5, 10]),
        (-12, 52, [-20, 0, 20, 40, 60]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (0, 37, [0, 10, 20, 30, 40]),
    ],
)
def test_ticks_are_round_and_hold_the_figures(low: float, high: float, ticks: list[float]) -> None:
    assert steps(low, high) == pytest.approx(ticks)


def test_numbers_are_written_as_the_language_does() -> None:
    assert (number(1234.5, "en", 1), number(1234.5, "de", 1)) == ("1,234.5", "1.234,5")
    assert (number(-3, "en", signed=True), number(3, "en", signed=True)) == ("−3", "+3")
    assert (percent(0.42, "en"), percent(0.42, "de")) == ("42%", "42\u00a0%")
    assert (spoken("de-AT"), spoken("pt")) == ("de", "en")

"""Charts as their readers get them: parsed, and the figures they are drawn from, with names that would break out of them."""

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from matchmaker.export.charts.drawing import Chart
from matchmaker.matching.uplift import difference, wilson
from matchmaker.model.completeness import Completeness
from matchmaker.model.coverage import Coverage, Topic
from matchmaker.model.fairness import Characteristic, Estimate, Fairness, GroupFigures, Spread, SpreadRow
from matchmaker.model.funnel import Funnel
from matchmaker.model.hold_back import Arm, Uplift
from matchmaker.model.ids import EventId
from matchmaker.model.network_effect import NetworkEffect, NetworkFigures, Node, Tie
from matchmaker.model.quality import Quality

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script>&\x00\u202e\u0007'
LONG = "Raising a first round, and what to ask of investors in a hard year " * 3


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg)  # noqa: S314 - our own


def texts(chart: Chart) -> list[str]:
    return [text.text or "" for text in drawn(chart).iter(f"{SVG}text")]


def widths(chart: Chart, kind: str) -> list[float]:
    bars = drawn(chart).iter(f"{SVG}rect")
    return [float(bar.attrib["width"]) for bar in bars if bar.attrib["class"] == f"chart-{kind}"]


def topic(label: str, seeks: int, offers: int, *, unmet: int = 0, idle: int = 0) -> Topic:
    return Topic(
        label=label, example=label, seeks=seeks, offers=offers, seekers=seeks, givers=offers, unmet=unmet, idle=idle
    )


def coverage(*topics: Topic) -> Coverage:
    return Coverage(
        people=12,
        met_least=28.0,
        seeks=sum(one.seeks for one in topics),
        offers=sum(one.offers for one in topics),
        unmet=sum(one.unmet for one in topics),
        idle=sum(one.idle for one in topics),
        topics=list(topics),
        unmet_seeks=[],
        idle_offers=[],
    )


def funnel(**fields: Any) -> Funnel:
    counts = {"proposed": 80, "offered": 60, "half_accepted": 40, "introduced": 30, "met": 20, "useful": 10}
    return Funnel(**{**counts, **fields})


def estimate(yes: int, count: int) -> Estimate:
    low, high = wilson(yes / count, count)
    return Estimate(value=yes / count, low=low, high=high)


def quality(name: str, useful: Estimate | None) -> Quality:
    return Quality(
        event_id=EventId("e"),
        run_id=None,
        name=name,
        at=datetime(2026, 11, 1, tzinfo=UTC),
        answers=1_000,
        accepted=estimate(600, 1_000),
        introduced=400,
        met=estimate(300, 400),
        rated=200,
        useful=useful,
    )


def uplift(*, enough: bool = True) -> Uplift:
    return Uplift(
        introduced=Arm(pairs=200, met=120 if enough else None, useful=90 if enough else None),
        held_back=Arm(pairs=30, met=6 if enough else None, useful=4 if enough else None),
        met=difference(120, 200, 6, 30) if enough else None,
        useful=difference(90, 200, 4, 30) if enough else None,
        enough=enough,
        summary="",
    )


def fairness() -> Fairness:
    return Fairness(
        by=Characteristic.GROUP,
        groups=[
            GroupFigures(
                name=HOSTILE,
                suppressed=False,
                people=80,
                exposure=Estimate(value=3.1, low=2.9, high=3.3),
                acceptance=estimate(60, 100),
                answers=100,
            ),
            GroupFigures(name="", suppressed=False, people=9, exposure=Estimate(value=2.0, low=1.0, high=3.0)),
            GroupFigures(name="Speakers", suppressed=True),
        ],
    )


def spread(gini: float = 0.0, **people: int) -> Spread:
    """`spread(n2=3)`: three people have two introductions."""
    counts = {int(name[1:]): count for name, count in people.items()}
    rows = [SpreadRow(introductions=each, people=counts.get(each, 0)) for each in range(max(counts, default=0) + 1)]
    return Spread(rows=rows, gini=gini)


def completeness(**fields: int) -> Completeness:
    counts = {
        "people": 120,
        "complete": 60,
        "without_seeks": 50,
        "without_offers": 40,
        "silent": 30,
        "opted_in": 90,
        "reminded": 0,
    }
    return Completeness(**{**counts, **fields})


def network_figures(**fields: Any) -> NetworkFigures:
    dull: dict[str, Any] = {
        "ties": 1,
        "isolates": 2,
        "pieces": 1,
        "reach": 0.25,
        "organisations": 0.5,
        "bridges": [],
    }
    return NetworkFigures(**{**dull, **fields})


def node(x: int, y: int, **fields: Any) -> Node:
    dull: dict[str, Any] = {
        "name": None,
        "people": 1,
        "tied_before": True,
        "tied_after": True,
        "bridge_before": False,
        "bridge_after": False,
    }
    return Node(x=x, y=y, **{**dull, **fields})


def network(nodes: list[Node], ties: list[Tie]) -> NetworkEffect:
    return NetworkEffect(
        people=len(nodes),
        before=network_figures(),
        after=network_figures(ties=2, isolates=1, bridges=[HOSTILE]),
        organisations_new=0.5,
        by_organisation=False,
        nodes=nodes,
        ties=ties,
        nodes_left_out=0,
        ties_left_out=0,
    )

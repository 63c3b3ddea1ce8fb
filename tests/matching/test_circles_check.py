"""Each broken promise of a circle, a connector or a route is seen, and named."""

import numpy as np
import pytest

from matchmaker.matching.asks import CLINIC, HOST, QUEUE, Routes
from matchmaker.matching.circles import Circles
from matchmaker.matching.circles_check import ask_breaches, circle_breaches, connector_breaches

GIFTS = {
    (0, 0): 0.5,
    (1, 0): 0.5,
    (0, 1): 0.5,
    (1, 2): 0.5,
    (2, 0): 0.5,
    (0, 3): 0.5,
    (3, 4): 0.5,
    (4, 0): 0.5,
    (1, 3): 0.5,
    (3, 0): 0.5,
}


def circles(*rows: tuple[int, int, int], value: float = 0.5, worth: float = 0.5, bound: float = 9.0) -> Circles:
    return Circles(
        rows=np.array(rows, np.int64),
        values=np.full((len(rows), 3), value),
        worth=np.full(len(rows), worth),
        bound=bound,
        arcs_aside=0,
        circles_aside=0,
    )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (circles((0, 1, 2), (0, 3, 4)), []),
        (circles((0, 1, 0)), ["[0, 1, 0] is no circle of three", "(0, 1) are in 2 circles"]),
        (circles((0, 2, 1)), ["[0, 2, 1] do not give each other [0.5, 0.5, 0.5]"]),
        (circles((0, 1, 2), value=0.4), ["[0, 1, 2] do not give each other [0.4, 0.4, 0.4]"]),
        (circles((0, 1, 2), worth=0.6), ["[0, 1, 2] are not worth 0.6"]),
        (circles((0, 1, 2), (0, 1, 3)), ["(0, 1) are in 2 circles"]),
        (circles((0, 1, 2), (2, 0, 1)), [f"{pair} are in 2 circles" for pair in ((0, 1), (0, 2), (1, 2))]),
        (circles((0, 1, 2), bound=0.4), ["circles of 0.5 exceed their bound 0.4"]),
    ],
)
def test_a_wrong_circle_is_named(found: Circles, said: list[str]) -> None:
    assert circle_breaches(found, gifts=GIFTS, room=[2] * 5) == said


def test_who_is_in_too_many_circles_is_named() -> None:
    assert circle_breaches(circles((0, 1, 2), (0, 3, 4)), gifts=GIFTS, room=[1] * 5) == ["0 is in 2 circles"]


def test_a_gift_of_nothing_makes_no_circle() -> None:
    nothing = dict.fromkeys(GIFTS, 0.0)
    assert circle_breaches(circles((0, 1, 2), value=0.0), gifts=nothing, room=[1] * 3) == [
        "[0, 1, 2] do not give each other [0.0, 0.0, 0.0]"
    ]


@pytest.mark.parametrize(
    ("connectors", "said"),
    [
        ([2, -1], []),
        (
            [2, 2],
            [
                "(1, 2) know each other already",
                "2 does not know 2",
                "2 is to introduce themselves",
                "2 is asked 2 times",
            ],
        ),
        ([3, -1], ["3 does not know 1"]),
        ([-1, 0], ["(1, 2) know each other already", "0 does not know 1"]),
    ],
)
def test_a_wrong_connector_is_named(connectors: list[int], said: list[str]) -> None:
    acquainted = [(0, 2), (1, 2), (0, 3)]
    found = connector_breaches(connectors, wanted=[(0, 1), (1, 2)], acquainted=acquainted, asked_most=[1] * 4)
    assert found == said


@pytest.mark.parametrize(
    ("route", "expert", "value", "said"),
    [
        ([CLINIC, HOST], [1, 2], [0.9, 0.5], []),
        ([QUEUE, QUEUE], [-1, -1], [0.0, 0.0], []),
        ([QUEUE, HOST], [1, 2], [0.9, 0.5], ["ask 0 goes two ways"]),
        ([CLINIC, QUEUE], [-1, -1], [0.0, 0.0], ["ask 0 goes two ways"]),
        ([HOST, QUEUE], [1, -1], [0.9, 0.0], ["ask 0 does not go to 1 by way 1"]),
        ([CLINIC, CLINIC], [1, 2], [0.9, 0.5], ["ask 1 does not go to 2 by way 0"]),
        ([CLINIC, QUEUE], [1, -1], [0.8, 0.0], ["ask 0 is not worth 0.8 to 1"]),
        ([QUEUE, QUEUE], [-1, -1], [0.1, 0.0], ["ask 0 is not worth 0.1 to -1"]),
        ([CLINIC, CLINIC], [1, 1], [0.9, 0.9], ["1 is asked 2 times"]),
        ([CLINIC, QUEUE], [0, -1], [0.3, 0.0], ["ask 0 goes back to its asker"]),
    ],
)
def test_a_wrong_route_is_named(route: list[int], expert: list[int], value: list[float], said: list[str]) -> None:
    routes = Routes(route=np.array(route), expert=np.array(expert), value=np.array(value), asked_gini=0.0)
    answers = {(0, 0): 0.3, (0, 1): 0.9, (1, 1): 0.9, (1, 2): 0.5}
    host = [False, False, True]
    assert ask_breaches(routes, asker=[0, 0], answers=answers, capacity=[1] * 3, host=host) == said

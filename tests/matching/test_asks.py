"""One-way asks: experts first, then topic hosts, then the queue; nobody asked beyond their capacity."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.asks import CLINIC, HOST, QUEUE, Routes, route
from matchmaker.matching.circles_check import ask_breaches
from tests.worlds import steady

Answers = dict[tuple[int, int], float]


def routed(asker: list[int], answers: Answers, capacity: list[int], hosts: frozenset[int] = frozenset()) -> Routes:
    """Routes for asks, after their check; `answers` is the value of each (ask, expert)."""
    ask, expert = np.array(list(answers), np.int64).reshape(-1, 2).T
    host = [row in hosts for row in range(len(capacity))]
    routes = route(
        asker=np.array(asker, np.int64),
        ask=ask,
        expert=expert,
        value=np.array(list(answers.values())),
        capacity=np.array(capacity, np.int64),
        host=np.array(host, bool),
        rng=np.random.default_rng(1),
    )
    assert ask_breaches(routes, asker=asker, answers=answers, capacity=capacity, host=host) == []
    return routes


def best_of(asks: list[int], experts: list[int], answers: Answers, capacity: list[int]) -> float:
    """The highest value at which some of `asks` can be answered by some of `experts`, by trying all ways."""
    plans = product([-1, *experts], repeat=len(asks))
    kept = (plan for plan in plans if all(plan.count(expert) <= capacity[expert] for expert in experts))
    return max(sum(answers.get(pair, 0.0) for pair in zip(asks, plan, strict=True)) for plan in kept)


@st.composite
def rooms(draw: st.DrawFn) -> tuple[list[int], Answers, list[int], frozenset[int]]:
    people = draw(st.integers(2, 5))
    asker = draw(st.lists(st.integers(0, people - 1), max_size=5))
    every = [(ask, expert) for ask in range(len(asker)) for expert in range(people) if asker[ask] != expert]
    drawn = draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    answers = {pair: draw(st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])) for pair in drawn}
    capacity = draw(st.lists(st.integers(0, 3), min_size=people, max_size=people))
    return asker, answers, capacity, draw(st.frozensets(st.integers(0, people - 1), max_size=2))


@given(rooms())
@settings(steady, max_examples=300)
def test_each_step_serves_the_most_value(room: tuple[list[int], Answers, list[int], frozenset[int]]) -> None:
    asker, answers, capacity, hosts = room
    routes = routed(*room)
    experts = [row for row in range(len(capacity)) if row not in hosts]
    left = np.flatnonzero(routes.route != CLINIC).tolist()
    for way, asks, own in ((CLINIC, list(range(len(asker))), experts), (HOST, left, sorted(hosts))):
        gained = float(routes.value[routes.route == way].sum())
        assert gained == pytest.approx(best_of(asks, own, answers, capacity))


def test_an_expert_takes_as_many_as_may_ask_and_a_host_the_rest() -> None:
    """Dan may be asked twice, Eve hosts the topic for one more, and the fourth ask is the organiser's."""
    dan, eve = 4, 5
    answers = {(ask, dan): [0.9, 0.8, 0.7, 0.6][ask] for ask in range(4)} | {(ask, eve): 0.5 for ask in range(3)}
    routes = routed([0, 1, 2, 3], answers, [0, 0, 0, 0, 2, 1], frozenset({eve}))
    assert routes.route.tolist() == [CLINIC, CLINIC, HOST, QUEUE]
    assert routes.expert.tolist() == [dan, dan, eve, -1]
    assert routes.value.tolist() == [0.9, 0.8, 0.5, 0.0]
    assert routes.counts.tolist() == [2, 1, 1]


def test_a_host_is_not_asked_where_an_expert_can_be() -> None:
    assert routed([0], {(0, 1): 0.2, (0, 2): 0.9}, [1, 1, 1], frozenset({2})).expert.tolist() == [1]


def test_the_nearest_topic_is_chosen() -> None:
    assert routed([0], {(0, 1): 0.2, (0, 2): 0.9}, [1, 1, 1], frozenset({1, 2})).expert.tolist() == [2]


def test_asks_of_one_expert_share_a_clinic_table() -> None:
    answers = {(0, 3): 0.9, (1, 4): 0.9, (2, 3): 0.9, (3, 5): 0.9, (4, 5): 0.9}
    routes = routed([0, 0, 1, 1, 2], answers, [3] * 6, frozenset({5}))
    assert routes.clinic_tables == {3: [0, 2]}


def test_without_candidates_everything_waits_in_the_queue() -> None:
    routes = routed([0, 1], {}, [1, 1])
    assert (routes.counts.tolist(), routes.clinic_tables, routes.asked_gini) == ([0, 0, 2], {}, 0.0)


def test_without_asks_nobody_is_asked() -> None:
    routes = routed([], {}, [])
    assert (routes.counts.tolist(), routes.clinic_tables, routes.asked_gini) == ([0, 0, 0], {}, 0.0)


def test_what_answers_nothing_goes_to_the_queue() -> None:
    assert routed([0], {(0, 1): 0.0}, [1, 1]).counts.tolist() == [0, 0, 1]


def test_asks_spread_evenly_where_that_costs_nothing() -> None:
    answers = {(ask, expert): 0.5 for ask in range(4) for expert in (4, 5)}
    assert routed([0, 1, 2, 3], answers, [3] * 6).asked_gini == 0.0


def test_the_gini_counts_those_who_could_be_asked() -> None:
    """Two could be asked and one is; who has no capacity, or answers nothing, is not counted."""
    answers = {(0, 1): 0.9, (0, 2): 0.5, (0, 3): 0.9, (0, 4): 0.0}
    assert routed([0], answers, [1, 1, 1, 0, 1]).asked_gini == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("asker", "ask", "expert", "value", "said"),
    [
        ([1], [0], [1], [0.5], "their own ask"),
        ([0], [0], [1], [np.nan], "not a number from 0 to 1"),
        ([0], [1], [1], [0.5], "not among the 1"),
        ([0], [0], [3], [0.5], "not among the 3"),
        ([3], [0], [1], [0.5], "not among the 3"),
        ([0], [0, 0], [1, 1], [0.5, 0.5], "listed twice"),
        ([0], [0, 0], [1, 2], [0.5], "2 givers, 2 takers, 1 values"),
    ],
)
def test_a_malformed_candidate_is_refused(
    asker: list[int], ask: list[int], expert: list[int], value: list[float], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        route(
            asker=np.array(asker),
            ask=np.array(ask),
            expert=np.array(expert),
            value=np.array(value),
            capacity=np.ones(3, np.int64),
            host=np.zeros(3, bool),
            rng=np.random.default_rng(1),
        )

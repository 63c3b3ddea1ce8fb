"""The contest in real processes: everyone is listed, whoever fails is named with the reason, and the figures are judged."""

import importlib
import os
import signal
import time

import pytest

from matchmaker.bench.contest import CONTESTANTS, BenchStopped, NoAnswer, answer, hold
from matchmaker.bench.figures import Bench, Figures, RoomFigures
from matchmaker.bench.peers import Given, Peer, greedy, highs, random
from matchmaker.bench.referee import Result
from matchmaker.bench.rooms import Recipe

PEOPLE = 40


def spin(given: Given) -> Result:
    while True:
        pass


def missing(given: Given) -> Result:
    importlib.import_module("no_such_library")
    return random(given)


def broken(given: Given) -> Result:
    raise ZeroDivisionError("division by zero")


def killed(given: Given) -> Result:
    os.kill(os.getpid(), signal.SIGKILL)
    return random(given)


def three() -> int:
    return 3


def leave() -> None:
    os._exit(3)


def fill() -> float:
    """A fifth of a CPU second of a child of its own."""
    from matchmaker.bench.child import _cpu_seconds

    before = _cpu_seconds()
    while _cpu_seconds() - before < 0.2:
        pass
    return _cpu_seconds() - before


ENTERED = {
    "matchmaker": CONTESTANTS["matchmaker"],
    "greedy": Peer(solve=greedy, how="greedily"),
    "highs": Peer(solve=highs, how="exactly"),
    "random": Peer(solve=random, how="by chance", takes_pairs=False),
    "small": Peer(solve=greedy, how="greedily", people_most=PEOPLE - 1),
    "spinning": Peer(solve=spin, how="never"),
    "missing": Peer(solve=missing, how="never"),
    "broken": Peer(solve=broken, how="never"),
    "killed": Peer(solve=killed, how="never"),
}


@pytest.fixture(scope="module")
def held() -> Bench:
    return hold([Recipe(seed=1, people=PEOPLE)], ENTERED, cpu_seconds_most=2)


@pytest.fixture(scope="module")
def room(held: Bench) -> RoomFigures:
    (room,) = held.rooms
    return room


@pytest.fixture(scope="module")
def by_name(room: RoomFigures) -> dict[str, Figures]:
    return {figures.name: figures for figures in room.results}


def test_everyone_who_entered_is_listed_in_order(room: RoomFigures) -> None:
    assert [figures.name for figures in room.results] == list(ENTERED)
    assert room.people == PEOPLE
    assert 0 < room.gemm_seconds < 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("small", "takes too long with more than 39 people; not tried"),
        ("spinning", "gave up after 2 CPU seconds"),
        ("missing", "no_such_library is not installed"),
        ("broken", "stopped with an error of its own (ZeroDivisionError: division by zero)"),
        ("killed", "was ended by signal 9"),
    ],
)
def test_who_gives_no_answer_is_named_with_the_reason(by_name: dict[str, Figures], name: str, why: str) -> None:
    assert by_name[name] == Figures(name=name, how=ENTERED[name].how, skipped=why)


def test_who_answers_has_every_figure(by_name: dict[str, Figures], room: RoomFigures) -> None:
    for name in ("matchmaker", "greedy", "highs", "random"):
        figures = by_name[name]
        assert figures.skipped is None
        assert figures.upper_bound == room.upper_bound
        assert figures.cpu_seconds is not None
        assert figures.gemm_ratio == pytest.approx(figures.cpu_seconds / room.gemm_seconds, rel=0.05, abs=0.01)
        assert figures.peak_mb is not None
        assert 50 < figures.peak_mb < 1_000
        assert figures.objective is not None
        assert figures.share_of_bound == pytest.approx(figures.objective / (room.upper_bound or 0), abs=1e-4)
        assert None not in (figures.left_out, figures.one_way_share, figures.load_gini, figures.pairings)


def test_better_methods_find_more(by_name: dict[str, Figures]) -> None:
    random, greedy, best = (by_name[name].objective or 0 for name in ("random", "greedy", "highs"))
    assert random < 0.5 * greedy < greedy < best


def test_only_who_is_given_pairs_says_which(by_name: dict[str, Figures]) -> None:
    assert (by_name["greedy"].pairs_given, by_name["random"].pairs_given) == ("every pair", None)
    assert (by_name["greedy"].pairs_seconds is None, by_name["random"].pairs_seconds) == (False, None)


def test_the_rooms_bound_is_what_was_proved_over_every_pair(by_name: dict[str, Figures], room: RoomFigures) -> None:
    assert room.upper_bound == by_name["highs"].proved
    assert by_name["greedy"].proved is None


def test_a_bound_over_some_of_the_pairs_bounds_nothing() -> None:
    few = {"highs": Peer(solve=highs, how="exactly", every_pair_to=0)}
    (room,) = hold([Recipe(seed=1, people=20)], few).rooms
    (figures,) = room.results
    assert figures.pairs_given == "64 best each"
    assert figures.proved is not None
    assert (room.upper_bound, figures.upper_bound, figures.share_of_bound) == (None, None, None)


def test_a_room_that_cannot_be_made_stops_the_benchmark() -> None:
    with pytest.raises(BenchStopped, match="ValueError"):
        hold([Recipe(seed=1, people=-1)], ENTERED)


def test_a_process_answers() -> None:
    assert answer(three) == 3


@pytest.mark.parametrize("seconds", [0.5, 3])
def test_a_process_that_sleeps_is_ended_by_the_clock(seconds: float) -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer, match=f"gave up after {seconds:g} seconds by the clock"):
        answer(time.sleep, 600, clock_seconds=seconds)
    assert seconds <= time.monotonic() - began < 300


def test_a_process_that_leaves_is_missed() -> None:
    with pytest.raises(NoAnswer, match="left with code 3"):
        answer(leave)


def test_cpu_seconds_are_those_of_the_process() -> None:
    assert 0.2 <= answer(fill) < 0.3

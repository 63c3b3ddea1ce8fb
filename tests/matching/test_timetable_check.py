"""The checker sees every rule broken: each is broken once, in a timetable that was right."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matchmaker.matching.rounds import Timetable, Why
from matchmaker.matching.timetable_check import check_timetable

# Four people, three rounds: 0 meets 1 while 2 meets 3; then 0 meets 2, and 1 joins them; 3 sits out.
RIGHT = Timetable(
    round=np.array([1, 2, 0, 1]),
    table=np.array([1, 1, 0, 2]),
    third=np.array([-1, 1, -1, -1]),
    byes=np.array([[3, 2]]),
    unplaced=np.array([2]),
    why=(Why.CROWDED,),
)
ROOM: dict[str, Any] = {
    "first": np.array([0, 0, 1, 2]),
    "second": np.array([1, 2, 2, 3]),
    "chosen": np.ones(4, bool),
    "quota": np.full(4, 2),
    "available": np.ones((4, 3), bool),
    "tables_most": 2,
    "accessible_tables": 1,
    "needs_accessible": np.array([False, True, False, False]),
    "in_a_row_most": 2,
}
AWAY = np.array([[True] * 3, [True] * 3, [True] * 3, [False, True, True]])


def changed(**columns: list[Any]) -> Timetable:
    arrays: dict[str, Any] = {name: np.array(column) for name, column in columns.items()}
    return replace(RIGHT, **arrays)


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert check_timetable(RIGHT, **ROOM) == []
    unlimited = {name: ROOM[name] for name in ("first", "second", "chosen", "quota", "available")}
    assert check_timetable(RIGHT, **unlimited) == []


@pytest.mark.parametrize(
    ("timetable", "room", "said"),
    [
        (RIGHT, {"quota": np.array([2, 1, 2, 2])}, "1 has 2 meetings, more than 1"),
        (changed(round=[1, 1, 0, 1], table=[1, 3, 0, 2]), {"tables_most": 3}, "0 is in 2 places in round 1"),
        (RIGHT, {"available": AWAY}, "3 is not there in round 1"),
        (RIGHT, {"in_a_row_most": 1}, "0 has more than 1 meetings in a row from round 1"),
        (changed(table=[1, 1, 0, 1]), {}, "table 1 is taken 2 times in round 1"),
        (changed(table=[1, 1, 0, 3]), {}, "there is no table 3 in round 1"),
        (changed(table=[1, 1, 0, 0]), {}, "there is no table 0 in round 1"),
        (RIGHT, {"tables_most": np.array([1, 1, 1])}, "there is no table 2 in round 1"),
        (changed(table=[2, 1, 0, 1]), {}, "(0, 1) need an accessible table in round 1, not table 2"),
        (changed(table=[1, 2, 0, 2]), {}, "(0, 2, 1) need an accessible table in round 2, not table 2"),
        (changed(third=[-1, 3, -1, -1]), {}, "(0, 3) may not meet"),
        (changed(byes=[[0, 2]]), {}, "0 has a bye in round 2, in which they meet or are not there"),
        (changed(byes=[[3, 1]]), {"available": AWAY}, "3 has a bye in round 1, in which they meet or are not there"),
        (changed(byes=[[3, 2], [3, 3]]), {}, "3 has 2 byes, more than meetings too few"),
        (changed(unplaced=[1]), {}, "[2] have no round, but [1] are named"),
        (replace(RIGHT, why=()), {}, "[2] have no round, but [2] are named"),
    ],
)
def test_a_broken_rule_is_named(timetable: Timetable, room: dict[str, Any], said: str) -> None:
    assert said in check_timetable(timetable, **ROOM | room)


def test_a_pair_given_twice_meets_twice() -> None:
    twice = changed(round=[1, 2, 0, 3], table=[1, 1, 0, 1])
    again = ROOM | {"first": np.array([0, 0, 1, 0]), "second": np.array([1, 2, 2, 1]), "quota": np.full(4, 3)}
    assert "(0, 1) meet 2 times" in check_timetable(twice, **again)

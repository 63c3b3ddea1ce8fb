"""The checkers see what is wrong: each is given something sound, and the same with one thing broken."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matchmaker.matching.groups_check import check_seating, check_sets
from matchmaker.matching.sets import Sets
from matchmaker.matching.tables import Seating

NOBODY = np.zeros((6, 6), bool)
EVERYBODY = ~np.eye(6, dtype=bool)
RIVALS = np.zeros((6, 6), bool)
RIVALS[3, 4] = RIVALS[4, 3] = True
TABLE = np.array([[0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 1, 1]])
ROOM: dict[str, Any] = {
    "mutual": EVERYBODY * np.float32(0.5),
    "forbidden": NOBODY,
    "colleague": NOBODY,
    "met": NOBODY,
    "rounds": 2,
    "seats": 3,
}
SEATING = Seating(table=TABLE, repeats=2, colleagues=0, value=6.0, gained=np.full(6, 2.0), notes={})


def test_a_sound_seating_is_found_sound() -> None:
    assert check_seating(SEATING, **ROOM) == []
    six = np.ones(6, bool)
    stays = np.array([True, True, False, False, True, True])
    named: dict[str, Any] = {"tables": np.array([3, 3]), "accessible": np.array([True, True]), "needs_accessible": six}
    assert check_seating(SEATING, **ROOM, **named, available=np.ones((6, 2), bool), stays=stays) == []


def test_notes_excuse_what_could_not_be() -> None:
    table = TABLE.copy()
    table[1, 5] = -1
    seating = Seating(
        table=table, repeats=1, colleagues=0, value=5.0, gained=np.array([2, 2, 1.5, 2, 1.5, 1]), notes={}
    )
    assert check_seating(seating, **ROOM) == ["5 has no seat in round 1"]
    for code in ("too_few_seats", "too_few_accessible_seats", "kept_apart"):
        assert check_seating(replace(seating, notes={code: np.array([5])}), **ROOM) == []
    assert check_seating(seating, **ROOM, available=np.arange(12).reshape(6, 2) < 11) == []
    told = replace(SEATING, notes={"must_move": np.array([2, 3])})
    assert check_seating(told, **ROOM, stays=np.ones(6, bool)) == []


@pytest.mark.parametrize(
    ("changes", "rules", "found"),
    [
        ({"table": TABLE[:1]}, {}, ["the table is of shape (1, 6)"]),
        ({"repeats": 1}, {}, ["1 repeats, not 2"]),
        ({"colleagues": 1}, {}, ["1 times colleagues, not 0"]),
        ({"value": 5.0}, {}, ["what people gain is added up wrongly"]),
        ({"gained": np.full(6, 1.0)}, {}, ["what people gain is added up wrongly"]),
        ({}, {"forbidden": RIVALS}, ["(3, 4) share a table, forbidden"]),
        ({}, {"met": EVERYBODY}, ["2 repeats, not 12"]),
        ({}, {"colleague": EVERYBODY}, ["0 times colleagues, not 12"]),
        ({}, {"available": np.arange(12).reshape(6, 2) < 11}, ["5 sits in round 1 and is not there"]),
        ({}, {"tables": np.array([2, 3])}, ["table 0 holds 3 in round 0", "table 0 holds 3 in round 1"]),
        ({}, {"seats": 2}, [f"table {table} holds 3 in round {round_}" for round_ in (0, 1) for table in (0, 1)]),
        ({}, {"stays": np.arange(6) == 2}, ["2 changes tables"]),
        (
            {},
            {"needs_accessible": np.arange(6) == 2, "accessible": np.array([True, False])},
            ["2 cannot sit at table 1"],
        ),
    ],
)
def test_a_broken_seating_is_found_out(changes: Any, rules: Any, found: list[str]) -> None:
    assert check_seating(replace(SEATING, **changes), **ROOM | rules) == found


def test_uneven_sizes_are_found_out() -> None:
    table = np.array([[0, 0, 0, 0, 1, 1]] * 2)
    uneven = Seating(table=table, repeats=7, colleagues=0, value=7.0, gained=np.array([3.0] * 4 + [1.0] * 2), notes={})
    assert check_seating(uneven, **ROOM | {"seats": 4}) == [
        "sizes in round 0 differ by more than one",
        "sizes in round 1 differ by more than one",
    ]


FREE = np.array([[True, True]] * 5 + [[False, False]])
TERMS: dict[str, Any] = {"forbidden": NOBODY, "free": FREE, "dates": 1, "least": 2, "most": 3}
SETS = Sets(
    member_of=np.array([0, 0, 0, 1, 1, -1]),
    common=np.ones((2, 2), bool),
    cohesion=np.ones(2),
    medoid=np.array([1, 3]),
    presenters=(np.array([1, 0, 2]), np.array([3, 4])),
    unplaced={"odd": np.array([5])},
)


def test_sound_sets_are_found_sound() -> None:
    assert check_sets(SETS, **TERMS) == []


@pytest.mark.parametrize(
    ("changes", "rules", "found"),
    [
        ({"medoid": np.array([3, 3])}, {}, ["set 0 is presented by [1, 0, 2] and named by 3"]),
        ({"presenters": (np.array([1, 0]), np.array([3, 4]))}, {}, ["set 0 is presented by [1, 0] and named by 1"]),
        ({}, {"least": 3}, ["set 1 has 2 members"]),
        ({}, {"most": 2}, ["set 0 has 3 members"]),
        ({}, {"forbidden": RIVALS}, ["(3, 4) share a set, forbidden"]),
        ({}, {"dates": 3}, ["set 0 has 2 common rounds", "set 1 has 2 common rounds"]),
        ({"common": np.array([[True, False], [True, True]])}, {}, ["set 0 has 2 common rounds"]),
        ({}, {"free": np.ones((6, 2), bool)}, ["5 would fit set 1"]),
        ({}, {"free": np.ones((6, 2), bool), "most": 4}, ["5 would fit set 0", "5 would fit set 1"]),
        ({"unplaced": {}}, {}, ["who is without a set, and why, do not agree"]),
        (
            {"unplaced": {"odd": np.array([4])}},
            {},
            ["who is without a set, and why, do not agree", "4 would fit set 1"],
        ),
    ],
)
def test_broken_sets_are_found_out(changes: Any, rules: Any, found: list[str]) -> None:
    assert check_sets(replace(SETS, **changes), **TERMS | rules) == found

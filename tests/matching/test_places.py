"""A pair that stands keeps its table; another takes one that was given up, an accessible one where that is needed."""

import numpy as np
import pytest

from matchmaker.matching.colouring import Plan
from matchmaker.matching.places import Held, tables_kept

# Four pairs of eight people, all in the first round.
ENDS = np.arange(8).reshape(4, 2)


def plan(tables: int = 6, accessible: int = 6) -> Plan:
    return Plan(
        ends=ENDS,
        weight=np.ones(4),
        needs=np.zeros(4, bool),
        open=np.ones((8, 1), bool),
        most=np.ones(8, np.int64),
        tables=np.array([[tables], [accessible]]),
        in_a_row=1,
    )


def held(*tables: int) -> list[Held]:
    """The first pairs, at these tables."""
    return [Held(pair=pair, round=0, table=table, third=-1) for pair, table in enumerate(tables)]


def tables(where: Plan, *kept: int, needing: tuple[int, ...] = (), there: tuple[int, ...] = (0, 1, 2, 3)) -> list[int]:
    round_of = np.array([0 if pair in there else -1 for pair in range(4)])
    needs = np.isin(np.arange(4), needing)
    return [int(table) for table in tables_kept(where, round_of, needs, held(*kept))]


def test_pairs_that_stand_keep_theirs_and_others_take_the_lowest_free() -> None:
    assert tables(plan(), 5, 2) == [5, 2, 1, 3]


def test_a_pair_that_is_not_there_leaves_its_table_to_others() -> None:
    assert tables(plan(tables=4), 1, 2, there=(1, 2, 3)) == [0, 2, 1, 3]


@pytest.mark.parametrize("gone", [0, 9])
def test_a_table_that_is_no_more_is_kept_by_nobody(gone: int) -> None:
    assert tables(plan(), gone, 2) == [1, 2, 3, 4]


def test_who_needs_an_accessible_table_gets_one_and_only_one_pair_moves() -> None:
    assert tables(plan(tables=4, accessible=2), 1, 2, 3, needing=(3,)) == [4, 2, 3, 1]


def test_a_pair_that_needs_one_by_now_moves_to_it() -> None:
    assert tables(plan(tables=5, accessible=1), 3, 2, needing=(0,)) == [1, 2, 3, 4]

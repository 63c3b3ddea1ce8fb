"""A swap of partners in rooms where one can count what it is worth."""

from typing import Any

import pytest
from msgspec import structs

from matchmaker.matching.questions import answer
from matchmaker.model.ids import AttendeeId
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import Swap, SwapQuestion
from matchmaker.model.wish import Decision, Verdict
from tests.worlds import COSINE, PLAIN, graph, pairs_of, proposed

ONE_EACH = dict.fromkeys(range(4), 1)
# Everyone fits; 0 and 3, 1 and 2 fit best, since 0 and 1, 2 and 3 know each other.
SQUARE = graph(4, [(0, 1), (0, 3), (1, 2), (2, 3)], ONE_EACH, halved=[0, 3])
P0, P1, P2, P3 = (AttendeeId(f"p{number:02}") for number in range(4))


def swapped(snapshot: Snapshot, *four: AttendeeId, **fields: Any) -> Swap:
    first, first_partner, second, second_partner = four
    question = SwapQuestion(first=first, first_partner=first_partner, second=second, second_partner=second_partner)
    found = answer(snapshot, structs.replace(PLAIN, **fields), question, seed=1, weights=COSINE)
    assert isinstance(found, Swap)
    return found


def test_the_square_is_planned_as_we_think() -> None:
    assert pairs_of(proposed(SQUARE)) == {(P0, P3), (P1, P2)}


def test_a_swap_costs_the_room_what_its_pairs_lose() -> None:
    found = swapped(SQUARE, P0, P3, P2, P1)
    assert found.possible
    assert [(pair.first, pair.second, pair.worth) for pair in found.now] == [(P0, P3, 100.0), (P1, P2, 100.0)]
    assert [(pair.first, pair.second, pair.worth) for pair in found.then] == [(P0, P1, 50.0), (P2, P3, 50.0)]
    assert {pair.code for pair in found.then} == {""}
    assert found.objective_more == -100.0


def test_each_of_the_four_is_told_whom_they_meet_and_what_it_is_worth() -> None:
    found = swapped(SQUARE, P0, P3, P2, P1)
    assert [(one.attendee_id, one.meets_no_more, one.meets) for one in found.people] == [
        (P0, P3, P1),
        (P3, P0, P2),
        (P2, P1, P3),
        (P1, P2, P0),
    ]
    assert {(one.value_before, one.value_after) for one in found.people} == {(100.0, 50.0)}


def test_a_swap_and_back_again_comes_to_nothing() -> None:
    pinned = [
        Decision(first_id=P0, second_id=P1, verdict=Verdict.PINNED),
        Decision(first_id=P2, second_id=P3, verdict=Verdict.PINNED),
    ]
    there = structs.replace(SQUARE, decisions=pinned)
    back = swapped(there, P0, P1, P2, P3)
    assert back.possible
    assert back.objective_more == -swapped(SQUARE, P0, P3, P2, P1).objective_more


def test_what_is_excluded_is_no_swap_and_the_reason_is_given() -> None:
    line = graph(4, [(0, 1), (2, 3), (0, 3)], ONE_EACH)
    found = swapped(line, P0, P1, P2, P3)
    assert not found.possible
    assert [(pair.first, pair.second, pair.code) for pair in found.then] == [(P0, P3, ""), (P1, P2, "excluded")]
    assert found.then[1].message == "An exclusion keeps them apart."


@pytest.mark.parametrize("four", [(P0, P1, P2, P3), (P0, P3, P0, P3), (P0, P3, P3, P0)])
def test_pairs_that_are_not_proposed_or_one_and_the_same_cannot_swap(four: tuple[AttendeeId, ...]) -> None:
    assert not swapped(SQUARE, *four).possible

"""A short answer is read as people write it; one that cannot be read is told with its cure, and the row stands."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.intake.answers import ANSWERS
from matchmaker.intake.fields import COLUMNS_EXTRA_MAX, attendee_of
from tests.worlds import steady


def read(column: str, *cells: str) -> tuple[Any, list[tuple[str, str, str, bool]], dict[str, str]]:
    """What the cells come to, what is told, and what is kept aside."""
    told: list[tuple[str, str, str, bool]] = []
    extra: dict[str, str] = {}
    by_column = {"name": ["Ada"], "seeks": ["a"], column: list(cells)}
    row = attendee_of(by_column, extra, lambda *said: told.append(said), Counter())
    return getattr(row, column), told, extra


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("least", "", None), ("least", "0", 0), ("least", " 2 ", 2), ("least", "2.0", 2), ("least", "50", 50),
        ("minutes", "", None), ("minutes", "45", 45), ("minutes", "45 min", 45), ("minutes", "45'", 45),
        ("minutes", "90 Minutes", 90), ("minutes", "0", 0), ("minutes", "10000", 10_000), ("minutes", "30 min.", 30),
        ("needs_accessible", "", False), ("needs_accessible", "Yes", True), ("needs_accessible", "x", True),
        ("needs_accessible", "1", True), ("needs_accessible", "TRUE", True), ("needs_accessible", "ja", True),
        ("needs_accessible", "no", False), ("needs_accessible", "0", False), ("needs_accessible", "Nein", False),
        ("needs_accessible", "-", False),
        ("quiet", "", None), ("quiet", "x", True), ("matched", "no", False), ("introduced", "Nein", False),
        ("measured", "0", False), ("listed", "yes", True),
        ("available", "", None), ("available", "all", None), ("available", "none", []), ("available", "1,2,5", [1, 2, 5]),
        ("available", "1-3", [1, 2, 3]), ("available", "5; 1 – 2", [1, 2, 5]), ("available", "2|2|1", [1, 2]),
        ("available", "1 to 3", [1, 2, 3]), ("available", "3.0", [3]), ("available", "50", [50]),
    ],
)  # fmt: skip
def test_an_answer_is_read(column: str, cell: str, value: object) -> None:
    found, told, extra = read(column, cell)
    assert (found, told, extra) == (value, [], {})
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("column", "cell", "value", "cure"),
    [
        ("least", "51", None, "write a whole number from 0 to 50. Until then the policy's least holds."),
        ("least", "2.5", None, "a whole number"),
        ("least", "٣", None, "a whole number"),
        ("minutes", "1h", None, "write minutes as a whole number from 0 to 10,000. Until then no time budget is kept."),
        ("minutes", "10001", None, "minutes as a whole number"),
        ("minutes", "min", None, "minutes as a whole number"),
        ("needs_accessible", "wheelchair", True, "write yes or no. Until then it is taken as yes."),
        ("available", "03-Jan", None, "as 1,2,5 or 1-3 (a spreadsheet makes a date of 1-3: format it as text)."),
        ("available", "mornings", None, "Until then every round is taken to suit."),
        ("available", "1,2,51", [1, 2], "Until then the rounds taken are 1, 2."),
        ("available", "4-2", None, "every round"),
        ("available", "0-3", None, "every round"),
        ("available", "1-999999999", None, "every round"),
        ("available", "1-2-3", None, "every round"),
        ("available", "0,2", [2], "the rounds taken are 2."),
        ("matched", "perhaps", None, "it stays as it was chosen"),
    ],
)
def test_any_other_is_told_with_its_cure_and_kept_aside(column: str, cell: str, value: object, cure: str) -> None:
    found, told, extra = read(column, cell)
    ((said_of, code, message, kept),) = told
    assert (found, said_of, code, kept) == (value, column, f"{column}_invalid", True)
    assert message.startswith(f"'{cell}' cannot be read; ")
    assert cure in message
    assert extra == {column: cell}


def test_several_cells_of_one_column_are_read_together() -> None:
    assert read("available", "1", "", "3-4")[0] == [1, 3, 4]


def test_a_long_answer_is_told_in_part_and_answered_at_once() -> None:
    for column in ("least", "minutes", "available", "needs_accessible"):
        _, told, extra = read(column, "1 ?" * 40_000)
        assert [len(message) < 400 for _, _, message, _ in told] == [True]
        assert len(extra[column]) == 8_000


def test_beside_the_most_unknown_columns_every_answer_that_cannot_be_read_is_kept() -> None:
    extra = {f"column {number}": "x" for number in range(COLUMNS_EXTRA_MAX)}
    asked = ("email", "languages", "available", *ANSWERS)
    attendee_of({"name": ["Ada"]} | {column: ["???"] for column in asked}, extra, lambda *said: None, Counter())
    assert len(extra) == 100


@given(st.text(max_size=30), st.sampled_from(["least", "minutes", "available", "needs_accessible"]))
@steady
def test_any_answer_gives_a_value_its_field_can_hold(cell: str, column: str) -> None:
    value = read(column, cell)[0]
    if column == "available":
        assert value is None or (value == sorted(set(value)) and all(1 <= number <= 50 for number in value))
    elif column == "needs_accessible":
        assert value in (True, False)
    else:
        assert value is None or 0 <= value <= 10_000

"""Exports have the columns promised, and nothing in them can be run by a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.export.csv import by_attendee_csv, guarded, pairings_csv, rounds_csv, rows_csv
from matchmaker.intake.fields import without_guard
from tests.export.people import ADA_BOB, ADA_CYD, IN_ROUNDS, WHO
from tests.worlds import steady

COLUMNS = (
    "rank, first_id, first_name, first_email, first_organisation, second_id, second_name, second_email, second_organisation, "
    "mutual_value, value_to_first, value_to_second, reason_to_first, reason_to_second, questions_to_first, questions_to_second"
)


def cells(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_pairings_have_exactly_the_columns_promised() -> None:
    assert pairings_csv([], WHO).decode("utf-8-sig") == COLUMNS.replace(" ", "") + "\r\n"


def test_a_pairing_stands_in_one_row_with_who_what_and_why() -> None:
    _, first, second = cells(pairings_csv([ADA_BOB, ADA_CYD], WHO))
    assert first == [
        "1", "a", "Ada", "ada@example.org", "Acme", "b", "'=Bob", "", "", "75.0", "60.0", "100.0",
        "You named no seek, but you are interested in “maps”; =Bob offers “old maps”. You asked for “tea”; =Bob is “cook”.",
        "You asked for “soup”; Ada offers “'soup'”.", "", "",
    ]  # fmt: skip
    assert second[:9] == ["2", "a", "Ada", "ada@example.org", "Acme", "c", "Cyd", "cyd@example.org", "'-Zeta"]


def test_rounds_add_two_columns_and_are_blank_where_a_pairing_found_none() -> None:
    plain, timed = cells(pairings_csv(IN_ROUNDS.pairings, WHO)), cells(rounds_csv(IN_ROUNDS.pairings, WHO))
    assert [row[:-2] for row in timed] == plain
    assert [row[-2:] for row in timed] == [["round", "table"], ["2", "1"], ["1", "2"], ["3", "1"], ["", ""]]


def test_by_attendee_has_a_row_a_person_theirs_in_order_and_who_has_none() -> None:
    header, ada, bob, cyd, dot = cells(by_attendee_csv([ADA_BOB, ADA_CYD], WHO))
    assert header == ["id", "name", "email", "organisation", "pairings"] + [
        f"{part}_{number}"
        for number in (1, 2)
        for part in ("id", "name", "email", "organisation", "mutual_value", "value", "reason", "questions")
    ]
    assert ada[:5] == ["a", "Ada", "ada@example.org", "Acme", "2"]
    assert (ada[5:11], ada[13:19]) == (
        ["b", "'=Bob", "", "", "75.0", "60.0"],
        ["c", "Cyd", "cyd@example.org", "'-Zeta", "40.0", "30.0"],
    )
    assert bob[:11] == ["b", "'=Bob", "", "", "1", "a", "Ada", "ada@example.org", "Acme", "75.0", "100.0"]
    assert bob[11] == "You asked for “soup”; Ada offers “'soup'”."
    assert (cyd[4], cyd[10]) == ("1", "50.0")
    assert dot == ["d", "Dot", "", "", "0", *[""] * 16]


def test_by_attendee_every_row_is_as_wide_as_the_header() -> None:
    header, *rows = cells(by_attendee_csv([ADA_BOB, ADA_CYD], WHO))
    assert {len(row) for row in rows} == {len(header)}


def test_nobody_gives_a_header_alone() -> None:
    assert cells(by_attendee_csv([], {})) == [["id", "name", "email", "organisation", "pairings"]]


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\u3000=", "\n=", "'=", "''+", "'\t"]
)
def test_what_a_spreadsheet_would_run_is_guarded(sign: str) -> None:
    assert guarded(f"{sign}1+1") == f"'{sign}1+1"
    assert cells(rows_csv(["x"], [[f"{sign}1+1"]]))[1] == [f"'{sign}1+1"]


@pytest.mark.parametrize("cell", ["", "a", "1", "a=b", "'quoted'", "'", " a", "5-4", "“=1”", "a\t=", "'" * 8_000])
def test_what_it_would_not_run_is_left_as_it_is(cell: str) -> None:
    assert guarded(cell) == cell


def test_numbers_stay_numbers() -> None:
    assert rows_csv(["x", "y"], [[-1.5, 3]]) == b"\xef\xbb\xbfx,y\r\n-1.5,3\r\n"


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=10) | st.text("'=+-@＝＠\t\r\n ", max_size=6)


@given(CELL)
@steady
def test_a_guarded_cell_is_safe_and_the_guard_comes_off_again(cell: str) -> None:
    safe = guarded(cell)
    assert safe[:1] not in tuple("=+-@＝＋－＠\t\r")
    assert safe.lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert without_guard(safe) == cell

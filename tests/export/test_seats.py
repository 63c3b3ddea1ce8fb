"""Tables and sets have a row a seat, with the columns promised."""

import csv
import io

from matchmaker.export.seats import sets_by_attendee_csv, sets_csv, tables_csv
from tests.export.people import AT_TABLES, IN_ROUNDS, IN_SETS, WHO


def cells(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_a_table_has_a_row_a_seat_by_round_and_number() -> None:
    header, *rows = cells(tables_csv(AT_TABLES.groups, WHO))
    assert header == ["round", "table", "attendee_id", "name", "email", "organisation"]
    assert [row[:3] for row in rows] == [
        ["1", "1", "a"], ["1", "1", "b"], ["1", "1", "c"], ["2", "1", "a"], ["2", "1", "c"], ["2", "2", "d"], ["2", "2", "b"],
    ]  # fmt: skip
    assert rows[2][3:] == ["Cyd", "cyd@example.org", "'-Zeta"]


def test_a_set_has_a_row_a_seat_by_number_with_its_challenge_and_rounds() -> None:
    assert cells(sets_csv(IN_SETS.groups, WHO)) == [
        ["set", "challenge", "attendee_id", "name", "email", "organisation", "rounds"],
        ["1", "hiring", "b", "'=Bob", "", "", "1|3"],
        ["1", "hiring", "a", "Ada", "ada@example.org", "Acme", "1|3"],
        ["2", "'=late trains", "d", "Dot", "", "", "4"],
        ["2", "'=late trains", "c", "Cyd", "cyd@example.org", "'-Zeta", "4"],
    ]


def test_by_attendee_the_same_rows_stand_by_person_and_who_has_no_set_stands_there_too() -> None:
    header, *by_set = cells(sets_csv(IN_SETS.groups, WHO))
    assert cells(sets_by_attendee_csv(IN_SETS.groups, WHO)) == [header, *sorted(by_set, key=lambda row: row[2])]
    *_, cyd, dot = cells(sets_by_attendee_csv(IN_SETS.groups[1:], WHO))
    assert cyd == ["", "", "c", "Cyd", "cyd@example.org", "'-Zeta", ""]
    assert dot == ["", "", "d", "Dot", "", "", ""]


def test_groups_of_another_kind_have_no_seat_here() -> None:
    assert len(cells(tables_csv(IN_ROUNDS.groups, WHO))) == len(cells(sets_csv(AT_TABLES.groups, WHO))) == 1

"""A workbook is read as somebody would read it: what its cells say, where they stand, and what they only seem to say."""

from datetime import date
from typing import Any

import pytest

from matchmaker.intake import meaning
from matchmaker.intake import workbook as workbook_room
from matchmaker.intake.archive import check_archive, form_of
from matchmaker.intake.sheet import FileForm, Sheet, letters_of
from matchmaker.intake.table import Table, Unusable
from matchmaker.intake.workbook import sheet_of
from tests.books import changed, ods, sheet_xml, workbook

FIRST = "xl/worksheets/sheet1.xml"


def opened(data: bytes, wanted: str | None = None, *, rows_max: int = 100) -> Sheet:
    return sheet_of(data, form_of(data), wanted=wanted, rows_max=rows_max)


def read(data: bytes) -> Table:
    return meaning.read(opened(data), rows_max=100)


def told(table: Table) -> list[tuple[str, str, str, bool]]:
    return [(error.place, error.column, error.code, error.kept) for error in table.errors]


def test_cells_read_as_somebody_would_have_typed_them() -> None:
    rows: list[list[Any]] = [["name", "quota", "share", "open", "note"], ["Ada", 3.0, 0.5, True, "3.0"]]
    sheet = opened(workbook(rows))
    assert (sheet.form, sheet.name, sheet.header) == (FileForm.XLSX, "People", rows[0])
    assert [(record.line, record.cells) for record in sheet.records] == [(2, ["Ada", "3", "0.5", "true", "3.0"])]


def test_an_error_names_the_cell_and_the_column_of_the_file() -> None:
    book = workbook([["", ""], ["Name", "Quota"], ["Ada", "3"], ["", ""], ["Bob", "many"]])
    table = read(book)
    assert [row.attendee.name for row in table.rows] == ["Ada"]
    assert told(table) == [("B5", "Quota", "quota_invalid", False)]
    assert (table.errors[0].row, table.errors[0].line) == (2, 5)
    assert table.failed == [(2, ["Bob", "many"])]


def test_a_malformed_address_is_told_and_its_row_kept() -> None:
    table = read(workbook([["name", "E-mail"], ["Ada", "ada(at)example.org"]]))
    assert [(row.attendee.email, row.attendee.extra) for row in table.rows] == [(None, {"email": "ada(at)example.org"})]
    assert told(table) == [("B2", "E-mail", "email_malformed", True)]


def test_a_date_is_told_where_it_is_used() -> None:
    def dated(book: Any, sheet: Any) -> None:
        form = book.add_format({"num_format": "d mmm"})
        for column in (1, 2):
            sheet.write_datetime(1, column, date(2026, 1, 3), form)

    table = read(workbook([["name", "available", "Birthday"], ["Ada"]], dated))
    assert told(table) == [("B2", "available", "available_invalid", True), ("B2", "available", "cell_is_date", True)]
    assert table.rows[0].attendee.extra["Birthday"] == "2026-01-03"


def test_a_merged_cell_holds_for_each_of_its_rows() -> None:
    def merged(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 1, 2, 1, "Example Ltd")

    table = read(workbook([["name", "organisation"], ["Ada"], ["Bob"], ["Cy"]], merged))
    assert [row.attendee.organisation for row in table.rows] == ["Example Ltd", "Example Ltd", None]
    assert told(table) == [("B3", "organisation", "cell_merged", True)]


def test_a_formula_gives_its_value_and_is_told_where_it_has_none() -> None:
    def formulas(book: Any, sheet: Any) -> None:
        sheet.write_formula(1, 1, '="qua"&"rtz"', value="quartz")
        sheet.write_formula(2, 1, "=1/0", value="#DIV/0!")

    book = workbook([["name", "seeks"], ["Ada"], ["Bob"]], formulas)
    table = read(book)
    assert [row.attendee.seeks for row in table.rows] == [["quartz"], []]
    assert told(table) == [("B3", "seeks", "cell_is_error", True)]
    unsaved = sheet_xml(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c><c r="B1" t="inlineStr"><is><t>seeks</t></is></c></row>'
        b'<row r="2"><c r="A2" t="inlineStr"><is><t>Ada</t></is></c><c r="B2"><f>A2&amp;"x"</f></c></row>'
    )
    assert told(read(changed(book, {FIRST: unsaved}))) == [("B2", "seeks", "formula_without_value", True)]


def test_of_two_sheets_the_first_filled_and_visible_is_read_and_named() -> None:
    def more(book: Any, sheet: Any) -> None:
        book.add_worksheet("Empty").activate()
        sheet.hide()
        book.add_worksheet("Guests").write_column(0, 0, ["name", "Bob"])
        book.add_worksheet("Notes").write_column(0, 0, ["name", "Cy"])

    book = workbook([["name"], ["Ada"]], more)
    sheet = opened(book)
    assert (sheet.name, sheet.sheets) == ("Guests", ["Empty", "Guests", "Notes"])
    assert [one.message for one in sheet.said] == ["The sheet 'Guests' is read, and not 'Empty', 'Notes'."]
    assert opened(book, "Notes").records[0].cells == ["Cy"]
    with pytest.raises(Unusable, match="no sheet 'Staff'") as refused:
        opened(book, "Staff")
    assert refused.value.cure == "The sheets are: Empty, Guests, Notes."


def test_a_title_above_the_header_is_told_and_passed_over() -> None:
    table = read(workbook([["Guests of 2026"], ["", ""], ["name", "seeks"], ["Ada", "quartz"]]))
    assert [(row.line, row.attendee.name) for row in table.rows] == [(4, "Ada")]
    assert [(error.row, error.line, error.code, error.kept) for error in table.errors] == [
        (0, 1, "title_skipped", True)
    ]


def test_a_cell_too_long_costs_its_row_which_is_given_back_whole() -> None:
    table = read(workbook([["name", "seeks"], ["Ada", "x" * 8_001], ["Bob", "x" * 8_000]]))
    assert [row.attendee.name for row in table.rows] == ["Bob"]
    assert table.failed == [(1, ["Ada", "x" * 8_001])]
    assert [error.message for error in table.errors] == ["The cell B2 has 8,001 characters, and 8,000 are the most."]


def test_what_is_too_much_is_refused() -> None:
    rows = [["name"], *([f"Person {n}"] for n in range(101))]
    assert len(opened(workbook(rows[:-1])).records) == 100
    for book, code in (
        (workbook(rows), "too_many_rows"),
        (workbook([[f"c{n}" for n in range(101)]]), "too_many_columns"),
    ):
        with pytest.raises(Unusable) as refused:
            opened(book)
        assert refused.value.code == code


def test_an_open_document_is_read_too() -> None:
    cell = b'<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    row = b"<table:table-row>%s</table:table-row>"
    data = ods(
        b"".join(row % b"".join(cell % word for word in words) for words in ((b"name", b"seeks"), (b"Ada", b"tin")))
    )
    check_archive(data)
    table = read(data)
    assert (table.form, [(row.attendee.name, row.attendee.seeks) for row in table.rows]) == (
        FileForm.ODS,
        [("Ada", ["tin"])],
    )


def test_a_file_is_what_it_holds() -> None:
    assert form_of(workbook()) is FileForm.XLSX
    assert form_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") is FileForm.XLS
    assert form_of(b"name\nAda\n") is FileForm.CSV


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_letters(column: int, letters: str) -> None:
    assert letters_of(column) == letters


def test_more_text_than_a_list_of_people_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_room, "CHARS_MAX", 100)
    assert opened(workbook([["name"], ["x" * 96]])).records
    with pytest.raises(Unusable) as refused:
        opened(workbook([["name"], ["x" * 97]]))
    assert refused.value.code == "too_many_characters"


def test_a_sheet_with_a_cell_far_away_is_refused_before_it_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_room, "CELLS_MAX", 10)
    with pytest.raises(Unusable, match="reaches to C4"):
        opened(workbook([["name", "a", "b"], ["", "", ""], ["", "", ""], ["", "", "x"]]))

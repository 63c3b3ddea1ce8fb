"""Failed rows come back in the form of their file, each with what is wrong; mended, they are taken in."""

import csv as plain_csv
import io

from matchmaker.intake import csv, meaning
from matchmaker.intake.sheet import FileForm, Sheet
from matchmaker.intake.table import Table
from matchmaker.services.give_back import failed_file
from matchmaker.services.open_file import open_now
from tests import factories
from tests.books import workbook


def read(data: bytes) -> tuple[Sheet, Table]:
    sheet = open_now(data, rows_max=99)
    return sheet, meaning.read(sheet, rows_max=99)


def given_back(table: Table) -> bytes:
    data = failed_file(factories.import_outcome(errors=table.errors), table)
    assert data is not None
    return data


def rows_of(data: bytes) -> list[list[str]]:
    return list(plain_csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_workbooks_failed_rows_are_a_workbook() -> None:
    _, table = read(workbook([["name", "quota"], ["Ada", "many"], ["Bob", 2], ["=Eve()", -1]]))
    sheet, again = read(given_back(table))
    assert (sheet.form, sheet.header) == (FileForm.XLSX, ["name", "quota", "error"])
    assert [record.cells[:2] for record in sheet.records] == [["Ada", "many"], ["=Eve()", "-1"]]
    assert [record.cells[2] for record in sheet.records] == [error.message for error in table.errors]
    assert [error.code for error in again.errors] == ["quota_invalid", "quota_invalid"]


def test_mended_rows_are_taken_in_and_the_words_are_nobodys() -> None:
    data = given_back(meaning.read(csv.sheet_of(b"name,quota\nAda,many\n", rows_max=1_000), rows_max=9))
    header, row = rows_of(data)
    assert header == ["name", "quota", "error"]
    mended = f"{','.join(header)}\nAda,3,{row[2]}\n"
    (ada,) = meaning.read(csv.sheet_of(mended.encode(), rows_max=1_000), rows_max=9).rows
    assert (ada.attendee.quota, ada.attendee.extra) == (3, {})


def test_rows_that_fail_again_are_told_again_in_the_same_column() -> None:
    once = given_back(meaning.read(csv.sheet_of(b'name,quota\nAda,many\nBob,1,2\n"Cy', rows_max=1_000), rows_max=9))
    twice = given_back(meaning.read(csv.sheet_of(once, rows_max=1_000), rows_max=9))
    assert [row[:2] + row[3:] for row in rows_of(once)] == [
        ["name", "quota"],
        ["Ada", "many"],
        ["Bob", "1", "2"],
        ["", "", '"Cy'],
    ]
    assert [(row[:2], row[3:]) for row in rows_of(twice)] == [(row[:2], row[3:]) for row in rows_of(once)]


def test_where_nothing_failed_nothing_comes_back() -> None:
    assert (
        failed_file(factories.import_outcome(), meaning.read(csv.sheet_of(b"name\nAda\n", rows_max=1_000), rows_max=9))
        is None
    )

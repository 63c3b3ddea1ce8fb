"""Sheets → XLSX in which every text is text: no formula, no link, no number made of what somebody wrote.

The file has no clock in it, so the same rows give the same bytes.
"""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from matchmaker.export.csv import guarded
from matchmaker.export.sheet import Cell, Sheet, flat

CELL_CHARS_MAX = 32_767  # Excel's own limit; the library leaves out a longer text without a word
ROWS_MEASURED_MAX = 200
WIDTHS = (8, 60)
CHARS_NOT_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")  # no XML can hold them
MADE = datetime(2000, 1, 1, tzinfo=UTC)
SETTINGS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def xlsx(*sheets: Sheet) -> bytes:
    """A workbook with a worksheet each: header frozen and bold, columns as wide as what stands in them."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, SETTINGS) as book:
        book.set_properties({"created": MADE})
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            _write(book.add_worksheet(_tab(sheet.title)), sheet, bold)
    return file.getvalue()


def _write(worksheet: Worksheet, sheet: Sheet, bold: Format) -> None:
    worksheet.freeze_panes(1, 0)
    if sheet.rows and sheet.columns:
        worksheet.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    for place, column in enumerate(sheet.columns):
        worksheet.set_column(place, place, _width(column, sheet.rows, place))
        worksheet.write_string(0, place, column, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for place, cell in enumerate(row):
            _put(worksheet, number, place, flat(cell))


def _put(worksheet: Worksheet, number: int, place: int, cell: str | float) -> None:
    if not isinstance(cell, str):
        worksheet.write_number(number, place, cell)
    elif cell:
        worksheet.write_string(number, place, fitting(cell))


def fitting(cell: str) -> str:
    """The text as a cell can hold it: guarded as in CSV, since a workbook may be saved as one, and cut where Excel would."""
    safe = guarded(cell).translate(CHARS_NOT_XML)
    return safe if _excel_length(safe) <= CELL_CHARS_MAX else _cut(safe)


def _excel_length(text: str) -> int:
    """As Excel counts: in UTF-16, where what lies beyond the first plane is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def _cut(text: str) -> str:
    room = text[: CELL_CHARS_MAX - 1]
    while _excel_length(room) > CELL_CHARS_MAX - 1:
        room = room[: -max(1, (_excel_length(room) - CELL_CHARS_MAX + 1) // 2)]
    return room + "…"


def _width(column: str, rows: Sequence[Sequence[Cell]], place: int) -> int:
    """In characters, by the header and the first rows."""
    longest = max((len(str(flat(row[place]))) for row in rows[:ROWS_MEASURED_MAX]), default=0)
    return min(max(WIDTHS[0], len(column) + 3, longest + 1), WIDTHS[1])


def _tab(title: str) -> str:
    """A worksheet's name: 31 characters, none of those that a reference to a cell is made with."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "Sheet"

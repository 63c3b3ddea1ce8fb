"""Failed rows → a file in the form they came in, what is wrong with each in a last column, to be mended and sent again."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter

from matchmaker.export.csv import rows_csv

XLSX_CELL_CHARS_MAX = 32_767


def failed_rows_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as CSV."""
    return rows_csv(header, rows)


def failed_rows_xlsx(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a workbook of one sheet. Every cell is text: nothing is a formula, a link or a date of its own accord."""
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(data, options) as book:
        text = book.add_format({"num_format": "@", "text_wrap": False})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Failed rows")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name[:XLSX_CELL_CHARS_MAX], bold)
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(line, column, cell[:XLSX_CELL_CHARS_MAX], text)
    return data.getvalue()

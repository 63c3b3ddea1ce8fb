"""A workbook → a sheet. Made for a child process with little memory and time: a crafted file can ask for any amount."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from matchmaker.intake.sheet import Broken, FileForm, Record, Remark, Sheet, about_file, letters_of
from matchmaker.intake.sheet_parts import oddities_of
from matchmaker.intake.table import Unusable
from matchmaker.model.text import TEXT_CHARS_MAX

COLUMNS_MAX = 100
ROWS_MAX = 20_000
CELLS_MAX = 4_000_000  # with the blank ones between; 20,000 rows of 100 columns are two millions
CHARS_MAX = 20_000_000
REMARKS_MAX = 10_000
SHEETS_SHOWN_MAX = 20
TITLES_MAX = 100

Cells = list[tuple[int, list[Any]]]


def sheet_of(data: bytes, form: FileForm, *, wanted: str | None, rows_max: int) -> Sheet:
    """The cells of the sheet `wanted`, else of the first visible one that holds any. Raises `Unusable`."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = _names(book)
        sheet = _chosen(book, names, wanted)
    except (CalamineError, ValueError, OSError) as error:
        raise _unreadable(error) from None
    name = sheet.name
    if sheet.start is None or sheet.end is None:
        raise Unusable("empty", f"The sheet {name!r} is empty.", cure=_choose(names))
    if (sheet.end[0] - sheet.start[0] + 1) * (sheet.end[1] - sheet.start[1] + 1) > CELLS_MAX:
        raise Unusable(
            "too_many_cells_in_all",
            f"The sheet reaches to {letters_of(sheet.end[1])}{sheet.end[0] + 1}.",
            cure=f"Keep {ROWS_MAX:,} rows of {COLUMNS_MAX} columns at most; copy them into a new workbook.",
        )
    cells = list(islice(_filled(sheet, sheet.start[1]), rows_max + TITLES_MAX + 1))
    oddities = oddities_of(data, name) if form is FileForm.XLSX else {}
    return _Found(sheet, name, names, form, rows_max).of(cells, oddities)


def _names(book: CalamineWorkbook) -> list[str]:
    """The visible sheets of cells, in order; all of cells where none is visible."""
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    visible = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    return visible or [one.name for one in sheets]


def _chosen(book: CalamineWorkbook, names: list[str], wanted: str | None) -> CalamineSheet:
    if wanted is not None:
        if wanted not in book.sheet_names:
            raise Unusable("sheet_unknown", f"There is no sheet {wanted[:60]!r}.", cure=_choose(names))
        return book.get_sheet_by_name(wanted)
    if not names:
        raise Unusable("empty", "The workbook has no sheet of cells.", cure="Save the list of attendees as a sheet.")
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None:
            return sheet
    return book.get_sheet_by_name(names[0])


def _choose(names: Sequence[str]) -> str:
    return f"The sheets are: {', '.join(name[:60] for name in names[:SHEETS_SHOWN_MAX])}."


def _filled(sheet: CalamineSheet, columns_before: int) -> Iterator[tuple[int, list[Any]]]:
    """Each row that is not blank with its line. What is read leaves out blank columns before the first, though not lines."""
    before = [""] * columns_before
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if any(cell != "" for cell in cells):
            yield line, [*before, *cells]


class _Found:
    """A sheet under construction."""

    def __init__(self, sheet: CalamineSheet, name: str, names: list[str], form: FileForm, rows_max: int) -> None:
        self.sheet, self.name, self.names, self.form, self.rows_max = sheet, name, names, form, rows_max
        self.remarks: list[Remark] = []
        self.said = [_other_sheets(name, names)] if len(names) > 1 else []
        self.chars = 0

    def of(self, cells: Cells, oddities: dict[tuple[int, int], tuple[str, str]]) -> Sheet:
        (line, header), *rows = self._from_header(cells)
        names = self._texts(line, header)
        while names and not names[-1].strip():
            names.pop()
        if len(names) > COLUMNS_MAX:
            message = f"The first line names {len(names):,} columns, and {COLUMNS_MAX:,} are the most."
            raise Unusable("too_many_columns", message, cure="Send the columns that matter.")
        if len(rows) > self.rows_max:
            message = f"The sheet {self.name!r} has more than {self.rows_max:,} rows."
            raise Unusable("too_many_rows", message, cure=f"Send at most {self.rows_max:,} rows at a time.")
        merged = self._merged(line)
        records = [self._record(number, found, merged.get(number, {}), len(names)) for number, found in rows]
        for (number, column), (code, message) in sorted(oddities.items()):
            if number > line:
                self._remark(number, column, code, message)
        return Sheet(
            form=self.form,
            header=names,
            records=records,
            name=self.name,
            sheets=self.names,
            remarks=self.remarks,
            said=self.said,
        )

    def _from_header(self, cells: Cells) -> Cells:
        """From the line that names columns on: what stands above it, one cell a line, is a title."""
        first = next((n for n, (_, row) in enumerate(cells) if sum(cell != "" for cell in row) > 1), 0)
        for line, row in cells[:first]:
            title = next(str(cell) for cell in row if cell != "")
            self.said.append(
                about_file("title_skipped", f"Line {line}, {title[:80]!r}, is taken as a title.", line=line)
            )
        return cells[first:]

    def _record(self, line: int, cells: list[Any], merged: dict[int, tuple[Any, str]], width: int) -> Record:
        for column, (value, area) in merged.items():
            if column < len(cells) and cells[column] == "" and value != "":
                cells[column] = value
                said = f"{area} are one merged cell; each of its rows is taken to hold {_text(value)[:80]!r}."
                self._remark(line, column, "cell_merged", said)
        texts = self._texts(line, cells)
        while len(texts) > width and not texts[-1].strip():
            texts.pop()
        long = next((column for column, text in enumerate(texts) if len(text) > TEXT_CHARS_MAX), None)
        if long is None:
            return Record(line=line, cells=texts)
        message = f"The cell {letters_of(long)}{line} has {len(texts[long]):,} characters, and {TEXT_CHARS_MAX:,} are the most."
        return Record(line=line, cells=texts, broken=Broken(code="cell_too_long", message=message))

    def _texts(self, line: int, cells: Sequence[Any]) -> list[str]:
        texts = [_text(cell) for cell in cells]
        self.chars += sum(map(len, texts))
        if self.chars > CHARS_MAX:
            message = f"The sheet holds more than {CHARS_MAX:,} characters."
            raise Unusable(
                "too_many_characters", message, cure="Send the columns that matter, or fewer rows at a time."
            )
        for column, cell in enumerate(cells):
            if isinstance(cell, (date, time, timedelta)):
                said = f"The spreadsheet holds a date or an hour here, which is read as {texts[column]!r}."
                self._remark(line, column, "cell_is_date", f"{said} If it is not one, format the column as text.")
        return texts

    def _merged(self, header: int) -> dict[int, dict[int, tuple[Any, str]]]:
        """What the rows below the first of a merged area hold, by line and column: its first cell has the value alone."""
        values: dict[int, dict[int, tuple[Any, str]]] = {}
        first: dict[tuple[int, int], Any] = {}
        areas = [area for area in self.sheet.merged_cell_ranges or () if area[0][0] + 1 > header][:REMARKS_MAX]
        wanted = {area[0] for area in areas}
        if wanted:
            for line, cells in _filled(self.sheet, (self.sheet.start or (0, 0))[1]):
                first |= {
                    (row, column): cells[column] for row, column in wanted if row + 1 == line and column < len(cells)
                }
        for (top, left), (bottom, right) in areas:
            area = f"{letters_of(left)}{top + 1} to {letters_of(right)}{bottom + 1}"
            for row in range(top + 1, min(bottom, top + self.rows_max) + 1):
                values.setdefault(row + 1, {})[left] = (first.get((top, left), ""), area)
        return values

    def _remark(self, line: int, column: int, code: str, message: str) -> None:
        if len(self.remarks) < REMARKS_MAX:
            self.remarks.append(Remark(line=line, column=column, code=code, message=message))


def _text(cell: Any) -> str:
    """A cell as somebody would have typed it: `3` for 3.0, a date as 2026-01-03, an hour as 14:30."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _other_sheets(name: str, names: Sequence[str]) -> Any:
    others = ", ".join(repr(one[:60]) for one in names[:SHEETS_SHOWN_MAX] if one != name)
    return about_file("sheet_chosen", f"The sheet {name[:60]!r} is read, and not {others}.")


def _unreadable(error: Exception) -> Unusable:
    words = str(error).lower()
    if "password" in words or "encrypt" in words:
        return Unusable("workbook_locked", "The workbook has a password.", cure="Save it without one.")
    return Unusable(
        "workbook_broken", "The workbook cannot be read.", cure="Open it, and save it again as .xlsx or as CSV."
    )

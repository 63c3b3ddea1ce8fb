"""CSV → rows: comma, semicolon or tab, with or without a BOM, columns in any order, unknown ones kept.

Nothing is guessed from the content but the delimiter, and that only among three, from the header. A row that cannot be
used is reported with its line, column and cure, and the good rows are kept.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping

from matchmaker.intake.fields import COLUMNS, target_of
from matchmaker.intake.mapping import own_rules
from matchmaker.intake.reading import table_of
from matchmaker.intake.sheet import Broken, FileForm, Record, Sheet
from matchmaker.intake.table import Table, Unusable

DELIMITERS = ",;\t"
CELL_CHARS_MAX = 131_072
LINE_CHARS_MAX = 1_000_000
COLUMNS_MAX = 1_000
LINES_REREAD_MAX = 1_000
UNCLOSED_MAX = 20
SWALLOWED_LEAST = 100  # lines within one quote, from which on it was never meant to close
SEPARATOR_SAID = re.compile(r"sep=([,;\t])(?=\r?\n)", re.IGNORECASE)  # a line above the header, by which Excel knows it
STOPPED = "too many stray quotes"
LARGER = "field larger"  # in the library's own words

csv.field_size_limit(CELL_CHARS_MAX)


def read(data: bytes, *, mapping: Mapping[str, str] | None = None, rows_max: int) -> Table:
    """The attendees in a CSV file. `mapping` names targets by header: `{"abstracts": "offers+interests"}`.

    Raises `Unusable` where no row can be read: not text in UTF-8, no header, none of our columns, no rows, too many of either.
    """
    sheet = sheet_of(data, known=mapping or (), rows_max=rows_max)
    return table_of(sheet, own_rules(sheet.header, mapping or {}), rows_max=rows_max)


def sheet_of(data: bytes, *, known: Collection[str] = (), rows_max: int) -> Sheet:
    """The cells of a CSV file, blank rows aside. Raises `Unusable` where it is no text in UTF-8, has no header, or too many rows:
    what is too much is not read to its end."""
    text = _decoded(data)
    said = SEPARATOR_SAID.match(text)
    delimiter = said[1] if said else _delimiter(text, known)
    records = _records(text if said is None else text[said.end(1) :], delimiter)
    line, header = next(records, (1, []))
    if isinstance(header, csv.Error):
        code, message = _explained(header, line)
        raise Unusable(code, f"The header cannot be read. {message}", cure="Mend the first line of the file.")
    if not header:
        raise Unusable("empty", "The file is empty.", cure="Send a header line and a line for each attendee.")
    if len(header) > COLUMNS_MAX:
        message = f"The first line names {len(header):,} columns, and {COLUMNS_MAX:,} are the most."
        raise Unusable("too_many_columns", message, cure="Send the columns that matter.")
    found: list[Record] = []
    for line, cells in records:
        if isinstance(cells, csv.Error) or any(map(str.strip, cells)):
            found.append(_record(line, cells, len(header)))
        if len(found) > rows_max:
            message = f"The file has more than {rows_max:,} rows."
            raise Unusable("too_many_rows", message, cure=f"Send at most {rows_max:,} rows at a time.")
    return Sheet(form=FileForm.CSV, header=header, records=found)


def _record(line: int, cells: list[str] | csv.Error, width: int) -> Record:
    """A broken line stands past the last column, so that, sent again as it is, it fails again and becomes nobody."""
    if not isinstance(cells, csv.Error):
        return Record(line=line, cells=cells)
    code, message = _explained(cells, line)
    return Record(line=line, cells=[*[""] * width, cells.args[1]], broken=Broken(code=code, message=message))


def _decoded(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise Unusable("not_csv", "This is a workbook or an archive, not a CSV file.", cure="Save it as CSV (UTF-8).")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable(
            "not_utf8",
            f"The file is not UTF-8: line {line} has the byte 0x{data[error.start]:02x}.",
            cure="Save it as CSV UTF-8 (in Excel: Save as, CSV UTF-8).",
        ) from None


def _delimiter(text: str, known: Collection[str]) -> str:
    """The delimiter under which the header names most columns of ours or `known`; among equals the one that splits it most."""

    ours = {*COLUMNS, *map(target_of, known)}

    def fit(delimiter: str) -> tuple[int, int]:
        header = next((cells for _, cells in _records(text, delimiter) if isinstance(cells, list)), [])
        return len(ours & set(map(target_of, header[:COLUMNS_MAX]))), len(header)

    return max(DELIMITERS, key=fit)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each record with the line it begins on, or what is wrong there and that line as it came.

    A stray quote swallows the lines after it, so reading goes on with the very next line: only the bad record is lost.
    """
    lines, reread = _Lines(text), 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.settled + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, csv.Error(str(error), _as_it_came(lines.taken[0]))
            if len(lines.taken) > 1:
                endless = "unexpected end" in str(error) or len(lines.taken) > SWALLOWED_LEAST
                reread += 1 + LINES_REREAD_MAX // UNCLOSED_MAX * endless
                if reread > LINES_REREAD_MAX:
                    yield line + 1, csv.Error(STOPPED, _as_it_came(lines.taken[1]))
                    return
            lines.go_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        else:
            lines.settle()
            if cells:
                yield line, cells


class _Lines:
    """The lines of a text, one after the other; those `taken` for the record under way can be given again."""

    def __init__(self, text: str) -> None:
        self._rest = io.StringIO(text, newline="")
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.settled = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._rest)
        self.taken.append(line)
        if len(line) > LINE_CHARS_MAX:
            raise csv.Error(f"{LARGER} a line")
        return line

    def settle(self) -> None:
        """The record is whole."""
        self.settled += len(self.taken)
        self.taken = []

    def go_back(self) -> None:
        """To the line after the one on which the record begins."""
        self.settled += 1
        self._again.extendleft(reversed(self.taken[1:]))
        self.taken = []


def _as_it_came(line: str) -> str:
    return line.rstrip("\r\n")[:CELL_CHARS_MAX]


def _explained(error: csv.Error, line: int) -> tuple[str, str]:
    words = error.args[0]
    if words == STOPPED:
        return "reading_stopped", f"There are too many stray quotes; nothing from line {line} on was read."
    if "unexpected end" in words:
        return "quote_unclosed", f"A quote opened in the record that begins on line {line} is never closed."
    if LARGER in words:
        return "cell_too_long", f"A cell is longer than {CELL_CHARS_MAX:,} characters; is a quote missing?"
    return "quote_misplaced", 'A quote stands inside a cell. Write it twice ("") and put the cell in quotes.'

"""CSV → rows: comma, semicolon or tab, with or without a BOM, columns in any order, unknown ones kept.

Nothing is guessed from the content but the delimiter, and that only among three, from the header. A row that cannot be
used is reported with its line, column and cure, and the good rows are kept.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from matchmaker.intake.fields import COLUMNS, COLUMNS_EXTRA_MAX, attendee_of, target_of, without_guard
from matchmaker.intake.table import Row, RowError, Table, Unusable
from matchmaker.model.text import LINE_CHARS_MAX, TEXT_CHARS_MAX, clean_line, without_forbidden

DELIMITERS = ",;\t"
CELL_CHARS_MAX = 131_072
COLUMNS_MAX = 1_000
LINES_REREAD_MAX = 1_000
UNCLOSED_MAX = 20
HEADER_SHOWN_CHARS_MAX = 300
STOPPED = "too many stray quotes"
WORDS = ("external_id", "name", "email", "interests", "seeks", "offers")

csv.field_size_limit(CELL_CHARS_MAX)


def read(data: bytes, *, mapping: Mapping[str, str] | None = None, rows_max: int) -> Table:
    """The attendees in a CSV file. `mapping` names targets by header: `{"abstracts": "offers+interests"}`.

    Raises `Unusable` where no row can be read: not text in UTF-8, no header, none of our columns, no rows, too many of either.
    """
    text = _decoded(data)
    delimiter = _delimiter(text, mapping or {})
    records = _records(text, delimiter)
    line, header = next(records, (1, []))
    if isinstance(header, csv.Error):
        code, message = _explained(header, line)
        raise Unusable(code, f"The header cannot be read. {message}", cure="Mend the first line of the file.")
    if not header:
        raise Unusable("empty", "The file is empty.", cure="Send a header line and a line for each attendee.")
    if len(header) > COLUMNS_MAX:
        message = f"The first line names {len(header):,} columns, and {COLUMNS_MAX:,} are the most."
        raise Unusable("too_many_columns", message, cure="Send the columns that matter.")
    targets = _targets(header, mapping or {})
    return _Reading(header, targets, rows_max).of(records)


class _Reading:
    """A table under construction."""

    def __init__(self, header: list[str], targets: list[list[str]], rows_max: int) -> None:
        self.header, self.targets, self.rows_max = header, targets, rows_max
        self.names = _extra_names(header)
        self.notes: Counter[str] = Counter()
        self.rows: list[Row] = []
        self.errors: list[RowError] = []
        self.failed: list[tuple[int, list[str]]] = []

    def of(self, records: Iterator[tuple[int, list[str] | csv.Error]]) -> Table:
        number = 0
        for line, cells in records:
            if isinstance(cells, list) and not any(map(str.strip, cells)):
                continue
            number += 1
            if number > self.rows_max:
                raise Unusable(
                    "too_many_rows",
                    f"The file has more than {self.rows_max:,} rows.",
                    cure=f"Send at most {self.rows_max:,} rows at a time.",
                )
            if isinstance(cells, list):
                self._row(number, line, cells)
            else:
                self._broken(number, line, cells)
        if not number:
            raise Unusable("no_rows", "The file has a header and no rows.", cure="Send a line for each attendee.")
        self._without_doubles()
        return Table(
            rows=self.rows,
            errors=sorted(self.errors, key=lambda error: (error.row, error.column)),
            notes={code: count for code, count in sorted(self.notes.items()) if count},
            header=self.header,
            failed=sorted(self.failed),
        )

    def _row(self, number: int, line: int, cells: list[str]) -> None:
        bad = False

        def complain(column: str, code: str, message: str, kept: bool) -> None:
            nonlocal bad
            bad = bad or not kept
            self.errors.append(RowError(row=number, line=line, column=column, code=code, message=message, kept=kept))

        if len(cells) > len(self.header) and any(map(str.strip, cells[len(self.header) :])):
            complain(
                "",
                "too_many_cells",
                f"The row has {len(cells)} cells, the header {len(self.header)}. "
                "Put quotes around a cell that holds the delimiter.",
                False,
            )
        by_target: dict[str, list[str]] = defaultdict(list)
        extra: dict[str, str] = {}
        for cell, name, targets in zip(map(without_guard, cells), self.names, self.targets, strict=False):
            for target in targets:
                by_target[target].append(cell)
            if not targets and name and cell.strip() and len(extra) < COLUMNS_EXTRA_MAX:
                extra[name] = without_forbidden(cell)[:TEXT_CHARS_MAX]
        attendee = attendee_of(by_target, extra, complain, self.notes)
        if bad:
            self.failed.append((number, cells))
        else:
            self.rows.append(Row(row=number, line=line, attendee=attendee, cells=cells))

    def _broken(self, number: int, line: int, error: csv.Error) -> None:
        code, message = _explained(error, line)
        self.errors.append(RowError(row=number, line=line, column="", code=code, message=message))
        # Past the last column, so that the line, sent again as it is, fails again and becomes nobody.
        self.failed.append((number, [*[""] * len(self.header), error.args[1]]))

    def _without_doubles(self) -> None:
        """Of rows with one external id the fullest is kept, of rows with one e-mail the first by external id."""
        fullest_first = sorted(self.rows, key=lambda row: (-sum(map(len, row.cells)), row.cells))
        by_id: dict[str, Row] = {}
        dropped: set[int] = set()
        for row in fullest_first:
            key = row.attendee.external_id or ""
            kept = by_id.setdefault(key, row) if key else row
            if kept is not row:
                shown = key[:40]
                message = (
                    f"Lines {kept.line} and {row.line} have the external id {shown!r}; "
                    f"the fuller, line {kept.line}, is kept."
                )
                self.errors.append(
                    RowError(
                        row=row.row, line=row.line, column="external_id", code="external_id_twice", message=message
                    )
                )
                self.failed.append((row.row, row.cells))
                dropped.add(row.row)
        self.rows = self._without_shared_emails([row for row in self.rows if row.row not in dropped])

    def _without_shared_emails(self, rows: list[Row]) -> list[Row]:
        """Two people cannot be told apart by one e-mail: without external ids they are one person, with them two."""
        by_email: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row.attendee.email:
                by_email[row.attendee.email.casefold()].append(row)
        lost: set[int] = set()
        for shared in by_email.values():
            first, *others = sorted(shared, key=lambda row: (row.attendee.external_id or "\uffff", row.cells))
            for row in others:
                lost.add(row.row)
                message = (
                    f"Lines {first.line} and {row.line} have one e-mail, and it tells people apart; line {first.line} "
                    "is kept. Give each person their own address, or leave one blank."
                )
                self.errors.append(
                    RowError(row=row.row, line=row.line, column="email", code="email_twice", message=message)
                )
                self.failed.append((row.row, row.cells))
        return [row for row in rows if row.row not in lost]


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


def _delimiter(text: str, mapping: Mapping[str, str]) -> str:
    """The delimiter under which the header names most of our columns; among equals the one that splits it most."""

    def fit(delimiter: str) -> tuple[int, int]:
        header = next((cells for _, cells in _records(text, delimiter) if isinstance(cells, list)), [])
        return sum(map(bool, _wanted(header[:COLUMNS_MAX], mapping))), len(header)

    return max(DELIMITERS, key=fit)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each record with the line it begins on, or what is wrong there and that line as it came.

    A stray quote swallows the lines after it, so reading goes on with the very next line: only the bad record is lost.
    """
    lines = list(io.StringIO(text, newline=""))
    begin, reread = 0, 0
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = begin + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, csv.Error(str(error), _as_it_came(lines, line))
            if begin + reader.line_num > line:
                reread += 1 + LINES_REREAD_MAX // UNCLOSED_MAX * ("unexpected end" in str(error))
                if reread > LINES_REREAD_MAX:
                    yield line + 1, csv.Error(STOPPED, _as_it_came(lines, line + 1))
                    return
                begin = line
                reader = csv.reader(lines[begin:], delimiter=delimiter, strict=True)
        else:
            if cells:
                yield line, cells


def _as_it_came(lines: list[str], line: int) -> str:
    return lines[line - 1].rstrip("\r\n")[:CELL_CHARS_MAX]


def _explained(error: csv.Error, line: int) -> tuple[str, str]:
    words = error.args[0]
    if words == STOPPED:
        return "reading_stopped", f"There are too many stray quotes; nothing from line {line} on was read."
    if "unexpected end" in words:
        return "quote_unclosed", f"A quote opened in the record that begins on line {line} is never closed."
    if "field larger" in words:
        return "cell_too_long", f"A cell is longer than {CELL_CHARS_MAX:,} characters; is a quote missing?"
    return "quote_misplaced", 'A quote stands inside a cell. Write it twice ("") and put the cell in quotes.'


def _wanted(header: list[str], mapping: Mapping[str, str]) -> list[list[str]]:
    """The targets of each column: those the mapping names, else the one its header means; unknown ones have none."""
    given = {target_of(source): target.split("+") for source, target in mapping.items()}
    taken = {target for targets in given.values() for target in targets}
    wanted: list[list[str]] = []
    for name in header:
        target = target_of(name)
        if target in given:
            wanted.append(given[target])
        elif target in COLUMNS and target not in taken:
            wanted.append([target])
            taken.add(target)
        else:
            wanted.append([])
    return wanted


def _targets(header: list[str], mapping: Mapping[str, str]) -> list[list[str]]:
    headers = {target_of(name) for name in header}
    for source, target in mapping.items():
        if target_of(source) not in headers:
            raise Unusable(
                "map_source_unknown", f"There is no column {source!r}.", cure=f"The file has: {_shown(header)}."
            )
        for name in target.split("+"):
            if name not in COLUMNS:
                raise Unusable(
                    "map_target_unknown",
                    f"There is no field {name!r} to map to.",
                    cure=f"Choose of: {', '.join(COLUMNS)}.",
                )
    wanted = _wanted(header, mapping)
    if not any(target in WORDS for targets in wanted for target in targets):
        shown = _shown(header)
        raise Unusable(
            "no_header",
            f"None of the columns is known; the first line {f'reads: {shown}' if shown else 'is blank'}.",
            cure=f"Begin with a header line that names at least one of {', '.join(WORDS)}, or map your own columns to them.",
        )
    return wanted


def _shown(header: list[str]) -> str:
    """The header for a message, without what is blank or what a terminal would obey."""
    return ", ".join(filter(None, map(clean_line, header)))[:HEADER_SHOWN_CHARS_MAX]


def _extra_names(header: list[str]) -> list[str]:
    """The names under which unknown columns are kept; a repeated one gets a number."""
    seen: Counter[str] = Counter()
    names = []
    for name in header:
        shown = " ".join(clean_line(name).split())[: LINE_CHARS_MAX - 10]
        seen[shown] += 1
        names.append(shown if seen[shown] == 1 else f"{shown} ({seen[shown]})")
    return names

"""A sheet and what its columns mean → rows: a row that cannot be used is told with its place and cure, the good ones are kept."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from matchmaker.intake.fields import attendee_of
from matchmaker.intake.mapping import Plan, cells_of, plan_of
from matchmaker.intake.sheet import Record, Remark, Sheet, about_file, folded_header, letters_of
from matchmaker.intake.table import Row, RowError, Table, Tell, Unusable, untold
from matchmaker.model.mapping import Rule

COLUMN_CHARS_MAX = 200
ROWS_EACH_TELLING = 500
SAID_MAX = 20


def table_of(sheet: Sheet, rules: Sequence[Rule], *, rows_max: int, tell: Tell = untold) -> Table:
    """The attendees of a sheet; `tell` hears how much of it is read. Raises `Unusable` where no row can be, or too many would."""
    plan = plan_of(sheet.header, rules)
    return _Reading(sheet, plan, rows_max, tell).table()


class _Reading:
    """A table under construction."""

    def __init__(self, sheet: Sheet, plan: Plan, rows_max: int, tell: Tell) -> None:
        self.sheet, self.plan, self.rows_max, self.tell = sheet, plan, rows_max, tell
        self.notes: Counter[str] = Counter()
        self.rows: list[Row] = []
        self.errors: list[RowError] = []
        self.failed: list[tuple[int, list[str]]] = []
        self.columns = {field: self._column(field) for field in {one.rule.field.value for one in plan.bound}}
        self.taken = plan.taken()
        self.header = _folded(sheet.header)
        self.said: list[RowError] = []
        self.remarks: dict[int, list[Remark]] = defaultdict(list)
        for remark in sheet.remarks:
            self.remarks[remark.line].append(remark)

    def table(self) -> Table:
        number = 0
        for record in self.sheet.records:
            if record.broken is None and not any(map(str.strip, record.cells)):
                continue
            number += 1
            if number % ROWS_EACH_TELLING == 0:
                self.tell(number / len(self.sheet.records))
            if number > self.rows_max:
                message = f"The file has more than {self.rows_max:,} rows."
                raise Unusable("too_many_rows", message, cure=f"Send at most {self.rows_max:,} rows at a time.")
            if len(self.header) > 1 and _folded(record.cells) == self.header:
                message = f"Line {record.line} names the columns once more, and is passed over."
                self.said.append(about_file("header_repeated", message, line=record.line))
            elif record.broken is None:
                self._row(number, record)
            else:
                self._broken(number, record)
        if not number:
            raise Unusable("no_rows", "The file has a header and no rows.", cure="Send a line for each attendee.")
        self._without_doubles()
        said = [*self.sheet.said, *self.said[:SAID_MAX], *self._missing()]
        return Table(
            rows=self.rows,
            errors=[*said, *sorted(self.errors, key=lambda error: (error.row, error.column))],
            notes={code: count for code, count in sorted(self.notes.items()) if count},
            header=self.sheet.header,
            failed=sorted(self.failed),
            form=self.sheet.form,
            columns=self.columns,
        )

    def _column(self, field: str) -> str:
        """The columns that fill a field, as the file's header has them; the field where it is filled by none."""
        names = [" ".join(self.sheet.header[index].split()) for index in self.plan.columns_of(field)]
        return " + ".join(filter(None, names))[:COLUMN_CHARS_MAX] or field

    def _missing(self) -> list[RowError]:
        return [
            about_file("column_missing", "The mapping speaks of a column that this file has not.", column=name)
            for name in self.plan.missing
        ]

    def _row(self, number: int, record: Record) -> None:
        bad = False

        def complain(column: str, code: str, message: str, kept: bool) -> None:
            nonlocal bad
            bad = bad or not kept
            self._tell(number, record.line, column, code, message, kept)

        width = len(self.sheet.header)
        if len(record.cells) > width and any(map(str.strip, record.cells[width:])):
            complain(
                "",
                "too_many_cells",
                f"The row has {len(record.cells)} cells, the header {width}. "
                "Put quotes around a cell that holds the delimiter.",
                False,
            )
        by_field, extra = cells_of(self.plan, record.cells)
        attendee = attendee_of(by_field, extra, complain, self.notes)
        self._remark(number, record.line)
        if bad:
            self.failed.append((number, record.cells))
        else:
            self.rows.append(Row(row=number, line=record.line, attendee=attendee, cells=record.cells))

    def _tell(self, number: int, line: int, field: str, code: str, message: str, kept: bool = False) -> None:
        self.errors.append(
            RowError(
                row=number,
                line=line,
                column=self.columns.get(field, field),
                code=code,
                message=message,
                kept=kept,
                place=self._place(field, line),
            )
        )

    def _place(self, field: str, line: int) -> str:
        return self.plan.place_of(field, line) if self.sheet.name is not None else ""

    def _remark(self, number: int, line: int) -> None:
        """What is to be said of cells that go into fields; of those that are only kept nobody need know."""
        for remark in self.remarks.get(line, ()):
            if remark.column in self.taken:
                self.errors.append(
                    RowError(
                        row=number,
                        line=line,
                        column=self.sheet.header[remark.column][:COLUMN_CHARS_MAX],
                        code=remark.code,
                        message=remark.message,
                        kept=True,
                        place=f"{letters_of(remark.column)}{line}",
                    )
                )

    def _broken(self, number: int, record: Record) -> None:
        if record.broken is not None:
            self._tell(number, record.line, "", record.broken.code, record.broken.message)
        self.failed.append((number, record.cells))

    def _without_doubles(self) -> None:
        """Of rows with one external id the fullest is kept, of rows with one e-mail the first by external id."""
        fullest_first = sorted(self.rows, key=lambda row: (-sum(map(len, row.cells)), row.cells))
        by_id: dict[str, Row] = {}
        dropped: set[int] = set()
        for row in fullest_first:
            key = row.attendee.external_id or ""
            kept = by_id.setdefault(key, row) if key else row
            if kept is not row:
                message = (
                    f"Lines {kept.line} and {row.line} have the external id {key[:40]!r}; "
                    f"the fuller, line {kept.line}, is kept."
                )
                self._tell(row.row, row.line, "external_id", "external_id_twice", message)
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
                self._tell(row.row, row.line, "email", "email_twice", message)
                self.failed.append((row.row, row.cells))
        return [row for row in rows if row.row not in lost]


def _folded(cells: Sequence[str]) -> list[str]:
    """The cells that are not blank, as headers are compared; two lists stuck together have their header twice."""
    return [folded for cell in cells if (folded := folded_header(cell))]

"""Give back the rows that an import left out, as they came and in the form they came in, each with what is wrong with it."""

from collections import defaultdict

from matchmaker.export.failed_rows import failed_rows_csv, failed_rows_xlsx
from matchmaker.intake.mapping import ERROR_COLUMN, has_error_column
from matchmaker.intake.sheet import FileForm
from matchmaker.intake.table import Table
from matchmaker.model.attendee_import import ImportOutcome
from matchmaker.services.take_in import failed_cells

ERROR_CHARS_MAX = 2_000


def failed_file(outcome: ImportOutcome, table: Table) -> bytes | None:
    """The file of the rows that were left out; None where none was, or where they came in no file."""
    cells = failed_cells(outcome, table)
    if not cells or not table.header:
        return None
    wrong: dict[int, list[str]] = defaultdict(list)
    for error in outcome.errors:
        if not error.kept:
            wrong[error.row].append(error.message)
    width, named = len(table.header), has_error_column(table.header)
    header = [*table.header[: width - named], ERROR_COLUMN]
    rows = [_with_error(row, width, named, " ".join(wrong[number])) for number, row in cells]
    return failed_rows_csv(header, rows) if table.form is FileForm.CSV else failed_rows_xlsx(header, rows)


def _with_error(row: list[str], width: int, named: bool, words: str) -> list[str]:
    """What stood past the last column still does, so that the row, sent again as it is, fails again."""
    ours = row[: width - named]
    return [*ours, *[""] * (width - named - len(ours)), words[:ERROR_CHARS_MAX], *row[width:]]

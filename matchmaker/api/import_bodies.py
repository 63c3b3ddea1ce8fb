"""The body of an import → rows."""

from typing import Any, cast

from matchmaker.api.body import decode
from matchmaker.errors import FieldError, InvalidFields
from matchmaker.intake import meaning
from matchmaker.intake.preview import preview_of
from matchmaker.intake.sheet import Sheet
from matchmaker.intake.table import Row, RowError, Table
from matchmaker.model.attendee import ImportRow
from matchmaker.model.attendee_import import ImportPreview
from matchmaker.model.mapping import Rule
from matchmaker.services.enrol import normalised

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLS_TYPE = "application/vnd.ms-excel"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
BYTES_TYPE = "application/octet-stream"
FILE_TYPES = (CSV_TYPE, XLSX_TYPE, XLS_TYPE, ODS_TYPE, BYTES_TYPE)
_NAME = "[^,=\\s][^,=]*"
MAPPING_PATTERN = f"^{_NAME}={_NAME}(,{_NAME}={_NAME})*$"
EXAMPLE_CSV = (
    "name,email,organisation,interests,seeks,offers\r\n"
    "Ada Lovelace,ada@example.org,Analytical Society,mathematics,someone who builds engines,programs for engines\r\n"
    "Charles Babbage,charles@example.org,Difference Works,engines,someone who writes programs,an engine\r\n"
)


def read_sheet(sheet: Sheet, given: dict[str, str], rules: list[Rule] | None, rows_max: int) -> Table:
    """The rows of a file that was opened. Raises `Unusable`."""
    return meaning.read(sheet, given=given, rules=rules, rows_max=rows_max)


def look_at(sheet: Sheet, given: dict[str, str], rules: list[Rule] | None, rows_max: int) -> ImportPreview:
    """What a file that was opened would become."""
    return preview_of(sheet, given=given, rules=rules, rows_max=rows_max)


def read_json(annotation: Any, body: bytes) -> Table:
    """The rows of a JSON list. Raises `InvalidFields` with every bad field; a bad address costs its own row only."""
    rows: list[Row] = []
    errors: list[RowError] = []
    given: list[ImportRow] = decode(annotation, body)
    for number, attendee in enumerate(given, start=1):
        try:
            rows.append(Row(row=number, line=number, attendee=cast(ImportRow, normalised(attendee))))
        except InvalidFields as refused:
            errors += [_row_error(number, field) for field in refused.fields]
    left_out = sorted({error.row for error in errors})
    return Table(rows=rows, errors=errors, notes={}, header=[], failed=[(number, []) for number in left_out])


def mapping_of(columns: str | None) -> dict[str, str]:
    """`Full name=name,Can help=offers`, which fits `MAPPING_PATTERN`, as a mapping."""
    parts = (part.partition("=") for part in columns.split(",")) if columns else ()
    return {source.strip(): target.strip() for source, _, target in parts}


def _row_error(number: int, field: FieldError) -> RowError:
    return RowError(
        row=number, line=number, column=field.pointer.strip("/")[:200], code=field.code, message=field.detail[:600]
    )

"""An import of attendees: what became of its rows, and what is wrong with those that were left out."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.attendee import ImportRow
from matchmaker.model.ids import EventId, ImportId
from matchmaker.model.mapping import COLUMNS_MAX, HEADER_CHARS_MAX, RULES_MAX, Rule, Tool
from matchmaker.model.text import Count, Line

ERRORS_MAX = 100_000
ERRORS_SHOWN_MAX = 1_000
ROWS_SHOWN_MAX = 50
SAMPLES_MAX = 5
SAMPLE_CHARS_MAX = 200
SHEETS_MAX = 1_000


class RowError(Struct, frozen=True, kw_only=True):
    """One thing wrong with one row. A row that is `kept` goes in without the field named; any other is left out."""

    row: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000_000,
            description="Number of the row, the first after the header being 1; 0 for all the file.",
        ),
    ]
    line: Annotated[int, Meta(ge=0, le=10_000_000, description="Line of the file on which the row begins.")]
    column: Annotated[str, Meta(max_length=200, description="The column as the file's header has it.")]
    code: Annotated[str, Meta(max_length=60)]
    message: Annotated[str, Meta(max_length=600)]
    kept: bool = False
    place: Annotated[str, Meta(max_length=20, description="The cell of a workbook, as `C5`.")] = ""


class ImportOutcome(Struct, frozen=True, kw_only=True):
    """What became of the rows of an import, or would become of them in a dry run."""

    added: Count
    changed: Count
    unchanged: Count
    failed: Annotated[Count, Meta(description="Rows that were left out; `errors` says why.")]
    acquaintances: Annotated[Count, Meta(description="New pairs who know each other.")]
    exclusions: Annotated[Count, Meta(description="New pairs, and organisations, to be kept apart.")]
    wishes: Annotated[Count, Meta(description="New wishes, and those whose strength changed.")] = 0
    errors: Annotated[list[RowError], Meta(max_length=ERRORS_MAX)]
    notes: Annotated[dict[str, Count], Meta(description="What was counted on the way, by code.")] = {}


class AttendeeImport(ImportOutcome, frozen=True, kw_only=True):
    """An import as stored and shown."""

    id: ImportId
    event_id: EventId
    file_name: Line | None
    dry_run: bool
    created_at: datetime


class FileForm(Enum):
    """The form of a file, as its content tells it and not its name."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"


class ColumnShown(Struct, frozen=True, kw_only=True):
    """A column of a file, and the first values that stand in it."""

    header: Annotated[str, Meta(max_length=HEADER_CHARS_MAX)]
    nth: Annotated[int, Meta(ge=1, le=COLUMNS_MAX, description="Which of the columns with this header, from the left.")]
    letters: Annotated[str, Meta(max_length=4, description="The column as a spreadsheet names it.")]
    filled: Annotated[Count, Meta(description="Rows in which it is not blank.")]
    samples: Annotated[list[Annotated[str, Meta(max_length=SAMPLE_CHARS_MAX)]], Meta(max_length=SAMPLES_MAX)]


class RowShown(Struct, frozen=True, kw_only=True):
    """What a row would become."""

    row: Count
    line: Count
    attendee: ImportRow


class ImportPreview(Struct, frozen=True, kw_only=True):
    """What a file holds, what its columns seem to be, and what its rows would become; nothing is kept."""

    form: FileForm
    sheet: Annotated[str, Meta(max_length=HEADER_CHARS_MAX)] | None
    sheets: Annotated[list[Annotated[str, Meta(max_length=HEADER_CHARS_MAX)]], Meta(max_length=SHEETS_MAX)]
    tool: Annotated[Tool | None, Meta(description="The ticketing tool whose export this is.")]
    columns: Annotated[list[ColumnShown], Meta(max_length=COLUMNS_MAX)]
    suggested: Annotated[list[Rule], Meta(max_length=RULES_MAX, description="A mapping that would fit, to look at.")]
    rules: Annotated[list[Rule], Meta(max_length=RULES_MAX, description="By which the rows are shown here.")]
    rows: Annotated[list[RowShown], Meta(max_length=ROWS_SHOWN_MAX, description="The first rows that can be used.")]
    row_count: Annotated[Count, Meta(description="Rows that can be used.")]
    failed: Annotated[Count, Meta(description="Rows that would be left out; `errors` says why.")]
    error_count: Count
    errors: Annotated[list[RowError], Meta(max_length=ERRORS_SHOWN_MAX)]
    notes: Annotated[dict[str, Count], Meta(description="What was counted on the way, by code.")]

"""An import of attendees: what became of its rows, and what is wrong with those that were left out."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import EventId, ImportId
from matchmaker.model.text import Count, Line

ERRORS_MAX = 100_000


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

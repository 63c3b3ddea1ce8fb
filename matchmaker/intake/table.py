"""What an import gives: good rows, and for every other what is wrong with it, where, and the cure."""

from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.errors import Invalid
from matchmaker.model.attendee import ImportRow
from matchmaker.model.text import Count


class Unusable(Invalid):
    """The file cannot be read as a list of attendees."""

    def __init__(self, code: str, detail: str, *, cure: str) -> None:
        super().__init__(detail, cure=cure)
        self.code = code


class RowError(Struct, frozen=True, kw_only=True):
    """One thing wrong with one row. A row that is `kept` goes in without the field named; any other is left out."""

    row: Annotated[int, Meta(ge=0, le=10_000_000, description="Number of the row, the first after the header being 1.")]
    line: Annotated[int, Meta(ge=0, le=10_000_000, description="Line of the file on which the row begins.")]
    column: Annotated[str, Meta(max_length=200)]
    code: Annotated[str, Meta(max_length=60)]
    message: Annotated[str, Meta(max_length=600)]
    kept: bool = False


class Row(Struct, frozen=True, kw_only=True):
    """A good row, where it stood, and its cells as they were."""

    row: int
    line: int
    attendee: ImportRow
    cells: list[str] = []


class Table(Struct, frozen=True, kw_only=True):
    """A file read: `header` and `failed` give the failed rows back as they came."""

    rows: list[Row]
    errors: list[RowError]
    notes: dict[str, Count]
    header: list[str]
    failed: list[tuple[int, list[str]]]

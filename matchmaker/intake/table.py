"""What an import gives: good rows, and for every other what is wrong with it, where, and the cure."""

from collections.abc import Callable

from msgspec import Struct

from matchmaker.errors import Invalid
from matchmaker.intake.sheet import FileForm
from matchmaker.model.attendee import ImportRow
from matchmaker.model.attendee_import import RowError as RowError
from matchmaker.model.text import Count

Tell = Callable[[float], None]


def untold(share: float) -> None:
    """Nobody listens to how much is done."""


class Unusable(Invalid):
    """The file cannot be read as a list of attendees."""

    def __init__(self, code: str, detail: str, *, cure: str) -> None:
        super().__init__(detail, cure=cure)
        self.code = code


class Row(Struct, frozen=True, kw_only=True):
    """A good row, where it stood, and its cells as they were."""

    row: int
    line: int
    attendee: ImportRow
    cells: list[str] = []


class Table(Struct, frozen=True, kw_only=True):
    """A file read: `header` and `failed` give the failed rows back as they came, in the file's own form.

    `columns` says by field which of the file's columns fill it.
    """

    rows: list[Row]
    errors: list[RowError]
    notes: dict[str, Count]
    header: list[str]
    failed: list[tuple[int, list[str]]]
    form: FileForm = FileForm.CSV
    columns: dict[str, str] = {}

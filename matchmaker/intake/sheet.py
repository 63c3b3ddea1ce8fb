"""A sheet: the cells of a file as text, each with its place, before anybody says what a column means."""

from msgspec import Struct

from matchmaker.model.attendee_import import FileForm as FileForm
from matchmaker.model.attendee_import import RowError
from matchmaker.model.text import clean_line

HEADER_SHOWN_CHARS_MAX = 300


class Broken(Struct, frozen=True, kw_only=True):
    """Why a record cannot be read, or not be kept: a code and words."""

    code: str
    message: str


class Record(Struct, frozen=True, kw_only=True):
    """A row of cells and the line of the file on which it begins; of a `broken` one the cells are as they came."""

    line: int
    cells: list[str]
    broken: Broken | None = None


class Remark(Struct, frozen=True, kw_only=True):
    """Something about one cell that its text does not show: it was a date, a formula without a value, a merged cell."""

    line: int
    column: int
    code: str
    message: str


class Sheet(Struct, frozen=True, kw_only=True):
    """One table of cells. `said` is what there is to say of the file as a whole."""

    form: FileForm
    header: list[str]
    records: list[Record]
    name: str | None = None
    sheets: list[str] = []
    remarks: list[Remark] = []
    said: list[RowError] = []


def about_file(code: str, message: str, *, column: str = "", line: int = 0) -> RowError:
    """A word about the file as a whole, which costs no row."""
    return RowError(row=0, line=line, column=column[:200], code=code, message=message[:600], kept=True)


def letters_of(column: int) -> str:
    """The letters of a column, the first being 0: A, B, …, Z, AA."""
    letters = ""
    while column >= 0:
        column, last = divmod(column, 26)
        letters = chr(ord("A") + last) + letters
        column -= 1
    return letters


def folded_header(header: str) -> str:
    """A header as it is compared: case, blanks and line breaks aside."""
    return " ".join(clean_line(header).casefold().split())


def shown_header(header: list[str]) -> str:
    """The header for a message, without what is blank or what a terminal would obey."""
    return ", ".join(filter(None, map(clean_line, header)))[:HEADER_SHOWN_CHARS_MAX]


def blank_columns(sheet: Sheet) -> set[int]:
    """The columns that hold nothing in any row."""
    filled = {index for record in sheet.records for index, cell in enumerate(record.cells) if cell.strip()}
    return set(range(len(sheet.header))) - filled


def values_of(sheet: Sheet, column: int) -> list[str]:
    """What a column holds, blanks aside, in the file's order."""
    cells = (record.cells[column] for record in sheet.records if column < len(record.cells))
    return [cell for cell in cells if cell.strip()]

"""A sheet: rows under named columns, before anyone says whether they are to be CSV, XLSX or JSON."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from matchmaker.errors import FieldError, InvalidFields

Cell = str | float | int | bool | list[str] | None


class Sheet(Struct, frozen=True, kw_only=True):
    """A table of cells. A cell that is text is what somebody wrote, unguarded; None is a blank one; a list is parted by `|`."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class UnknownColumn(InvalidFields):
    """A column was asked for that is not there."""


def narrowed(sheet: Sheet, names: Iterable[str]) -> Sheet:
    """The sheet with the columns named, in that order. Raises `UnknownColumn`."""
    places = [_place(sheet, name) for name in dict.fromkeys(names)]
    return structs.replace(
        sheet,
        columns=[sheet.columns[place] for place in places],
        rows=[[row[place] for place in places] for row in sheet.rows],
    )


def flat(cell: Cell) -> str | float | int:
    """The cell as a spreadsheet has it, in the words that an import reads."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case str() | int() | float():
            return cell
        case _:
            return "|".join(cell)


def _place(sheet: Sheet, name: str) -> int:
    if name not in sheet.columns:
        there = f"There is no column {name[:80]!r}; there are {', '.join(sheet.columns)}."
        raise UnknownColumn([FieldError("?columns", "unknown-column", there[:2_000])])
    return sheet.columns.index(name)

"""A sheet: rows under named columns, before anyone says whether they are to be CSV, XLSX or JSON."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from matchmaker.errors import FieldError

Cell = str | float | int | bool | None


class Sheet(Struct, frozen=True, kw_only=True):
    """A table of cells. A cell that is text is what somebody wrote, unguarded; None is a blank one."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class UnknownColumn(FieldError):
    """A column was asked for that the sheet has not."""


def narrowed(sheet: Sheet, names: Iterable[str]) -> Sheet:
    """The sheet with the columns named, in that order. Raises `UnknownColumn`."""
    places = [_place(sheet, name) for name in dict.fromkeys(names)]
    return structs.replace(
        sheet,
        columns=[sheet.columns[place] for place in places],
        rows=[[row[place] for place in places] for row in sheet.rows],
    )


def _place(sheet: Sheet, name: str) -> int:
    if name not in sheet.columns:
        raise UnknownColumn(
            "?columns",
            "unknown-column",
            f"There is no column {name[:80]!r} here; there are {', '.join(sheet.columns)}.",
        )
    return sheet.columns.index(name)

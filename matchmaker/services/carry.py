"""Carry rows and rounds away as files: the forms there are, how each is made beside the event loop, and how a file is named."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from msgspec import Meta, Struct

from matchmaker.export.csv import sheet_csv
from matchmaker.export.sheet import Cell, Sheet, narrowed
from matchmaker.export.xlsx import xlsx
from matchmaker.mail import calendar
from matchmaker.model.event import Event
from matchmaker.model.programme import Programme
from matchmaker.model.text import TEXT_CHARS_MAX, TEXT_PATTERN

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
ICS_TYPE = "text/calendar"
PDF_TYPE = "application/pdf"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"json": JSON_TYPE, "csv": CSV_TYPE, "xlsx": XLSX_TYPE, "pdf": PDF_TYPE, "ics": ICS_TYPE}
ENDINGS = {media_type: ending for ending, media_type in TYPES.items()}
ROWS_MAX = 1_000_000


class Rows(Struct, frozen=True, kw_only=True):
    """All rows of an export, each by the names of its columns; texts as they were written."""

    items: Annotated[
        list[
            Annotated[
                dict[
                    Annotated[str, Meta(max_length=TEXT_CHARS_MAX, pattern=TEXT_PATTERN)],
                    Cell,
                ],
                Meta(max_length=1_000),
            ]
        ],
        Meta(max_length=ROWS_MAX),
    ]


async def rows(media_type: str, make: Callable[[], Sheet], columns: Sequence[str] | None) -> bytes | Rows:
    """A sheet in that form, with these columns only; made in a thread. Raises `UnknownColumn`."""

    def made() -> bytes | Rows:
        sheet = make() if columns is None else narrowed(make(), columns)
        written: bytes | Rows = WRITERS[media_type](sheet)
        return written

    return await asyncio.to_thread(made)


def programme_calendar(event: Event, programme: Programme, *, base_url: str, at: datetime) -> bytes:
    """Each round as an entry whose name stays, and whose sequence counts the event's versions."""
    entries = [
        calendar.Entry(
            id=f"{event.id}-{slot.number}",
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            summary=f"{event.name}: {slot.number}",
            sequence=event.version,
        )
        for slot in programme.slots
    ]
    return calendar.feed(entries, name=event.name, base_url=base_url, at=at)


def disposition(name: str) -> str:
    """A file's name for a header (RFC 6266): plain for all, and as it is for who reads `filename*`."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " .-_") else "-" for sign in name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name.replace('/', '-'), safe='')}"
    return f'attachment; filename="{plain}"{extended}'


def _rows(sheet: Sheet) -> Rows:
    return Rows(items=[dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows])


WRITERS: Mapping[str, Callable[[Sheet], Any]] = {JSON_TYPE: _rows, CSV_TYPE: sheet_csv, XLSX_TYPE: xlsx}

"""Exports as files: which form is wanted, how it is made beside the event loop, and the name it is saved under."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Response
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.gate import wanted
from matchmaker.export.csv import sheet_csv
from matchmaker.export.paper import Paper
from matchmaker.export.pdf import Print
from matchmaker.export.sheet import Cell, Sheet, narrowed
from matchmaker.export.xlsx import xlsx
from matchmaker.model.text import LINE_PATTERN, TEXT_CHARS_MAX, TEXT_PATTERN
from matchmaker.store.tenant import tenant_transaction

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
ICS_TYPE = "text/calendar"
PDF_TYPE = "application/pdf"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_MAX = 1_000_000
SHEET_TYPES = (JSON_TYPE, CSV_TYPE, XLSX_TYPE)
GIVES = ("Vary", "Content-Disposition")
SHOWN_BYTES = {XLSX_TYPE: "PK…", PDF_TYPE: "%PDF-1.7…"}


class SheetForm(Enum):
    """The form of rows."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class AgendaForm(Enum):
    """The form of everyone's day."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


class ProgrammeForm(Enum):
    """The form of a programme."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    ICS = "ics"


class Language(Enum):
    """The language of the few words that printed things have of their own."""

    EN = "en"
    DE = "de"
    FR = "fr"
    ES = "es"
    IT = "it"
    NL = "nl"
    PT = "pt"


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


TYPES = {"json": JSON_TYPE, "csv": CSV_TYPE, "xlsx": XLSX_TYPE, "pdf": PDF_TYPE, "ics": ICS_TYPE}
ENDINGS = {media_type: ending for ending, media_type in TYPES.items()}

_FORM = Meta(description="The form; goes before Accept.")
FilterSheetForm = Annotated[SheetForm | None, QueryParameter(name="format"), _FORM]
FilterAgendaForm = Annotated[AgendaForm | None, QueryParameter(name="format"), _FORM]
FilterProgrammeForm = Annotated[ProgrammeForm | None, QueryParameter(name="format"), _FORM]
FilterLanguage = Annotated[
    Language, QueryParameter(name="language"), Meta(description="Of the words that are not people's own.")
]
FilterPaper = Annotated[Paper, QueryParameter(name="paper"), Meta(description="The paper to print on.")]
Columns = Annotated[
    Annotated[
        str,
        Meta(
            min_length=1,
            max_length=4_000,
            pattern=LINE_PATTERN,
            description="Only these columns, in this order: their names, parted by commas.",
        ),
    ]
    | None,
    QueryParameter(name="columns"),
]


def reading(request: ApiRequest) -> Any:
    """A transaction that is over before the file is made: whoever waits for the press holds no connection."""
    return tenant_transaction(request.app.state.pool, association_of(request.scope), readonly=True)


def chosen(request: ApiRequest, produced: tuple[str, ...], form: Enum | None) -> str:
    """The media type that is wanted: as the parameter says, else as `Accept` says, which the gate has looked at."""
    return TYPES[form.value] if form else wanted(request, produced) or produced[0]


async def rows(media_type: str, make: Callable[[], Sheet], columns: str | None, *, name: str) -> Response[Any]:
    """A sheet in that form, with these columns only; made in a thread. Raises `UnknownColumn`."""

    def made() -> bytes | Rows:
        sheet = make()
        if columns is not None:
            sheet = narrowed(sheet, [column.strip() for column in columns.split(",") if column.strip()])
        written: bytes | Rows = WRITERS[media_type](sheet)
        return written

    return sent(await asyncio.to_thread(made), media_type, name=name)


async def printed(request: ApiRequest, make: Callable[[], Sequence[Print]], *, name: str) -> Response[Any]:
    """A print as PDF. Raises `PrintTookTooLong`."""
    prints = await asyncio.to_thread(make)
    return sent(await request.app.state.press.pdf(prints), PDF_TYPE, name=name)


def sent(content: Any, media_type: str, *, name: str) -> Response[Any]:
    """The content with the name it is to be saved under; JSON is read, not saved."""
    headers = {"Vary": "Accept"}
    if media_type != JSON_TYPE:
        headers["Content-Disposition"] = disposition(f"{name}.{ENDINGS[media_type]}")
    return Response(content, media_type=media_type, headers=headers)


def disposition(name: str) -> str:
    """A file's name for a header (RFC 6266): plain for all, and as it is for who reads `filename*`."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " .-_") else "-" for sign in name)
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name.replace('/', '-'), safe='')}"
    return f'attachment; filename="{plain}"{extended}'


def _rows(sheet: Sheet) -> Rows:
    return Rows(items=[dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows])


WRITERS: Mapping[str, Callable[[Sheet], Any]] = {JSON_TYPE: _rows, CSV_TYPE: sheet_csv, XLSX_TYPE: xlsx}

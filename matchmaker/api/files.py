"""Exports as files: which form is wanted, how it is made beside the event loop, and the name it is saved under."""

import asyncio
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Annotated, Any

from litestar import Response
from litestar.params import QueryParameter
from msgspec import Meta

from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of
from matchmaker.api.gate import wanted
from matchmaker.export.paper import Paper
from matchmaker.export.pdf import Print
from matchmaker.export.sheet import Sheet
from matchmaker.model.text import LINE_PATTERN
from matchmaker.services import carry
from matchmaker.services.carry import (
    CSV_TYPE,
    ENDINGS,
    JSON_TYPE,
    PDF_TYPE,
    TYPES,
    XLSX_TYPE,
    disposition,
)
from matchmaker.store.tenant import tenant_transaction

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
    """A sheet in that form, with these columns only. Raises `UnknownColumn`."""
    named = None if columns is None else [column.strip() for column in columns.split(",") if column.strip()]
    return sent(await carry.rows(media_type, make, named), media_type, name=name)


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

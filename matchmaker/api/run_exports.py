"""Exports of a run: its pairings, seats and agendas, as files to work on, to print and to hand out."""

from typing import Any

from litestar import Response, Router, get

from matchmaker.api.body import ApiRequest
from matchmaker.api.files import (
    GIVES,
    SHEET_TYPES,
    SHOWN_BYTES,
    Columns,
    FilterAgendaForm,
    FilterLanguage,
    FilterPaper,
    FilterSheetForm,
    Language,
    chosen,
    printed,
    reading,
    rows,
)
from matchmaker.api.gate import require
from matchmaker.api.parameters import PathEvent, PathRun
from matchmaker.export.paper import Paper
from matchmaker.model.association import Scope
from matchmaker.model.ids import EventId, RunId
from matchmaker.services import collect
from matchmaker.services.carry import CSV_TYPE, PDF_TYPE, Rows
from matchmaker.services.collect import Collected

AGENDA_TYPES = (*SHEET_TYPES, PDF_TYPE)


@get(
    "/pairings",
    operation_id="export_pairings",
    summary="Export pairings",
    response_description="All pairings.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    produces=SHEET_TYPES,
    shown={**SHOWN_BYTES, CSV_TYPE: "rank,first_id,first_name\r\n"},
    replies=Rows,
    problems=(409, 422),
    gives=GIVES,
)
async def export_pairings(
    request: ApiRequest, event_id: PathEvent, run_id: PathRun, columns: Columns = None, form: FilterSheetForm = None
) -> Response[Any]:
    """Gives all pairings of a run with who, what each gains and why; with round and table where it seats people. Needs
    `attendees:read` too."""
    found = await _collected(request, event_id, run_id)
    media_type = chosen(request, SHEET_TYPES, form)
    return await rows(media_type, lambda: collect.pairs(found), columns, name=f"pairings {found.event.name}")


@get(
    "/seats",
    operation_id="export_seats",
    summary="Export seats",
    response_description="All seats.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    produces=SHEET_TYPES,
    shown={**SHOWN_BYTES, CSV_TYPE: "round,table,attendee_id,name,email,organisation\r\n"},
    replies=Rows,
    problems=(409, 422),
    gives=GIVES,
)
async def export_seats(
    request: ApiRequest, event_id: PathEvent, run_id: PathRun, columns: Columns = None, form: FilterSheetForm = None
) -> Response[Any]:
    """Gives a row a seat at a run's tables, or in its sets where it makes sets. Needs `attendees:read` too."""
    found = await _collected(request, event_id, run_id)
    media_type = chosen(request, SHEET_TYPES, form)
    return await rows(media_type, lambda: collect.seats(found), columns, name=f"seats {found.event.name}")


@get(
    "/agenda",
    operation_id="export_agenda",
    summary="Export everyone's agenda",
    response_description="Everyone's day.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    produces=AGENDA_TYPES,
    shown={**SHOWN_BYTES, CSV_TYPE: "id,name,email,organisation,meetings,byes\r\n"},
    replies=Rows,
    problems=(409, 422),
    gives=GIVES,
)
async def export_agenda(
    request: ApiRequest,
    event_id: PathEvent,
    run_id: PathRun,
    columns: Columns = None,
    form: FilterAgendaForm = None,
    paper: FilterPaper = Paper.A4,
    language: FilterLanguage = Language.EN,
) -> Response[Any]:
    """Gives everyone's rounds with time, table and whom they meet: a row a person, or as PDF a page each, two on a sheet where
    both fit. Needs `attendees:read` too."""
    found = await _collected(request, event_id, run_id)
    media_type, name = chosen(request, AGENDA_TYPES, form), f"agenda {found.event.name}"
    if media_type != PDF_TYPE:
        return await rows(media_type, lambda: collect.agenda(found), columns, name=name)
    return await printed(
        request,
        lambda: collect.agenda_pages(found, paper, language.value),
        name=name,
    )


@get(
    "/table-cards",
    operation_id="export_table_cards",
    summary="Print table cards",
    response_description="Tent cards, two on a sheet.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    produces=(PDF_TYPE,),
    shown=SHOWN_BYTES,
    problems=(409,),
    gives=GIVES,
)
async def export_table_cards(
    request: ApiRequest,
    event_id: PathEvent,
    run_id: PathRun,
    paper: FilterPaper = Paper.A4,
    language: FilterLanguage = Language.EN,
) -> Response[Any]:
    """Gives a card to fold for each person whom a run seats at a table: name, organisation, and which table when. Needs
    `attendees:read` too."""
    found = await _collected(request, event_id, run_id)
    return await printed(
        request,
        lambda: collect.table_cards(found, paper, language.value),
        name=f"table cards {found.event.name}",
    )


@get(
    "/table-sheets",
    operation_id="export_table_sheets",
    summary="Print table sheets",
    response_description="A sheet a table.",
    scope=Scope.RUNS_READ,
    tells_who=True,
    produces=(PDF_TYPE,),
    shown=SHOWN_BYTES,
    problems=(409,),
    gives=GIVES,
)
async def export_table_sheets(
    request: ApiRequest,
    event_id: PathEvent,
    run_id: PathRun,
    paper: FilterPaper = Paper.A4,
    language: FilterLanguage = Language.EN,
) -> Response[Any]:
    """Gives a sheet for each table of a run: who sits there in each round, and when. Needs `attendees:read` too."""
    found = await _collected(request, event_id, run_id)
    return await printed(
        request,
        lambda: collect.table_sheets(found, paper, language.value),
        name=f"table sheets {found.event.name}",
    )


async def _collected(request: ApiRequest, event_id: EventId, run_id: RunId) -> Collected:
    require(request, Scope.ATTENDEES_READ)
    async with reading(request) as connection:
        return await collect.run(connection, event_id, run_id)


router = Router(
    "/v1/events/{event_id:str}/runs/{run_id:str}/exports",
    tags=["exports"],
    route_handlers=[export_pairings, export_seats, export_agenda, export_table_cards, export_table_sheets],
)

"""Exports of an event: files to work on, to print and to hand out, each made whole, and beside the event loop."""

from typing import Annotated, Any

from litestar import Response, Router, get
from litestar.params import QueryParameter
from msgspec import Meta

from matchmaker.api.body import ApiRequest
from matchmaker.api.files import (
    GIVES,
    SHEET_TYPES,
    SHOWN_BYTES,
    Columns,
    FilterLanguage,
    FilterPaper,
    FilterProgrammeForm,
    FilterSheetForm,
    Language,
    chosen,
    printed,
    reading,
    rows,
    sent,
)
from matchmaker.api.parameters import PathEvent
from matchmaker.api.transaction import At
from matchmaker.export.attendees import attendees_sheet
from matchmaker.export.paper import BadgeSheet, Paper
from matchmaker.export.prints import badges, board_report
from matchmaker.export.programme import programme_sheet
from matchmaker.model.association import Scope
from matchmaker.model.window import zone_of
from matchmaker.services import carry, check_in, collect
from matchmaker.services.carry import CSV_TYPE, ICS_TYPE, PDF_TYPE, Rows

PROGRAMME_TYPES = (*SHEET_TYPES, ICS_TYPE)
SHOWN_ICS = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"

FilterBadges = Annotated[
    BadgeSheet,
    QueryParameter(name="sheet"),
    Meta(
        description="How badges stand on a sheet: 80 × 50 mm (`a4-2x5`, as Avery L4785), 63.5 × 33.9 mm (`a4-3x8`, as L7159), "
        "4 × 3 inches (`letter-2x3`, as 5392), 3⅜ × 2⅓ inches (`letter-2x4`, as 5395)."
    ),
]


@get(
    "/exports/attendees",
    operation_id="export_attendees",
    summary="Export attendees",
    response_description="All attendees.",
    scope=Scope.ATTENDEES_READ,
    produces=SHEET_TYPES,
    shown={**SHOWN_BYTES, CSV_TYPE: "external_id,name,email\r\n"},
    replies=Rows,
    problems=(422,),
    gives=GIVES,
)
async def export_attendees(
    request: ApiRequest, event_id: PathEvent, columns: Columns = None, form: FilterSheetForm = None
) -> Response[Any]:
    """Gives all attendees of an event, the first added first, under the names of columns that an import reads back.

    In CSV and XLSX no text is a formula: what a spreadsheet would run has an apostrophe before it, which an import takes off.
    """
    async with reading(request) as connection:
        event, people = await collect.people(connection, event_id)
    media_type = chosen(request, SHEET_TYPES, form)
    return await rows(media_type, lambda: attendees_sheet(people), columns, name=f"attendees {event.name}")


@get(
    "/exports/programme",
    operation_id="export_programme",
    summary="Export the programme",
    response_description="All rounds.",
    scope=Scope.EVENTS_READ,
    produces=PROGRAMME_TYPES,
    shown={**SHOWN_BYTES, CSV_TYPE: "round,starts_at,ends_at,minutes\r\n", ICS_TYPE: SHOWN_ICS},
    replies=Rows,
    problems=(422,),
    gives=GIVES,
)
async def export_programme(
    request: ApiRequest, at: At, event_id: PathEvent, columns: Columns = None, form: FilterProgrammeForm = None
) -> Response[Any]:
    """Gives the rounds of an event by its clock, or as a calendar file for everyone."""
    async with reading(request) as connection:
        event, programme = await collect.programme(connection, event_id)
    media_type, name = chosen(request, PROGRAMME_TYPES, form), f"programme {event.name}"
    if media_type == ICS_TYPE:
        base_url = request.app.state.settings.base_url
        return sent(carry.programme_calendar(event, programme, base_url=base_url, at=at), ICS_TYPE, name=name)
    zone = zone_of(event.time_zone)
    return await rows(media_type, lambda: programme_sheet(programme.slots, zone), columns, name=name)


@get(
    "/exports/badges",
    operation_id="export_badges",
    summary="Print badges",
    response_description="Sheets of badges.",
    scope=Scope.ATTENDEES_READ,
    produces=(PDF_TYPE,),
    shown=SHOWN_BYTES,
    gives=GIVES,
)
async def export_badges(
    request: ApiRequest,
    event_id: PathEvent,
    sheet: FilterBadges = BadgeSheet.A4_2X5,
    language: FilterLanguage = Language.EN,
) -> Response[Any]:
    """Gives a badge for each attendee, by name: name, organisation, and a QR code that holds the address of the desk with
    the code to check in by, and nothing else. Whoever is signed in opens it with a telephone; a scanner types it."""
    async with reading(request) as connection:
        event, people = await collect.people(connection, event_id)
        base_url = request.app.state.settings.base_url
        addresses = await check_in.addresses(connection, event_id, base_url=base_url, limit=collect.ROWS_MAX)
    who = collect.who_of(people)
    return await printed(
        request,
        lambda: badges(who, addresses, event=event.name, sheet=sheet, language=language.value),
        name=f"badges {event.name}",
    )


@get(
    "/exports/report",
    operation_id="export_report",
    summary="Print the board's page",
    response_description="One page.",
    scope=Scope.RUNS_READ,
    produces=(PDF_TYPE,),
    shown=SHOWN_BYTES,
    gives=GIVES,
)
async def export_report(
    request: ApiRequest, event_id: PathEvent, paper: FilterPaper = Paper.A4, language: FilterLanguage = Language.EN
) -> Response[Any]:
    """Gives one page of figures about an event, for its board: who came, and how far the pairs came. No name stands in it; of a
    private event the numbers of pairs are rounded down to fives."""
    async with reading(request) as connection:
        report = await collect.board(connection, event_id, language.value)
    return await printed(
        request,
        lambda: [board_report(report, paper=paper, language=language.value)],
        name=f"report {report.title}",
    )


router = Router(
    "/v1/events/{event_id:str}",
    tags=["exports"],
    route_handlers=[export_attendees, export_programme, export_badges, export_report],
)

"""The files of an event: which there are, in which forms, for which runs, and how each is made."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct, json

from matchmaker.errors import NotFound
from matchmaker.export.attendees import attendees_sheet
from matchmaker.export.paper import BadgeSheet, Paper
from matchmaker.export.pdf import Print
from matchmaker.export.prints import badges, board_report
from matchmaker.export.programme import programme_sheet
from matchmaker.export.sheet import Sheet
from matchmaker.model.association import Scope
from matchmaker.model.ids import EventId, RunId
from matchmaker.model.run import SEATING, Format, MatchRun
from matchmaker.model.window import zone_of
from matchmaker.services import carry, check_in, collect
from matchmaker.services.press import Press
from matchmaker.store.connection import Connection

ROWS = ("xlsx", "csv", "json")


class FileKind(Struct, frozen=True, kw_only=True):
    """A file one may take: its key, the forms it has, and what it needs: a scope, and a run in one of these formats."""

    key: str
    forms: tuple[str, ...]
    scope: Scope
    formats: frozenset[Format] | None = None

    def is_for(self, run: MatchRun | None) -> bool:
        """Whether it can be had of this run; what is of the event needs none."""
        return self.formats is None or (run is not None and run.format in self.formats)

    @property
    def has_rows(self) -> bool:
        return "csv" in self.forms


SEATED = frozenset(Format) - {Format.INTRODUCTIONS}
TO_PRINT = (
    FileKind(key="badges", forms=("pdf",), scope=Scope.ATTENDEES_READ),
    FileKind(key="table_cards", forms=("pdf",), scope=Scope.RUNS_READ, formats=SEATING),
    FileKind(key="agenda", forms=("pdf", *ROWS), scope=Scope.RUNS_READ, formats=SEATING),
    FileKind(key="table_sheets", forms=("pdf",), scope=Scope.RUNS_READ, formats=SEATING),
    FileKind(key="board", forms=("pdf",), scope=Scope.RUNS_READ),
)
TO_WORK_ON = (
    FileKind(key="attendees", forms=ROWS, scope=Scope.ATTENDEES_READ),
    FileKind(key="pairings", forms=ROWS, scope=Scope.RUNS_READ, formats=frozenset(Format)),
    FileKind(key="seats", forms=ROWS, scope=Scope.RUNS_READ, formats=frozenset({Format.TABLES, Format.SETS})),
    FileKind(key="programme", forms=("ics", *ROWS), scope=Scope.EVENTS_READ),
)
KINDS = {one.key: one for one in (*TO_PRINT, *TO_WORK_ON)}


Made = Callable[[], Sheet | Sequence[Print] | bytes]  # what makes a file, or the rows or prints of one


class Wanted(Struct, frozen=True, kw_only=True):
    """A file that was asked for: of which event and run, in which form, with which columns, on which paper."""

    kind: FileKind
    event_id: EventId
    run_id: RunId | None
    form: str
    columns: Sequence[str] | None = None
    paper: Paper = Paper.A4
    badge_sheet: BadgeSheet = BadgeSheet.A4_2X5
    language: str = "en"

    @property
    def has_rows(self) -> bool:
        """Whether it comes as rows, in whichever form."""
        return self.form in ROWS


async def sheet(connection: Connection, wanted: Wanted) -> Callable[[], Sheet]:
    """What makes its rows. Raises `NotFound`, `RunNotDrafted`."""
    if wanted.kind.key == "attendees":
        _, people = await collect.people(connection, wanted.event_id)
        return lambda: attendees_sheet(people)
    if wanted.kind.key == "programme":
        event, programme = await collect.programme(connection, wanted.event_id)
        return lambda: programme_sheet(programme.slots, zone_of(event.time_zone))
    found = await _run(connection, wanted)
    making = {"pairings": collect.pairs, "seats": collect.seats, "agenda": collect.agenda}[wanted.kind.key]
    return lambda: making(found)


async def read(connection: Connection, wanted: Wanted, *, base_url: str, at: datetime) -> Made:
    """All that the file is made of: with that it is made without the connection, which would wait for it meanwhile.

    Raises `NotFound`, `RunNotDrafted`.
    """
    if wanted.form == "pdf":
        return await _prints(connection, wanted, base_url)
    if wanted.form == "ics":
        event, programme = await collect.programme(connection, wanted.event_id)
        return lambda: carry.programme_calendar(event, programme, base_url=base_url, at=at)
    return await sheet(connection, wanted)


async def made(press: Press, wanted: Wanted, make: Made) -> bytes:
    """The file, beside the event loop. Raises `UnknownColumn`, `PrintTookTooLong`."""
    if wanted.has_rows:
        found = await carry.rows(carry.TYPES[wanted.form], cast(Callable[[], Sheet], make), wanted.columns)
        return found if isinstance(found, bytes) else json.format(json.encode(found.items), indent=1)
    content = await asyncio.to_thread(make)
    return content if isinstance(content, bytes) else await press.pdf(cast(Sequence[Print], content))


async def _prints(connection: Connection, wanted: Wanted, base_url: str) -> Callable[[], Sequence[Print]]:
    paper, language = wanted.paper, wanted.language
    if wanted.kind.key == "badges":
        event, people = await collect.people(connection, wanted.event_id)
        addresses = await check_in.addresses(connection, wanted.event_id, base_url=base_url, limit=collect.ROWS_MAX)
        who = collect.who_of(people)
        return lambda: badges(who, addresses, event=event.name, sheet=wanted.badge_sheet, language=language)
    if wanted.kind.key == "board":
        report = await collect.board(connection, wanted.event_id, language)
        return lambda: [board_report(report, paper=paper, language=language)]
    found = await _run(connection, wanted)
    setting = {
        "table_cards": collect.table_cards,
        "agenda": collect.agenda_pages,
        "table_sheets": collect.table_sheets,
    }[wanted.kind.key]
    return lambda: setting(found, paper, language)


async def _run(connection: Connection, wanted: Wanted) -> collect.Collected:
    if wanted.run_id is None:
        raise NotFound
    return await collect.run(connection, wanted.event_id, wanted.run_id)

"""Collect what an export shows of an event or a run, in one reading, before anything is written of it.

Whoever left the event meanwhile is in none of it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo

from msgspec import Struct, structs

from matchmaker.errors import NotFound
from matchmaker.export import prints
from matchmaker.export.agenda import agenda_sheet
from matchmaker.export.board_words import BOARD, FIGURES
from matchmaker.export.charts.funnel import funnel as funnel_chart
from matchmaker.export.charts.quality import Measure
from matchmaker.export.charts.quality import quality as quality_chart
from matchmaker.export.charts.uplift import uplift as uplift_chart
from matchmaker.export.csv import Who, pairings_sheet, rounds_sheet
from matchmaker.export.paper import Paper
from matchmaker.export.pdf import Print
from matchmaker.export.prints import BoardReport, Figure
from matchmaker.export.seats import sets_sheet, tables_sheet
from matchmaker.export.sheet import Sheet
from matchmaker.model.attendee import Attendee, AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.funnel import Funnel, rounded
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.person import Contact
from matchmaker.model.privacy import Privacy
from matchmaker.model.profile import Profile
from matchmaker.model.programme import Programme, Slot, Table
from matchmaker.model.run import Format, Proposal
from matchmaker.model.window import zone_of
from matchmaker.services import arrange, measure, review
from matchmaker.store import attendees, events, funnels, privacies
from matchmaker.store.connection import Connection

ROWS_MAX = 1_000_000
CHART_LANGUAGES = ("en", "de")  # a chart in another would speak English amid its words
SEATING = (Format.ROUNDS, Format.TABLES)


class Collected(Struct, frozen=True, kw_only=True):
    """A run with the event, the programme and the people it speaks of."""

    event: Event
    format: Format
    proposal: Proposal
    who: Who
    slots: Sequence[Slot]
    tables: Sequence[Table]

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.event.time_zone)


async def event_of(connection: Connection, event_id: EventId) -> Event:
    """The event. Raises `NotFound`."""
    event = await events.get(connection, event_id)
    if event is None:
        raise NotFound
    return event


async def people(connection: Connection, event_id: EventId) -> tuple[Event, list[AttendeeReply]]:
    """An event and all of its attendees, the first made first. Raises `NotFound`."""
    event = await event_of(connection, event_id)
    return event, await attendees.find(connection, event_id, limit=ROWS_MAX)


async def programme(connection: Connection, event_id: EventId) -> tuple[Event, Programme]:
    """An event and its programme. Raises `NotFound`."""
    event = await event_of(connection, event_id)
    return event, await arrange.programme(connection, event_id)


async def funnel(connection: Connection, event_id: EventId) -> Funnel:
    """How far an event's pairs came; of a private event rounded. Raises `NotFound`."""
    privacy = await privacies.get(connection, event_id)
    if privacy is None:
        raise NotFound
    found = await funnels.get(connection, event_id)
    return rounded(found) if privacy is Privacy.PRIVATE else found


async def board(connection: Connection, event_id: EventId, language: str) -> BoardReport:
    """What an event's board reads of it. Raises `NotFound`."""
    event, words = await event_of(connection, event_id), BOARD[language]
    counted = await funnel(connection, event_id)
    numbers = {"attendees": await attendees.count(connection, event_id), **structs.asdict(counted)}
    return BoardReport(
        title=event.name,
        subtitle=event.starts_on.isoformat() if event.starts_on else None,
        figures=[Figure(label=words[name], value=f"{numbers[name]:,}".replace(",", "\u2009")) for name in FIGURES],
        charts=await _charts(connection, event_id, counted, language) if language in CHART_LANGUAGES else [],
        notes=[words["rounded"]] if counted.rounded else [],
    )


async def _charts(connection: Connection, event_id: EventId, counted: Funnel, language: str) -> list[tuple[str, bytes]]:
    """The pictures of the board's page; what too few have said has none."""
    points = (await measure.quality_of_event(connection, event_id)).points
    added = await measure.uplift(connection, event_id)
    drawn = [funnel_chart(counted, language)] if counted.proposed else []
    drawn += [
        quality_chart(points, language, measure=which, name=which.value)
        for which in (Measure.MET, Measure.USEFUL)
        if any(getattr(one, which.value) for one in points)
    ]
    drawn += [uplift_chart(added, language)] if added.enough else []
    return [(one.title, one.svg.encode()) for one in drawn]


async def run(connection: Connection, event_id: EventId, run_id: RunId) -> Collected:
    """All that a run proposes for people who are still there. Raises `NotFound`, `RunNotDrafted`."""
    event = await event_of(connection, event_id)
    found = await review.run(connection, event_id, run_id)
    if found.report is None:
        raise review.RunNotDrafted
    pairings = await review.ranked(connection, event_id, run_id, limit=ROWS_MAX)
    groups = [group for _, group in await review.groups(connection, event_id, run_id, limit=ROWS_MAX)]
    byes = await review.byes(connection, event_id, run_id, limit=ROWS_MAX)
    named: list[AttendeeId] = [one for pairing in pairings for one in (pairing.first, pairing.second)]
    named += [one for group in groups for one in group.members] + [bye.attendee_id for bye in byes]
    known = await attendees.find_by_ids(connection, event_id, list(dict.fromkeys(named)))
    day = await arrange.programme(connection, event_id)
    return Collected(
        event=event,
        format=found.format,
        proposal=Proposal(pairings=pairings, unmatched=[], report=found.report, groups=groups, byes=byes),
        who=who_of(known.values()),
        slots=[Slot(number=slot.number, starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in day.slots],
        tables=[_table(structs.asdict(table)) for table in day.tables],
    )


def who_of(known: Iterable[AttendeeReply]) -> Who:
    """People as exports name them, by id."""
    return {
        one.id: (
            Contact(name=one.name, email=one.email),
            Attendee(id=one.id, profile=Profile(), organisation=one.organisation),
        )
        for one in known
    }


def pairs(collected: Collected) -> Sheet:
    """Its pairings, with round and table where it seats people."""
    written = rounds_sheet if collected.format in SEATING else pairings_sheet
    return written(collected.proposal.pairings, collected.who)


def seats(collected: Collected) -> Sheet:
    """The seats of its tables, or of its sets where it makes sets."""
    written = sets_sheet if collected.format is Format.SETS else tables_sheet
    return written(collected.proposal.groups, collected.who)


def agenda(collected: Collected) -> Sheet:
    """Everyone's day, by the clock of the event."""
    slots = [
        structs.replace(slot, starts_at=slot.starts_at.astimezone(collected.zone)) if slot.starts_at else slot
        for slot in collected.slots
    ]
    return agenda_sheet(collected.proposal, collected.who, slots=slots, tables=collected.tables)


def table_cards(collected: Collected, paper: Paper, language: str) -> list[Print]:
    """A card to fold for each person with a seat."""
    return prints.table_cards(
        collected.proposal,
        collected.who,
        event=collected.event.name,
        tables=collected.tables,
        paper=paper,
        language=language,
    )


def agenda_pages(collected: Collected, paper: Paper, language: str) -> list[Print]:
    """Everyone's day, a page each."""
    return _with_hours(prints.agenda_pages, collected, paper, language)


def table_sheets(collected: Collected, paper: Paper, language: str) -> list[Print]:
    """A sheet a table: who sits there in each round."""
    return _with_hours(prints.table_sheets, collected, paper, language)


def _with_hours(setting: Callable[..., list[Print]], collected: Collected, paper: Paper, language: str) -> list[Print]:
    """What is printed with the hours of its rounds."""
    return setting(
        collected.proposal,
        collected.who,
        event=collected.event.name,
        slots=collected.slots,
        tables=collected.tables,
        zone=collected.zone,
        paper=paper,
        language=language,
    )


def _table(fields: dict[str, object]) -> Table:
    return Table(**{name: fields[name] for name in Table.__struct_fields__})  # type: ignore[arg-type]

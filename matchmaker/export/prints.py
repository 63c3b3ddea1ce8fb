"""People, seats and rounds → what is printed: badges, table cards, agendas, table sheets, the board's page.

A large event is several prints of whole sheets each, so that none of them needs much memory; `joined` makes one file of them.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, TypeVar
from unicodedata import east_asian_width

import segno
from msgspec import Struct, json

from matchmaker.export.agenda import Sitting, agendas
from matchmaker.export.csv import Who, reason_to
from matchmaker.export.glyphs import printable
from matchmaker.export.paper import LAYOUTS, BadgeSheet, Paper
from matchmaker.export.pdf import Print
from matchmaker.export.print_words import WORDS
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing
from matchmaker.model.programme import Slot, Table
from matchmaker.model.run import Proposal

CHART_HEIGHT = 62
SHEETS_EACH = 80
TABLES_EACH = 100
NAMELESS = "–"  # whose name is made of signs alone, of which none can be printed
QUIET_ZONE = 4  # modules around a QR code, ISO/IEC 18004
QR_MASK = 3  # any of the eight can be read; trying all of them takes four times as long
LINE, ROW, ABOVE, WIDE = (
    5,
    4,
    32,
    52,
)  # of an agenda: millimetres of a line, around a row and above all; letters in a line
HALVES = {Paper.A4: 131, Paper.LETTER: 122}  # millimetres of half a sheet

Row = dict[str, Any]
T = TypeVar("T")
_PROPERTY = re.compile(rb"var\(\s*--[\w-]+\s*,\s*((?:[^()]|\([^()]*\))*?)\s*\)")


class Figure(Struct, frozen=True, kw_only=True):
    """A figure of the board's page, written as it is to be read."""

    label: str
    value: str


class BoardReport(Struct, frozen=True, kw_only=True):
    """The board's page: figures, charts as (caption, SVG), and sentences beneath."""

    title: str
    subtitle: str | None
    figures: Sequence[Figure]
    charts: Sequence[tuple[str, bytes]] = ()
    notes: Sequence[str] = ()


def badges(
    who: Who, addresses: Mapping[AttendeeId, str], *, event: str, sheet: BadgeSheet, language: str
) -> list[Print]:
    """A badge each, by name, with the address to check in by, which says nothing of them; none for who has no address."""
    layout = LAYOUTS[sheet]
    parts = _parts([one for one in by_name(who) if one in addresses], layout.columns * layout.rows * SHEETS_EACH // 4)
    return [
        _print(
            "badges", event, layout.paper, language,
            badges=[{**_person(one, who), "qr": f"{place}.svg"} for place, one in enumerate(part)], sheet=layout,
            pictures={f"{place}.svg": _qr(addresses[one]) for place, one in enumerate(part)},
        )
        for part in parts
    ]  # fmt: skip


def table_cards(
    proposal: Proposal, who: Who, *, event: str, tables: Sequence[Table], paper: Paper, language: str
) -> list[Print]:
    """A tent card each, by name, for whoever sits at a table: which one, or which in which round."""
    seated = agendas(proposal, who, tables=tables)
    rows = [
        {**_person(one, who), "place": place}
        for one in by_name(who)
        if (place := _tables_of(seated[one], language)) is not None
    ]
    return [_print("table_cards", event, paper, language, cards=part) for part in _parts(rows, 2 * SHEETS_EACH)]


def agenda_pages(
    proposal: Proposal,
    who: Who,
    *,
    event: str,
    slots: Sequence[Slot],
    tables: Sequence[Table],
    zone: tzinfo | None,
    paper: Paper,
    language: str,
) -> list[Print]:
    """Everyone's own day, by name, for whoever has one; two on a sheet where both surely fit."""
    pairings = {pairing.rank: pairing for pairing in proposal.pairings}
    days = agendas(proposal, who, slots=slots, tables=tables)
    people = [
        {
            **_person(one, who),
            "rows": [_agenda_row(one, sitting, pairings, who, zone, language) for sitting in days[one]],
        }
        for one in by_name(who)
        if days[one]
    ]
    parts = _parts(_in_twos(people, HALVES[paper]), SHEETS_EACH)
    return [_print("agenda", event, paper, language, sheets=part) for part in parts]


def table_sheets(
    proposal: Proposal,
    who: Who,
    *,
    event: str,
    slots: Sequence[Slot],
    tables: Sequence[Table],
    zone: tzinfo | None,
    paper: Paper,
    language: str,
) -> list[Print]:
    """A sheet a table: who sits there in each round, by name."""
    seats: dict[int, dict[int, list[AttendeeId]]] = defaultdict(lambda: defaultdict(list))
    days = agendas(proposal, who)
    for one in by_name(who):
        for sitting in days[one]:
            if sitting.table is not None:
                seats[sitting.table][sitting.round].append(one)
    starts = {slot.number: slot.starts_at for slot in slots}
    places = {table.number: _named(table) for table in tables}

    def row(number: int, members: list[AttendeeId]) -> dict[str, Any]:
        when = _hour(starts.get(number), zone)
        return {"round": str(number), "when": when, "members": [_person(one, who) for one in members]}

    rows = [
        {
            "title": f"{WORDS[language]['table']} {number}",
            "place": places.get(number),
            "rounds": [row(*round_) for round_ in sorted(rounds.items())],
        }
        for number, rounds in sorted(seats.items())
    ]
    return [_print("table_sheets", event, paper, language, tables=part) for part in _parts(rows, TABLES_EACH)]


def board_report(report: BoardReport, *, paper: Paper, language: str) -> Print:
    """The board's page."""
    return _print(
        "report", report.title, paper, language,
        subtitle=report.subtitle, figures=report.figures, notes=report.notes,
        charts=[caption for caption, _ in report.charts], chart_height=CHART_HEIGHT,
        pictures={f"chart-{number}.svg": _coloured(svg) for number, (_, svg) in enumerate(report.charts)},
    )  # fmt: skip


def by_name(who: Who) -> list[AttendeeId]:
    """Everyone in the order in which people look for themselves."""
    return sorted(who, key=lambda one: (who[one][0].name.casefold(), one))


def _print(
    template: str, title: str, paper: Paper, language: str, *, pictures: Mapping[str, bytes] | None = None, **shown: Any
) -> Print:
    whole = {"title": title, "paper": paper, "language": language, "words": WORDS[language], **shown}
    data = printable(json.encode(whole).decode()).encode()
    return Print(template=template, data=data, pictures=pictures or {})


def _parts(rows: Sequence[T], each: int) -> list[Sequence[T]]:
    """The rows in parts of so many; one part at least, so that nobody's print is an empty page and no error."""
    return [rows[begin : begin + each] for begin in range(0, max(len(rows), 1), each)]


def _in_twos(people: Sequence[Row], half: int) -> list[list[Row]]:
    """People in order by sheets: two that follow each other share one where each takes no more than half of it."""
    sheets: list[list[Row]] = []
    for one in people:
        small = _height(one) <= half
        if small and sheets and len(sheets[-1]) == 1 and _height(sheets[-1][0]) <= half:
            sheets[-1].append(one)
        else:
            sheets.append([one])
    return sheets


def _height(one: Row) -> int:
    """How many millimetres an agenda takes at most, which is cheaper to guess than to set twice."""
    return ABOVE + sum(ROW + LINE * max(_lines(row), _breaks(row["where"], WIDE // 5)) for row in one["rows"])


def _lines(row: Row) -> int:
    people = sum(_breaks(", ".join(filter(None, other.values())), WIDE) for other in row["who"])
    return (people or 1) + (_breaks(row["why"], WIDE) if row["why"] else 0)


def _breaks(text: str, wide: int) -> int:
    """How many lines a text takes; a letter of the Far East counts as two."""
    return 1 + (len(text) + sum(east_asian_width(letter) in "WF" for letter in text)) // wide


def _coloured(svg: bytes) -> bytes:
    """A chart with the colours that its custom properties fall back to: print knows no properties, and would draw black."""
    return _PROPERTY.sub(rb"\1", svg)


def _person(one: AttendeeId, who: Who) -> dict[str, str | None]:
    contact, attendee = who[one]
    return {"name": printable(contact.name) or NAMELESS, "organisation": attendee.organisation}


def _qr(address: str) -> bytes:
    """The address as SVG, in the smallest square that a fold or a stain leaves readable, with the margin that readers ask for."""
    drawn = io.BytesIO()
    square = segno.make(address, micro=False, error="m", boost_error=False, mask=QR_MASK)
    square.save(drawn, kind="svg", border=QUIET_ZONE, omitsize=True, xmldecl=False)
    return drawn.getvalue()


def _tables_of(day: Iterable[Sitting], language: str) -> str | None:
    """`Table 3`, or where it changes `1: Table 3 · 2: Table 5`; None for whoever has no table."""
    at = [
        (sitting.round, f"{WORDS[language]['table']} {sitting.table}") for sitting in day if sitting.table is not None
    ]
    if not at:
        return None
    names = {name for _, name in at}
    return names.pop() if len(names) == 1 else " · ".join(f"{round_}: {name}" for round_, name in at)


def _agenda_row(
    one: AttendeeId, sitting: Sitting, pairings: Mapping[int, Pairing], who: Who, zone: tzinfo | None, language: str
) -> dict[str, Any]:
    pairing = pairings.get(sitting.pairing or 0) if len(sitting.others) == 1 else None
    return {
        "round": str(sitting.round),
        "when": _hour(sitting.starts_at, zone),
        "where": " · ".join(filter(None, (str(sitting.table or ""), sitting.place))),
        "who": [_person(other, who) for other in sitting.others],
        "why": reason_to(one, pairing, who) if pairing else None,
        "note": WORDS[language]["bye"] if sitting.bye else "",
    }


def _hour(at: datetime | None, zone: tzinfo | None) -> str:
    """By the clock of the event, if it has one; else, and without an offset, as the organiser wrote it."""
    if at is None:
        return ""
    return (at.astimezone(zone) if zone and at.tzinfo else at).strftime("%H:%M")


def _named(table: Table) -> str | None:
    return ", ".join(filter(None, (table.name, table.place))) or None

"""Arrange the programme of an event: its slots and tables, all at once, as a version of the event."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.event import Event
from matchmaker.model.ids import EventId
from matchmaker.model.programme import Programme, ProgrammeInput, SlotInput, TableInput
from matchmaker.store import events, programmes
from matchmaker.store.connection import Connection

YEARS = range(2000, 2101)


async def programme(connection: Connection, event_id: EventId) -> Programme:
    """The programme as it is; an event that has none has no slots and no tables."""
    return Programme(
        slots=await programmes.slots(connection, event_id), tables=await programmes.tables(connection, event_id)
    )


async def replace(
    connection: Connection, event_id: EventId, given: ProgrammeInput, *, version: int, at: datetime
) -> Event | None:
    """The event, whose programme this is now; None where there is none of that version. Raises `InvalidFields`."""
    if problems := _problems(given):
        raise InvalidFields(problems)
    event = await events.touch(connection, event_id, version=version, at=at)
    if event is not None:
        await programmes.remove_slots(connection, event_id)
        await programmes.remove_tables(connection, event_id)
        await programmes.add_slots(connection, event_id, given.slots)
        await programmes.add_tables(connection, event_id, given.tables)
    return event


async def change(
    connection: Connection,
    event_id: EventId,
    *,
    slots: list[SlotInput] | None = None,
    tables: list[TableInput] | None = None,
    version: int,
    at: datetime,
) -> Event | None:
    """The event with other slots, or other tables; the rest of its programme stays. Else as `replace`."""
    present = given(await programme(connection, event_id))
    wanted = ProgrammeInput(
        slots=present.slots if slots is None else slots, tables=present.tables if tables is None else tables
    )
    return await replace(connection, event_id, wanted, version=version, at=at)


def given(present: Programme) -> ProgrammeInput:
    """A programme as a writer would set it."""
    return ProgrammeInput(
        slots=[SlotInput(number=slot.number, starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in present.slots],
        tables=[
            TableInput(
                number=table.number,
                seats=table.seats,
                accessible=table.accessible,
                name=table.name,
                place=table.place,
            )
            for table in present.tables
        ],
    )


def _problems(given: ProgrammeInput) -> list[FieldError]:
    """All that is wrong; whether slots overlap is asked only of slots that make sense by themselves."""
    problems = [*_repeated("slots", given.slots), *_repeated("tables", given.tables), *_no_time(given.slots)]
    return problems or list(_overlapping(given.slots))


def _repeated(name: str, numbered: Sequence[SlotInput | TableInput]) -> Iterator[FieldError]:
    seen: set[int] = set()
    for place, one in enumerate(numbered):
        if one.number in seen:
            yield FieldError(f"/{name}/{place}/number", "repeated", f"Number {one.number} is there already.")
        seen.add(one.number)


def _no_time(slots: Sequence[SlotInput]) -> Iterator[FieldError]:
    for place, slot in enumerate(slots):
        for name, hour in (("starts_at", slot.starts_at), ("ends_at", slot.ends_at)):
            if hour.year not in YEARS:
                words = f"Give an hour of the years {YEARS[0]} to {YEARS[-1]}."
                yield FieldError(f"/slots/{place}/{name}", "out-of-range", words)
        if slot.ends_at <= slot.starts_at:
            yield FieldError(f"/slots/{place}/ends_at", "ends-before-start", "A slot ends after it starts.")


def _overlapping(slots: Sequence[SlotInput]) -> Iterator[FieldError]:
    by_number = sorted(enumerate(slots), key=lambda one: one[1].number)
    for (_, before), (place, slot) in pairwise(by_number):
        if slot.starts_at < before.ends_at:
            words = f"Slot {slot.number} begins before slot {before.number} has ended: number slots in order of time."
            yield FieldError(f"/slots/{place}/starts_at", "overlaps", words)

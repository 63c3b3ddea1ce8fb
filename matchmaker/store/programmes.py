"""The programme of an event: its slots and its tables, replaced as a whole."""

from collections.abc import Sequence

from matchmaker.errors import Invalid
from matchmaker.model.ids import EventId
from matchmaker.model.programme import TABLES_MAX, SlotInput, SlotReply, TableInput, TableReply
from matchmaker.model.text import ROUNDS_MAX
from matchmaker.store.connection import Connection
from matchmaker.store.violations import refused_as


class SlotsOverlap(Invalid):
    """Two slots of an event are at one time."""


class EndsBeforeStart(Invalid):
    """A slot ends after it starts."""


REFUSALS = {"slot_apart": SlotsOverlap, "slot_in_order": EndsBeforeStart}


async def slots(connection: Connection, event_id: EventId) -> list[SlotReply]:
    """The slots of an event, by number."""
    rows = await connection.fetch(
        """
        select event_id, number, starts_at, ends_at
          from slot
         where event_id = $1
         order by number
         limit $2
        """,
        event_id,
        ROUNDS_MAX,
    )
    return [SlotReply(**row) for row in rows]


async def tables(connection: Connection, event_id: EventId) -> list[TableReply]:
    """The tables of an event, by number."""
    rows = await connection.fetch(
        """
        select event_id, number, seats, accessible, name, place
          from meeting_table
         where event_id = $1
         order by number
         limit $2
        """,
        event_id,
        TABLES_MAX,
    )
    return [TableReply(**row) for row in rows]


async def add_slots(connection: Connection, event_id: EventId, slots: Sequence[SlotInput]) -> None:
    """Write slots. Raises `SlotsOverlap`, `EndsBeforeStart`."""
    with refused_as(REFUSALS):
        await connection.execute(
            """
            insert into slot (event_id, number, starts_at, ends_at)
            select $1, number, starts_at, ends_at
              from unnest($2::smallint[], $3::timestamptz[], $4::timestamptz[]) as given (number, starts_at, ends_at)
            """,
            event_id,
            [slot.number for slot in slots],
            [slot.starts_at for slot in slots],
            [slot.ends_at for slot in slots],
        )


async def add_tables(connection: Connection, event_id: EventId, tables: Sequence[TableInput]) -> None:
    """Write tables."""
    await connection.execute(
        """
        insert into meeting_table (event_id, number, seats, accessible, name, place)
        select $1, number, seats, accessible, name, place
          from unnest($2::integer[], $3::smallint[], $4::boolean[], $5::text[], $6::text[])
               as given (number, seats, accessible, name, place)
        """,
        event_id,
        [table.number for table in tables],
        [table.seats for table in tables],
        [table.accessible for table in tables],
        [table.name for table in tables],
        [table.place for table in tables],
    )


async def remove_slots(connection: Connection, event_id: EventId) -> None:
    """Take all slots of an event away."""
    await connection.execute("delete from slot where event_id = $1", event_id)


async def remove_tables(connection: Connection, event_id: EventId) -> None:
    """Take all tables of an event away."""
    await connection.execute("delete from meeting_table where event_id = $1", event_id)

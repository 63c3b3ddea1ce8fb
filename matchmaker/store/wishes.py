"""Wishes: who would like to meet whom, and how strongly. An attendee has one wish about another; a later one replaces it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from matchmaker.errors import Invalid, NotFound
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.wish import Strength, Wish, WishReply
from matchmaker.store.connection import Connection, changed, returned
from matchmaker.store.violations import refused_as


class NotOfThisEvent(Invalid):
    """A wish is of an attendee of the event, about another."""


class AboutOneself(Invalid):
    """Nobody wishes to meet themselves."""


REFUSALS = {
    "wish_attendee": NotOfThisEvent,
    "wish_other": NotOfThisEvent,
    "wish_of_two": AboutOneself,
    "wish_event": NotFound,
}


async def put(connection: Connection, event_id: EventId, wish: Wish, at: datetime) -> WishReply:
    """The wish, new or in place of the earlier one. Raises `NotOfThisEvent`, `AboutOneself`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into wish (event_id, attendee_id, other_id, strength, created_at)
            values ($1, $2, $3, $4, $5)
                on conflict (association_id, attendee_id, other_id, event_id) do update
               set strength = excluded.strength
            returning id, event_id, attendee_id, other_id, strength, created_at
            """,
            event_id,
            wish.attendee_id,
            wish.other_id,
            wish.strength.value,
            at,
        )
    return _wish(returned(row))


async def put_all(connection: Connection, event_id: EventId, wishes: Iterable[Wish], at: datetime) -> int:
    """How many of `wishes`, at most one of one attendee about another, are new or of another strength than before."""
    rows = [(one.attendee_id, one.other_id, one.strength.value) for one in wishes]
    done = await connection.execute(
        """
        insert into wish as present (event_id, attendee_id, other_id, strength, created_at)
        select $1, attendee_id, other_id, strength, $5
          from unnest($2::uuid[], $3::uuid[], $4::text[]) as given (attendee_id, other_id, strength)
            on conflict (association_id, attendee_id, other_id, event_id) do update
           set strength = excluded.strength
         where present.strength <> excluded.strength
        """,
        event_id,
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        at,
    )
    return changed(done)


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[WishReply]:
    """Wishes of an event, or those of and about one attendee; the first made first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, other_id, strength, created_at
          from wish
         where event_id = $1
           and ($2::uuid is null or attendee_id = $2 or other_id = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4))
         order by created_at, id
         limit $5
        """,
        event_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [_wish(row) for row in rows]


async def stated_by(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, limit: int
) -> list[tuple[str, str, str]]:
    """What an attendee wishes, for themselves to see: which wish, of whom, and how strongly; the first stated first."""
    rows = await connection.fetch(
        """
        select wish.id, contact.name, strength
          from wish
          join attendee as other on other.id = wish.other_id
          join contact on contact.person_id = other.person_id
         where wish.event_id = $1
           and wish.attendee_id = $2
         order by wish.created_at, wish.id
         limit $3
        """,
        event_id,
        attendee_id,
        limit,
    )
    return [tuple(row) for row in rows]


async def take_back(connection: Connection, event_id: EventId, attendee_id: AttendeeId, wish_id: str) -> bool:
    """Whether that was a wish of the attendee, which is gone."""
    done = await connection.execute(
        "delete from wish where id::text = $1 and event_id = $2 and attendee_id = $3", wish_id, event_id, attendee_id
    )
    return bool(changed(done))


async def remove(connection: Connection, event_id: EventId, wish_id: str) -> bool:
    """Whether there was such a wish."""
    done = await connection.execute("delete from wish where id = $1 and event_id = $2", wish_id, event_id)
    return bool(changed(done))


def _wish(row: Mapping[str, Any]) -> WishReply:
    return WishReply(**{**row, "strength": Strength(row["strength"])})
